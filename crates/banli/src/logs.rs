//! Logs: one JSON object a line on stderr, so that a log collector needs no parser. They name cases, routes and
//! durations, never a person.

use tracing_subscriber::EnvFilter;

/// How much to log, as `--log` takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogLevel {
    /// Nothing but what stops the program.
    Error,
    /// Also what an operator should look at.
    Warn,
    /// Also each request and start and stop.
    Info,
    /// Also what a programmer wants to see.
    Debug,
}

/// Starts logging. Called once, by the command that runs; a second call changes nothing.
pub fn start(level: LogLevel) {
    let directive = match level {
        LogLevel::Error => "error",
        LogLevel::Warn => "warn",
        LogLevel::Info => "info",
        LogLevel::Debug => "info,banli=debug,store=debug",
    };
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(std::io::stderr)
        .with_env_filter(EnvFilter::new(directive))
        .try_init();
    if started.is_err() {
        tracing::debug!("logging was already started");
    }
}
