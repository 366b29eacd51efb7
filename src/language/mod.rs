//! Texts in several languages, and what a visitor reads best.
//!
//! The bottom layer: it knows nothing of images, people or documents but the form of a IIIF language map.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// A language tag such as `en`, `pt-BR` or `zh-Hant` (BCP 47), written the usual way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(String);

impl Default for Language {
    fn default() -> Self {
        Self::english()
    }
}

/// The text is no language tag.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no language tag, such as `en`, `de` or `pt-BR`")]
pub struct NoLanguage(String);

impl Language {
    /// The language that every document of ours has besides others.
    pub fn english() -> Self {
        Self("en".to_owned())
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tag without regions and variants: `de` for `de-AT`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }
}

impl FromStr for Language {
    type Err = NoLanguage;

    fn from_str(text: &str) -> Result<Self, NoLanguage> {
        let error = || NoLanguage(text.chars().take(40).collect());
        let text = text.trim();
        let mut subtags = text.split('-');
        let primary = subtags.next().unwrap_or_default();
        let is_primary =
            matches!(primary.len(), 2..=3) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        if !is_primary || text.len() > 35 {
            return Err(error());
        }
        let mut tag = primary.to_ascii_lowercase();
        for subtag in subtags {
            if !matches!(subtag.len(), 1..=8) || !subtag.bytes().all(|b| b.is_ascii_alphanumeric())
            {
                return Err(error());
            }
            tag.push('-');
            tag.push_str(&usual_case(subtag));
        }
        Ok(Self(tag))
    }
}

/// Regions are written in capitals, scripts with one, and the rest without (RFC 5646 §2.1.1).
fn usual_case(subtag: &str) -> String {
    let lower = subtag.to_ascii_lowercase();
    match subtag.len() {
        2 => lower.to_ascii_uppercase(),
        4 => {
            let (first, rest) = lower.split_at(1);
            first.to_ascii_uppercase() + rest
        }
        _ => lower,
    }
}

impl TryFrom<String> for Language {
    type Error = NoLanguage;

    fn try_from(text: String) -> Result<Self, NoLanguage> {
        text.parse()
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One text in several languages; none of them is empty, but the map may be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "BTreeMap<Language, String>",
    into = "BTreeMap<Language, String>"
)]
pub struct LanguageMap(BTreeMap<Language, String>);

/// The text is no language map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoLanguageMap {
    /// It begins like JSON, but is none or says something else.
    #[error(r#"is no JSON object with a text per language, such as {{"en": "…", "de": "…"}}"#)]
    Json,
    /// A language has no words.
    #[error("the text for `{0}` is empty")]
    Empty(Language),
}

impl LanguageMap {
    /// The texts of a form: what was left empty is not in the map.
    pub fn of(texts: impl IntoIterator<Item = (Language, String)>) -> Self {
        let kept = texts
            .into_iter()
            .map(|(language, text)| (language, text.trim().to_owned()))
            .filter(|(_, text)| !text.is_empty());
        Self(kept.collect())
    }

    /// Reads a JSON object, or takes any other words as a text in `default`. Nothing is an empty map.
    pub fn parse(text: &str, default: &Language) -> Result<Self, NoLanguageMap> {
        if text.trim_start().starts_with('{') {
            return Self::parse_json(text);
        }
        Ok(Self::of([(default.clone(), text.to_owned())]))
    }

    /// Reads a JSON object `{"en": "…"}`.
    pub fn parse_json(text: &str) -> Result<Self, NoLanguageMap> {
        let texts: BTreeMap<Language, String> =
            serde_json::from_str(text).map_err(|_| NoLanguageMap::Json)?;
        texts.try_into()
    }

