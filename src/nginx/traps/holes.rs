//! What lets somebody see what they may not.

use super::{Severity, Trap};

/// Those with which somebody sees what they may not.
pub(super) const HOLES: &[&Trap] = &[
    &NOT_ASKED,
    &UNGUARDED_IMAGES,
    &REGEX_SIBLING,
    &WAY_AROUND,
    &ASKS_NOBODY,
    &AUTH_ELSEWHERE,
    &AUTH_ANSWERS_ITSELF,
    &RETURN_BEFORE_AUTH,
    &SATISFY_ANY,
    &SUBREQUEST,
    &ALIAS_TRAVERSAL,
    &ORIGINAL_URI,
    &CLIENT_ADDRESS,
    &TRUSTED_EVERYONE,
    &AUTH_CACHE_KEY,
    &GATE_CACHED,
    &DECODED_IN_REQUEST,
    &OTHER_PROTOCOLS,
    &CORS_ANY_ORIGIN,
    &CHOSEN_BACKEND,
];

/// No location asks the gate.
pub const NOT_ASKED: Trap = Trap {
    id: "not-asked",
    severity: Severity::Hole,
    title: "no location asks the gate",
    why: "The gate's pages are there, but no `auth_request` leads to it, so everything in this server is served to everybody.",
    mend: "include conf.d/iiif-gate/server.conf;",
};

/// Images are reached without asking the gate.
pub const UNGUARDED_IMAGES: Trap = Trap {
    id: "unguarded-images",
    severity: Severity::Hole,
    title: "images are reached without asking the gate",
    why: "This leads to what the gate guards elsewhere, and does not ask it: whoever knows this address sees every image.",
    mend: "auth_request /_iiif_gate/query_auth;",
};

/// A location with a pattern takes images away from the gate.
pub const REGEX_SIBLING: Trap = Trap {
    id: "regex-sibling",
    severity: Severity::Hole,
    title: "a location with a pattern takes images away from the gate",
    why: "nginx prefers a location with a pattern (`~`) to a plain one, so requests that fit the pattern are served here, and the gate is never asked.",
    mend: "location ^~ /iiif/images/ { ... }    # on the location that asks the gate, and take this one out",
};

/// An inner way leads around the gate.
pub const WAY_AROUND: Trap = Trap {
    id: "way-around",
    severity: Severity::Hole,
    title: "an inner way leads around the gate",
    why: "A location that guards images sends requests on before the gate has been asked, or after it said no, to a place that serves them anyway.",
    mend: "error_page 401 403 = @iiif_gate_describe;    # lead refusals to the gate's words, and nowhere else",
};

/// `auth_request` leads nowhere.
pub const ASKS_NOBODY: Trap = Trap {
    id: "asks-nobody",
    severity: Severity::Hole,
    title: "auth_request leads nowhere",
    why: "There is no location of its own for the question. Another location takes it, and if that one answers with 200, such as a page for everything, then everybody may see everything.",
    mend: "location = /_iiif_gate/query_auth { internal; proxy_pass http://iiif_gate/query_auth; ... }",
};

/// Another program than the gate is asked.
pub const AUTH_ELSEWHERE: Trap = Trap {
    id: "auth-elsewhere",
    severity: Severity::Hole,
    title: "another program than the gate is asked",
    why: "The question goes to something that is not the gate. Whatever answers it with 200, such as a default page, lets everybody see everything.",
    mend: "proxy_pass http://iiif_gate/query_auth;",
};

/// Nginx answers the question itself.
pub const AUTH_ANSWERS_ITSELF: Trap = Trap {
    id: "auth-answers-itself",
    severity: Severity::Hole,
    title: "nginx answers the question itself",
    why: "A `return` in the location of the question comes before the gate is asked, and 2xx means that everybody may see everything for which the condition holds.",
    mend: "proxy_pass http://iiif_gate/query_auth;    # and no return or if beside it",
};

/// An answer is given before the gate is asked.
pub const RETURN_BEFORE_AUTH: Trap = Trap {
    id: "return-before-auth",
    severity: Severity::Hole,
    title: "an answer is given before the gate is asked",
    why: "`return` and `rewrite` come before `auth_request`: what they answer, everybody gets. In a guarded location they may refuse (4xx), or answer a preflight (204), and nothing else.",
    mend: "# take this line out; what it answered goes into a location of its own",
};

/// One condition of several is enough.
pub const SATISFY_ANY: Trap = Trap {
    id: "satisfy-any",
    severity: Severity::Hole,
    title: "one condition of several is enough",
    why: "With `satisfy any`, an address or a password that is allowed here takes the place of the gate's permission.",
    mend: "satisfy all;",
};

