//! The real IIPImage (Debian's 1.1) behind the shipped configuration (attack vectors Q).

use std::path::Path;
use std::process::Command;

use crate::http::{Answer, get};
use crate::server::{self, Server};
use crate::site::Site;
use crate::stack::{Stack, words};

const ALICE: &str = "Cookie: gate=alice";

/// A pyramid of one color, so that one image can be told from another.
pub(crate) fn image(path: &Path, color: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let plain = path.with_extension("v");
    let black = plain.with_extension("black.v");
    for arguments in [
        vec![
            "black",
            &black.to_string_lossy(),
            "600",
            "400",
            "--bands",
            "3",
        ],
        vec![
            "linear",
            &black.to_string_lossy(),
            &plain.to_string_lossy(),
            "1",
            color,
        ],
        vec![
            "tiffsave",
            &plain.to_string_lossy(),
            &path.to_string_lossy(),
            "--tile",
            "--pyramid",
            "--compression",
            "jpeg",
        ],
    ] {
        let mut vips = Command::new("vips");
        let output = vips
            .args(arguments)
            .output()
            .expect("vips is missing (package libvips-tools)");
        assert!(output.status.success(), "{}", words(&output));
    }
    std::fs::remove_file(plain).unwrap();
    std::fs::remove_file(black).unwrap();
}

