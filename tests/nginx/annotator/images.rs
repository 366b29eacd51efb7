//! Images for a consumer's users: by the token with every request, or by the cookie that it is exchanged for.

use super::readers::{DOCLAND, MAPLAND, Readers, refusal, token};
use crate::http::Answer;

const TILE: &str = "/iiif/images/dir%2Fa/full/max/0/default.jpg";
const INFO: &str = "/iiif/images/dir%2Fa/info.json";
const PUBLIC: &str = "/iiif/images/pub1/full/max/0/default.jpg";
const SESSION: &str = "/auth/annotator/session";

#[test]
fn a_token_opens_the_images_of_its_consumer_and_no_others() {
    let readers = Readers::start();
    let plates = token("plates", "alice");
    let bad = format!("{plates}x");
    for (target, header, status) in [
        (TILE, "X: y", 401),
        (TILE, &*plates, 200),
        (INFO, &plates, 200),
        ("/iiif/images/dir/a/full/max/0/default.jpg", &plates, 200),
        (PUBLIC, &plates, 200),
        (TILE, &bad, 401),
        (INFO, &bad, 401),
        // Also where everybody may see it.
        (PUBLIC, &bad, 401),
        (PUBLIC, "X: y", 200),
        ("/iiif/images/sec1/full/max/0/default.jpg", &plates, 403),
        ("/iiif/images/dirx/full/max/0/default.jpg", &plates, 403),
        (
            "/iiif/images/dir%2F..%2Fsec1/full/max/0/default.jpg",
            &plates,
            400,
        ),
        ("/iiif/manifests/x.json", &plates, 403),
        (TILE, &token("docland", "alice"), 403),
    ] {
        let answer = readers.get(target, &[header, DOCLAND]);
        assert_eq!(answer.status, status, "{target} {header}");
        assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"], "{target}");
    }
    let answer = readers.get(TILE, &[&plates, DOCLAND]);
    assert_eq!(
        answer.all("Vary"),
        ["Cookie, Authorization, X-Annotator-Auth-Token"]
    );
    assert_eq!(answer.all("Cache-Control"), ["private, no-cache"]);
    let preflight = readers.ask("OPTIONS", TILE, &[DOCLAND]);
    assert_eq!(preflight.status, 204);
    assert!(
        preflight
            .header("Access-Control-Allow-Headers")
            .unwrap()
            .contains("X-Annotator-Auth-Token")
    );
    // From a page of another site, or beside another credential, it is none.
    assert_eq!(readers.get(TILE, &[&plates, MAPLAND]).status, 403);
    for other in ["Authorization: Bearer x", &plates] {
        for target in [TILE, INFO] {
            let answer = readers.get(target, &[&plates, other, DOCLAND]);
            assert_eq!(answer.status, 401, "{target} {other}");
        }
    }
    let alice = readers.site.sign_in("alice");
    assert_eq!(readers.get(TILE, &[&alice]).status, 200);
    let token = token("docland", "alice");
    assert_eq!(readers.get(TILE, &[&alice, &token, DOCLAND]).status, 403);
}

#[test]
fn the_log_names_whose_image_it_was_and_bad_tokens_are_cut_short() {
    let readers = Readers::start();
    assert_eq!(readers.get(TILE, &[&token("plates", "alice")]).status, 200);
    let bad = format!("{}x", token("plates", "alice"));
    for target in [INFO, TILE].iter().cycle().take(80) {
        readers.get(target, &[&bad]);
    }
    for target in [INFO, TILE, PUBLIC] {
        let answer = readers.get(target, &[&bad]);
        assert_eq!(answer.status, 403, "{target}");
        assert_eq!(answer.text().trim(), refusal("rate_limited").trim());
    }
    assert_eq!(readers.get(INFO, &[&token("plates", "alice")]).status, 200);
    readers.site.stack.run("down");
    let log = readers.site.stack.file("log/access.log");
    assert!(
        log.contains("reason=\"role-held\" annotator=\"plates/alice\""),
        "{log}"
    );
}

/// The cookie of an exchange, as a header line.
fn cookie(answer: &Answer) -> String {
    assert_eq!(answer.status, 204, "{}", answer.text());
    let set = answer.header("Set-Cookie").unwrap();
    assert!(set.starts_with("iiif-gate-annotator="), "{set}");
    assert!(
        set.contains("; Path=/iiif/") && set.contains("; HttpOnly"),
        "{set}"
    );
    format!("Cookie: {}", set.split(';').next().unwrap())
}

#[test]
fn a_token_is_exchanged_for_a_cookie_that_opens_images_alone() {
    let readers = Readers::start();
    let plates = token("plates", "alice");
    for (header, origin, reason) in [
        (plates.as_str(), MAPLAND, "origin_not_allowed"),
        (
            &plates,
            "Origin: https://evil.example",
            "origin_not_allowed",
        ),
        ("X: y", DOCLAND, "missing_token"),
        ("X-Annotator-Auth-Token: x", DOCLAND, "malformed"),
    ] {
        let answer = readers.post(SESSION, &[header, origin]);
        assert!(
            matches!(answer.status, 401 | 403),
            "{reason}: {}",
            answer.status
        );
        assert_eq!(answer.text().trim(), refusal(reason).trim());
        assert_eq!(answer.header("Set-Cookie"), None);
    }
    let two = readers.post(SESSION, &[&plates, &plates, DOCLAND]);
    assert_eq!((two.status, two.header("Set-Cookie")), (401, None));
    let preflight = readers.ask("OPTIONS", SESSION, &[DOCLAND]);
    let answer = readers.post(SESSION, &[&plates, DOCLAND]);
    for answer in [&preflight, &answer] {
        assert_eq!(answer.status, 204);
        assert_eq!(
            answer.all("Access-Control-Allow-Origin"),
            ["https://docland.example"]
        );
        assert_eq!(answer.all("Access-Control-Allow-Credentials"), ["true"]);
    }
    let cookie = cookie(&answer);
    for (target, status) in [
        (TILE, 200),
        (INFO, 200),
        (PUBLIC, 200),
        // Beyond what the consumer reaches it is not there.
        ("/iiif/images/sec1/full/max/0/default.jpg", 401),
        ("/annotator/search", 401),
        ("/annotator-open/search", 200),
    ] {
        let answer = readers.get(target, &[&cookie]);
        assert_eq!(answer.status, status, "{target}: {}", answer.text());
    }
    assert_eq!(readers.seen().header("X-Annotator-User"), None);
    assert_eq!(
        readers
            .post("/annotator/annotations", &[&cookie, DOCLAND])
            .status,
        401
    );
    assert_ne!(readers.get("/auth/admin/", &[&cookie]).status, 200);
    assert!(readers.is_untouched());
}
