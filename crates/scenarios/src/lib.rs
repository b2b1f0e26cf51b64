//! Tests of the whole. The library part reads the packs from the folder and runs scenario files; the tests call it.

pub mod disk;
pub mod figures;
pub mod run;
