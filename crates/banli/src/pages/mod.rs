//! What people see. Each page is a function from what it shows to markup; tests call them directly.
//!
//! [`parts`] is the design system: one function a component. A page never decides anything: it shows what
//! `case`, `benefit` and `agency` answered.

pub mod about_new;
pub mod access;
pub mod assets;
pub mod authorities;
pub mod bank;
pub mod batch;
pub mod calculator;
pub mod calculator_answer;
pub mod case_act;
pub mod case_after;
pub mod case_desk;
pub mod case_letter;
pub mod case_new;
pub mod case_papers;
pub mod case_scans;
pub mod case_show;
pub mod case_status;
pub mod case_story;
pub mod cases;
pub mod claim_form;
pub mod facts;
pub mod finance;
pub mod finance_entry;
pub mod finance_provider;
pub mod finance_regions;
pub mod front;
pub mod gallery;
pub mod keys;
pub mod law;
pub mod law_article;
pub mod law_changes;
pub mod law_rules;
pub mod law_words;
pub mod notices;
pub mod papers;
pub mod parts;
pub mod people;
pub mod person_account;
pub mod person_year;
pub mod precheck;
pub mod proofs;
pub mod providers;
pub mod queue;
pub mod sandbox;
pub mod settlement;
pub mod settlement_letter;
pub mod sign;
pub mod simulation_report;
pub mod simulations;
pub mod statement;
pub mod supervision;
pub mod versions;
pub mod yearly;
