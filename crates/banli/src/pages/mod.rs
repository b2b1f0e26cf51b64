//! What people see. Each page is a function from what it shows to markup; tests call them directly.
//!
//! [`parts`] is the design system: one function a component. A page never decides anything: it shows what
//! `case`, `benefit` and `agency` answered.

pub mod access;
pub mod assets;
pub mod cases;
pub mod facts;
pub mod front;
pub mod gallery;
pub mod law;
pub mod papers;
pub mod parts;
pub mod people;
pub mod precheck;
pub mod queue;
pub mod settlement;
pub mod sign;
