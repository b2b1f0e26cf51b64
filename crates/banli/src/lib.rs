//! The shell of Banli: everything that touches the world outside, and the only room that may.
//!
//! Enter at [`commands`] for the command line. Below it: [`packs`] reads the law, [`clock`] is the only reader of
//! the system's clock, [`trouble`] says what went wrong and what to do.

pub mod app;
pub mod archive;
pub mod ask;
pub mod bills;
pub mod changes;
pub mod clock;
pub mod commands;
pub mod crediting;
mod desk;
pub mod district;
pub mod errors;
pub mod exchange;
mod fields;
pub mod initials;
pub mod interface;
pub mod logs;
mod machine;
mod notice;
pub mod office;
mod out;
pub mod packs;
pub mod pages;
pub mod passing;
pub mod password;
pub mod patience;
pub mod process;
pub mod progress;
pub mod proven;
pub mod replay;
pub mod routes;
mod rules;
mod secret;
pub mod server;
pub mod session;
pub mod simulation;
pub mod stories;
pub mod text;
pub mod trouble;
pub mod upload;
pub mod witness;

pub use commands::main;
