//! Previews: the image server is asked for what the gate says, and for nothing of the client's target.

use std::sync::{Arc, Mutex};

use crate::http::get;
use crate::iipimage;
use crate::server::{self, Reply, Request, Server};
use crate::stack::Stack;

const ALICE: &str = "Cookie: gate=alice";
const TILE: &str = "/iiif/preview/sec1/full/max/0/default.jpg";

#[test]
fn the_image_server_is_asked_for_the_image_of_the_gate() {
    let (stack, gate, images) = Stack::with_stubs();
    for (target, reached) in [
        (
            "sec1/full/max/0/default.jpg",
            "sec1/full/100,/0/default.jpg",
        ),
        (
            "dir%2Fsec2/full/max/0/default.jpg",
            "dir%2Fsec2/full/100,/0/default.jpg",
        ),
        (
            "dir/sec2/full/max/90/gray.png",
            "dir/sec2/full/100,/90/gray.png",
        ),
        (
            "caf%C3%A9%20x/pct:0,0,50,50/max/!90/native.tif",
            "caf%C3%A9%20x/pct:0,0,50,50/100,/!90/native.tif",
        ),
        (
            "a+b&c;d=e@f:g!h*i'j(k)~l/square/%5E!100,100/0/default.jpg",
            "a+b&c;d=e@f:g!h*i'j(k)~l/square/%5E!100,100/0/default.jpg",
        ),
    ] {
        for query in ["", "?FIF=other", "?/max/"] {
            let target = format!("/iiif/preview/{target}{query}");
            let answer = get(stack.port, &target, &[ALICE]);
            assert_eq!((answer.status, &*answer.body), (200, &b"picture"[..]));
            assert_eq!(answer.all("X-Auth-Image"), [""; 0], "{target}");
            let seen = images.take();
            assert_eq!(seen.len(), 1, "{target}");
            assert_eq!(seen[0].target, format!("/base/iiif/{reached}"));
            assert_eq!(
                gate.take()[0].header("X-Original-URI").as_deref(),
                Some(&*target)
            );
        }
    }
    assert_eq!(get(stack.port, TILE, &[]).status, 401);
    assert_eq!(get(stack.port, "/iiif/preview/sec1", &[ALICE]).status, 303);
    assert_eq!(get(stack.port, "/iiif/preview", &[ALICE]).status, 404);
    let spoofed = ["X-Auth-Image: sec1/full/max/0/default.jpg"];
    assert_eq!(get(stack.port, TILE, &spoofed).status, 401);
    assert_eq!(images.take().len(), 0);
}

/// Only an image of the same identifier, written as the Image API has it, is asked for.
#[test]
fn an_answer_that_names_no_image_of_this_identifier_opens_nothing() {
    let headers = Arc::new(Mutex::new(Vec::new()));
    let of_gate = Arc::clone(&headers);
    let (stack, _gate, images) = Stack::with(
        move |_: &Request| (204, of_gate.lock().unwrap().clone(), Vec::new()),
        server::images,
    );
    let reason = "X-Auth-Reason: public-size";
    let image = "X-Auth-Image: sec1/full/100,/0/default.jpg";
    let set = |lines: &[&str]| {
        *headers.lock().unwrap() = lines.iter().map(ToString::to_string).collect();
        get(stack.port, TILE, &[ALICE]).status
    };
    assert_eq!(set(&[reason, image]), 200);
    assert_eq!(images.take().len(), 1);
    for lines in [&[][..], &[reason], &[image], &[reason, "X-Auth-Image:"]] {
        assert_eq!(set(lines), 503, "{lines:?}");
    }
    for value in [
        "other/full/100,/0/default.jpg",
        "sec1/x/full/100,/0/default.jpg",
        "/sec1/full/100,/0/default.jpg",
        "x/../sec1/full/100,/0/default.jpg",
        "sec1",
        "sec1/info.json",
        "sec1/full/100,/0/default.jpg?FIF=other",
        "sec1/full/100,/0/default.jpg#x",
        "sec1/full/100,/0/default.jpg HTTP/1.1",
        "sec1/full/100,/0/default.jpg\tx",
        "sec1/full/100,/0/default.jpg\rX: y",
        "sec1/full/100,/0/default.jpg\r\n folded",
        "sec1/full/100,/0/default.jpg\u{1}",
        "sec1/full/100,/0/default.jpg\u{0}",
        "sec1/full/100,/0/default.jpgé",
        "sec1/full/%0d%0aX/0/secret.jpg",
        "sec1/full/a%2Fb/0/default.jpg",
        "sec1/full/a&b/0/default.jpg",
        "sec1/full/../0/default.jpg/",
        "sec1/full//0/default.jpg",
    ] {
        let status = set(&[reason, &format!("X-Auth-Image: {value}")]);
        assert_eq!(status, 503, "{value:?}");
    }
    assert_eq!(images.take().len(), 0);
}