pub(crate) fn start() -> (Stack, Server) {
    let gate = Server::start(server::gate);
    let stack = Stack::prepare(&[("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port))]);
    let images = stack.folder.path().join("images");
    image(&images.join("pub.tif"), "200 30 30");
    image(&images.join("secret.tif"), "30 200 30");
    for name in [
        "pub space.tif",
        "pub&amp.tif",
        "dir/sec é.tif",
        "pub%s%s%n.tif",
        "pub/x.tif",
        "seq_pyr_000_090.tif",
    ] {
        let path = images.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(images.join("pub.tif"), path).unwrap();
    }
    let output = stack.run("up");
    assert!(output.status.success(), "{}", words(&output));
    gate.take();
    (stack, gate)
}

fn is_alive(stack: &Stack) {
    let answer = get(
        stack.port,
        "/iiif/images/pub.tif/full/100,/0/default.jpg",
        &[],
    );
    assert_eq!(answer.status, 200, "IIPImage does not answer any more");
}

fn inner(stack: &Stack, target: &str, headers: &[&str]) -> Answer {
    get(
        stack.setting("INNER_PORT").parse().unwrap(),
        target,
        headers,
    )
}

#[test]
fn pictures_of_every_spelling_of_a_name_are_shown() {
    let (stack, _gate) = start();
    for name in [
        "pub.tif",
        "pub%2Etif",
        "pub%20space.tif",
        "pub%26amp.tif",
        "dir%2Fsec%20%C3%A9.tif",
        "dir/sec%20%C3%A9.tif",
    ] {
        let answer = get(
            stack.port,
            &format!("/iiif/images/{name}/full/100,/0/default.jpg"),
            &[ALICE],
        );
        assert_eq!(answer.status, 200, "{name}");
        assert!(answer.body.starts_with(b"\xff\xd8"), "{name}");
        assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"]);
    }
    let answer = get(
        stack.port,
        "/iiif/images/secret.tif/full/100,/0/default.jpg",
        &[ALICE],
    );
    assert_eq!(answer.all("Cache-Control"), ["private, no-cache"]);
    // The second would be an image sequence, which is another name of a file.
    for name in ["none.tif", "seq"] {
        let target = format!("/iiif/images/{name}/full/100,/0/default.jpg");
        assert_eq!(get(stack.port, &target, &[ALICE]).status, 404, "{name}");
    }
}

#[test]
fn iipimages_own_tongue_is_not_spoken() {
    let (stack, gate) = start();
    for target in [
        "/iiif/images/&FIF=secret.tif&CVT=jpeg",
        "/iiif/images/pub.tif/full/100,/0/default.jpg&FIF=secret.tif&CVT=jpeg",
        "/iiif/images/x&FIF=secret.tif/full/100,/0/default.jpg",
        "//iiif/images/pub.tif?FIF=secret.tif&CVT=jpeg",
        // It deletes ../ wherever it stands.
        "/iiif/images/sec../ret.tif/full/100,/0/default.jpg",
        "/iiif/images/sec..%2Fret.tif/full/100,/0/default.jpg",
        "/iiif/images/sec.%2E%2Fret.tif/info.json",
        // It decodes twice, and reads + as a space.
        "/iiif/images/secret%252Etif/full/100,/0/default.jpg",
        "/iiif/images/pub%2573pace.tif/full/100,/0/default.jpg",
        "/iiif/images/pub+space.tif/full/100,/0/default.jpg",
        "/iiif/images/pub%2Bspace.tif/full/100,/0/default.jpg",
        // Other names of the same file.
        "/iiif/images/%2Fsecret.tif/full/100,/0/default.jpg",
        "/iiif/images/pub%2F%2Fx.tif/full/100,/0/default.jpg",
        "/iiif/images/pub%2F.%2Fx.tif/full/100,/0/default.jpg",
        // What it prints as a format.
        "/iiif/images/pub%25s%25s%25n.tif/info.json",
        "/iiif/images/pub%25s%25s%25n.tif",
        "/iiif/images/pub%25s%25s%25n.tif/full/100,/0/default.jpg",
    ] {
        assert_eq!(get(stack.port, target, &[ALICE]).status, 400, "{target}");
    }
    assert_eq!(gate.take().len(), 0);
    // Here the region would become part of the name; it is no image request, so it does not get there.
    let slash = "/iiif/images/pub/x.tif%2Ffull/100,/0/default.jpg";
    assert_ne!(
        get(stack.port, slash, &[])
            .header("Content-Type")
            .as_deref(),
        Some("image/jpeg")
    );
    for target in [
        "/fcgi-bin/iipsrv.fcgi?FIF=secret.tif&CVT=jpeg",
        "/?FIF=secret.tif",
        "/pub.tif.dzi",
        "/pub.tif/ImageProperties.xml",
    ] {
        let status = get(stack.port, target, &[ALICE]).status;
        assert!(matches!(status, 403 | 404), "{target}: {status}");
    }
    let plain = get(
        stack.port,
        "/iiif/images/pub.tif/full/100,/0/default.jpg",
        &[],
    );
    let query = get(
        stack.port,
        "/iiif/images/pub.tif/full/100,/0/default.jpg?FIF=secret.tif&CVT=jpeg&%25s%25n",
        &[],
    );
    assert_eq!((query.status, query.body), (200, plain.body));
    is_alive(&stack);
}

#[test]
fn the_inner_listener_gives_descriptions_to_the_gate_and_nothing_else() {
    let (stack, _gate) = start();
    let info = inner(
        &stack,
        "/iiif/images/pub%26amp.tif/info.json",
        &[
            "X-IIIF-ID: https://evil.example/x",
            "X-Forwarded-Host: evil.example",
        ],
    );
    assert_eq!(info.status, 200);
    let id = format!(
        "\"@id\" : \"http://localhost:{}/iiif/images/pub&amp.tif\"",
        stack.port
    );
    assert!(info.text().contains(&id), "{}", info.text());
    for (target, status) in [
        ("/iiif/images/pub.tif/full/100,/0/default.jpg", 404),
        (
            "/iiif/images/pub.tif/full/100,/0/default.jpg?/info.json",
            404,
        ),
        ("/iiif/images/pub.tif", 404),
        ("/iiif/images/pub.tif/info.json?%25s%25s%25s%25n", 404),
        ("/iiif/images/none.tif/info.json", 404),
        ("/iiif/images/pub%25s.tif/info.json", 400),
        ("/iiif/images/&FIF=secret.tif&CVT=jpeg&/info.json", 400),
        ("/iiif/images//info.json", 404),
        ("/iiif/images//pub.tif/info.json", 400),
        ("/iiif/manifests/pub.json", 404),
        ("/auth/login", 404),
        ("/", 404),
    ] {
        assert_eq!(inner(&stack, target, &[]).status, status, "{target}");
    }
    is_alive(&stack);
}

/// All three together: the description is IIPImage's, but for the address, and stays what it is
/// whatever comes with the request.
#[test]
fn the_gate_describes_what_iipimage_describes() {
    let site = Site::with_iipimage();
    let folder = site.stack.folder.path().join("images/dir");
    for name in ["a.tif", "é b.tif", "c&d.tif"] {
        image(&folder.join(name), "200 30 30");
    }
    let site = site.up();
    let alice = site.sign_in("alice");
    let evil = "X-IIIF-ID: https://evil.example/x";
    for name in [
        "dir%2Fa.tif",
        "dir/a.tif",
        "dir%2F%C3%A9%20b.tif",
        "dir%2Fc%26d.tif",
    ] {
        for query in ["", "?FIF=x&%25s%25s%25s%25n"] {
            let target = format!("/iiif/images/{name}/info.json{query}");
            let id = format!(
                "\"http://localhost:{}/iiif/images/{name}\"",
                site.stack.port
            );
            for (cookie, status) in [("X: y", 401), (&*alice, 200)] {
                let answer = site.get(&target, &[cookie, evil, "X-Forwarded-Host: evil.example"]);
                assert_eq!(answer.status, status, "{target}");
                let text = answer.text();
                assert!(text.contains(&format!("\"@id\":{id}")), "{target}: {text}");
                assert!(text.contains("\"width\":600,\"height\":400"), "{text}");
                assert!(!text.contains("evil.example"), "{text}");
            }
        }
        let tile = format!("/iiif/images/{name}/full/100,/0/default.jpg");
        assert_eq!(site.get(&tile, &[]).status, 401);
        assert_eq!(site.get(&tile, &[&alice]).status, 200);
    }
    // No such image is 404, where that is no secret.
    let none = site.get("/iiif/images/dir%2Fnone.tif/info.json", &[&alice]);
    assert_eq!(none.status, 404);
}

#[test]
fn starting_twice_is_harmless_and_a_taken_port_is_said_in_one_line() {
    let (stack, _gate) = start();
    let again = stack.run("up");
    assert!(again.status.success(), "{}", words(&again));
    assert_eq!(words(&again), format!("http://localhost:{}/\n", stack.port));
    let status = words(&stack.run("status"));
    assert_eq!(status.lines().count(), 2, "{status}");

    let other = Stack::prepare(&[
        ("PORT", &stack.port.to_string()),
        ("GATE_ADDRESS", "127.0.0.1:9"),
    ]);
    let output = other.run("up");
    let line = format!(
        "stack: port {} is taken by another program; choose another with PORT=\n",
        stack.port
    );
    assert_eq!((output.status.code(), words(&output)), (Some(1), line));

    assert!(stack.run("down").status.success());
    assert_eq!(stack.run("status").status.code(), Some(1));
    assert!(
        stack.file("log/nginx.log").is_empty(),
        "{}",
        stack.file("log/nginx.log")
    );
}
