//! The auth services: what both versions of IIIF Auth ask of them, and viewers besides.

use serde_json::Value;

use crate::cli::doctor::finding::{Finding, Kind, Severity};
use crate::cli::doctor::services::{
    AUTH_1, Services, id, inside, is_cookie_service, is_probe, text,
};

pub(in crate::cli::doctor) static NONE: Kind = Kind {
    name: "no-services",
    severity: Severity::Broken,
    title: "The description of a protected image names no way to sign in",
    why: "Viewers find the page to sign in there and nowhere else: everybody sees an empty frame.",
    mend: "Let the gate write the description, also when the answer is a refusal (error_page 401 = @iiif_gate_describe in the shipped files).",
};
pub(in crate::cli::doctor) static ONE_VERSION: Kind = Kind {
    name: "one-version",
    severity: Severity::Advice,
    title: "Only one version of IIIF Auth is offered",
    why: "Mirador 3 and 4 and Universal Viewer 4 know version 1 only, newer clients version 2 only.",
    mend: "Offer both in the same description; with this gate IIIF_AUTH_VERSIONS=1,2, which is the default.",
};
pub(in crate::cli::doctor) static VERSION_1: Kind = Kind {
    name: "services-1",
    severity: Severity::Broken,
    title: "The services of IIIF Auth 1.0 are not what viewers understand",
    why: "Viewers compare these words letter by letter. A slip means that no sign-in is offered, or that it never ends.",
    mend: "See IIIF Auth 1.0, sections 2.1 to 2.3, and docs/reference/iiif.md.",
};
pub(in crate::cli::doctor) static VERSION_2: Kind = Kind {
    name: "services-2",
    severity: Severity::Broken,
    title: "The services of IIIF Auth 2.0 are not what viewers understand",
    why: "Clients go through lists and language maps without looking; where an object or a string stands instead, they fail.",
    mend: "See IIIF Auth 2.0, sections 3 to 6, and docs/reference/iiif.md.",
};
pub(in crate::cli::doctor) static EXTERNAL: Kind = Kind {
    name: "external-beside",
    severity: Severity::Broken,
    title: "An external service stands beside one to sign in",
    why: "Universal Viewer tries the external service alone, so people outside of its network are never asked to sign in.",
    mend: "Offer `external` only where there is no other way. (This gate does that by itself.)",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] =
    &[&NONE, &ONE_VERSION, &VERSION_1, &VERSION_2, &EXTERNAL];

/// What the description of a protected image offers.
pub(in crate::cli::doctor) fn offers(document: &Value) -> Vec<Finding> {
    let services = Services::of(document);
    if services.is_empty() {
        return vec![NONE.bad("`service` holds no auth service")];
    }
    let told: Vec<String> = services
        .access
        .iter()
        .map(|access| format!("{} (version {})", access.profile, access.version))
        .collect();
    let has = |version| services.of_version(version).next().is_some();
    let mut found = vec![NONE.fine(told.join(", "))];
    found.push(match (has(1), has(2)) {
        (true, true) => ONE_VERSION.fine("both are there"),
        (true, false) => ONE_VERSION.bad("there is version 1 only"),
        (false, _) => ONE_VERSION.bad("there is version 2 only"),
    });
    let all = inside(document);
    if has(1) {
        let of_1 = all.iter().filter(|service| is_cookie_service(service));
        let problems: Vec<String> = of_1.flat_map(|service| cookie_service(service)).collect();
        found.push(VERSION_1.judge(&problems, "as viewers understand it"));
        let of_1 = services.of_version(1);
        let (external, others): (Vec<_>, Vec<_>) =
            of_1.partition(|access| access.profile == "external");
        found.push(if external.is_empty() || others.is_empty() {
            EXTERNAL.fine("not both")
        } else {
            EXTERNAL.bad("`external` and another profile of version 1")
        });
    }
    if has(2) {
        let of_2 = all.iter().filter(|service| is_probe(service));
        let problems: Vec<String> = of_2.flat_map(|service| probe_service(service)).collect();
        found.push(VERSION_2.judge(&problems, "as viewers understand it"));
    }
    found
}

