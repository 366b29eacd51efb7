//! Protected files: films, sound and documents from a folder, in parts where a player asks for parts.

use crate::http::{Answer, ask, get};
use crate::stack::Stack;

const ALICE: &str = "Cookie: gate=alice";
const FILM: &str = "/iiif/files/talks/sec.mp4";

/// A film of which every part can be told from every other.
fn film() -> Vec<u8> {
    (0..40_000_u32).flat_map(u32::to_be_bytes).collect()
}

fn start() -> Stack {
    let (stack, _gate, _images) = Stack::with_stubs();
    let folder = stack.folder.path().join("files");
    // The stub decides on the first segment below `/iiif/files/`.
    for name in [
        "talks/sec.mp4",
        "pub dir/é.pdf",
        "pub.pdf",
        "pub.html",
        "pub.svg",
        "pub.vtt",
        "pub.WAV",
        "pub.php",
        "pub",
        "forbidden.pdf",
    ] {
        std::fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
        std::fs::write(folder.join(name), film()).unwrap();
    }
    std::fs::write(stack.folder.path().join("secret.pdf"), "secret").unwrap();
    stack
}

#[test]
fn a_player_gets_the_parts_that_it_asks_for() {
    let stack = start();
    let whole = get(stack.port, FILM, &[ALICE]);
    assert_eq!((whole.status, &whole.body), (200, &film()));
    assert_eq!(whole.header("Content-Type").as_deref(), Some("video/mp4"));
    assert_eq!(whole.header("Accept-Ranges").as_deref(), Some("bytes"));
    kept_by_nobody_else(&whole);
    let (etag, date) = (whole.header("ETag"), whole.header("Last-Modified"));
    let (etag, date) = (etag.unwrap(), date.unwrap());

    let length = film().len();
    for (range, first, last) in [
        ("0-0", 0, 0),
        ("0-1023", 0, 1023),
        ("1000-2999", 1000, 2999),
        ("159990-", 159_990, length - 1),
        ("-10", length - 10, length - 1),
        ("100000-999999999", 100_000, length - 1),
    ] {
        let range = format!("Range: bytes={range}");
        let current = [
            "X: y".to_owned(),
            format!("If-Range: {etag}"),
            format!("If-Range: {date}"),
        ];
        for condition in current {
            let part = get(stack.port, FILM, &[ALICE, &range, &condition]);
            assert_eq!(part.status, 206, "{range} {condition}");
            assert_eq!(part.body, film()[first..=last], "{range}");
            let said = format!("bytes {first}-{last}/{length}");
            assert_eq!(part.header("Content-Range"), Some(said));
            kept_by_nobody_else(&part);
        }
        for condition in ["\"old\"", "Thu, 01 Jan 2015 00:00:00 GMT"] {
            let condition = format!("If-Range: {condition}");
            let answer = get(stack.port, FILM, &[ALICE, &range, &condition]);
            assert_eq!((answer.status, answer.body.len()), (200, length));
        }
    }
    let beyond = get(stack.port, FILM, &[ALICE, "Range: bytes=160000-"]);
    assert_eq!(beyond.status, 416);
    assert_eq!(
        beyond.header("Content-Range"),
        Some(format!("bytes */{length}"))
    );
    let known = format!("If-None-Match: {etag}");
    assert_eq!(get(stack.port, FILM, &[ALICE, &known]).status, 304);
}

fn kept_by_nobody_else(answer: &Answer) {
    assert_eq!(answer.all("Cache-Control"), ["private, no-cache"]);
    assert_eq!(
        answer.all("Vary"),
        ["Cookie, Authorization, X-Annotator-Auth-Token"]
    );
    assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"]);
}

#[test]
fn without_the_right_there_is_no_part_either() {
    let stack = start();
    for headers in [
        &[][..],
        &["Range: bytes=0-1"],
        &["If-None-Match: *"],
        &["If-Range: \"x\"", "Range: bytes=0-1"],
    ] {
        for method in ["GET", "HEAD"] {
            let answer = ask(stack.port, method, FILM, headers);
            assert_eq!(answer.status, 401, "{method} {headers:?}");
            assert!(answer.header("WWW-Authenticate").is_some());
            assert_eq!(answer.header("Content-Range"), None);
            let refused = ask(stack.port, method, "/iiif/files/forbidden.pdf", headers);
            assert_eq!(refused.status, 403);
        }
    }
    let head = ask(stack.port, "HEAD", FILM, &[ALICE]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(
        head.header("Content-Length"),
        Some(film().len().to_string())
    );
    assert_eq!(head.header("Accept-Ranges").as_deref(), Some("bytes"));
    let preflight = ask(stack.port, "OPTIONS", FILM, &[]);
    let headers = preflight.header("Access-Control-Allow-Headers").unwrap();
    assert!(headers.contains("Authorization") && headers.contains("Range"));
}

#[test]
fn a_file_has_its_type_and_no_script_of_it_runs_on_our_site() {
    let stack = start();
    for (name, content_type, policy) in [
        ("pub.pdf", "application/pdf", None),
        ("pub.vtt", "text/vtt", None),
        ("pub.WAV", "audio/wav", None),
        ("pub.php", "application/octet-stream", None),
        ("pub", "application/octet-stream", None),
        ("pub.html", "text/html", Some("sandbox")),
        ("pub.%68tml", "text/html", Some("sandbox")),
        ("pub.svg", "image/svg+xml", Some("sandbox")),
    ] {
        let answer = get(stack.port, &format!("/iiif/files/{name}"), &[]);
        assert_eq!(answer.status, 200, "{name}");
        assert_eq!(answer.header("Content-Type").as_deref(), Some(content_type));
        assert_eq!(
            answer.header("Content-Security-Policy").as_deref(),
            policy,
            "{name}"
        );
        assert_eq!(answer.all("X-Content-Type-Options"), ["nosniff"], "{name}");
        assert_eq!(answer.header("Cache-Control"), None, "{name}");
    }
}

#[test]
fn a_file_has_one_name_and_a_folder_none() {
    let stack = start();
    for (target, status) in [
        ("pub%20dir/%C3%A9.pdf", 200),
        ("pub%20dir%2F%C3%A9.pdf", 200),
        ("pub.pdf?x=../secret.pdf", 200),
        ("pub%20dir", 404),
        ("pub%20dir/", 404),
        ("pub%20dir/index.html", 404),
        ("pub.pdf/", 404),
        ("pub.pdf%20", 404),
        ("PUB.pdf", 404),
        ("", 400),
        ("pub%20dir/%2e%2e/talks/sec.mp4", 400),
        ("pub%20dir/..%2ftalks/sec.mp4", 400),
        ("talks//sec.mp4", 400),
        ("./talks/sec.mp4", 400),
        ("talks/sec.mp4%00", 400),
        ("talks/sec.mp4%0a", 400),
        ("%252e%252e/secret.pdf", 400),
        ("talks\\sec.mp4", 400),
        ("talks/sec.mp4;x", 404),
    ] {
        let target = format!("/iiif/files/{target}");
        assert_eq!(
            get(stack.port, &target, &[ALICE]).status,
            status,
            "{target}"
        );
    }
    // nginx looks for these elsewhere, where nothing is.
    for target in ["/iiif/files/../secret.pdf", "/iiif/files/..%2fsecret.pdf"] {
        assert_eq!(get(stack.port, target, &[ALICE]).status, 404, "{target}");
    }
    assert_eq!(get(stack.port, "/iiif/f%69les/pub.pdf", &[]).status, 400);
}
