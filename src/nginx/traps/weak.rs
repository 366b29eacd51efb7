//! What takes a defense away, or will not work.

use super::{Severity, Trap};

/// Those that take a defense away.
pub(super) const WEAK: &[&Trap] = &[
    &NO_CARET,
    &SCRIPT,
    &ANSWER_CACHED,
    &CLIENT_HEADERS,
    &LOST_HEADERS,
    &UNDERSCORES,
    &MERGE_SLASHES,
    &SET_URI,
    &DECODED_PATH,
    &DECODED_IN_ANSWER,
    &SAME_PROGRAM,
    &PLAIN_HTTP,
    &OLD_TLS,
    &SECRETS_IN_LOG,
    &OLD_NGINX,
    &LISTING,
    &CACHEABLE,
    &REWRITTEN,
    &MIRRORED,
    &CHANGED,
];

/// A pattern elsewhere can take over this location.
pub const NO_CARET: Trap = Trap {
    id: "no-caret",
    severity: Severity::Weak,
    title: "a pattern elsewhere can take over this location",
    why: "Without `^~`, any location with a pattern, such as one for `*.jpg`, that somebody adds to this server takes these requests over and leaves the gate out.",
    mend: "location ^~ /iiif/images/ {",
};

/// A program in nginx can go its own way.
pub const SCRIPT: Trap = Trap {
    id: "script",
    severity: Severity::Weak,
    title: "a program in nginx can go its own way",
    why: "Lua, njs and Perl can answer before the gate is asked, decide in its place, and what they fetch by subrequests is never asked about. This check names programs and does not read them.",
    mend: "# look at it yourself, and leave it out of locations that guard images",
};

/// Guarded answers are kept by nginx.
pub const ANSWER_CACHED: Trap = Trap {
    id: "answer-cached",
    severity: Severity::Weak,
    title: "guarded answers are kept by nginx",
    why: "Copies of guarded images stay on this disk after a right ends, and a key that is not the raw target mixes images up.",
    mend: "proxy_cache off;",
};

/// The visitor's headers go to the image server.
pub const CLIENT_HEADERS: Trap = Trap {
    id: "client-headers",
    severity: Severity::Weak,
    title: "the visitor's headers go to the image server",
    why: "Cookies and tokens do not belong there, and some image servers believe what they are told: IIPImage takes its public address from `X-IIIF-ID`.",
    mend: "proxy_pass_request_headers off;    # fastcgi_pass_request_headers off; with FastCGI",
};

/// Headers that are set further out do not count here.
pub const LOST_HEADERS: Trap = Trap {
    id: "lost-headers",
    severity: Severity::Weak,
    title: "headers that are set further out do not count here",
    why: "A block with a `proxy_set_header` of its own inherits none. What was cleared or set outside, such as a header that says who the user is, now comes from the visitor.",
    mend: "proxy_pass_request_headers off;    # or repeat the lines from outside here",
};

/// Headers with odd names are let through.
pub const UNDERSCORES: Trap = Trap {
    id: "underscores",
    severity: Severity::Weak,
    title: "headers with odd names are let through",
    why: "`X_Real_IP` and `X-Real-IP` are the same to many programs. nginx drops such headers from visitors, but not with this line.",
    mend: "underscores_in_headers off;\nignore_invalid_headers on;",
};

/// Doubled slashes are kept.
pub const MERGE_SLASHES: Trap = Trap {
    id: "merge-slashes",
    severity: Severity::Weak,
    title: "doubled slashes are kept",
    why: "With `merge_slashes off`, `//iiif/images/x` is for another location than `/iiif/images/x`, and image servers may read them as the same.",
    mend: "merge_slashes on;",
};

/// A variable holds another address than it seems.
pub const SET_URI: Trap = Trap {
    id: "set-uri",
    severity: Severity::Weak,
    title: "a variable holds another address than it seems",
    why: "A `set` right in the server runs again for the question to the gate, and then the variable holds the address of the question, in the visitor's request as well.",
    mend: "# write $request_uri where it is needed",
};

/// The image server gets a rewritten address.
pub const DECODED_PATH: Trap = Trap {
    id: "decoded-path",
    severity: Severity::Weak,
    title: "the image server gets a rewritten address",
    why: "With a path behind the address, `proxy_pass` sends on what nginx decoded: `%2F` in an identifier becomes `/`, and another image is served than was decided about.",
    mend: "proxy_pass http://iiif_gate_images$request_uri;    # or what a map cuts out of $request_uri",
};

