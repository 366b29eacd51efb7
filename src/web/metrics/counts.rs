//! What the web layer counts.

use std::time::Duration;

use actix_web::http::StatusCode;

use super::super::annotator::Refusal;
use crate::access::decision::Reason;
use crate::identity::annotator::Fault;
use crate::meter::{Counter, Histogram, QUICK, Tally};

/// What is counted here, from the start of the program on.
#[derive(Debug)]
pub struct Counts {
    /// The answers of `/query_auth`, by what they were and why.
    answers: [[Counter; RESULTS.len()]; WHYS],
    /// How long they took, from the moment when the question was read.
    pub(super) took: Histogram,
    pub(super) tokens_accepted: Counter,
    pub(super) tokens_refused: Tally<REFUSALS>,
    /// Who signed in, and who did not.
    sign_ins: Tally<7>,
    /// Pages, by the class of their status.
    pub(super) pages: Tally<4>,
}

/// Why `/query_auth` answered as it did: one word for each, with those of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Why {
    /// It was decided.
    Decided(Reason),
    /// The target or a header is not canonical.
    Malformed,
    /// Credentials contradict each other.
    Conflict,
    /// The database or the image server does not answer.
    Unavailable,
    /// It was about the annotation store.
    Annotator,
    /// An authToken for an image, and it is not taken.
    AuthToken,
}

/// What nginx was told: 204, 401, 403.
const RESULTS: [&str; 3] = ["allow", "challenge", "refuse"];

/// The words of what was not decided, in the order of [`Why::place`].
const BESIDE: [&str; 5] = [
    "malformed",
    "conflicting-credentials",
    "unavailable",
    "annotator",
    "auth-token",
];

const WHYS: usize = Reason::ALL.len() + BESIDE.len();

/// How attempts to sign in end.
const SIGN_INS: [&str; 7] = [
    "done",
    "wrong",
    "code-needed",
    "wrong-code",
    "pending",
    "limited",
    "failed",
];

/// The faults of tokens, and what else there is against them.
const REFUSALS: usize = Fault::ALL.len() + Refusal::OTHERS.len();

impl Why {
    fn place(self) -> usize {
        let beside = match self {
            Self::Decided(reason) => return reason as usize,
            Self::Malformed => 0,
            Self::Conflict => 1,
            Self::Unavailable => 2,
            Self::Annotator => 3,
            Self::AuthToken => 4,
        };
        Reason::ALL.len() + beside
    }
}

impl Counts {
    /// At zero.
    pub(in crate::web) fn new() -> Self {
        let mut refusals = [""; REFUSALS];
        let faults = Fault::ALL.into_iter().map(Refusal::Token);
        for (word, refusal) in refusals.iter_mut().zip(faults.chain(Refusal::OTHERS)) {
            *word = refusal.as_str();
        }
        Self {
            answers: [const { [const { Counter::new() }; RESULTS.len()] }; WHYS],
            took: Histogram::new(&QUICK),
            tokens_accepted: Counter::new(),
            tokens_refused: Tally::new(refusals),
            sign_ins: Tally::new(SIGN_INS),
            pages: Tally::new(["2xx", "3xx", "4xx", "5xx"]),
        }
    }

    /// Counts an answer of `/query_auth`.
    pub(in crate::web) fn answered(&self, status: StatusCode, why: Why, took: Duration) {
        let result = match status {
            StatusCode::NO_CONTENT => 0,
            StatusCode::UNAUTHORIZED => 1,
            _ => 2,
        };
        if let Some(counter) = self
            .answers
            .get(why.place())
            .and_then(|row| row.get(result))
        {
            counter.count();
        }
        self.took.observe(took);
    }

    /// Counts an authToken that was accepted.
    pub(in crate::web) fn token_accepted(&self) {
        self.tokens_accepted.count();
    }

    /// Counts an authToken that was refused.
    pub(in crate::web) fn token_refused(&self, refusal: Refusal) {
        self.tokens_refused.count(refusal.as_str());
    }

    /// Counts an attempt to sign in, by one of the words of [`SIGN_INS`].
    pub(in crate::web) fn sign_in(&self, result: &str) {
        self.sign_ins.count(result);
    }

    /// How often attempts to sign in ended how.
    pub fn sign_ins(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.sign_ins.each()
    }

    /// Counts a page.
    pub(in crate::web) fn page(&self, status: StatusCode) {
        self.pages.count(match status.as_u16() {
            ..300 => "2xx",
            300..400 => "3xx",
            400..500 => "4xx",
            500.. => "5xx",
        });
    }

    /// The answers of `/query_auth`: what, why, and how many. Those that cannot be are left out.
    pub(super) fn answers(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        let whys = Reason::ALL.iter().map(|reason| reason.as_str());
        let rows = self.answers.iter().zip(whys.chain(BESIDE));
        rows.flat_map(|(row, why)| {
            let counts = row.iter().map(Counter::get).zip(RESULTS);
            counts
                .filter(move |(count, result)| *count > 0 || can_be(result, why))
                .map(move |(count, result)| (result, why, count))
        })
    }
}

/// Whether an answer may come for this reason; what it is at the start stands there with zero, so that
/// the first one is seen as a rise.
fn can_be(result: &str, why: &str) -> bool {
    let results: &[&str] = match why {
        "public" | "public-for-now" | "public-size" | "role-held" | "role-size" => &["allow"],
        "sign-in-needed"
        | "terms-needed"
        | "kiosk-needed"
        | "network-needed"
        | "conflicting-credentials" => &["challenge"],
        "annotator" => &["allow", "challenge", "refuse"],
        "too-large" | "auth-token" => &["challenge", "refuse"],
        _ => &["refuse"],
    };
    results.contains(&result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_has_a_place_of_its_own() {
        let counts = Counts::new();
        let beside = [
            Why::Malformed,
            Why::Conflict,
            Why::Unavailable,
            Why::Annotator,
            Why::AuthToken,
        ];
        let whys = Reason::ALL.map(Why::Decided).into_iter().chain(beside);
        for (place, why) in whys.enumerate() {
            assert_eq!(why.place(), place, "{why:?}");
            for (times, status) in [
                StatusCode::NO_CONTENT,
                StatusCode::UNAUTHORIZED,
                StatusCode::FORBIDDEN,
            ]
            .into_iter()
            .enumerate()
            {
                for _ in 0..=times {
                    counts.answered(status, why, Duration::ZERO);
                }
            }
        }
        let answers: Vec<_> = counts.answers().collect();
        assert_eq!(answers.len(), WHYS * RESULTS.len());
        for (place, (result, _, count)) in answers.into_iter().enumerate() {
            assert_eq!((result, count), (RESULTS[place % 3], place as u64 % 3 + 1));
        }
    }

    #[test]
    fn a_new_program_shows_every_answer_that_can_be() {
        let counts = Counts::new();
        for reason in Reason::ALL {
            assert!(
                counts
                    .answers()
                    .any(|(_, why, count)| why == reason.as_str() && count == 0)
            );
        }
        assert!(
            !counts
                .answers()
                .any(|(result, why, _)| (result, why) == ("allow", "malformed"))
        );
    }

    #[test]
    fn no_two_refusals_of_tokens_have_one_word() {
        let words: Vec<_> = Counts::new()
            .tokens_refused
            .each()
            .map(|(word, _)| word)
            .collect();
        let different: std::collections::BTreeSet<_> = words.iter().collect();
        assert_eq!(different.len(), words.len());
    }
}