    /// The JSON object that [`Self::parse_json`] reads.
    pub fn to_json(&self) -> String {
        let texts = self
            .iter()
            .map(|(language, text)| (language.to_string(), text.into()));
        Value::Object(texts.collect()).to_string()
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text in exactly this language.
    pub fn get(&self, language: &Language) -> Option<&str> {
        self.0.get(language).map(String::as_str)
    }

    /// The text that this visitor reads best; `None` only if there is none.
    pub fn best(&self, preferred: &Preferred) -> Option<&str> {
        self.best_entry(preferred).map(|(_, text)| text)
    }

    /// The same, with the language that it is in.
    pub fn best_entry(&self, preferred: &Preferred) -> Option<(&Language, &str)> {
        let english = Language::english();
        let language = (preferred.choose(self.0.keys()))
            .or_else(|| self.0.keys().find(|language| **language == english))
            .or_else(|| self.0.keys().next())?;
        Some((language, self.get(language)?))
    }

    /// The languages with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&Language, &str)> {
        self.0
            .iter()
            .map(|(language, text)| (language, text.as_str()))
    }

    /// As IIIF writes it: `{"en": ["…"]}`.
    pub fn to_iiif(&self) -> Value {
        let texts = self
            .iter()
            .map(|(language, text)| (language.to_string(), json!([text])));
        Value::Object(texts.collect::<Map<_, _>>())
    }
}

impl TryFrom<BTreeMap<Language, String>> for LanguageMap {
    type Error = NoLanguageMap;

    fn try_from(texts: BTreeMap<Language, String>) -> Result<Self, NoLanguageMap> {
        match texts.iter().find(|(_, text)| text.trim().is_empty()) {
            Some((language, _)) => Err(NoLanguageMap::Empty(language.clone())),
            None => Ok(Self::of(texts)),
        }
    }
}

impl From<LanguageMap> for BTreeMap<Language, String> {
    fn from(map: LanguageMap) -> Self {
        map.0
    }
}

/// What a visitor reads, the best first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferred(Vec<Language>);

/// Browsers send a handful of languages; more would only be work.
const MOST_LANGUAGES: usize = 20;

impl Preferred {
    /// The languages of an `Accept-Language` (RFC 9110 §12.5.4); what cannot be read is passed over.
    pub fn of(accept_language: &str) -> Self {
        let mut ranges: Vec<(u16, Language)> = accept_language
            .split(',')
            .take(MOST_LANGUAGES)
            .filter_map(|item| {
                let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
                Some((quality(parameters)?, tag.parse().ok()?))
            })
            .filter(|(quality, _)| *quality > 0)
            .collect();
        ranges.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
        Self(ranges.into_iter().map(|(_, language)| language).collect())
    }

    /// With a language for those who read none of the others: the institution's first.
    #[must_use]
    pub fn or(mut self, last: &Language) -> Self {
        self.0.push(last.clone());
        self
    }

    /// The language that this visitor reads best: `de` for `de-AT` (RFC 4647 §3.4), and `pt-BR` for
    /// somebody who reads `pt` where there is nothing nearer.
    pub fn choose<'a>(
        &self,
        available: impl IntoIterator<Item = &'a Language>,
    ) -> Option<&'a Language> {
        let available: Vec<&Language> = available.into_iter().collect();
        self.0.iter().find_map(|range| {
            let truncated = (range.0.rmatch_indices('-')).filter_map(|(end, _)| range.0.get(..end));
            std::iter::once(range.as_str())
                .chain(truncated)
                .find_map(|tag| available.iter().find(|language| language.0 == tag))
                .or_else(|| {
                    available
                        .iter()
                        .find(|one| one.primary() == range.primary())
                })
                .copied()
        })
    }
}

/// The `q` in thousandths; 1 if it is left out, `None` if it is no number.
fn quality(parameters: &str) -> Option<u16> {
    for parameter in parameters.split(';') {
        if let Some((name, value)) = parameter.split_once('=')
            && name.trim().eq_ignore_ascii_case("q")
        {
            let (whole, decimals) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
            let is_number = decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
            return match (whole, is_number) {
                ("1", true) => Some(1000),
                ("0", true) => format!("{decimals:0<3}").parse().ok(),
                _ => None,
            };
        }
    }
    Some(1000)
}

#[cfg(test)]
mod tests;