/// Decoded text is put into an answer.
pub const DECODED_IN_ANSWER: Trap = Trap {
    id: "decoded-in-answer",
    severity: Severity::Weak,
    title: "decoded text is put into an answer",
    why: "`$uri` and what a pattern cut out of the path are decoded. A `%0d%0a` in the address becomes a line end in the answer, and what follows it a header, such as a cookie.",
    mend: "return 308 https://$host$request_uri;",
};

/// The image server's program answers elsewhere, too.
pub const SAME_PROGRAM: Trap = Trap {
    id: "same-program",
    severity: Severity::Weak,
    title: "the image server's program answers elsewhere, too",
    why: "This location is not guarded and leads to the same program by another path. Servlet containers (Tomcat, Jetty) read `/x/..;/images/` as `/images/`.",
    mend: "if ($request_uri ~* \"(;|%3b|%5c|\\.\\.|%2e%2e)\") { return 400; }",
};

/// People sign in over plain HTTP.
pub const PLAIN_HTTP: Trap = Trap {
    id: "plain-http",
    severity: Severity::Weak,
    title: "people sign in over plain HTTP",
    why: "Passwords and cookies can be read on the way, and browsers do not keep the cookie that other sites' viewers need.",
    mend: "listen 443 ssl;    # and a server on port 80 that says: return 308 https://$host$request_uri;",
};

/// Outdated encryption is allowed.
pub const OLD_TLS: Trap = Trap {
    id: "old-tls",
    severity: Severity::Weak,
    title: "outdated encryption is allowed",
    why: "TLS 1.0 and 1.1 have been broken for years, and so has SSL.",
    mend: "ssl_protocols TLSv1.2 TLSv1.3;",
};

/// The log holds cookies or tokens.
pub const SECRETS_IN_LOG: Trap = Trap {
    id: "secrets-in-log",
    severity: Severity::Weak,
    title: "the log holds cookies or tokens",
    why: "Whoever may read the log can be everybody in it.",
    mend: "access_log /var/log/nginx/images.log iiif_gate buffer=64k flush=1s;",
};

/// Nginx is too old.
pub const OLD_NGINX: Trap = Trap {
    id: "old-nginx",
    severity: Severity::Weak,
    title: "nginx is too old",
    why: "Before 1.21.1, nginx takes blanks and control characters in an address, which then reach the programs behind. The shipped files need 1.22.",
    mend: "# install nginx 1.22 or newer",
};

/// A guarded folder lists its files.
pub const LISTING: Trap = Trap {
    id: "listing",
    severity: Severity::Weak,
    title: "a guarded folder lists its files",
    why: "`autoindex` shows the names of all files in a folder to everybody who may see the folder, whatever the rules for the files say.",
    mend: "autoindex off;",
};

/// Guarded pictures may be kept by anybody.
pub const CACHEABLE: Trap = Trap {
    id: "cacheable",
    severity: Severity::Weak,
    title: "guarded pictures may be kept by anybody",
    why: "Image servers allow everybody to keep a picture for a day. Proxies and CDNs then show it to the next who asks, and browsers show it after signing out.",
    mend: "proxy_hide_header Cache-Control;\nadd_header Cache-Control $iiif_gate_cache_control always;",
};

/// The gate is asked about another address than the one that is served.
pub const REWRITTEN: Trap = Trap {
    id: "rewritten",
    severity: Severity::Weak,
    title: "the gate is asked about another address than the one that is served",
    why: "The gate is always told what the visitor asked for. After this `rewrite` something else is served, so a rule for the one opens the other, or the gate knows no such image and refuses everybody.",
    mend: "return 308 /iiif/images/$1;    # let the visitor ask again, with the right address",
};

/// Requests are copied to another program, with all that they hold.
pub const MIRRORED: Trap = Trap {
    id: "mirrored",
    severity: Severity::Weak,
    title: "requests are copied to another program, with all that they hold",
    why: "`mirror` sends a copy of every request on, with cookies, tokens, and at the sign-in with passwords. Whoever reads them there can be anybody.",
    mend: "mirror off;",
};

/// The gate's answers are changed on the way.
pub const CHANGED: Trap = Trap {
    id: "changed",
    severity: Severity::Weak,
    title: "the gate's answers are changed on the way",
    why: "Cookies, and the headers that say what browsers may keep, frame and run, are part of how signing in works and is protected. Nothing in nginx should write them anew, add others, or hide them.",
    mend: "# take this line out, or move it into the locations that it is for",
};
