//! nginx and the real gate about sizes, places and files: what comes is what the rule leaves open.

use crate::http::get;
use crate::site::Site;

const NOBODY: &str = "X: y";

#[test]
fn an_image_open_to_a_size_is_not_had_larger() {
    let site = Site::start();
    let (alice, mallory) = (site.sign_in("alice"), site.sign_in("mallory"));
    site.pictures();
    for (image, statuses) in [
        ("full/50,/0/default.jpg", [200, 200, 200]),
        ("full/!50,50/90/gray.png", [200, 200, 200]),
        ("0,0,50,40/25,/0/default.jpg", [200, 200, 200]),
        ("full/51,/0/default.jpg", [401, 403, 200]),
        ("full/max/0/default.jpg", [401, 403, 200]),
        ("full/^max/0/default.jpg", [401, 403, 200]),
        ("0,0,50,40/50,/0/default.jpg", [401, 403, 200]),
        ("full/pct:51/0/default.jpg", [401, 403, 200]),
    ] {
        let target = format!("/iiif/images/sized/{image}");
        for (cookie, status) in [NOBODY, &mallory, &alice].into_iter().zip(statuses) {
            let answer = site.get(&target, &[cookie]);
            assert_eq!(answer.status, status, "{target} {cookie}");
            let reached = site.pictures();
            match status {
                200 => {
                    assert_eq!(reached, [format!("/base/sized/{image}")]);
                    let cache = answer.header("Cache-Control");
                    assert_eq!(cache.as_deref(), Some("private, no-cache"), "{target}");
                }
                _ => assert_eq!(reached, [""; 0], "{target} {cookie}"),
            }
        }
    }
}

#[test]
fn a_preview_is_the_size_that_is_open() {
    let site = Site::start();
    let alice = site.sign_in("alice");
    site.pictures();
    for (image, reached) in [
        ("full/max/0/default.jpg", "full/50,/0/default.jpg"),
        ("full/full/0/default.jpg", "full/50,/0/default.jpg"),
        ("full/20,/0/default.jpg", "full/20,/0/default.jpg"),
        ("0,0,50,40/25,/0/default.png", "0,0,50,40/25,/0/default.png"),
        ("full/51,/0/default.jpg", ""),
        ("0,0,50,40/50,/0/default.jpg", ""),
    ] {
        let target = format!("/iiif/preview/sized/{image}?/max/");
        let answer = site.get(&target, &[]);
        let pictures = site.pictures();
        if reached.is_empty() {
            assert_eq!((answer.status, pictures.len()), (401, 0), "{target}");
        } else {
            assert_eq!(answer.status, 200, "{target}");
            assert_eq!(pictures, [format!("/base/sized/{reached}")], "{target}");
        }
    }
    // In this space nobody gets more, and what has no size of its own has no preview.
    let max = "/iiif/preview/sized/full/max/0/default.jpg";
    assert_eq!(site.get(max, &[&alice]).status, 200);
    assert_eq!(site.pictures(), ["/base/sized/full/50,/0/default.jpg"]);
    for name in ["sec1", "room", "other", "pub1", "dir%2Fsec2"] {
        for cookie in [NOBODY, &alice] {
            let target = format!("/iiif/preview/{name}/full/max/0/default.jpg");
            let status = site.get(&target, &[cookie]).status;
            assert!(matches!(status, 401 | 403 | 404 | 503), "{target} {status}");
        }
    }
    assert_eq!(site.pictures(), [""; 0]);
}

#[test]
fn a_network_role_is_held_by_address_and_by_nothing_that_is_said() {
    let tile = "/iiif/images/room/full/max/0/default.jpg";
    let site = Site::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]);
    for (header, status) in [
        ("X-Forwarded-For: 203.0.113.9", 200),
        ("X-Forwarded-For: 198.51.100.1, 203.0.113.9", 200),
        ("X-Forwarded-For: 198.51.100.1", 403),
        ("X-Forwarded-For: 203.0.113.9, 198.51.100.1", 403),
        ("X-Real-IP: 203.0.113.9", 403),
        ("Forwarded: for=203.0.113.9", 403),
        ("X-Original-Forwarded-For: 203.0.113.9", 403),
    ] {
        assert_eq!(site.get(tile, &[header]).status, status, "{header}");
    }
    let site = Site::start();
    let header = "X-Forwarded-For: 203.0.113.9";
    assert_eq!(get(site.stack.port, tile, &[header]).status, 403);
    assert_eq!(site.pictures(), [""; 0]);
}

#[test]
fn a_protected_file_comes_in_parts_to_those_who_may() {
    let site = Site::start();
    let (alice, mallory) = (site.sign_in("alice"), site.sign_in("mallory"));
    let folder = site.stack.folder.path().join("files/talks");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("one é.mp4"), "a film").unwrap();
    std::fs::write(folder.join("../else.pdf"), "else").unwrap();
    for target in [
        "/iiif/files/talks/one%20%C3%A9.mp4",
        "/iiif/files/talks%2Fone%20%c3%a9.mp4",
    ] {
        let range = "Range: bytes=2-5";
        for (cookie, status) in [(NOBODY, 401), (&*mallory, 403), (&*alice, 206)] {
            let answer = site.get(target, &[cookie, range]);
            assert_eq!(answer.status, status, "{target} {cookie}");
            assert_eq!(answer.text() == "film", status == 206, "{target}");
        }
    }
    for cookie in [NOBODY, &alice] {
        assert_eq!(site.get("/iiif/files/else.pdf", &[cookie]).status, 403);
    }
}
