//! Consumers and their tokens in words.

use chrono::{DateTime, Utc};

use super::super::super::annotator::Refusal;
use super::super::super::pages::parts::sentence;
use crate::identity::annotator::Fault;
use crate::identity::consumer::{Consumer, ConsumerRole};
use crate::identity::origin::Origin;

/// What may be refused beside the token itself.
const OTHERS: [Refusal; 4] = [
    Refusal::Origin,
    Refusal::Path,
    Refusal::Method,
    Refusal::RateLimited,
];

/// What a reason means, and what to do about it; nothing for a word of another version.
pub(super) fn reason(word: &str) -> (String, &'static str) {
    let tokens = Fault::ALL.into_iter().map(Refusal::Token);
    let refusal = tokens.chain(OTHERS).find(|other| other.as_str() == word);
    match refusal {
        Some(Refusal::Token(fault)) => (sentence(&fault.to_string()), advice(fault)),
        Some(Refusal::Origin) => (
            "The page that sent the token is on a site that is not listed, or a program sent it."
                .to_owned(),
            "If the site is right, list it under Pages; if it is a program, tick “Programs as well”.",
        ),
        Some(Refusal::Path) => (
            "The token was sent to a path that is not listed.".to_owned(),
            "If its users are to reach it, list it under Paths.",
        ),
        Some(Refusal::Method) => (
            "Somebody who may only read wanted to write.".to_owned(),
            "Usual for readers. Otherwise give them a role that is not for reading alone.",
        ),
        Some(Refusal::RateLimited) => (
            "Too many bad tokens came in a short time, so that no more were looked at.".to_owned(),
            "Look at the other reasons here: one of them came too often.",
        ),
        // A database that does not answer is nothing to count.
        Some(Refusal::Unavailable) | None => (String::new(), ""),
    }
}

/// What to do about a refused token.
pub(super) fn advice(fault: Fault) -> &'static str {
    match fault {
        Fault::MissingToken => {
            "The page did not send X-Annotator-Auth-Token: is the plugin Auth loaded, before Store?"
        }
        Fault::Malformed => {
            "Only the token itself is sent: no quotes, no b'…', no blanks, no = at the end of a part."
        }
        Fault::TooLarge => "Leave out of the token what the gate does not need.",
        Fault::BadAlg => "Sign with HS256, as the programs under “What the site has to do” do.",
        Fault::BadHeader => "Leave crit and b64 out of the header.",
        Fault::MissingConsumerKey | Fault::BadConsumerKey => {
            "Write the key of the consumer into the claim consumerKey, as a text."
        }
        Fault::UnknownConsumer => {
            "Compare the key, letter by letter; it may be one of another installation."
        }
        Fault::BadSignature => {
            "The site uses another secret, perhaps the one before the last change, or quotes or a line end with it: compare how it begins."
        }
        Fault::ConsumerDisabled => "Enable the consumer, if it is to be used.",
        Fault::MissingUserId => {
            "Where annotations may be read without a token it counts as nobody; elsewhere it is refused."
        }
        Fault::BadUserId => "Write the name of the user, or its number.",
        Fault::MissingIssuedAt | Fault::BadIssuedAt => {
            "Write the time as the programs under “What the site has to do” do: in UTC, with Z at the end."
        }
        Fault::MissingTtl | Fault::BadTtl => "Write the seconds as a number: 3600, not \"3600\".",
        Fault::BadAudience => {
            "Leave aud out, or write the value of the setting ANNOTATOR_AUDIENCE into it."
        }
        Fault::BadExp | Fault::BadNbf => "Leave it out: issuedAt and ttl are enough.",
        Fault::NotYetValid => "Set the clock of the site’s server, or the zone of its issuedAt.",
        Fault::Expired => {
            "Usual now and then, when a page was left open. If it is always so, the clock of the site’s \
             server is behind, or tokens are kept too long."
        }
        Fault::Revoked => "The page gets a new one when it is loaded anew, but for blocked users.",
    }
}

