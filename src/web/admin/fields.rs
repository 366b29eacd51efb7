//! The fields of a form whose fields are not known beforehand: one per role, or per language.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::pages::parts::Translation;
use crate::identity::principal::RoleId;
use crate::language::{Language, LanguageMap};

/// The fields of a form by their names. Fields that nobody reads have no effect.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
pub(super) struct Fields(BTreeMap<String, String>);

impl TryFrom<Vec<(String, String)>> for Fields {
    type Error = &'static str;

    fn try_from(pairs: Vec<(String, String)>) -> Result<Self, Self::Error> {
        let mut fields = BTreeMap::new();
        for (name, value) in pairs {
            if fields.insert(name, value).is_some() {
                return Err("a field stands there twice");
            }
        }
        Ok(Self(fields))
    }
}

impl Fields {
    /// What was typed or chosen, without blanks around; nothing where there is no such field.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |value| value.trim())
    }

    /// Whether there is such a field, as there is for a ticked box.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// The numbers of the boxes that are ticked: of `roles.3=on` with the prefix `roles.` it is 3.
    pub(super) fn numbers(&self, prefix: &str) -> Vec<i32> {
        let number = |name: &String| name.strip_prefix(prefix)?.parse().ok();
        let mut numbers: Vec<i32> = self.0.keys().filter_map(number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// The roles whose boxes are ticked.
    pub(super) fn roles(&self, prefix: &str) -> Vec<RoleId> {
        self.numbers(prefix).into_iter().map(RoleId).collect()
    }

    /// A text in all languages that there are fields for: they are named `{name}.{language}`.
    pub(super) fn texts(&self, name: &str) -> LanguageMap {
        LanguageMap::of(self.languages(name).map(|language| {
            let text = self
                .get(&format!("{name}.{language}"))
                .replace("\r\n", "\n");
            (language, text)
        }))
    }

    fn languages(&self, name: &str) -> impl Iterator<Item = Language> {
        let language = move |field: &String| {
            let tag = field.strip_prefix(name)?.strip_prefix('.')?;
            tag.parse::<Language>().ok()
        };
        self.0.keys().filter_map(language)
    }

    /// Fills the fields of a text.
    pub(super) fn set_texts(&mut self, name: &str, texts: &LanguageMap) {
        for (language, text) in texts.iter() {
            self.set(format!("{name}.{language}"), text);
        }
    }

    /// The fields of a text, to be shown again: in the languages of the settings, and in those that it
    /// has from a time when the settings were others.
    pub(super) fn translations(&self, name: &str, languages: &[Language]) -> Vec<Translation> {
        let field = |language: &Language| Translation {
            language: language.to_string(),
            name: language_name(language),
            text: self.get(&format!("{name}.{language}")).to_owned(),
        };
        let others: Vec<Language> = self
            .languages(name)
            .filter(|language| !languages.contains(language))
            .collect();
        languages.iter().chain(&others).map(field).collect()
    }
}

/// Names of languages in English, for labels.
const LANGUAGES: [(&str, &str); 41] = [
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("ca", "Catalan"),
    ("cs", "Czech"),
    ("cy", "Welsh"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("en", "English"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("eu", "Basque"),
    ("fa", "Persian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("ga", "Irish"),
    ("he", "Hebrew"),
    ("hr", "Croatian"),
    ("hu", "Hungarian"),
    ("is", "Icelandic"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("la", "Latin"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("nb", "Norwegian"),
    ("nl", "Dutch"),
    ("nn", "Norwegian"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("ru", "Russian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sr", "Serbian"),
    ("sv", "Swedish"),
    ("tr", "Turkish"),
    ("uk", "Ukrainian"),
    ("zh", "Chinese"),
];

/// A language's name in English; the tag itself for languages that are not so common here.
pub(super) fn language_name(language: &Language) -> String {
    let tag = language.as_str();
    let known = LANGUAGES.iter().find(|(known, _)| *known == tag);
    known.map_or(tag, |(_, name)| name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_not_in_the_settings_any_more_keeps_its_field() {
        let language = |tag: &str| tag.parse::<Language>().unwrap();
        let mut fields = Fields::default();
        fields.set("text.en", "Read.");
        fields.set("text.fr", "Lisez.\r\nBien.");
        fields.set("text.no language", "x");
        fields.set("texts.de", "x");
        let shown = fields.translations("text", &[language("de"), language("en")]);
        let shown: Vec<&str> = shown.iter().map(|text| text.name.as_str()).collect();
        assert_eq!(shown, ["German", "English", "French"]);
        let texts = fields.texts("text");
        assert_eq!(texts.get(&language("fr")), Some("Lisez.\nBien."));
        assert_eq!(texts.iter().count(), 2);
    }

    #[test]
    fn a_field_that_stands_there_twice_is_refused() {
        let pair = ("a".to_owned(), "1".to_owned());
        assert!(Fields::try_from(vec![pair.clone(), pair]).is_err());
    }
}
