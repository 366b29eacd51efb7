//! What is weak about how the gate is asked, and how its answer is used.

use super::{Severity, Trap};

/// Those about asking the gate.
pub(super) const ASKING: &[&Trap] = &[
    &GATE_NOT_PROVEN,
    &AUTH_NOT_INTERNAL,
    &QUESTION_EXPOSED,
    &HEALTH_EXPOSED,
    &REFUSAL_STATUS,
    &AUTH_OFF_PREFIX,
    &ORIGINAL_METHOD,
    &NO_ADDRESS,
    &AUTH_BODY,
    &AUTH_HEADERS,
    &AUTH_CACHED,
    &AUTH_CACHE_DENIALS,
    &INTERCEPT,
    &NO_CREDENTIALS,
    &UNASKED_PATH,
];

/// Whoever answers 200 is believed to be the gate.
pub const GATE_NOT_PROVEN: Trap = Trap {
    id: "gate-not-proven",
    severity: Severity::Weak,
    title: "whoever answers 200 is believed to be the gate",
    why: "If something else should ever answer at the gate's address, such as an error page, all images are open. The gate proves itself by the header `X-Auth-Reason`, and nothing here looks at it.",
    mend: "auth_request_set $iiif_gate_reason $upstream_http_x_auth_reason;    # and a map from it to the image server, with nowhere for \"\"",
};

/// The question can be asked from outside.
pub const AUTH_NOT_INTERNAL: Trap = Trap {
    id: "auth-not-internal",
    severity: Severity::Weak,
    title: "the question can be asked from outside",
    why: "The location of the question lacks `internal`, so anybody can ask the gate about anything, as often as they like.",
    mend: "internal;",
};

/// The gate's inner addresses can be reached from outside.
pub const QUESTION_EXPOSED: Trap = Trap {
    id: "question-exposed",
    severity: Severity::Weak,
    title: "the gate's inner addresses can be reached from outside",
    why: "`/query_auth` and `/describe` are for nginx alone. By way of this location visitors reach them, and bring along whatever headers they like.",
    mend: "location ^~ /auth/query_auth { return 404; }",
};

/// The gate's health and metrics are public.
pub const HEALTH_EXPOSED: Trap = Trap {
    id: "health-exposed",
    severity: Severity::Weak,
    title: "the gate's health and metrics are public",
    why: "The listener for health and metrics (`LISTEN_HEALTH`) is for this machine. Here it is shown to everybody.",
    mend: "# take this location out, or: allow 127.0.0.1; deny all;",
};

/// A refusal loses its status.
pub const REFUSAL_STATUS: Trap = Trap {
    id: "refusal-status",
    severity: Severity::Weak,
    title: "a refusal loses its status",
    why: "With `=`, `error_page` puts the status of another page in the place of 401 or 403. Viewers then believe that the image may be seen, and offer no sign-in.",
    mend: "error_page 401 403 = @iiif_gate_describe;    # the gate writes status and body",
};

/// `auth_request` off opens more than is meant.
pub const AUTH_OFF_PREFIX: Trap = Trap {
    id: "auth-off-prefix",
    severity: Severity::Weak,
    title: "auth_request off opens more than is meant",
    why: "A location without `=` and without a slash at its end is for everything that begins like it: `/login` opens `/login-scans/` too.",
    mend: "location = /login { auth_request off; ... }",
};

/// The gate is not told the method.
pub const ORIGINAL_METHOD: Trap = Trap {
    id: "original-method",
    severity: Severity::Weak,
    title: "the gate is not told the method",
    why: "Without `X-Original-Method` from nginx, a visitor can claim to read and write instead.",
    mend: "proxy_set_header X-Original-Method $request_method;",
};

/// The gate is not told the visitor's address.
pub const NO_ADDRESS: Trap = Trap {
    id: "no-address",
    severity: Severity::Weak,
    title: "the gate is not told the visitor's address",
    why: "Without `X-Real-IP` nobody is in any network: roles that are held by network or kiosk count for nobody, and limits for all together.",
    mend: "proxy_set_header X-Real-IP $remote_addr;",
};

/// The visitor's body is sent along with the question.
pub const AUTH_BODY: Trap = Trap {
    id: "auth-body",
    severity: Severity::Weak,
    title: "the visitor's body is sent along with the question",
    why: "The gate reads no body. Without these lines, an upload is sent twice, or the question waits for a body that never comes.",
    mend: "proxy_pass_request_body off;\nproxy_set_header Content-Length \"\";",
};

/// All of the visitor's headers go to the gate.
pub const AUTH_HEADERS: Trap = Trap {
    id: "auth-headers",
    severity: Severity::Weak,
    title: "all of the visitor's headers go to the gate",
    why: "The gate needs a few headers, which are named. Any others can only do harm: a hundred of them make it refuse the question, and everybody can try to spell one of ours.",
    mend: "proxy_pass_request_headers off;",
};

/// Decisions are cached.
pub const AUTH_CACHED: Trap = Trap {
    id: "auth-cached",
    severity: Severity::Weak,
    title: "decisions are cached",
    why: "What is revoked stays open, and what was just granted stays closed, for as long as the cache keeps an answer. The gate answers from memory; a cache is not faster.",
    mend: "proxy_cache off;",
};

/// Refusals are cached.
pub const AUTH_CACHE_DENIALS: Trap = Trap {
    id: "auth-cache-denials",
    severity: Severity::Weak,
    title: "refusals are cached",
    why: "Whoever signs in goes on being refused for as long as the cache keeps the refusal.",
    mend: "proxy_cache_valid 401 403 0;",
};

/// Refusals of the gate or image server are replaced.
pub const INTERCEPT: Trap = Trap {
    id: "intercept",
    severity: Severity::Weak,
    title: "refusals of the gate or image server are replaced",
    why: "With `proxy_intercept_errors on`, a 401, 403 or 404 that the program behind wrote goes to `error_page` instead, which can lead in a circle.",
    mend: "proxy_intercept_errors off;",
};

/// The gate does not see who asks.
pub const NO_CREDENTIALS: Trap = Trap {
    id: "no-credentials",
    severity: Severity::Weak,
    title: "the gate does not see who asks",
    why: "Only headers that are named reach the gate here, and the cookie or the token is not among them: nobody is ever signed in.",
    mend: "proxy_set_header Cookie $http_cookie;\nproxy_set_header Authorization $http_authorization;",
};

/// An address of the gate's is served without asking it.
pub const UNASKED_PATH: Trap = Trap {
    id: "unasked-path",
    severity: Severity::Weak,
    title: "an address that rules speak of is served without asking the gate",
    why: "Rules are not about images alone, but about `/iiif/manifests/` and `/annotator/` as well. Here, whatever they say has no effect.",
    mend: "auth_request /_iiif_gate/query_auth;",
};
