//! All that decides as TOML files, in and out.

use iiif_gate::store::rules::{self, Scope};

use crate::rule_files::{import, lines, wrong};
use crate::sample::new_role;
use crate::support::database::{Database, on_both};

const POLICY: &str = r#"
[[network]]
name = "Reading room"
ranges = ["192.0.2.0/24", "2001:db8::/32", "192.0.2.0/24"]

[[role]]
name = "reader"
title = "Readers"
obtained_by = "terms"
offered_as = "clickthrough"
[role.terms]
heading = { en = "Terms of use", de = "Nutzungsbedingungen" }
text = { en = """
Use *well*.
Say where it is from.""" }

[[role]]
name = "here"
obtained_by = "network"
networks = ["Reading room"]

[[rule]]
pattern = "maps/*"
requirement = "roles"
roles = ["reader:1500", "here"]
public_size = 600
from = 2030-01-01
before = "roles here"
message = { en = "Ask us" }

[[rule]]
pattern = "talks/*"
kind = "file"
requirement = "nobody"
until = "2031-01-01"
"#;

#[test]
fn all_that_decides_comes_back_from_its_toml_file() {
    on_both(|db| {
        let diff = import(db, &rules::parse_toml(POLICY).unwrap(), Scope::Change);
        let told = lines(&diff);
        assert_eq!(
            told[0],
            "+ network Reading room: ranges: 192.0.2.0/24, 2001:db8::/32"
        );
        assert!(told[1].starts_with("+ role reader: title: Readers; obtained_by: terms;"));
        let file = db.file(rules::export_toml());
        let other = match db.url {
            iiif_gate::config::DatabaseUrl::Sqlite(_) => Database::sqlite(),
            iiif_gate::config::DatabaseUrl::Postgres(_) => Database::postgres(),
        };
        import(&other, &rules::parse_toml(&file).unwrap(), Scope::Replace);
        assert_eq!(other.file(rules::export_toml()), file);
        assert_eq!(other.run(rules::policy).0.len(), 2);
        let (all, roles) = db.run(rules::policy);
        assert_eq!(
            all[0].period.as_ref().unwrap().from.unwrap().to_string(),
            "2030-01-01"
        );
        let reader = roles
            .iter()
            .find(|role| role.name.as_str() == "reader")
            .unwrap();
        assert_eq!(reader.terms.as_ref().unwrap().version, 1);
        let here = roles
            .iter()
            .find(|role| role.name.as_str() == "here")
            .unwrap();
        assert_eq!(here.networks.len(), 2);
        // A rule is all that the file says: the message goes, and so does the public size.
        let shorter = "[[rule]]\npattern = \"maps/*\"\nrequirement = \"public\"\n";
        let diff = import(db, &rules::parse_toml(shorter).unwrap(), Scope::Change);
        assert_eq!(
            lines(&diff),
            [
                "~ image maps/*: access: roles here, reader:1500 + 600 px → public; \
              from: 2030-01-01 → (none); before: roles here → (none); message_en: Ask us → (none)"
            ]
        );
    });
}

