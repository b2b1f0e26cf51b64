//! The binary. Everything it does is in the library, where tests can call it.

use std::process::ExitCode;

/// What one thread makes another gives back, in a store more than anywhere: the system's allocator answers that with
/// walks through all it holds. docs/speed.md has the figures.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    banli::main()
}