/// What is plain text in version 1.
const PLAIN_TEXTS: [&str; 5] = [
    "header",
    "description",
    "confirmLabel",
    "failureHeader",
    "failureDescription",
];

fn cookie_service(service: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    let mut need = |holds: bool, problem: &str| {
        if !holds {
            problems.push(problem.to_owned());
        }
    };
    let context = text(service, "@context") == Some("http://iiif.io/api/auth/1/context.json");
    need(
        context,
        "@context is not http://iiif.io/api/auth/1/context.json",
    );
    let profile = text(service, "profile").unwrap_or_default();
    let name = profile.strip_prefix(AUTH_1).unwrap_or_default();
    let known = ["login", "clickthrough", "kiosk", "external"].contains(&name);
    need(
        known,
        &format!("the profile `{profile}` is none of the four"),
    );
    need(
        name == "external" || id(service).is_some(),
        "there is no @id",
    );
    let label = text(service, "label").unwrap_or_default();
    need(
        !label.trim().is_empty(),
        "`label` is no plain text, at which Mirador fails",
    );
    let tokens = inside(service).into_iter().filter(|nested| {
        text(nested, "profile") == Some("http://iiif.io/api/auth/1/token") && id(nested).is_some()
    });
    need(
        tokens.count() == 1,
        "there is not exactly one token service in it",
    );
    for name in PLAIN_TEXTS {
        let is_plain = service.get(name).is_none_or(Value::is_string);
        need(is_plain, &format!("`{name}` is no plain text"));
    }
    problems
}

fn probe_service(probe: &Value) -> Vec<String> {
    let mut problems = Vec::new();
    if id(probe).is_none() {
        problems.push("the probe has no id".to_owned());
    }
    if !probe.get("service").is_some_and(Value::is_array) {
        problems.push("`service` of the probe is no list".to_owned());
    }
    maps(probe, &["errorHeading", "errorNote"], &mut problems);
    for access in inside(probe) {
        access_service(access, &mut problems);
    }
    problems
}

fn access_service(access: &Value, problems: &mut Vec<String>) {
    let mut need = |holds: bool, problem: &str| {
        if !holds {
            problems.push(problem.to_owned());
        }
    };
    let kind = text(access, "type") == Some("AuthAccessService2");
    need(kind, "the type in a probe is not AuthAccessService2");
    let profile = text(access, "profile").unwrap_or_default();
    let known = ["active", "kiosk", "external"].contains(&profile);
    need(
        known,
        &format!("the profile `{profile}` is none of the three"),
    );
    need(
        profile == "external" || id(access).is_some(),
        "an access service has no id",
    );
    let is_list = access.get("service").is_some_and(Value::is_array);
    need(is_list, "`service` of an access service is no list");
    let nested = |kind: &'static str| {
        let all = inside(access).into_iter();
        all.filter(move |one| text(one, "type") == Some(kind))
    };
    let tokens = nested("AuthAccessTokenService2").count();
    need(
        tokens == 1,
        "there is not exactly one token service in an access service",
    );
    let labeled = profile != "active" || access.get("label").is_some();
    need(labeled, "an active service has no `label`");
    maps(
        access,
        &["label", "heading", "note", "confirmLabel"],
        problems,
    );
    for logout in nested("AuthLogoutService2") {
        maps(logout, &["label"], problems);
    }
}

/// Texts are language maps: `{"en": ["Sign in"]}`.
fn maps(object: &Value, names: &[&str], problems: &mut Vec<String>) {
    for name in names {
        let Some(value) = object.get(name) else {
            continue;
        };
        let is_map = value.as_object().is_some_and(|languages| {
            let mut texts = languages.values();
            texts.all(|texts| {
                texts
                    .as_array()
                    .is_some_and(|all| all.iter().all(Value::is_string))
            })
        });
        if !is_map {
            problems.push(format!(
                "`{name}` is no language map, such as {{\"en\": [\"…\"]}}"
            ));
        }
    }
}
