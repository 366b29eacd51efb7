//! The checks of `fuzz/checks.rs` over their seeds, and over what chance makes of these. `scripts/fuzz` runs the same
//! with libFuzzer, which looks at what the code does with it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

#[path = "../../fuzz/checks.rs"]
mod checks;
mod mutation;

use std::fs;
use std::panic::catch_unwind;
use std::path::PathBuf;

use self::mutation::Mutator;

/// How many texts by chance each check is tried with.
fn count() -> usize {
    if std::env::var_os("NIGHTLY").is_some() {
        300_000
    } else {
        20_000
    }
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let files = |folder: &str| {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = fs::read_dir(folder.join(name))
            .unwrap_or_else(|error| panic!("no seeds of {name}: {error}"));
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let (written, found) = (files("fuzz/corpus-seeds"), files("fuzz/corpus"));
    let paths = written.iter().chain(&found);
    let seeds: Vec<_> = paths.map(|path| fs::read(path).unwrap()).collect();
    assert!(seeds.len() > 3, "few seeds of {name}");
    seeds
}

fn try_all(name: &str) {
    let (_, check) = checks::ALL.into_iter().find(|(of, _)| *of == name).unwrap();
    let seeds = seeds(name);
    let mut mutator = Mutator::new(&seeds);
    let made = std::iter::repeat_with(|| mutator.next()).take(count());
    for bytes in seeds.iter().cloned().chain(made) {
        let outcome = catch_unwind(|| check(&bytes));
        assert!(outcome.is_ok(), "{name}: {}", bytes.escape_ascii());
    }
}

macro_rules! checked {
    ($($test:ident: $name:literal;)*) => {
        $(#[test] fn $test() { try_all($name); })*

        #[test]
        fn every_check_has_a_test_and_a_program() {
            let tested = [$($name),*];
            let all: Vec<&str> = checks::ALL.iter().map(|(name, _)| *name).collect();
            assert_eq!(tested.as_slice(), all);
            let programs = include_str!("../../fuzz/Cargo.toml");
            for name in all {
                assert!(programs.contains(&format!("name = \"{name}\"\npath = \"run.rs\"")), "{name}");
            }
        }
    };
}

checked! {
    a_canonical_target_is_one_path_to_everybody: "target";
    what_a_target_names_is_an_identifier_and_its_query_says_nothing: "resource";
    one_cookie_is_one_in_any_order: "cookie";
    one_bearer_value_is_one_word: "bearer";
    only_what_we_signed_is_the_cookie_of_a_session: "session";
    only_what_we_issued_is_an_access_token: "access_token";
    an_authtoken_that_is_read_names_one_consumer: "authtoken";
    every_request_of_the_image_api_has_a_measure: "image_request";
    every_name_of_a_table_of_users_has_one_spelling: "users_csv";
    every_access_of_a_table_of_rules_reads_back: "rules_csv";
    every_access_of_a_file_of_rules_reads_back: "rules_toml";
    every_network_reads_back: "networks";
    an_origin_has_no_path_and_one_spelling: "origin";
    a_configuration_of_nginx_is_read_as_it_is_printed: "nginx";
}
