//! Tags, preferences and maps.

use proptest::prelude::*;

use super::*;

fn map(json: &str) -> LanguageMap {
    LanguageMap::parse_json(json).unwrap()
}

#[test]
fn tags_are_written_the_usual_way() {
    for (text, tag) in [
        ("EN", "en"),
        (" pt-br ", "pt-BR"),
        ("ZH-hANT-tw", "zh-Hant-TW"),
    ] {
        assert_eq!(text.parse::<Language>().unwrap().as_str(), tag);
    }
    for text in [
        "",
        "none",
        "e",
        "en_US",
        "en-",
        "d1",
        "*",
        "de-überall",
        "@none",
    ] {
        assert!(text.parse::<Language>().is_err(), "{text}");
    }
}

#[test]
fn the_best_text_is_the_nearest_then_the_default_then_english() {
    let greetings = map(r#"{"de":"Hallo","en":"Hello","fr":"Salut","pt-BR":"Oi"}"#);
    let french = "fr".parse().unwrap();
    for (accept, text) in [
        ("de-AT, en;q=0.5", "Hallo"),
        ("en;q=0.5, de;q=0.9", "Hallo"),
        ("de;q=0, ja", "Salut"),
        ("pt", "Oi"),
        ("*", "Salut"),
        ("", "Salut"),
        ("DE-ch-1996;Q=1.000", "Hallo"),
        ("de;q=2, en;q=0.1", "Hello"),
    ] {
        let preferred = Preferred::of(accept).or(&french);
        assert_eq!(greetings.best(&preferred), Some(text), "{accept}");
    }
    assert_eq!(greetings.best(&Preferred::of("ja")), Some("Hello"));
    assert_eq!(map(r#"{"de":"Ja"}"#).best(&Preferred::of("ja")), Some("Ja"));
    assert_eq!(LanguageMap::default().best(&Preferred::of("de")), None);
}

#[test]
fn a_map_is_json_words_or_nothing() {
    let german = "de".parse().unwrap();
    let words = LanguageMap::parse("  Fragen Sie uns. ", &german).unwrap();
    assert_eq!(words.to_json(), r#"{"de":"Fragen Sie uns."}"#);
    assert_eq!(words.to_iiif(), json!({"de": ["Fragen Sie uns."]}));
    assert!(LanguageMap::parse(" ", &german).unwrap().is_empty());
    assert!(LanguageMap::parse("{}", &german).unwrap().is_empty());
    for faulty in [
        r#"{"en": " "}"#,
        r#"{"english": "x"}"#,
        r#"{"en": ["x"]}"#,
        "{",
        "[]",
    ] {
        assert!(LanguageMap::parse_json(faulty).is_err(), "{faulty}");
    }
}

proptest! {
    #[test]
    fn nothing_panics_and_every_tag_reads_back(text in "\\PC{0,40}", tag in "[a-zA-Z0-9-]{0,20}") {
        let _ = Preferred::of(&text);
        let _ = LanguageMap::parse(&text, &Language::english());
        if let Ok(language) = tag.parse::<Language>() {
            prop_assert_eq!(language.as_str().parse::<Language>().unwrap(), language);
        }
    }

    #[test]
    fn a_map_reads_back(text in "\\PC{1,40}") {
        let map = LanguageMap::of([(Language::english(), text)]);
        prop_assert_eq!(LanguageMap::parse_json(&map.to_json()).unwrap(), map);
    }
}
