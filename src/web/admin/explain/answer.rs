//! An explanation, in the words of the page.

use super::super::super::explain::Explanation;
use super::super::super::pages::admin::explain::{ExplainAnswer, Fact, Header};
use super::super::super::pages::parts::sentence;
use super::super::rules::words::link;
use crate::access::policy::Policy;
use crate::access::rule::RuleId;
use crate::access::zone::Zone;

/// What the page says.
pub(super) fn answer(policy: &Policy, zone: &Zone, explained: Explanation) -> ExplainAnswer {
    let rule = explained.rule_id.and_then(|id| policy.rule(RuleId(id)));
    let (verdict, headline) = headline(explained.status);
    ExplainAnswer {
        verdict,
        headline: format!("{headline} ({})", explained.status),
        facts: facts(&explained, zone),
        rule: rule.map(link),
        ways: explained.ways.iter().map(|way| sentence(way)).collect(),
        headers: explained
            .headers
            .into_iter()
            .map(|(name, value)| Header { name, value })
            .collect(),
    }
}

fn headline(status: u16) -> (&'static str, &'static str) {
    match status {
        200..=299 => ("allow", "Yes."),
        302 => ("challenge", "Not this, but the reduced image."),
        300..=399 => ("allow", "Yes, at another address."),
        401 => ("challenge", "Not yet: something would help."),
        403 => (
            "refuse",
            "No, and nothing that the visitor can do would help.",
        ),
        404 => ("refuse", "There is no such thing."),
        _ => ("refuse", "No answer right now."),
    }
}

fn facts(explained: &Explanation, zone: &Zone) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut fact = |label, text: String| facts.push(Fact { label, text });
    fact(
        "Why",
        format!("{} ({})", reason(&explained.reason), explained.reason),
    );
    if let (Some(kind), Some(identifier)) = (explained.kind, &explained.identifier) {
        let form = explained.form.filter(|form| *form != kind);
        let form = form.map(|form| format!(", {form}")).unwrap_or_default();
        fact("What", format!("{kind} {identifier}{form}"));
        fact("Sees", explained.sees.clone());
        fact("Asks for", explained.wanted.clone());
    }
    let who = explained.user.as_deref().unwrap_or("nobody signed in");
    let from = explained.address.map(|address| format!(", from {address}"));
    fact("Who", format!("{who}{}", from.unwrap_or_default()));
    let held = match explained.roles.join(", ") {
        none if none.is_empty() => "no role".to_owned(),
        names => names,
    };
    fact("Holds", held);
    let time = zone.local(explained.time);
    fact("When", format!("{}, {zone}", time.format("%Y-%m-%d %H:%M")));
    if let Some(phase) = explained.phase {
        fact("The rule’s time", phase_words(phase).to_owned());
    }
    fact("Needs", sentence(&explained.requirement));
    if let Some(day) = explained.opens {
        fact("More", format!("from {day} on"));
    }
    facts
}

fn phase_words(phase: &str) -> &'static str {
    match phase {
        "before" => "before its first day",
        "after" => "over",
        _ => "in force",
    }
}

/// The words of `X-Auth-Reason`, for people.
fn reason(word: &str) -> &'static str {
    match word {
        "public" => "Everybody may see it.",
        "public-for-now" => "Everybody may see it now; a date will change that.",
        "public-size" => "Everybody may see it in this size.",
        "role-held" => "The visitor holds a role that opens it.",
        "role-size" => "The visitor holds a role that opens it in this size.",
        "sign-in-needed" => "Signing in would help.",
        "terms-needed" => "Accepting terms would help.",
        "kiosk-needed" => "Opening the kiosk page would help.",
        "network-needed" => "Coming from another network would help, and viewers are told.",
        "too-large" => "What is asked for is larger than what the visitor may see.",
        "role-missing" => "The user holds none of the roles.",
        "elsewhere" => "It is open in certain networks only, and the visitor is in none of them.",
        "embargoed" => "It opens on a later day.",
        "nobody" => "Nobody may see it.",
        "malformed" => "The address is malformed, or can be read in more than one way.",
        "unavailable" => "The image server does not answer.",
        _ => "See the word.",
    }
}
