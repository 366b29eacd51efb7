//! The log: to stderr, for people or for machines.

use std::io::{self, IsTerminal as _};

use tracing::Level;
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Starts logging; a second call changes nothing.
pub fn start(format: LogFormat, level: Level) {
    let builder = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_env_filter(filter(level));
    let started = match format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        // On a terminal `NO_COLOR` decides, elsewhere there are no colors.
        LogFormat::Text if io::stderr().is_terminal() => builder.try_init(),
        LogFormat::Text => builder.with_ansi(false).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was started before");
    }
}

/// Our own messages from this level up; what libraries say only if it is at least a warning.
fn filter(level: Level) -> EnvFilter {
    let libraries = level.min(Level::WARN);
    // That a client sent something that is no HTTP is no error of ours, and would fill the log.
    EnvFilter::new(format!("{libraries},actix_http::h1=off,iiif_gate={level}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_quieter_than_we() {
        assert_eq!(
            filter(Level::DEBUG).to_string(),
            "actix_http::h1=off,iiif_gate=debug,warn"
        );
        assert_eq!(
            filter(Level::ERROR).to_string(),
            "actix_http::h1=off,iiif_gate=error,error"
        );
    }
}
