//! The metrics, declared: `docs/reference/metrics.md` is made from this.

use crate::meter::text::Family;

macro_rules! families {
    ($($name:ident = $family:expr;)*) => {
        $(pub(super) static $name: Family = $family;)*

        /// All of them, in the order of the text.
        pub static ALL: &[&Family] = &[$(&$name),*];
    };
}

families! {
    DECISIONS = Family::counter("iiif_gate_decisions_total",
        "Answers to nginx: what it was told (allow 204, challenge 401, refuse 403), and why.")
        .by(&["result", "reason"]);
    QUERY_AUTH = Family::histogram("iiif_gate_query_auth_seconds",
        "How long a decision took, from the question's last byte to the answer.");
    AUTH_TOKENS = Family::counter("iiif_gate_auth_tokens_total",
        "authTokens of other sites' users: accepted, or why they were refused.").by(&["result"]);
    SIGN_INS = Family::counter("iiif_gate_sign_ins_total",
        "Attempts to sign in, at every door: name and password, and the second factor where one is asked for (code-needed, then done or wrong-code). A limited one was not looked at, a failed one met a fault of ours.")
        .by(&["result"]);
    LIMITS = Family::counter("iiif_gate_limits_hit_total",
        "How often somebody was told to wait because a limit was reached, by the kind of limit.").by(&["kind"]);
    PAGES = Family::counter("iiif_gate_pages_total",
        "Pages for people, by the class of their status.").by(&["status"]);
    PASSWORD_SECONDS = Family::histogram("iiif_gate_password_seconds",
        "How long a password took to be hashed or checked, with the time in the queue.");
    PASSWORDS_WAITING = Family::gauge("iiif_gate_passwords_waiting",
        "Passwords that wait for a thread.");
    CACHE_LOOKUPS = Family::counter("iiif_gate_cache_lookups_total",
        "Look-ups in memory. A miss was loaded from the database or asked of the image server; descriptions are info.json with the image's size, accounts and api_keys are kept with their users, as sessions are.")
        .by(&["cache", "result"]);
    CACHE_ENTRIES = Family::gauge("iiif_gate_cache_entries", "What is kept in memory.").by(&["cache"]);
    SESSIONS = Family::gauge("iiif_gate_sessions",
        "Sessions that live, in the whole database; counted once a minute, while somebody asks.");
    USERS = Family::gauge("iiif_gate_users",
        "Users, in the whole database; counted once a minute, while somebody asks.").by(&["state"]);
    RULES = Family::gauge("iiif_gate_rules", "Rules in force.");
    ROLES = Family::gauge("iiif_gate_roles", "Roles.");
    DATABASE_UP = Family::gauge("iiif_gate_database_up",
        "Whether the change feed could be read when that was last tried, four times a second: 1 or 0.");
    DATABASE_SECONDS = Family::histogram("iiif_gate_database_seconds",
        "How long a piece of work took with a connection to the database.");
    DATABASE_WAIT = Family::histogram("iiif_gate_database_wait_seconds",
        "How long was waited for a connection to the database.");
    DATABASE_ERRORS = Family::counter("iiif_gate_database_errors_total",
        "Pieces of work that failed because of the database.").by(&["kind"]);
    DATABASE_CONNECTIONS = Family::gauge("iiif_gate_database_connections",
        "Connections to the database.").by(&["pool", "state"]);
    DATABASE_CONNECTIONS_MAX = Family::gauge("iiif_gate_database_connections_max",
        "How many connections there may be.").by(&["pool"]);
    FEED_AGE = Family::gauge("iiif_gate_feed_age_seconds",
        "How long ago the change feed was last read: what was revoked elsewhere since then is not known here.");
    FEED_POSITION = Family::gauge("iiif_gate_feed_position",
        "The number of the last entry of the change feed that was read; gates of one database have the same.");
    FEED_BEHIND = Family::gauge("iiif_gate_feed_behind_entries",
        "Entries of the change feed that are known and have not been read.");
    IMAGE_SERVER_REQUESTS = Family::counter("iiif_gate_image_server_requests_total",
        "Questions of the gate to the image server, for info.json.").by(&["result"]);
    IMAGE_SERVER_SECONDS = Family::histogram("iiif_gate_image_server_seconds",
        "How long the image server took to answer these.");
    BUILD_INFO = Family::gauge("iiif_gate_build_info", "Always 1.").by(&["version", "database"]);
    PROCESS_START = Family::gauge("process_start_time_seconds", "When the program started, in seconds since 1970.");
    PROCESS_CPU = Family::counter("process_cpu_seconds_total", "Processor time, of the program and the system for it.");
    PROCESS_RESIDENT = Family::gauge("process_resident_memory_bytes", "Memory that is in use.");
    PROCESS_VIRTUAL = Family::gauge("process_virtual_memory_bytes", "Memory that was asked for.");
    PROCESS_THREADS = Family::gauge("process_threads", "Threads.");
    PROCESS_FDS = Family::gauge("process_open_fds", "Open files and connections.");
    PROCESS_MAX_FDS = Family::gauge("process_max_fds", "How many there may be.");
}