#[test]
fn everything_that_is_wrong_with_a_toml_file_is_told() {
    on_both(|db| {
        let file = r#"[[network]]
name = "Room"
ranges = ["10.0.0.1/8", "x"]

[[role]]
name = "Two words"
obtained_by = "magic"
network = ["Room"]

[[rule]]
pattern = "a*"
requirement = "sometimes"
public_size = -1

[[rule]]
requirement = "roles"
roles = ["staff:x", 5]
from = 2030-01-01T00:00:00Z

[[rule]]
pattern = "b"
message = { english = "Ask us", en = 5 }
"#;
        let told = wrong(db, rules::parse_toml(file));
        let starts = [
            "line 3: `10.0.0.1/8` is an address and no network",
            "line 3: `x` is no network",
            "line 6: the role `Two words` must not contain ` `",
            "line 7: unknown way `magic` to obtain a role (valid: `sign-in`, `assigned`, `terms`,",
            "line 8: unknown key `network` (there are `name`, `title`,",
            "line 11: the pattern `a*` may have",
            "line 12: unknown requirement `sometimes`",
            "line 13: `public_size` must be a whole number of pixels from 0 to 1000000",
            "line 15: the key `pattern` is missing",
            "line 17: `x` is no size",
            "line 17: `roles` must be a list of texts",
            "line 18: `from`: `2030-01-01T00:00:00Z` is no day",
            "line 20: the key `requirement` is missing",
            "line 22: `message`: `english` is no language tag",
            "line 22: `en` must be a text in quotation marks",
        ];
        assert_eq!(told.len(), starts.len(), "{told:#?}");
        for (told, start) in told.iter().zip(starts) {
            assert!(told.starts_with(start), "{told} is not {start}");
        }
        for (file, start) in [
            ("[[rule]\n", "line 1: "),
            ("a = 1\n\n\nb = = 2\n", "line 4: "),
            ("rule = 5\n", "line 1: `rule` must be written as `[[rule]]`"),
            (
                "[rule]\npattern = \"a\"\n",
                "line 1: `rule` must be written as `[[rule]]`",
            ),
            (
                "[[rules]]\n",
                "line 1: unknown key `rules` (there are `network`, `role`, `rule`)",
            ),
        ] {
            let told = wrong(db, rules::parse_toml(file));
            assert!(told[0].starts_with(start), "{told:?}");
        }
    });
}

#[test]
fn what_cannot_be_is_told_with_its_line_and_undoes_the_rest() {
    on_both(|db| {
        new_role(db, "staff");
        let file = "[[network]]\nname = \"Room\"\nranges = [\"10.0.0.0/8\"]\n\
                    [[network]]\nname = \"Room\"\nranges = [\"10.0.0.0/8\"]\n\
                    [[role]]\nname = \"a\"\nobtained_by = \"kiosk\"\n\
                    [[role]]\nname = \"b\"\nobtained_by = \"network\"\nnetworks = [\"Other\"]\n\
                    [[role]]\nname = \"user\"\nobtained_by = \"assigned\"\n\
                    [[role]]\nname = \"here\"\nobtained_by = \"network\"\noffered_as = \"external\"\n\
                    networks = [\"Room\"]\n\
                    [[role]]\nname = \"reader\"\nobtained_by = \"terms\"\n\
                    [[rule]]\npattern = \"x\"\nroles = [\"here\", \"staff\"]\n\
                    [[rule]]\npattern = \"y\"\nroles = [\"reader\"]\n";
        let told = wrong(db, rules::parse_toml(file));
        let starts = [
            "line 4: the network `Room` is also in line 1",
            "line 7: nobody could obtain the role: one that is obtained by `kiosk` needs a network",
            "line 10: there is no network `Other`",
            "line 14: the roles `user` and `admin` are built in",
            "line 25: the role `here` is offered as `external`",
            "line 28: nobody could obtain the role `reader`: write its terms first",
        ];
        assert_eq!(told.len(), starts.len(), "{told:#?}");
        for (told, start) in told.iter().zip(starts) {
            assert!(told.starts_with(start), "{told}");
        }
        assert_eq!(db.run(iiif_gate::store::networks::list), []);
        assert_eq!(db.run(iiif_gate::store::roles::list).len(), 3);
    });
}

/// The code of this language in the document of these files.
fn example(language: &str) -> &'static str {
    let document = include_str!("../../docs/reference/rule-files.md");
    let (_, rest) = document.split_once(&format!("```{language}\n")).unwrap();
    rest.split("```").next().unwrap()
}

#[test]
fn the_examples_of_the_document_are_right() {
    on_both(|db| {
        let policy = rules::parse_toml(example("toml")).unwrap();
        assert_eq!(
            import(db, &policy, Scope::Change).summary(),
            "5 new, 0 changed, 0 deleted"
        );
        let table = rules::parse_csv(example("csv")).unwrap();
        assert_eq!(
            import(db, &table, Scope::Replace).summary(),
            "2 new, 1 changed, 0 deleted"
        );
    });
}
