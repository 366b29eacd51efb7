//! Readers of registered sites at the annotation store, by way of nginx and the real gate.

use iiif_gate::web::state::now;
use serde_json::json;

use super::readers::{DOCLAND, MAPLAND, Readers, SECRET, refusal, token, token_with};
use crate::authtoken::good;
use crate::http::values;
use crate::normalization::Random;

const SEARCH: &str = "/annotator/search?limit=20";
const OPEN: &str = "/annotator-open/search?limit=20";

#[test]
fn a_reader_of_a_registered_site_reaches_the_store_under_the_right_name() {
    let readers = Readers::start();
    for (user, name) in [
        ("alice", "alice"),
        ("jürgen", "j%C3%BCrgen"),
        ("j%C3%BCrgen", "j%25C3%25BCrgen"),
        ("a/b@c d%", "a/b@c%20d%25"),
        ("admin@example.org", "admin@example.org"),
    ] {
        let answer = readers.post(
            "/annotator/annotations",
            &[&token("docland", user), DOCLAND],
        );
        assert_eq!(answer.status, 201, "{user}");
        let seen = readers.seen();
        assert_eq!(values(&seen.headers, "X-Annotator-Consumer"), ["docland"]);
        assert_eq!(values(&seen.headers, "X-Annotator-User"), [name]);
        assert_eq!(seen.header("X-Annotator-Admin"), None);
        assert_eq!(seen.body, b"{}");
    }
    let numbered = token_with("docland", &json!({ "userId": 7 }));
    assert_eq!(readers.get(SEARCH, &[&numbered, DOCLAND]).status, 200);
    assert_eq!(
        readers.seen().header("X-Annotator-User").as_deref(),
        Some("7")
    );
    let longest = "ü".repeat(127);
    let answer = readers.get(SEARCH, &[&token("docland", &longest), DOCLAND]);
    assert_eq!(answer.status, 200);
    let seen = readers.seen().header("X-Annotator-User").unwrap();
    assert_eq!(seen, "%C3%BC".repeat(127));
}

#[test]
fn nobody_is_let_in_without_a_token_unless_it_is_to_read_where_that_is_open() {
    let readers = Readers::start();
    let unnamed = token_with("docland", &json!({ "userId": null }));
    for (target, header, status, reason) in [
        (SEARCH, "X: y", 401, "missing_token"),
        (SEARCH, "X-Annotator-Auth-Token: foo", 401, "malformed"),
        (SEARCH, &unnamed, 401, "missing_user_id"),
        (OPEN, "X-Annotator-Auth-Token: foo", 401, "malformed"),
        (OPEN, &token("nobody", "alice"), 401, "unknown_consumer"),
    ] {
        let answer = readers.get(target, &[header, DOCLAND]);
        let said = (answer.status, answer.text());
        assert_eq!(said, (status, refusal(reason)), "{target} {header}");
        let origins = answer.all("Access-Control-Allow-Origin");
        assert_eq!(origins, ["https://docland.example"], "{reason}");
        let challenge = answer.all("WWW-Authenticate").join("|");
        let description = format!("error=\"invalid_token\", error_description=\"{reason}\"");
        let wanted = match reason {
            "missing_token" => "AnnotatorToken realm=\"annotator\"".to_owned(),
            _ => format!("AnnotatorToken realm=\"annotator\", {description}"),
        };
        assert_eq!(challenge, wanted);
    }
    assert_eq!(
        readers
            .post("/annotator-open/annotations", &[DOCLAND])
            .status,
        401
    );
    assert!(readers.is_untouched());
    for header in ["X: y", &unnamed] {
        assert_eq!(readers.get(OPEN, &[header, DOCLAND]).status, 200);
        let seen = readers.seen();
        assert_eq!(seen.header_names(), ["connection", "host"], "{header}");
    }
}

#[test]
fn a_token_is_taken_from_the_pages_of_its_own_site() {
    let readers = Readers::start();
    let own = format!("Origin: http://localhost:{}", readers.site.stack.port);
    let (doc, map) = (token("docland", "alice"), token("mapland", "alice"));
    for (token, origin, status) in [
        (&doc, DOCLAND, 200),
        (&doc, &own, 200),
        (&doc, MAPLAND, 403),
        (&doc, "Origin: https://evil.example", 403),
        (&doc, "Origin: null", 403),
        (&doc, "Origin: https://docland.example.evil.example", 403),
        (&doc, "Origin: https://docland.example:444", 403),
        (&doc, "Origin: http://docland.example", 403),
        (&doc, "Origin: https://DOCLAND.example", 403),
        (&doc, "X: y", 403),
        (&doc, "Sec-Fetch-Site: same-origin", 200),
        (&doc, "Sec-Fetch-Site: same-site", 403),
        (&map, "X: y", 200),
        (&map, DOCLAND, 403),
    ] {
        let answer = readers.get(SEARCH, &[token, origin]);
        assert_eq!(answer.status, status, "{origin}");
        if status == 403 {
            assert_eq!(answer.text(), refusal("origin_not_allowed"));
            assert!(readers.is_untouched(), "{origin}");
        }
        // Any site of ours may read why; others read nothing.
        let listed = origin == DOCLAND || origin == MAPLAND || origin == own;
        let allowed = answer.all("Access-Control-Allow-Origin");
        assert_eq!(allowed.len(), usize::from(listed), "{origin}");
        readers.store.take();
    }
    for (origin, allowed) in [
        (DOCLAND, 1),
        (MAPLAND, 1),
        ("Origin: https://evil.example", 0),
    ] {
        let answer = readers.ask("OPTIONS", SEARCH, &[origin]);
        assert_eq!(answer.status, 204);
        for name in ["Origin", "Methods", "Headers"] {
            let name = format!("Access-Control-Allow-{name}");
            assert_eq!(answer.all(&name).len(), allowed, "{origin} {name}");
        }
        assert_eq!(answer.all("Vary"), ["Origin"]);
    }
    assert!(readers.is_untouched());
}

