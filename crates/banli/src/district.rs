//! The demo district: a synthetic office's world, the same for the same seed on every machine.
//!
//! Nobody in it exists. Identity numbers and unit codes are valid so that every check runs; where one is
//! somebody's, it is so by chance.

pub mod dice;
pub mod names;