/// `enabled` or `disabled`.
pub(super) fn state(consumer: &Consumer) -> &'static str {
    if consumer.is_enabled {
        "enabled"
    } else {
        "disabled"
    }
}

/// From which pages tokens are taken, besides our own.
pub(super) fn pages(consumer: &Consumer) -> Vec<String> {
    let any = consumer.origins.any.then(|| "any site".to_owned());
    let listed = consumer.origins.listed.iter().map(ToString::to_string);
    any.into_iter().chain(listed).collect()
}

/// From where tokens are taken, besides our own pages.
pub(super) fn origins(consumer: &Consumer) -> Vec<String> {
    let programs = consumer.allows_server_side.then(|| "programs".to_owned());
    pages(consumer).into_iter().chain(programs).collect()
}

/// A role as it is held, in words.
pub(super) fn role(role: &ConsumerRole) -> String {
    let who = if role.is_base {
        "every user"
    } else {
        "those whose token names it"
    };
    let what = if role.is_read_only {
        ", for reading"
    } else {
        ""
    };
    format!("{}: {who}{what}", role.name)
}

/// What needs a look.
pub(super) fn warnings(consumer: &Consumer) -> Vec<String> {
    let mut warnings = Vec::new();
    let origins = &consumer.origins;
    if consumer.secrets.is_none() {
        warnings.push(
            "Its secret cannot be read any more: AUTH_SECRET_KEY is not what it was. All its tokens are \
             refused. Name the old key in AUTH_SECRET_KEY_PREVIOUS, or make a new secret."
                .to_owned(),
        );
    }
    if origins.any {
        warnings.push(
            "Pages of any site may send its tokens. List the site’s own pages instead.".to_owned(),
        );
    }
    if !consumer.is_built_in && self::origins(consumer).is_empty() {
        warnings.push(
            "No token of it is taken yet: neither pages nor programs are allowed to send one."
                .to_owned(),
        );
    }
    let is_plain = |origin: &&str| {
        let host = origin.strip_prefix("http://").unwrap_or("localhost");
        !["localhost", "127.0.0.1", "[::1]"]
            .iter()
            .any(|own| host.strip_prefix(own).is_some_and(is_port))
    };
    let mut listed = origins.listed.iter().map(Origin::as_str);
    if let Some(origin) = listed.find(is_plain) {
        warnings.push(format!(
            "{origin} is not encrypted: whoever reads along can take its users’ tokens."
        ));
    }
    warnings
}

fn is_port(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(':')
}

/// A number of seconds in the largest unit that says it exactly.
pub(super) fn lifetime(seconds: u32) -> String {
    let units = [
        (86_400, "day", "days"),
        (3600, "hour", "hours"),
        (60, "minute", "minutes"),
        (1, "second", "seconds"),
    ];
    let unit = units
        .iter()
        .find(|(size, ..)| seconds.is_multiple_of(*size));
    let Some((size, one, many)) = unit.filter(|_| seconds > 0) else {
        return "0 seconds".to_owned();
    };
    let count = seconds / size;
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A moment as these pages write it.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_words_and_an_advice() {
        let faults = Fault::ALL.map(Refusal::Token);
        for refusal in faults.into_iter().chain(OTHERS) {
            let word = refusal.as_str();
            let (words, advice) = reason(word);
            assert!(
                words.ends_with('.') && !advice.is_empty(),
                "{word}: {words}"
            );
        }
        assert_eq!(reason("what a later version counts"), (String::new(), ""));
    }

    #[test]
    fn times_are_said_in_the_largest_unit_that_fits() {
        let said = [0, 1, 90, 120, 3600, 86_400, 90_000, 2_073_600].map(lifetime);
        let expected = [
            "0 seconds",
            "1 second",
            "90 seconds",
            "2 minutes",
            "1 hour",
            "1 day",
            "25 hours",
            "24 days",
        ];
        assert_eq!(said, expected);
    }
}
