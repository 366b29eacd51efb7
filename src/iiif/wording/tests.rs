//! Every language has the same words.

use std::collections::BTreeSet;

use super::*;

fn wording(languages: &[&str]) -> Wording {
    let languages: Vec<Language> = languages.iter().map(|tag| tag.parse().unwrap()).collect();
    Wording::new(&languages, "Archive", "images.example").unwrap()
}

/// Every text with its place, and the names that are filled in.
fn texts(value: &toml::Value, place: &str, found: &mut Vec<(String, String)>) {
    match value {
        toml::Value::String(text) => found.push((place.to_owned(), text.clone())),
        toml::Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                texts(item, &format!("{place}[{at}]"), found);
            }
        }
        toml::Value::Table(table) => {
            for (key, item) in table {
                texts(item, &format!("{place}.{key}"), found);
            }
        }
        _ => panic!("{place} is no text"),
    }
}

fn all(locale: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    texts(&toml::from_str(locale).unwrap(), "", &mut found);
    found
}

fn names(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap())
        .collect()
}

#[test]
fn every_language_fills_in_the_same() {
    let english = all(LOCALES[0]);
    for locale in LOCALES {
        let own = all(locale);
        assert_eq!(own.len(), english.len());
        for ((place, text), (their_place, their_text)) in own.iter().zip(&english) {
            assert_eq!(place, their_place);
            assert!(!text.trim().is_empty(), "{place} is empty");
            if !place.starts_with(".dates") {
                assert_eq!(names(text), names(their_text), "{place}: {text}");
            }
        }
    }
}

#[test]
fn every_label_names_the_institution() {
    for texts in wording(&["en", "de", "fr"]).spoken() {
        let services = &texts.services;
        for label in [
            &services.login.label,
            &services.terms.label,
            &services.kiosk.label,
            &services.external.label,
            &services.sign_out,
        ] {
            assert!(label.contains("Archive"), "{label}");
        }
    }
}

#[test]
fn days_are_written_as_people_write_them() {
    let [first, other] = [(2027, 1, 1), (2026, 8, 22)]
        .map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap());
    let dates: Vec<_> = wording(&["en", "de", "fr"])
        .spoken()
        .iter()
        .map(|texts| format!("{} / {}", texts.date(first), texts.date(other)))
        .collect();
    assert_eq!(
        dates,
        [
            "1 January 2027 / 22 August 2026",
            "1. Januar 2027 / 22. August 2026",
            "1er janvier 2027 / 22 août 2026"
        ]
    );
}

#[test]
fn pages_speak_the_languages_of_the_institution_and_documents_english_too() {
    let spoken = |languages: &[&str]| {
        let wording = wording(languages);
        let tags: Vec<_> = wording.languages().map(ToString::to_string).collect();
        let map = wording.map(|texts| texts.services.login.confirm.clone());
        (tags.join(" "), map.to_string())
    };
    let german = (
        "de".into(),
        r#"{"de":["Anmelden"],"en":["Sign in"]}"#.into(),
    );
    assert_eq!(spoken(&["de"]), german);
    assert_eq!(
        spoken(&["it"]),
        ("en".into(), r#"{"en":["Sign in"]}"#.into())
    );
    assert_eq!(spoken(&["fr", "en", "it"]).0, "fr en");

    let both = wording(&["de", "en"]);
    assert_eq!(both.texts(&Preferred::of("en-GB")).tag.as_str(), "en");
    assert_eq!(both.texts(&Preferred::of("fr, ja")).tag.as_str(), "de");
}

#[test]
fn own_words_stand_before_ours() {
    let own = LanguageMap::parse_json(r#"{"de":"Fragen Sie.","it":"Chiedete."}"#).unwrap();
    let map = wording(&["de"]).map_or(&own, |texts| texts.reasons.nobody.note.clone());
    let expected =
        r#"{"de":["Fragen Sie."],"en":["Archive does not show this."],"it":["Chiedete."]}"#;
    assert_eq!(map.to_string(), expected);
}

#[test]
fn what_is_filled_in_is_not_looked_at_again() {
    let values = [("a", "{b}"), ("b", "x")];
    assert_eq!(fill("{a} {b} {c} {", &values), "{b} x {c} {");
}
