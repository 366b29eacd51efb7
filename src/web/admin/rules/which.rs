//! The question which rule decides about an identifier, or about a URL.

use chrono::{DateTime, Utc};

use super::super::super::pages::admin::rules::Answer;
use super::super::super::state::AppState;
use super::super::address;
use super::words;
use crate::access::policy::Policy;
use crate::access::rule::{Kind, Phase};
use crate::image::identifier::Identifier;
use crate::image::resource::Resource;

/// Which rule decides about what was typed: an identifier, written plainly, or a URL as it stands in a
/// browser.
pub(super) fn answer(
    state: &AppState,
    policy: &Policy,
    kind: &str,
    test: &str,
    now: DateTime<Utc>,
) -> Option<Answer> {
    let test = test.trim();
    if test.is_empty() {
        return None;
    }
    let read = match target(state, test) {
        Some(target) => Resource::of(target.as_bytes(), &state.layout)
            .map(|resource| (Kind::from(&resource), resource.identifier().clone()))
            .map_err(|_| {
                "This URL is malformed, or can be read in more than one way: the gate refuses it."
                    .to_owned()
            }),
        None => Identifier::parse(test)
            .map(|identifier| (Kind::parse(kind).unwrap_or(Kind::Image), identifier))
            .map_err(|error| format!("This is no identifier: it {error}.").replace('`', "'")),
    };
    Some(match read {
        Ok((kind, identifier)) => decided(state, policy, kind, &identifier, now),
        Err(text) => Answer {
            text,
            ..Answer::default()
        },
    })
}

/// The path and query of a URL, untouched; `None` for what is an identifier. An identifier may look like
/// a URL, too, but then not like one of ours.
pub(in crate::web::admin) fn target<'a>(state: &AppState, text: &'a str) -> Option<&'a str> {
    let target = path(text)?;
    let layout = &state.layout;
    let prefixes = [&layout.images, &layout.preview, &layout.manifests];
    let is_ours = text.starts_with('/')
        || text.to_ascii_lowercase().starts_with(&state.origin)
        || prefixes
            .iter()
            .any(|prefix| target.starts_with(prefix.as_str()));
    is_ours.then_some(target)
}

fn path(text: &str) -> Option<&str> {
    let is_web = |scheme: &str| ["http", "https"].contains(&scheme.to_ascii_lowercase().as_str());
    match text.split_once("://") {
        Some((scheme, rest)) if is_web(scheme) => {
            Some(rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"))
        }
        _ => text.starts_with('/').then_some(text),
    }
}

fn decided(
    state: &AppState,
    policy: &Policy,
    kind: Kind,
    identifier: &Identifier,
    now: DateTime<Utc>,
) -> Answer {
    let rule = policy.rule_for(kind, identifier.as_str());
    let phase = rule.map_or(Phase::During, |rule| rule.phase(policy.day(now)));
    let access = rule.map_or(policy.default_for(kind), |rule| rule.in_phase(phase));
    let by = if rule.is_some() {
        "by this rule:"
    } else {
        "because no rule fits."
    };
    let whom = words::sentence(policy, access);
    let parameters = [("what", identifier.as_str()), ("kind", kind.as_str())];
    Answer {
        text: format!(
            "{identifier} ({}) is open to {whom}, {by}",
            words::kind(kind)
        ),
        phase: rule.and_then(|rule| words::phase(rule, phase)),
        explain_url: Some(address(state, "/admin/explain", &parameters)),
        rule_id: rule.map(|rule| rule.id.0),
        pattern: rule
            .map(|rule| rule.pattern.to_string())
            .unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_url_is_told_from_an_identifier() {
        for (text, expected) in [
            (
                "https://i.example/iiif/images/a%2Fb/info.json",
                Some("/iiif/images/a%2Fb/info.json"),
            ),
            ("/iiif/images/a", Some("/iiif/images/a")),
            ("HTTP://i.example", Some("/")),
            ("maps/world.tif", None),
            ("ark:/12148/b", None),
        ] {
            assert_eq!(path(text), expected, "{text}");
        }
    }
}
