//! The words that visitors read, in every language that is built in (`locales/*.toml`).
//!
//! Nothing here decides anything; the institution's own words (messages of rules, terms) come from the
//! policy, and stand before these.

pub(crate) mod pages;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::language::{Language, LanguageMap, Preferred};
use pages::Pages;

/// The files that are built in.
const LOCALES: [&str; 3] = [
    include_str!("../../../locales/en.toml"),
    include_str!("../../../locales/de.toml"),
    include_str!("../../../locales/fr.toml"),
];

/// A file of words is faulty: a fault of ours, which a test finds.
#[derive(Debug, thiserror::Error)]
#[error("the words of a language cannot be read")]
pub struct WordingError(#[from] toml::de::Error);

/// A heading and the sentence below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// A few words.
    pub heading: String,
    /// What it means, and what to do.
    pub note: String,
}

/// What viewers show around an access service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServiceTexts {
    pub(crate) label: String,
    pub(crate) heading: String,
    pub(crate) note: String,
    pub(crate) confirm: String,
    pub(crate) failure_heading: String,
    pub(crate) failure_note: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ServicesTexts {
    pub(crate) login: ServiceTexts,
    pub(crate) terms: ServiceTexts,
    pub(crate) read_terms: String,
    pub(crate) kiosk: ServiceTexts,
    pub(crate) external: ServiceTexts,
    pub(crate) sign_out: String,
    pub(crate) closed: Notice,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonTexts {
    pub(crate) sign_in_needed: Notice,
    pub(crate) terms_needed: Notice,
    pub(crate) kiosk_needed: Notice,
    pub(crate) network_needed: Notice,
    pub(crate) too_large: Notice,
    pub(crate) role_missing: Notice,
    pub(crate) elsewhere: Notice,
    pub(crate) embargoed: Notice,
    pub(crate) nobody: Notice,
    pub(crate) conflict: Notice,
    pub(crate) malformed: Notice,
    pub(crate) missing: Notice,
    pub(crate) unavailable: Notice,
    pub(crate) up_to: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenTexts {
    pub(crate) invalid_request: Notice,
    pub(crate) invalid_origin: Notice,
    pub(crate) missing: Notice,
    pub(crate) blocked: Notice,
    pub(crate) invalid: Notice,
    pub(crate) expired: Notice,
    pub(crate) elsewhere: Notice,
    pub(crate) unavailable: Notice,
}

/// Why there is no token for annotations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnnotatorTexts {
    pub(crate) sign_in: String,
    pub(crate) closed: String,
    pub(crate) off: String,
    pub(crate) foreign: String,
    pub(crate) get_only: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    form: String,
    first: String,
    other: String,
    months: [String; 12],
}

/// All words of one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// The language.
    pub tag: Language,
    /// Its name, in itself.
    pub name: String,
    dates: Dates,
    pub(crate) services: ServicesTexts,
    pub(crate) reasons: ReasonTexts,
    pub(crate) token: TokenTexts,
    pub(crate) annotator: AnnotatorTexts,
    pub(crate) pages: Pages,
}

impl Texts {
    /// A day in words: `1 January 2027`, `1. Januar 2027`, `1er janvier 2027`.
    pub fn date(&self, day: NaiveDate) -> String {
        let Dates {
            form,
            first,
            other,
            months,
        } = &self.dates;
        let number = if day.day() == 1 { first } else { other };
        let month = months.get(day.month0() as usize).map_or("", String::as_str);
        fill(
            form,
            &[
                ("day", &fill(number, &[("day", &day.day().to_string())])),
                ("month", month),
                ("year", &day.year().to_string()),
            ],
        )
    }
}

/// The words of an institution, in the languages that it speaks.
#[derive(Debug, Clone)]
pub struct Wording {
    /// In the order of `LANGUAGES`, of which the first is the default; never empty.
    spoken: Vec<Texts>,
    /// English, if the institution does not speak it: viewers that look for `en` alone are in use.
    english: Option<Texts>,
}

