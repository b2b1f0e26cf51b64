//! What a command prints. Whoever closes the other end (`banli check hangzhou | head -1`) has read what they wanted,
//! which is no fault; whatever else goes wrong with printing is trouble like any other.

use crate::trouble::Trouble;
use std::fmt::Arguments;
use std::io::{BufWriter, ErrorKind, Result, Stdout, Write};

/// Prints a line, like `println!`, but says what went wrong instead of panicking.
macro_rules! line {
    ($($part:tt)*) => { $crate::out::write(format_args!("{}\n", format_args!($($part)*))) };
}
/// Prints without ending the line, like `print!`.
macro_rules! text {
    ($($part:tt)*) => { $crate::out::write(format_args!($($part)*)) };
}
pub(crate) use {line, text};

/// Prints; where nobody reads any more the command goes on, so that its exit code says what it found.
pub(crate) fn write(what: Arguments<'_>) -> anyhow::Result<()> {
    // One write for one message: a lock and a buffer, because arguments come in many pieces.
    let mut output = BufWriter::new(std::io::stdout());
    told(write!(output, "{what}").and_then(|()| output.flush()))
}

fn told(result: Result<()>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let cure = "look at where the output goes; a disk may be full";
            Err(Trouble::new("the output cannot be written", error, cure).into())
        }
        _ => Ok(()),
    }
}

/// Standard output for what may be long. Where nobody reads any more the program ends: the rest would be for nobody.
pub(crate) struct Stream(BufWriter<Stdout>);

/// Standard output, buffered; whoever writes flushes at the end.
pub(crate) fn stream() -> Stream {
    Stream(BufWriter::new(std::io::stdout()))
}

fn or_end<T>(result: Result<T>) -> Result<T> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        other => other,
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        or_end(self.0.write(bytes))
    }

    fn flush(&mut self) -> Result<()> {
        or_end(self.0.flush())
    }
}