#[test]
fn a_token_opens_what_its_consumer_reaches_and_nothing_beside() {
    let readers = Readers::start();
    let plates = token("plates", "alice");
    for target in [SEARCH, OPEN, "/annotator/../iiif/images/dir%2Fa/info.json"] {
        for lie in ["X: y", "X-Original-URI: /iiif/images/dir%2Fa/info.json"] {
            let answer = readers.get(target, &[&plates, lie]);
            assert!(
                matches!(answer.status, 400 | 403),
                "{target}: {}",
                answer.status
            );
        }
    }
    assert_eq!(
        readers.get(SEARCH, &[&plates]).text(),
        refusal("path_not_allowed")
    );
    assert!(readers.is_untouched());
}

/// Whatever of random targets reaches the store lies below the annotation location in every reading.
#[test]
fn no_spelling_leads_out_of_the_annotation_location() {
    let readers = Readers::start();
    let token = token("mapland", "alice");
    let parts = [
        "a",
        "/",
        "//",
        "..",
        ".",
        "%2e",
        "%2f",
        "%252e",
        "%252f",
        "%5c",
        "\\",
        ";",
        "%3b",
        "?",
        "#",
        "%23",
        "%3f",
        "%0a",
        "%00",
        "%20",
        "+",
        "&",
        "é",
        "%c3%a9",
        "%ff",
        "annotator",
        "iiif",
        "%61",
    ];
    let mut random = Random::new(23);
    let mut served = 0;
    for _ in 0..1500 {
        let mut target = "/annotator/".to_owned();
        for _ in 0..=random.below(6) {
            target.push_str(parts[random.below(parts.len())]);
        }
        readers.get(&target, &[&token]);
        let Some(seen) = readers.store.take().pop() else {
            continue;
        };
        served += 1;
        let path = seen.target.split('?').next().unwrap();
        let below = path.strip_prefix("/api/").unwrap();
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        for reading in [below.to_owned(), decode(below), decode(&decode(below))] {
            let is_odd = |part: &str| matches!(part, "." | "..");
            assert!(
                !reading.split(['/', '\\', ';']).any(is_odd),
                "{target}: {reading}"
            );
            assert!(!reading.contains(char::is_control), "{target}: {reading}");
        }
    }
    assert!(served > 100, "{served}");
}

#[test]
fn cookies_and_passwords_of_ours_say_nothing_at_the_store() {
    let readers = Readers::start();
    let alice = readers.site.sign_in("alice");
    let token = good("docland", SECRET, "alice", now());
    for header in [
        alice.as_str(),
        &format!("Authorization: Bearer {token}"),
        &format!("Authorization: Token {token}"),
        &format!("Cookie: x-annotator-auth-token={token}"),
        "Authorization: Basic YWxpY2U6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5",
    ] {
        let target = format!("/annotator/search?x-annotator-auth-token={token}");
        let answer = readers.post(&target, &[header, DOCLAND]);
        assert_eq!(
            (answer.status, answer.text()),
            (401, refusal("missing_token")),
            "{header}"
        );
    }
    assert!(readers.is_untouched());
    let both = readers.get(
        SEARCH,
        &[&alice, &format!("X-Annotator-Auth-Token: {token}"), DOCLAND],
    );
    assert_eq!(both.status, 200);
    assert_eq!(readers.seen().header("Cookie"), None);
}

#[test]
fn reasons_are_kept_from_outsiders_where_that_is_set() {
    let readers = Readers::start_with(&[("ANNOTATOR_REASONS", "false")]);
    let unknown = token("nobody", "alice");
    let forged = good("docland", "another secret altogether", "alice", now());
    let forged = format!("X-Annotator-Auth-Token: {forged}");
    let said = |header: &str| {
        let mut answer = readers.get(SEARCH, &[header, DOCLAND]);
        answer.headers.retain(|(name, _)| name != "Date");
        (answer.status, answer.headers, answer.body)
    };
    assert_eq!(said(&unknown), said(&forged));
    assert_eq!(said(&forged).2, refusal("invalid_token").into_bytes());
    assert_eq!(said("X: y").2, refusal("missing_token").into_bytes());
}
