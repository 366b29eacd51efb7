//! nginx and the real gate about sizes, places and files: what comes is what the rule leaves open.

use crate::http::{ask, get};
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

/// A visitor's viewer is led to what it may see, and by a probe to the rest.
#[test]
fn the_descriptions_of_a_sized_image_lead_from_one_to_the_other() {
    let site = Site::start();
    let alice = site.sign_in("alice");
    let origin = format!("http://localhost:{}", site.stack.port);
    let info = |space: &str, header: &str| {
        let target = format!("/iiif/{space}/sized/info.json");
        let answer = site.get(&target, &[header]);
        assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"], "{target}");
        answer
    };
    let lower = info("images", NOBODY);
    let location = format!("{origin}/iiif/preview/sized/info.json");
    assert_eq!(
        (lower.status, lower.header("Location")),
        (302, Some(location))
    );
    let preview = info("preview", NOBODY);
    let id = format!("\"@id\":\"{origin}/iiif/preview/sized\"");
    assert_eq!(preview.status, 200);
    assert!(preview.text().contains(&id), "{}", preview.text());
    assert!(preview.text().contains("\"maxWidth\":50"));
    assert_eq!(info("images", &alice).status, 200);

    let probe = |path: &str, header: &str| {
        let target = format!("/auth/iiif-probe/{path}");
        let answer = site.get(&target, &[header]);
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"]);
        assert_eq!(answer.all("Cache-Control"), ["no-store"]);
        let head = ask(site.stack.port, "HEAD", &target, &[header]);
        assert_eq!((head.status, head.body.len()), (200, 0));
        answer.text()
    };
    let token = site.get(
        "/auth/iiif-token2?messageId=1&origin=http://v.example",
        &[&alice],
    );
    let (_, token) = token
        .text()
        .split_once("\"accessToken\":\"")
        .map(own)
        .unwrap();
    let bearer = format!("Authorization: Bearer {}", token.split('"').next().unwrap());
    let image = "%2Fiiif%2Fimages%2Fsized";
    assert!(probe(image, NOBODY).contains("\"status\":401"));
    let moved = probe(image, &bearer);
    let full = format!("\"id\":\"{origin}/iiif/full/sized\"");
    assert!(
        moved.contains("\"status\":302") && moved.contains(&full),
        "{moved}"
    );
    assert_eq!(info("full", &alice).status, 200);
    assert_eq!(info("full", NOBODY).status, 401);
    let film = "%2Fiiif%2Ffiles%2Ftalks%2Fone%2520%25C3%25A9.mp4";
    assert!(probe(film, NOBODY).contains("\"status\":401"));
    assert!(probe(film, &bearer).contains("\"status\":200"));

    site.pictures();
    let max = "/iiif/full/sized/full/max/0/default.jpg";
    assert_eq!(site.get(max, &[&bearer]).status, 401);
    assert_eq!(site.get(max, &[&alice]).status, 200);
    assert_eq!(site.pictures(), ["/base/sized/full/max/0/default.jpg"]);
}

fn own((before, after): (&str, &str)) -> (String, String) {
    (before.to_owned(), after.to_owned())
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
