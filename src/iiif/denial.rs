//! Why something is not shown, in words: on pages, in probe results and in small answers.

use chrono::NaiveDate;
use serde_json::Value;

use super::wording::{Notice, Texts, Wording, fill};
use crate::access::decision::Reason;
use crate::language::{LanguageMap, Preferred};

/// What stands between a visitor and what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It was decided so.
    Decided(Reason),
    /// The request carries more than one sign-in.
    Conflict,
    /// The address can be read in more than one way, or in none.
    Malformed,
    /// There is nothing.
    Missing,
    /// It cannot be decided right now.
    Unavailable,
}

/// An obstacle with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Denial<'a> {
    /// The obstacle.
    pub obstacle: Obstacle,
    /// The day from which more may be seen, if that is known.
    pub opens: Option<NaiveDate>,
    /// The long side in pixels up to which it may be seen, if it may.
    pub limit: Option<u32>,
    /// What the rule says to visitors; empty where the usual words will do.
    pub message: &'a LanguageMap,
}

impl Denial<'_> {
    /// The words for one visitor.
    pub fn notice(&self, texts: &Texts, preferred: &Preferred) -> Notice {
        let usual = self.usual(texts);
        let note = match self.message.best(preferred) {
            None => usual.note,
            Some(own) if self.has_facts() => format!("{} {own}", usual.note),
            Some(own) => own.to_owned(),
        };
        Notice {
            heading: usual.heading,
            note,
        }
    }

    /// The heading in every language.
    pub(crate) fn heading_map(&self, wording: &Wording) -> Value {
        wording.map(|texts| self.usual(texts).heading)
    }

    /// The note in every language.
    pub(crate) fn note_map(&self, wording: &Wording) -> Value {
        if !self.has_facts() {
            return wording.map_or(self.message, |texts| self.usual(texts).note);
        }
        wording.map(|texts| match self.message.get(&texts.tag) {
            Some(own) => format!("{} {own}", self.usual(texts).note),
            None => self.usual(texts).note,
        })
    }

    /// Whether our own words say what a rule's message cannot: the date, or the size.
    fn has_facts(&self) -> bool {
        match self.obstacle {
            Obstacle::Decided(Reason::Embargoed) => self.opens.is_some(),
            Obstacle::Decided(Reason::TooLarge) => self.limit.is_some(),
            Obstacle::Decided(_)
            | Obstacle::Conflict
            | Obstacle::Malformed
            | Obstacle::Missing
            | Obstacle::Unavailable => false,
        }
    }

    fn usual(&self, texts: &Texts) -> Notice {
        let reasons = &texts.reasons;
        let notice = match self.obstacle {
            Obstacle::Decided(reason) => match reason {
                Reason::SignInNeeded => &reasons.sign_in_needed,
                Reason::TermsNeeded => &reasons.terms_needed,
                Reason::KioskNeeded => &reasons.kiosk_needed,
                Reason::NetworkNeeded => &reasons.network_needed,
                Reason::TooLarge if self.limit.is_some() => &reasons.too_large,
                Reason::RoleMissing => &reasons.role_missing,
                Reason::Elsewhere => &reasons.elsewhere,
                Reason::Embargoed if self.opens.is_some() => &reasons.embargoed,
                Reason::TooLarge | Reason::Embargoed | Reason::Nobody => &reasons.nobody,
                // Something has changed since: asking again will do.
                Reason::Public
                | Reason::PublicForNow
                | Reason::PublicSize
                | Reason::RoleHeld
                | Reason::RoleSize => &reasons.unavailable,
            },
            Obstacle::Conflict => &reasons.conflict,
            Obstacle::Malformed => &reasons.malformed,
            Obstacle::Missing => &reasons.missing,
            Obstacle::Unavailable => &reasons.unavailable,
        };
        let date = self.opens.map(|day| texts.date(day)).unwrap_or_default();
        let pixels = self
            .limit
            .map(|limit| limit.to_string())
            .unwrap_or_default();
        let values = [("date", date.as_str()), ("pixels", pixels.as_str())];
        Notice {
            heading: fill(&notice.heading, &values),
            note: fill(&notice.note, &values),
        }
    }
}
