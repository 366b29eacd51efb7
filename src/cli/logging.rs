//! The log: to stderr, for people or for machines.

use std::io::{self, IsTerminal as _};

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

use crate::config::LogFormat;

/// Starts logging; a second call changes nothing.
pub fn start(format: LogFormat, level: Level) {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let lines = match format {
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed(),
        // On a terminal `NO_COLOR` decides, elsewhere there are no colors.
        LogFormat::Text if io::stderr().is_terminal() => lines.boxed(),
        LogFormat::Text => lines.with_ansi(false).boxed(),
    };
    let started = tracing_subscriber::registry().with(lines.with_filter(filter(level)));
    if started.try_init().is_err() {
        tracing::debug!("logging was started before");
    }
}

/// Our own messages from this level up; what libraries say only if it is at least a warning.
fn filter(level: Level) -> Targets {
    let libraries = level.min(Level::WARN);
    Targets::new()
        .with_default(libraries)
        // That a client sent something that is no HTTP is no error of ours, and would fill the log.
        .with_target("actix_http::h1", LevelFilter::OFF)
        .with_target("iiif_gate", level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_quieter_than_we() {
        let says = |set, target, level| filter(set).would_enable(target, &level);
        assert!(says(Level::DEBUG, "iiif_gate::web", Level::DEBUG));
        assert!(!says(Level::DEBUG, "iiif_gate::web", Level::TRACE));
        assert!(says(Level::DEBUG, "actix_web", Level::WARN));
        assert!(!says(Level::DEBUG, "actix_web", Level::INFO));
        assert!(!says(Level::DEBUG, "actix_http::h1::decoder", Level::ERROR));
        assert!(!says(Level::ERROR, "actix_web", Level::WARN));
    }
}
