//! What browsers and shared caches may keep.

use crate::http::{Answer, get};
use crate::stack::Stack;

const ALICE: &str = "Cookie: gate=alice";

fn cache_control(answer: &Answer) -> String {
    answer.all("Cache-Control").join(" + ")
}

#[test]
fn protected_pixels_are_private_and_asked_for_again() {
    let (stack, _gate, _images) = Stack::with_stubs();
    let target = "/iiif/images/sec1/full/max/0/default.jpg";
    for (header, status) in [
        ("X: y", 200),
        ("Range: bytes=0-1", 206),
        ("If-None-Match: \"picture\"", 304),
    ] {
        let answer = get(stack.port, target, &[ALICE, header]);
        assert_eq!(answer.status, status);
        assert_eq!(cache_control(&answer), "private, no-cache");
        assert_eq!(
            answer.header("Vary").as_deref(),
            Some("Cookie, Authorization, X-Annotator-Auth-Token")
        );
        assert_eq!(answer.header("Expires"), None);
        assert_eq!(answer.header("Set-Cookie"), None);
    }
    let missing = get(
        stack.port,
        "/iiif/images/missing/full/max/0/default.jpg",
        &[ALICE],
    );
    assert_eq!(missing.status, 404);
    assert_eq!(cache_control(&missing), "private, no-cache");
}

/// A date or a size may change what is public, and a cache would not notice.
#[test]
fn what_is_public_with_a_condition_is_private_to_caches() {
    let (stack, _gate, _images) = Stack::with_stubs();
    for target in [
        "/iiif/images/now1/full/max/0/default.jpg",
        "/iiif/images/size1/full/100,/0/default.jpg",
        "/iiif/preview/size1/full/max/0/default.jpg",
    ] {
        let answer = get(stack.port, target, &[]);
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(cache_control(&answer), "private, no-cache", "{target}");
    }
}

#[test]
fn public_pixels_keep_what_the_image_server_says_about_caching() {
    let (stack, _gate, _images) = Stack::with_stubs();
    let answer = get(stack.port, "/iiif/images/pub1/full/max/0/default.jpg", &[]);
    assert_eq!(cache_control(&answer), "public, s-maxage=9, max-age=86400");
    assert_eq!(answer.header("Vary"), None);
    assert_eq!(answer.header("Set-Cookie"), None);
}

#[test]
fn status_validators_links_and_ranges_pass() {
    let (stack, _gate, _images) = Stack::with_stubs();
    let target = "/iiif/images/sec1/full/max/0/default.jpg";
    let answer = get(stack.port, target, &[ALICE]);
    assert_eq!(answer.text(), "picture");
    assert_eq!(answer.header("ETag").as_deref(), Some("\"picture\""));
    assert!(answer.header("Link").unwrap().contains("rel=\"profile\""));
    assert!(answer.header("Last-Modified").is_some());
    assert_eq!(answer.header("Content-Type").as_deref(), Some("image/jpeg"));
    let part = get(stack.port, target, &[ALICE, "Range: bytes=0-1"]);
    assert_eq!(part.text(), "pi");
    assert_eq!(part.header("Content-Range").as_deref(), Some("bytes 0-1/7"));
}

#[test]
fn refusals_are_not_kept() {
    let (stack, _gate, _images) = Stack::with_stubs();
    for target in [
        "/iiif/images/a//b/info.json",
        "/iiif/images/pub1%0a/info.json",
    ] {
        assert_eq!(
            cache_control(&get(stack.port, target, &[ALICE])),
            "no-store"
        );
    }
    // The gate says so itself for what it refuses; nginx adds nothing to that.
    let denied = get(stack.port, "/iiif/images/sec1/full/max/0/default.jpg", &[]);
    assert_eq!(denied.status, 401);
    assert_eq!(cache_control(&denied), "");
}
