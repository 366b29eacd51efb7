//! What is worth knowing.

use super::{Severity, Trap};

/// Those that are worth knowing.
pub(super) const ADVICE: &[&Trap] = &[
    &REFUSAL_METHOD,
    &OTHER_GUARD,
    &QUERY_PASSED,
    &NO_SECOND_OPINION,
    &LOST_ADD_HEADER,
    &NO_DEFAULT_SERVER,
    &QUERY_IN_LOG,
    &SCRIPT_BESIDE,
    &QUESTION_COOKIE,
    &NO_OTHER_GATE,
    &ALSO_REFUSED,
    &CORS_ON_SUCCESS,
];

/// A refusal changes the method.
pub const REFUSAL_METHOD: Trap = Trap {
    id: "refusal-method",
    severity: Severity::Advice,
    title: "a refusal changes the method",
    why: "`error_page` with an address instead of a name (`@...`) turns the request into a GET for that address, and one that leads to another site is no answer that viewers can read.",
    mend: "error_page 401 403 = @iiif_gate_describe;",
};

/// Images are guarded by something else than the gate.
pub const OTHER_GUARD: Trap = Trap {
    id: "other-guard",
    severity: Severity::Advice,
    title: "images are guarded by something else than the gate",
    why: "An address, a password, or another program decides here. The gate's rules do not count, its sessions do not end here, and its log knows nothing of it.",
    mend: "auth_request /_iiif_gate/query_auth;",
};

/// The query goes to the image server.
pub const QUERY_PASSED: Trap = Trap {
    id: "query-passed",
    severity: Severity::Advice,
    title: "the query goes to the image server",
    why: "The IIIF Image API has no query, but many image servers read one. Rules speak of paths alone.",
    mend: "proxy_pass http://iiif_gate_images$iiif_gate_path;",
};

/// The gate alone decides what an address means.
pub const NO_SECOND_OPINION: Trap = Trap {
    id: "no-second-opinion",
    severity: Severity::Advice,
    title: "the gate alone decides what an address means",
    why: "The shipped files refuse addresses that can be read in two ways in nginx as well, so that one mistake is not enough.",
    mend: "if ($iiif_gate_target = refused) { return 400; }",
};

/// Headers of answers that are set further out do not count here.
pub const LOST_ADD_HEADER: Trap = Trap {
    id: "lost-add-header",
    severity: Severity::Advice,
    title: "headers of answers that are set further out do not count here",
    why: "A block with an `add_header` of its own inherits none, so these headers are missing from its answers.",
    mend: "add_header Strict-Transport-Security \"max-age=31536000\" always;    # repeat it here",
};

/// Requests for any host come here.
pub const NO_DEFAULT_SERVER: Trap = Trap {
    id: "no-default-server",
    severity: Severity::Advice,
    title: "requests for any host come here",
    why: "No other server is the default for this address, so requests that name some other host, or none, get here.",
    mend: "server { listen 443 ssl default_server; server_name _; return 421; }",
};

/// The log holds what stands behind the question mark.
pub const QUERY_IN_LOG: Trap = Trap {
    id: "query-in-log",
    severity: Severity::Advice,
    title: "the log holds what stands behind the question mark",
    why: "The address of the token service names the site that a visitor comes from, and the referrer names the page.",
    mend: "access_log /var/log/nginx/images.log iiif_gate buffer=64k flush=1s;",
};

/// A program runs in this server.
pub const SCRIPT_BESIDE: Trap = Trap {
    id: "script-beside",
    severity: Severity::Advice,
    title: "a program runs in this nginx",
    why: "Lua, njs and Perl can serve images without the gate: they fetch guarded places by subrequests, which are never asked about, open connections to the image server, and choose programs. This check names programs and does not read them.",
    mend: "# look at it yourself",
};

/// A cookie is taken from the answer to a question.
pub const QUESTION_COOKIE: Trap = Trap {
    id: "question-cookie",
    severity: Severity::Advice,
    title: "a cookie is taken from the answer to a question",
    why: "The gate sets no cookie when it is asked, and of several cookies nginx would pass on the first alone. Whatever arrives here is not the gate's.",
    mend: "# take this line out",
};

/// Where one of several gates cannot decide, no other is asked.
pub const NO_OTHER_GATE: Trap = Trap {
    id: "no-other-gate",
    severity: Severity::Advice,
    title: "where one of several gates cannot decide, no other is asked",
    why: "A gate that alone lost its database refuses whom it does not know, and after `STALE_LIMIT` everybody. Told that it may, it says 503 instead, and nginx asks the next one. Nothing is opened by that, with or without these lines.",
    mend: "proxy_set_header X-If-Undecided 503;\nproxy_next_upstream error timeout http_503;",
};

/// Something besides the gate refuses here.
pub const ALSO_REFUSED: Trap = Trap {
    id: "also-refused",
    severity: Severity::Advice,
    title: "something besides the gate refuses here",
    why: "A password, an address or a limit holds as well as the gate's rules. Viewers cannot ask for a second password, and they fetch dozens of tiles at once, which a limit made for pages takes for an attack.",
    mend: "# take this line out, or allow a burst of some hundred requests",
};

/// Viewers cannot read errors.
pub const CORS_ON_SUCCESS: Trap = Trap {
    id: "cors-on-success",
    severity: Severity::Advice,
    title: "viewers cannot read errors",
    why: "Without `always`, nginx adds the header to successes alone, and a viewer on another site takes every 401, 404 and 503 for a network that is down.",
    mend: "add_header Access-Control-Allow-Origin * always;",
};
