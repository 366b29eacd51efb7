//! Targets: what is canonical, and what nginx makes of them.

use proptest::prelude::*;

use super::*;

#[test]
fn legal_iiif_targets_are_canonical() {
    for raw in [
        "/iiif/images/a/info.json",
        "/iiif/images/a%2Fb/full/max/0/default.jpg",
        "/iiif/images/%70ub",
        "/iiif/images/http%3A%2F%2Fex.org%2Fa.jp2/info.json",
        "/iiif/images/caf%C3%A9/info.json",
        "/iiif/images/a/full/%5E!200,200/!90/color.png",
        "/iiif/images/a/info.json?x=/../secret",
        "/",
        "/iiif/images/a;x=1/info.json",
        "/iiif/images/",
        "/iiif/images/100%25.tif/info.json",
    ] {
        assert!(Target::parse(raw.as_bytes()).is_ok(), "{raw}");
    }
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    for raw in [
        "/iiif/pub1/../sec1/info.json",
        "/iiif/pub1/.%2e/sec1",
        "/iiif/pub1/%2E%2E%2Fsec1",
        "/iiif/pub1%2f..%2fsec1",
        "/iiif/pub1/%252e%252e/sec1",
        "/iiif/pub1/%25252e%25252e/sec1",
        "/iiif/./sec1",
        "/x/../iiif/sec1",
        "/iiif//sec1",
        "//iiif/sec1",
        "/iiif/pub1\\..\\sec1",
        "/iiif/pub1/..%5csec1",
        "/iiif/pub1/..;/sec1",
        "/iiif/pub1/..;x=1/sec1",
        "/iiif/pub1;/../sec1",
        "/iiif/pub1/..%3f/sec1",
        "/iiif/pub1/.%23",
        "/iiif/sec1/info.json%0a",
        "/iiif/pub1%0d%0aX-A:%20root",
        "/iiif/sec1%09",
        "/iiif/sec1#/iiif/pub1",
        "/iiif/%c0%ae%c0%ae/sec1",
        "/iiif/%ff",
        "/iiif/a%7f",
        "/iiif/pub1/.",
        "/iiif/a%252Fb",
        "/iiif/a/b%2F%2e%2e",
    ] {
        assert_eq!(
            Target::parse(raw.as_bytes()),
            Err(TargetError::NotCanonical),
            "{raw}"
        );
    }
}

#[test]
fn what_nginx_refuses_and_what_is_too_long_is_no_target() {
    for raw in [
        "/a%00",
        "/%zz",
        "/%",
        "/%2",
        "iiif/a",
        "*",
        "",
        "?x",
        "/a b",
        "/../a",
        "http://h/a",
    ] {
        assert_eq!(
            Target::parse(raw.as_bytes()),
            Err(TargetError::Malformed),
            "{raw}"
        );
    }
    let long = format!("/iiif/{}", "a".repeat(MAX_BYTES));
    assert_eq!(Target::parse(long.as_bytes()), Err(TargetError::TooLong));
}

#[test]
fn nginx_uri_follows_the_measured_model() {
    let uri = |raw: &str| {
        nginx_uri(raw.as_bytes()).map(|(uri, args)| {
            (
                String::from_utf8_lossy(&uri).into_owned(),
                String::from_utf8_lossy(&args).into_owned(),
            )
        })
    };
    let some = |uri: &str, args: &str| Some((uri.to_owned(), args.to_owned()));
    assert_eq!(uri("/iiif//pub//a"), some("/iiif/pub/a", ""));
    assert_eq!(uri("/iiif/pub/.."), some("/iiif/", ""));
    assert_eq!(uri("/iiif/pub/a#/../x"), some("/iiif/pub/a", ""));
    assert_eq!(uri("/a%3fx?y=%2F#z"), some("/a?x", "y=%2F"));
    assert_eq!(uri("/a/%2e%2e%2fb"), some("/b", ""));
    assert_eq!(uri("/.."), None);
}

proptest! {
    #[test]
    fn a_canonical_target_decodes_to_what_nginx_locates(
        raw in "(/|/|\\.|\\.\\.|a|bc|%2e|%2F|%3f|%5c|\\\\|;|%25|%252e|%23|#|\\?|%20|%0d|é|%c3%a9|%ff|%41){0,9}"
    ) {
        let raw = format!("/{raw}");
        if let Ok(target) = Target::parse(raw.as_bytes()) {
            let (uri, _) = nginx_uri(raw.as_bytes()).unwrap();
            let decoded = decode(target.path()).unwrap();
            prop_assert!(merged_equal(decoded.as_bytes(), &uri));
            prop_assert_eq!(decode(&decoded), Some(decoded));
        }
    }

    #[test]
    fn what_is_canonical_at_first_sight_is_so_thoroughly(
        raw in "(/|/|\\.|\\.\\.|a|bc|%2e|%2F|%5c|\\\\|;|%3b|%3F|%|%25|%252e|%23|#|\\?|%20|%0d|%00|%7f|é|%c3%a9|%41|%2|4){0,9}"
    ) {
        let raw = format!("/{raw}");
        let thorough = Target::thoroughly(raw.as_bytes());
        if is_usual(raw.as_bytes()) {
            prop_assert!(thorough.is_ok(), "{}", raw);
        } else if raw.is_ascii() && !raw.contains("%c3") {
            prop_assert!(thorough.is_err(), "{}: slower than need be", raw);
        }
    }

    #[test]
    fn no_target_makes_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Target::parse(&raw);
    }
}
