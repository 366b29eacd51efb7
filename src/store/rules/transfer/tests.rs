//! What is written is read.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::entry::NamedRule;
use super::write::{File, RuleTable, heading, rows, toml};
use super::{parse_csv, parse_toml};
use crate::access::notation::{NamedAccess, NamedRole, Word};
use crate::access::pattern::Pattern;
use crate::access::rule::Kind;
use crate::identity::name::RoleName;
use crate::language::LanguageMap;
use crate::store::import::lines;

fn access() -> impl Strategy<Value = NamedAccess> {
    let role = ("[a-z0-9._-]{1,6}", 0..2000u32).prop_map(|(name, size)| NamedRole {
        name: RoleName::parse(&name).unwrap(),
        size: Some(size).filter(|size| *size > 0),
    });
    let roles = proptest::collection::vec(role, 1..4);
    (0..3usize, roles, 0..2000u32).prop_map(|(word, roles, public_size)| {
        let word = Word::ALL[word];
        let roles = if word == Word::Roles {
            roles
        } else {
            Vec::new()
        };
        NamedAccess {
            word,
            roles,
            public_size,
        }
    })
}

fn day() -> impl Strategy<Value = Option<NaiveDate>> {
    proptest::option::of((1900..2200i32, 1..366u32))
        .prop_map(|day| day.and_then(|(year, day)| NaiveDate::from_yo_opt(year, day)))
}

/// What people write, with all that means something to CSV or TOML.
const TEXT: &str = "[a-zäß \"'=+@,;\\\\#\\[\\]{}-]{0,12}";

fn message() -> impl Strategy<Value = LanguageMap> {
    let line = "[a-zäß \"'=+@,;\\\\\n#-]{0,12}";
    proptest::collection::btree_map("(en|de|pt-BR)", line, 0..3).prop_map(
        |texts: BTreeMap<String, String>| {
            let texts = texts.into_iter();
            LanguageMap::of(texts.map(|(language, text)| (language.parse().unwrap(), text)))
        },
    )
}

prop_compose! {
    fn rule()(
        kind in 0..3usize, pattern in "[a-zü =@'\",;#-]{1,6}(/\\*)?", access in access(),
        days in (day(), day()), sides in proptest::option::of((access(), access())),
        message in message(), note in TEXT,
    ) -> Option<NamedRule> {
        let (before, after) = sides.unzip();
        Some(NamedRule {
            kind: Kind::ALL[kind],
            pattern: Pattern::parse(&pattern).ok()?,
            access,
            from: days.0,
            until: days.1,
            before,
            after,
            message,
            note: note.trim().to_owned(),
        })
    }
}

proptest! {
    #[test]
    fn every_rule_comes_back_from_both_kinds_of_files(
        rules in proptest::collection::vec(rule(), 0..4)
    ) {
        let rules: Vec<NamedRule> = rules.into_iter().flatten().collect();
        let texts = rules.iter().flat_map(|rule| rule.message.iter());
        let languages = texts.map(|(language, _)| language.clone()).collect();
        let table = std::iter::once(heading(&languages)).chain(rows(&rules, &languages));
        let table = parse_csv(&lines(table).unwrap()).unwrap();
        let read: Vec<NamedRule> = table.rules.into_iter().map(|row| row.value).collect();
        prop_assert_eq!(&read, &rules);
        let file = File {
            rule: rules.iter().cloned().map(RuleTable::of).collect(),
            ..File::default()
        };
        let document = parse_toml(&toml(&file).unwrap()).unwrap();
        let read: Vec<NamedRule> = document.rules.into_iter().map(|row| row.value).collect();
        prop_assert_eq!(&read, &rules);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(\\[\\[(rule|role|network)\\]\\]|pattern|roles| |=|\n|,|\"|[a-z]{1,3}|\\PC){0,20}") {
        let _ = parse_csv(&text);
        let _ = parse_toml(&text);
    }
}