impl Wording {
    /// The words of this institution; `host` is where its images are. Languages that are not built in
    /// are left out, and English stands in if none is left.
    pub fn new(
        languages: &[Language],
        institution: &str,
        host: &str,
    ) -> Result<Self, WordingError> {
        let mut built_in = Vec::new();
        for locale in LOCALES {
            built_in.push(read(locale, institution, host)?);
        }
        let mut take = |language: &Language| {
            let at = built_in.iter().position(|texts| texts.tag == *language)?;
            Some(built_in.remove(at))
        };
        let mut spoken: Vec<Texts> = languages.iter().filter_map(&mut take).collect();
        let mut english = take(&Language::english());
        if spoken.is_empty() {
            spoken.extend(english.take());
        }
        Ok(Self { spoken, english })
    }

    /// The languages of the pages.
    pub fn languages(&self) -> impl Iterator<Item = &Language> {
        self.spoken.iter().map(|texts| &texts.tag)
    }

    /// All words of all languages of the pages, the default first.
    pub fn spoken(&self) -> &[Texts] {
        &self.spoken
    }

    /// What a visitor reads, with the institution's default for those who read nothing of it.
    pub fn preferred(&self, accept_language: &str) -> Preferred {
        let preferred = Preferred::of(accept_language);
        match self.languages().next() {
            Some(default) => preferred.or(default),
            None => preferred,
        }
    }

    /// The words that this visitor reads best.
    #[expect(
        clippy::indexing_slicing,
        reason = "`new` puts English in if there is nothing else"
    )]
    pub fn texts(&self, preferred: &Preferred) -> &Texts {
        let chosen = preferred.choose(self.languages());
        let texts = chosen.and_then(|tag| self.spoken.iter().find(|texts| texts.tag == *tag));
        texts.unwrap_or(&self.spoken[0])
    }

    /// The words of a language; without one, or one that is not built in, English where there is any.
    #[expect(
        clippy::indexing_slicing,
        reason = "`new` puts English in if there is nothing else"
    )]
    pub fn of(&self, language: Option<&Language>) -> &Texts {
        let english = Language::english();
        let tag = language.unwrap_or(&english);
        let mut all = self.spoken.iter().chain(&self.english);
        all.find(|texts| texts.tag == *tag)
            .unwrap_or(&self.spoken[0])
    }

    /// A IIIF language map with the same words in every language, the default first.
    pub fn map(&self, pick: impl Fn(&Texts) -> String) -> Value {
        self.map_or(&LanguageMap::default(), pick)
    }

    /// A IIIF language map with the institution's own words, and ours in the languages that lack them.
    pub fn map_or(&self, own: &LanguageMap, pick: impl Fn(&Texts) -> String) -> Value {
        let mut map = Map::new();
        for texts in self.spoken.iter().chain(&self.english) {
            let own = own.get(&texts.tag).map(str::to_owned);
            map.insert(
                texts.tag.to_string(),
                json!([own.unwrap_or_else(|| pick(texts))]),
            );
        }
        for (language, text) in own.iter() {
            map.entry(language.as_str())
                .or_insert_with(|| json!([text]));
        }
        Value::Object(map)
    }
}

/// Reads a file, and puts in what is the same everywhere.
fn read(locale: &str, institution: &str, host: &str) -> Result<Texts, WordingError> {
    let mut value: toml::Value = toml::from_str(locale)?;
    fill_all(&mut value, &[("institution", institution), ("host", host)]);
    Ok(value.try_into()?)
}

fn fill_all(value: &mut toml::Value, values: &[(&str, &str)]) {
    match value {
        toml::Value::String(text) => *text = fill(text, values),
        toml::Value::Array(items) => items.iter_mut().for_each(|item| fill_all(item, values)),
        toml::Value::Table(table) => table
            .iter_mut()
            .for_each(|(_, item)| fill_all(item, values)),
        toml::Value::Integer(_)
        | toml::Value::Float(_)
        | toml::Value::Boolean(_)
        | toml::Value::Datetime(_) => {}
    }
}

/// The text with its `{name}`s filled in. What is put in is not looked at again.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(name, rest)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, rest))
        });
        if let Some((value, after)) = known {
            filled.push_str(value);
            rest = after;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled + rest
}
