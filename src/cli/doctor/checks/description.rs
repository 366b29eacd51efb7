//! The description of the image (info.json), as somebody gets it who is not signed in.

use serde_json::Value;

use crate::cli::doctor::ask::Seen;
use crate::cli::doctor::finding::{Finding, Kind, Severity};
use crate::cli::doctor::place::{Place, split};
use crate::cli::doctor::services::{Services, id, inside, text};

pub(in crate::cli::doctor) static STATUS: Kind = Kind {
    name: "description-status",
    severity: Severity::Broken,
    title: "The description of a protected image does not come as viewers need it",
    why: "Viewers read the way to sign in out of the description, with status 401 (or 200). With 403, 500 or a page to sign in they show an error, and nobody is asked to sign in.",
    mend: "Answer info.json with 401 and the image's own description with its auth services. nginx: error_page 401 = @location, and no proxy_intercept_errors for it.",
};
pub(in crate::cli::doctor) static ID: Kind = Kind {
    name: "id",
    severity: Severity::Broken,
    title: "The description names another id than was asked for",
    why: "Viewers build the addresses of all tiles from the id, and take a description with another one for a lesser image: after signing in, nothing changes.",
    mend: "Tell the gate and the image server the public address (VIRTUAL_HOST, VIRTUAL_HOST_PROTO; X-Forwarded-Proto and X-Forwarded-Host at a proxy), and hand on the identifier as it was written (proxy_pass without a path, no $uri).",
};
pub(in crate::cli::doctor) static SIZE: Kind = Kind {
    name: "size",
    severity: Severity::Broken,
    title: "The description has no real size of the image",
    why: "Without width, height and protocol no viewer shows anything; with those of another image it asks for tiles that do not exist, before and after signing in.",
    mend: "Serve the image server's own description, not a file made once for all images.",
};
pub(in crate::cli::doctor) static CONTEXT: Kind = Kind {
    name: "context",
    severity: Severity::Advice,
    title: "@context is not as the Image API wants it",
    why: "In Image API 3 the context of the Image API stands last in the list, that of Auth 2.0 before it. In Image API 2 it is a plain string. Strict clients refuse others.",
    mend: "Put http://iiif.io/api/auth/2/context.json first in the list of an Image API 3 description, and into the probe service of an Image API 2 one.",
};
pub(in crate::cli::doctor) static ADDRESSES: Kind = Kind {
    name: "service-address",
    severity: Severity::Broken,
    title: "An address of an auth service is not one that viewers can use",
    why: "Viewers append `?origin=...` to these addresses as they are, so one with a `?` or `#` breaks; and pages over https may not use what is plain http.",
    mend: "Absolute https addresses without `?` and `#`. Behind a proxy, tell the gate that the outside is https (VIRTUAL_HOST_PROTO=https).",
};
pub(in crate::cli::doctor) static ENTRIES: Kind = Kind {
    name: "service-entries",
    severity: Severity::Broken,
    title: "Viewers break down at an entry of `service`",
    why: "Mirador 3 and 4 fail at a service without a `profile` when the status is 401, and Universal Viewer at a bare address in the list: neither image nor sign-in appears.",
    mend: "Give each service a string `profile` (for a probe: https://iiif.io/api/auth/2.0/#probe-service), and make bare addresses objects.",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] =
    &[&STATUS, &ID, &SIZE, &CONTEXT, &ADDRESSES, &ENTRIES];

const AUTH_2: &str = "http://iiif.io/api/auth/2/context.json";

/// What the status says to a viewer.
pub(in crate::cli::doctor) fn status(seen: &Seen, is_protected: bool) -> Finding {
    match seen.status() {
        401 | 302 => STATUS.fine(seen.told()),
        200 if is_protected => STATUS.fine(format!(
            "{} with auth services; viewers sign in from that as well",
            seen.told()
        )),
        200 => STATUS.fine(format!("{}: for everybody", seen.told())),
        _ => STATUS.bad(seen.told()),
    }
}

/// The document itself.
pub(in crate::cli::doctor) fn document(place: &Place, document: &Value) -> Vec<Finding> {
    vec![own_id(place, document), size(document), context(document)]
}

fn own_id(place: &Place, document: &Value) -> Finding {
    let wanted = place.url();
    let Some(id) = id(document) else {
        return ID.bad("there is neither `id` nor `@id`");
    };
    if id == wanted {
        return ID.fine(id);
    }
    let hint = match split(&id) {
        Some((server, _)) if server.secure != place.server.secure => {
            " (scheme: what makes it does not know that the outside is another)"
        }
        Some((server, _)) if server != place.server => " (host or port)",
        Some((_, target)) if decoded(&target) == decoded(&place.base) => {
            " (the identifier is spelled in another way)"
        }
        Some(_) => " (path: another image, or another prefix)",
        None => " (it is no absolute address)",
    };
    ID.bad(format!("asked for {wanted}, got {id}{hint}"))
}

fn decoded(path: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(path);
    bytes.decode_utf8_lossy().trim_end_matches('/').to_owned()
}

fn size(document: &Value) -> Finding {
    let length = |name| {
        document
            .get(name)
            .and_then(Value::as_u64)
            .filter(|n| *n > 0)
    };
    match (
        length("width"),
        length("height"),
        text(document, "protocol"),
    ) {
        (Some(width), Some(height), Some("http://iiif.io/api/image")) => {
            SIZE.fine(format!("{width} x {height}"))
        }
        (Some(_), Some(_), _) => SIZE.bad("`protocol` is not http://iiif.io/api/image"),
        _ => SIZE.bad("`width` and `height` are not both numbers above zero"),
    }
}

fn context(document: &Value) -> Finding {
    let own = |version: u8| format!("http://iiif.io/api/image/{version}/context.json");
    match document.get("@context") {
        Some(Value::String(context)) if *context == own(2) || *context == own(3) => {
            let has_probe = !Services::of(document)
                .of_version(2)
                .collect::<Vec<_>>()
                .is_empty();
            if has_probe && *context == own(3) {
                CONTEXT.bad(format!("{context} alone, without {AUTH_2}"))
            } else {
                CONTEXT.fine(context)
            }
        }
        Some(Value::Array(all)) if all.last().and_then(Value::as_str) == Some(&own(3)) => {
            CONTEXT.fine(format!("{} entries, that of the Image API last", all.len()))
        }
        Some(other) => CONTEXT.bad(other.to_string()),
        None => CONTEXT.bad("there is none"),
    }
}

/// Addresses and shape of whatever stands in `service`.
pub(in crate::cli::doctor) fn entries(place: &Place, document: &Value) -> Vec<Finding> {
    let services = Services::of(document);
    let addresses = services.addresses();
    let mut problems = Vec::new();
    for address in &addresses {
        if address.contains(['?', '#']) {
            problems.push(format!("{address} has a `?` or `#`"));
        }
        match split(address) {
            Some((server, _)) if server.secure || !place.server.secure => {}
            Some(_) => problems.push(format!("{address} is plain http")),
            None => problems.push(format!("{address} is no absolute address")),
        }
    }
    let mut wrong = Vec::new();
    for service in inside(document) {
        if let Some(address) = service.as_str() {
            wrong.push(format!("{address} is a bare address"));
        } else if text(service, "profile").is_none() {
            let id = id(service).unwrap_or_else(|| "one without id".to_owned());
            wrong.push(format!("{id} has no `profile`"));
        }
    }
    vec![
        ADDRESSES.judge(&problems, format!("{} addresses", addresses.len())),
        ENTRIES.judge(&wrong, "each is an object with a `profile`"),
    ]
}
