//! The corpus of attacks (docs/reference/attacks.md): every request of `tests/data/attacks.txt` over HTTP/1.1,
//! over HTTP/2, to a server that merges no slashes, and straight at the gate, by three people.
//!
//! The status must be right, and nothing may reach the image server that should not.

#![expect(clippy::indexing_slicing, reason = "a test may fail")]

mod credentials;
mod field;
mod h2;
mod streams;
mod table;

use iiif_gate::image::target::nginx_uri;

use self::field::{Field, Gate};
use self::h2::Http2;
use self::table::PEOPLE;
use crate::http::get;
use crate::normalization::{Random, times};

#[test]
fn every_request_of_the_corpus_is_answered_as_it_should_be() {
    let field = Field::new();
    let mut wrong = Vec::new();
    field.site.reached();
    // nginx says goodbye after a thousand requests over a connection.
    for part in table::read().chunks(100) {
        let mut h2 = Http2::open(field.nginx.port);
        for attack in part {
            for person in 0..PEOPLE.len() {
                if person == 0 || !attack.says_who() {
                    field.check(attack, person, &mut h2, &mut wrong);
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} are wrong",
        wrong.join("\n"),
        wrong.len()
    );
}

/// PCRE gives up on what has more parts than its stack has room for.
#[test]
fn a_target_that_is_too_much_for_nginxs_patterns_is_refused() {
    let field = Field::new();
    for part in ["a/", "a%2F", "a.b/"] {
        let long = part.repeat(1100);
        for end in ["", "x&FIF=sec1/", "x;y/", "x%2525/"] {
            let target = format!("/iiif/images/{long}{end}full/max/0/default.jpg");
            assert_eq!(
                get(field.site.stack.port, &target, &[]).status,
                400,
                "{part}{end}"
            );
        }
    }
    assert!(field.site.reached().is_empty());
}

/// Invariant 1, without nginx before it: what the gate allows nobody in particular is public in every reading.
#[test]
fn what_the_gate_allows_is_public_in_every_reading() {
    let field = Field::new();
    let mut gate = Gate::open(&field.site);
    let mut random = Random::new(23);
    let mut allowed = 0;
    for _ in 0..times(20_000) {
        let target = random_target(&mut random);
        let question = [
            &b"GET /query_auth HTTP/1.1\r\nHost: localhost\r\nX-Original-Method: GET\r\nX-Original-URI: "[..],
            &target,
            b"\r\n\r\n",
        ];
        let answer = gate.ask(&question.concat());
        let shown = String::from_utf8_lossy(&target).into_owned();
        assert!(
            matches!(answer.status, 204 | 401 | 403),
            "{shown}: {}",
            answer.status
        );
        assert!(answer.body.is_empty(), "{shown}");
        if answer.status != 204 {
            continue;
        }
        allowed += 1;
        let once = nginx_uri(&target).unwrap().0;
        let twice = nginx_uri(&once).map(|(reading, _)| reading);
        for reading in [Some(once), twice].into_iter().flatten() {
            let reading = String::from_utf8(reading).unwrap();
            let rest = reading.strip_prefix("/iiif/images/pub1");
            let is_pub1 = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            assert!(is_pub1, "{shown}: {reading}");
        }
    }
    assert!(allowed > 50, "{allowed}");
}

fn random_target(random: &mut Random) -> Vec<u8> {
    let tokens: [&[u8]; 32] = [
        b"pub1",
        b"pub1",
        b"pub1/full/max/0/default.jpg",
        b"sec1",
        b"/",
        b"/",
        b"%2f",
        b"%2F",
        b"..",
        b".",
        b"%2e",
        b"%252e",
        b"%252f",
        b"%25",
        b";",
        b"%3b",
        b"%23",
        b"#",
        b"?",
        b"%3f",
        b"\\",
        b"%5c",
        b"//",
        b"%20",
        b"%0a",
        b"%70ub1",
        b"&",
        b"+",
        b"\xc3\xa9",
        b"\xff",
        b"info.json",
        b"full/max/0/default.jpg",
    ];
    let mut target = b"/iiif/images/".to_vec();
    if random.below(2) == 0 {
        target.extend_from_slice(b"pub1");
    }
    for _ in 0..=random.below(6) {
        target.extend_from_slice(tokens[random.below(tokens.len())]);
    }
    target
}
