//! What costs time.

use super::{Severity, Trap};

/// Those that cost time.
pub(super) const SLOW: &[&Trap] = &[&NO_KEEPALIVE, &LONG_TIMEOUTS, &AUTH_CACHE_LOCK];

/// Every question opens a new connection.
pub const NO_KEEPALIVE: Trap = Trap {
    id: "no-keepalive",
    severity: Severity::Slow,
    title: "every question opens a new connection",
    why: "Without kept connections a decision takes more than twice as long. An `upstream` with `keepalive`, HTTP/1.1 and an empty `Connection` header are needed, all three.",
    mend: "proxy_http_version 1.1;\nproxy_set_header Connection \"\";\nupstream iiif_gate { server 127.0.0.1:9780; keepalive 64; }",
};

/// Nginx waits a minute for a gate that hangs.
pub const LONG_TIMEOUTS: Trap = Trap {
    id: "long-timeouts",
    severity: Severity::Slow,
    title: "nginx waits a minute for a gate that hangs",
    why: "All tiles wait, and all of nginx's connections with them. The gate answers in milliseconds, or asks the image server first, which takes seconds.",
    mend: "proxy_connect_timeout 1s;\nproxy_send_timeout 2s;\nproxy_read_timeout 10s;",
};

/// Questions wait for each other.
pub const AUTH_CACHE_LOCK: Trap = Trap {
    id: "auth-cache-lock",
    severity: Severity::Slow,
    title: "questions wait for each other",
    why: "With `proxy_cache_lock`, of dozens of tiles that a viewer asks for at once all but one wait for half a second.",
    mend: "proxy_cache_lock off;",
};