/// Servlet containers cut parameters off, so `;` is refused here as for the full image.
#[test]
fn the_dialect_of_the_image_server_holds_for_previews() {
    for (server, target) in [
        ("digilib", "/iiif/preview/pub;x/full/max/0/default.jpg"),
        ("cantaloupe", "/iiif/preview/pub%3B2/full/max/0/default.jpg"),
    ] {
        let answer: fn(&Request) -> Reply = server::images;
        let (gate, images) = (Server::start(server::gate), Server::start(answer));
        let url = format!("http://127.0.0.1:{}/base/", images.port);
        let stack = Stack::start(&[
            ("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port)),
            ("IMAGE_SERVER", server),
            ("IMAGE_SERVER_URL", &url),
        ]);
        gate.take();
        assert_eq!(get(stack.port, target, &[ALICE]).status, 400, "{target}");
        assert_eq!(gate.take().len() + images.take().len(), 0);
        assert_eq!(get(stack.port, TILE, &[ALICE]).status, 200, "{server}");
        assert_eq!(
            images.take()[0].target,
            "/base/sec1/full/100,/0/default.jpg"
        );
    }
}

#[test]
fn iipimage_makes_the_preview_and_is_not_spoken_to_in_its_own_tongue() {
    let (stack, gate) = iipimage::start();
    let ask = |target: &str| get(stack.port, target, &[ALICE]);
    for name in ["secret.tif", "dir%2Fsec%20%C3%A9.tif", "pub%26amp.tif"] {
        let preview = ask(&format!("/iiif/preview/{name}/full/max/0/default.jpg"));
        assert_eq!(preview.status, 200, "{name}");
        let limited = ask(&format!("/iiif/images/{name}/full/100,/0/default.jpg"));
        assert_eq!(preview.body, limited.body, "{name}");
        let whole = ask(&format!("/iiif/images/{name}/full/max/0/default.jpg"));
        assert!(whole.body.len() > preview.body.len(), "{name}");
        let direct = ask(&format!("/iiif/full/{name}/full/max/0/default.jpg"));
        assert_eq!(direct.body, whole.body, "{name}");
    }
    gate.take();
    for name in [
        "&FIF=secret.tif",
        "pub.tif/full/100,/0/default.jpg&FIF=secret.tif&CVT=jpeg",
        "sec../ret.tif",
        "sec.%2E%2Fret.tif",
        "secret%252Etif",
        "pub+space.tif",
        "%2Fsecret.tif",
        "pub%25s%25s%25n.tif",
    ] {
        let target = format!("/iiif/preview/{name}/full/max/0/default.jpg");
        assert_eq!(ask(&target).status, 400, "{target}");
        assert_eq!(ask(&target.replace("preview", "full")).status, 400);
        assert_eq!(ask(&format!("/iiif/preview/{name}/info.json")).status, 400);
    }
    assert_eq!(gate.take().len(), 0);
}
