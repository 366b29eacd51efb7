//! Where the gate listens, and how it works and writes its log.

use crate::config::setting::Section::Server;
use crate::config::setting::Setting;

/// The settings.
pub(super) static SETTINGS: &[Setting] = &[
    Setting::new(
        "LISTEN",
        Server,
        "unix:/run/iiif-gate/gate.sock",
        "Where nginx reaches the gate: `address:port` or `unix:/path`.",
    )
    .note("Nobody else may reach it.")
    .or("127.0.0.1:9780"),
    Setting::new(
        "LISTEN_HEALTH",
        Server,
        "127.0.0.1:9881",
        "Where `/healthz`, `/readyz` and `/metrics` answer; never public.",
    )
    .or("127.0.0.1:9781"),
    Setting::new(
        "WORKERS",
        Server,
        "4",
        "Number of threads that answer requests.",
    )
    .or_else("one per processor"),
    Setting::new(
        "LOG_FORMAT",
        Server,
        "json",
        "`text` for people or `json` for machines.",
    )
    .or("text"),
    Setting::new(
        "LOG_LEVEL",
        Server,
        "debug",
        "The least important messages to log: `error`, `warn`, `info`, `debug` or `trace`.",
    )
    .or("info"),
];
