//! Manifests from a folder, and from digilib.

use crate::http::get;
use crate::server::{self, Server};
use crate::stack::Stack;

const ALICE: &str = "Cookie: gate=alice";

#[test]
fn manifests_of_a_folder_are_served_to_those_who_may() {
    let (stack, gate, _images) = Stack::with_stubs();
    let folder = stack.folder.path().join("manifests");
    std::fs::create_dir_all(folder.join("pub dir/é")).unwrap();
    for name in [
        "pub.json",
        "sec.json",
        "forbidden.json",
        "pub dir/é/a.json",
        "pub",
    ] {
        std::fs::write(folder.join(name), format!("{{\"name\":\"{name}\"}}")).unwrap();
    }
    std::fs::write(stack.folder.path().join("secret.json"), "secret").unwrap();
    let status = |target: &str, cookie| get(stack.port, target, &[cookie]).status;

    let public = get(stack.port, "/iiif/manifests/pub.json", &[]);
    assert_eq!(
        (public.status, public.text().as_str()),
        (200, "{\"name\":\"pub.json\"}")
    );
    assert_eq!(
        public.header("Content-Type").as_deref(),
        Some("application/json")
    );
    assert!(public.header("ETag").is_some());
    assert_eq!(public.header("Cache-Control"), None);
    let etag = format!("If-None-Match: {}", public.header("ETag").unwrap());
    assert_eq!(
        get(stack.port, "/iiif/manifests/pub.json", &[&etag]).status,
        304
    );
    assert_eq!(status("/iiif/manifests/pub", ALICE), 200);
    assert_eq!(
        status("/iiif/manifests/pub%20dir/%C3%A9/a.json", ALICE),
        200
    );

    assert_eq!(status("/iiif/manifests/sec.json", "X: y"), 401);
    assert_eq!(status("/iiif/manifests/forbidden.json", ALICE), 403);
    let session = get(stack.port, "/iiif/manifests/sec.json", &[ALICE]);
    assert_eq!(session.status, 200);
    assert_eq!(
        session.header("Cache-Control").as_deref(),
        Some("private, no-cache")
    );
    assert_eq!(
        session.header("Vary").as_deref(),
        Some("Cookie, Authorization, X-Annotator-Auth-Token")
    );

    // No listing, no redirect to a folder, no other spelling, nothing outside.
    assert_eq!(status("/iiif/manifests/pub%20dir", ALICE), 404);
    assert_eq!(status("/iiif/manifests/pub%20dir/", ALICE), 404);
    assert_eq!(status("/iiif/manifests/none.json", ALICE), 404);
    gate.take();
    // nginx looks for these elsewhere, where nothing is.
    for target in [
        "/iiif/manifests/../secret.json",
        "/iiif/manifests/..%2fsecret.json",
    ] {
        assert_eq!(status(target, ALICE), 404, "{target}");
    }
    for target in [
        "/iiif/manifests/",
        "/iiif/manifests/pub%20dir/%2e%2e/sec.json",
        "/iiif/manifests//sec.json",
        "/iiif/%6Danifests/sec.json",
        "/iiif/manifests/sec.json%00",
        "/iiif/manifests/%252e%252e/secret.json",
    ] {
        assert_eq!(status(target, ALICE), 400, "{target}");
    }
    assert_eq!(gate.take().len(), 0);
}

#[test]
fn digilib_makes_images_and_manifests_below_paths_of_its_own() {
    let (gate, digilib) = (Server::start(server::gate), Server::start(server::images));
    let stack = Stack::start(&[
        ("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port)),
        ("IMAGE_SERVER", "digilib"),
        (
            "IMAGE_SERVER_URL",
            &format!("http://127.0.0.1:{}/digilib/Scaler/IIIF", digilib.port),
        ),
    ]);
    for (target, reached) in [
        (
            "/iiif/images/pub!a!b/full/max/0/default.jpg?fn=secret",
            "/digilib/Scaler/IIIF/pub!a!b/full/max/0/default.jpg",
        ),
        (
            "/iiif/manifests/pub!a?fn=secret",
            "/digilib/Manifester/IIIF/pub!a",
        ),
    ] {
        let answer = get(stack.port, target, &["X-Forwarded-Host: evil.example"]);
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"]);
        let seen = digilib.take();
        assert_eq!(seen[0].target, reached);
        assert_eq!(seen[0].header("X-Forwarded-Host"), None);
    }
    assert_eq!(get(stack.port, "/iiif/manifests/sec!a", &[]).status, 401);
    // A servlet container would cut the parameter off and serve another name.
    for target in [
        "/iiif/images/pub;x/full/max/0/default.jpg",
        "/iiif/manifests/sec;x",
        "/iiif/images/pub%3Bx/info.json",
    ] {
        assert_eq!(get(stack.port, target, &[ALICE]).status, 400, "{target}");
    }
    assert_eq!(digilib.take().len(), 0);
}