/// Nginx fetches a guarded place by itself.
pub const SUBREQUEST: Trap = Trap {
    id: "subrequest",
    severity: Severity::Hole,
    title: "nginx fetches a guarded place by itself",
    why: "nginx does not ask the gate for what it fetches itself: SSI includes, `mirror`, `add_before_body` and `add_after_body`. Whatever page can name an image this way shows it to everybody.",
    mend: "ssi off;    # or take the line out",
};

/// A folder can be left by its side.
pub const ALIAS_TRAVERSAL: Trap = Trap {
    id: "alias-traversal",
    severity: Severity::Hole,
    title: "a folder can be left by its side",
    why: "The location and its `alias` do not both end in a slash, so that `/files../secret`, or a neighbor whose name begins alike, leads out of the folder.",
    mend: "location ^~ /iiif/files/ { alias /srv/files/; }",
};

/// The gate decides about another address than nginx serves.
pub const ORIGINAL_URI: Trap = Trap {
    id: "original-uri",
    severity: Severity::Hole,
    title: "the gate decides about another address than nginx serves",
    why: "`X-Original-URI` has to be `$request_uri`, letter by letter as the visitor sent it. Anything else is another address, or one that visitors choose.",
    mend: "proxy_set_header X-Original-URI $request_uri;",
};

/// Visitors choose their own address.
pub const CLIENT_ADDRESS: Trap = Trap {
    id: "client-address",
    severity: Severity::Hole,
    title: "visitors choose their own address",
    why: "`X-Real-IP` is made of what visitors send, so everybody can say to sit in the reading room.",
    mend: "proxy_set_header X-Real-IP $remote_addr;",
};

/// Every visitor is believed to be a proxy.
pub const TRUSTED_EVERYONE: Trap = Trap {
    id: "trusted-everyone",
    severity: Severity::Hole,
    title: "every visitor is believed to be a proxy",
    why: "With `set_real_ip_from` for the whole Internet, every visitor chooses an address by a header, and roles that are held by network are everybody's.",
    mend: "set_real_ip_from 10.0.0.5;    # your proxies, and nothing else",
};

/// One visitor's permission is kept for another.
pub const AUTH_CACHE_KEY: Trap = Trap {
    id: "auth-cache-key",
    severity: Severity::Hole,
    title: "one visitor's permission is kept for another",
    why: "The gate's answers are cached under a key that is the same for different people or images: it needs cookie, token, address, method, host and target, with something between them that cannot occur in them.",
    mend: "proxy_cache off;",
};

/// What the gate says to one visitor is kept for others.
pub const GATE_CACHED: Trap = Trap {
    id: "gate-cached",
    severity: Severity::Hole,
    title: "what the gate says to one visitor is kept for others",
    why: "The gate's pages and descriptions differ from person to person. A cache shows those of one to the next.",
    mend: "proxy_cache off;",
};

/// Decoded text is sent on.
pub const DECODED_IN_REQUEST: Trap = Trap {
    id: "decoded-in-request",
    severity: Severity::Hole,
    title: "decoded text is sent on",
    why: "`$uri`, `$document_uri` and what a pattern cut out of the path are decoded. A `%0d%0a` in the address becomes a line end, and what follows it a header, or a second request that nobody asked the gate about.",
    mend: "proxy_pass http://iiif_gate_images$request_uri;    # raw, or what a map cuts out of $request_uri",
};

/// The image server's other languages can be spoken.
pub const OTHER_PROTOCOLS: Trap = Trap {
    id: "other-protocols",
    severity: Severity::Hole,
    title: "the image server's other languages can be spoken",
    why: "The query goes along, or a `&` in the path does. IIPImage (`FIF=`, `Zoomify=`, `DeepZoom=`) and digilib (`?fn=`) then show another image than the one that the gate was asked about.",
    mend: "fastcgi_param QUERY_STRING \"\";    # and REQUEST_URI without query, with & refused, as in conf.d/iiif-gate/iipimage-params.conf",
};

/// Every site may read protected images with a visitor's cookie.
pub const CORS_ANY_ORIGIN: Trap = Trap {
    id: "cors-any-origin",
    severity: Severity::Hole,
    title: "every site may read protected images with a visitor's cookie",
    why: "The origin of the request is sent back as the one that is allowed, together with credentials: a page anywhere can fetch what its visitor may see.",
    mend: "add_header Access-Control-Allow-Origin \"*\" always;    # without Access-Control-Allow-Credentials",
};

/// Visitors choose the program that is asked.
pub const CHOSEN_BACKEND: Trap = Trap {
    id: "chosen-backend",
    severity: Severity::Hole,
    title: "visitors choose the program that is asked",
    why: "The address behind this location is made of what visitors send, so they can choose the image server, or anything else on this machine.",
    mend: "proxy_pass http://iiif_gate_images;    # an address that is written out",
};
