//! Which targets reach whom (attack vectors A): a refused one reaches neither the gate nor the image server.

use iiif_gate::image::resource::{Dialect, Layout, Resource, Tier};

use crate::http::{get, raw, request};
use crate::stack::Stack;

const ALICE: &str = "Cookie: gate=alice";

#[test]
fn a_target_that_could_be_read_in_two_ways_is_answered_400_by_nginx_alone() {
    let (stack, gate, images) = Stack::with_stubs();
    for (space, end) in [
        ("images", "full/max/0/default.jpg"),
        ("images", "info.json"),
        ("preview", "full/max/0/default.jpg"),
        ("preview", "info.json"),
        ("full", "full/max/0/default.jpg"),
        ("full", "info.json"),
        ("files", "talk.mp4"),
    ] {
        for target in [
            "/iiif/images/pub1/../sec1/{}",
            "/iiif/images/pub1/.%2e/sec1/{}",
            "/iiif/images/pub1/%2E%2E%2Fsec1/{}",
            "/iiif/images/pub1%2f..%2fsec1/{}",
            "/iiif/images/pub1/%252e%252e/sec1/{}",
            "/iiif/images/pub1/%25252e%25252e/sec1/{}",
            "/iiif/images/pub1%252F..%252Fsec1/{}",
            "/iiif/images/pub1%255Csec1/{}",
            "/iiif/images/./sec1/{}",
            "/x/../iiif/images/sec1/{}",
            "/auth/../iiif/images/sec1/{}",
            "/iiif/manifests/../images/sec1/{}",
            "/iiif/manifests/..%2fimages/sec1/{}",
            "/iiif/images//sec1/{}",
            "//iiif/images/sec1/{}",
            "/iiif//images/sec1/{}",
            "/iiif/images/pub1\\..\\sec1/{}",
            "/iiif/images/pub1/..%5csec1/{}",
            "/iiif/images/pub1/..;/sec1/{}",
            "/iiif/images/pub1/..%3b/sec1/{}",
            "/iiif/images/pub1/..;x=1/sec1/{}",
            "/iiif/images/pub1;/../sec1/{}",
            "/iiif/images/sec1%00/{}",
            "/iiif/images/sec1%0a/{}",
            "/iiif/images/sec1%09/{}",
            "/iiif/images/sec1%7f/{}",
            "/iiif/images/pub1%0d%0aX-Auth-User:%20root/{}",
            "/iiif/images/sec1#/{}",
            "/iiif/images/sec1/{}#/iiif/images/pub1",
            "/iiif/images/pub1%23/../sec1/{}",
            "/iiif/images/%c0%ae%c0%ae/sec1/{}",
            "/iiif/images/%ff/{}",
            "/iiif/images/%ed%a0%80/{}",
            "/iiif/images/%f4%90%80%80/{}",
            "/iiif/images/caf%C3/{}",
            "/iiif/images/%u0073ec1/{}",
            "/iiif/images/%zz/{}",
            "/iiif/images/sec1/{}/.",
            "/iiif/images/sec1/{}/..",
            "/%69iif/images/sec1/{}",
            "/iiif/image%73/sec1/{}",
            "/iiif/pr%65view/sec1/{}",
            "/iiif/f%69les/sec1/{}",
            "/iiif%2Fimages%2Fsec1/{}",
            "/iiif/images%2Fsec1/{}",
        ] {
            let target = target.replace("{}", end).replace("images", space);
            for headers in [&[][..], &[ALICE]] {
                let answer = get(stack.port, &target, headers);
                assert_eq!(answer.status, 400, "{target}");
            }
        }
    }
    for bytes in [
        &b"/iiif/images/\xff/info.json"[..],
        b"/iiif/images/\x80",
        b"/iiif/preview/\x80",
        b"/iiif/files/\xff.pdf",
        b"/auth/iiif-probe/\xff",
    ] {
        assert_eq!(
            raw(stack.port, &request("GET", bytes, &[ALICE])).status,
            400
        );
    }
    assert_eq!(gate.take().len(), 0);
    assert_eq!(images.take().len(), 0);
}

#[test]
fn an_image_request_reaches_the_image_server_as_it_was_written_but_for_the_query() {
    let (stack, _gate, images) = Stack::with_stubs();
    for path in [
        "sec1/full/max/0/default.jpg",
        "dir%2Fsec2/full/max/0/default.jpg",
        "dir%2fsec2/full/max/0/default.jpg",
        "dir/sec2/square/100,/90/color.png",
        "http%3A%2F%2Fex.org%2Fa.jp2/pct:0,0,50,50/%5E!100,100/!90/gray.webp",
        "caf%C3%A9%20x/full/max/0/native.tif",
        "100%25.tif/0,0,10,10/,5/0/bitonal.jp2",
        "a+b&c;d=e@f:g!h*i'j(k)~l/full/max/0/default.jpg",
        "%70ub/full/max/0/default.jpg",
        "info.json/full/max/0/default.jpg",
        "%e2%82%ac%f0%9f%98%80/full/max/0/default.jpg",
    ] {
        for query in [
            "",
            "?",
            "??",
            "?FIF=other&IIIF=x",
            "?/iiif/images/pub1/info.json",
        ] {
            for space in ["/iiif/images/", "/iiif/full/"] {
                let answer = get(stack.port, &format!("{space}{path}{query}"), &[ALICE]);
                assert_eq!(answer.status, 200, "{path}{query}");
                let seen = images.take();
                assert_eq!(seen.len(), 1, "{path}{query}");
                assert_eq!(seen[0].target, format!("/base/iiif/{path}"));
            }
        }
    }
    let absolute = b"GET http://localhost/iiif/images/sec1/full/max/0/default.jpg HTTP/1.1\r\n\
        Host: localhost\r\nCookie: gate=alice\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(stack.port, absolute).status, 200);
    assert_eq!(
        images.take()[0].target,
        "/base/iiif/sec1/full/max/0/default.jpg"
    );
    let high = b"/iiif/images/caf\xc3\xa9/full/max/0/default.jpg";
    assert_eq!(raw(stack.port, &request("GET", high, &[ALICE])).status, 200);
}

#[test]
fn whatever_is_no_image_request_goes_to_the_gate() {
    let (stack, gate, images) = Stack::with_stubs();
    let spaces = ["/iiif/images/", "/iiif/full/", "/iiif/preview/"];
    for path in [
        "pub1/info.json",
        "pub1/info.json/",
        "pub1",
        "pub1/",
        "",
        "pub1/full/max/0/default",
        "pub1/full/max/0/secret.jpg",
        "pub1/full/max/0/Default.jpg",
        "pub1/full/max/0/default.jpg/",
        "pub1/full/max/0/default.jpg%3Fx",
        "full/max/0/default.jpg",
        "pub1/full%2Fx/max/0/default.jpg",
        "pub1/full/max%2f/0/default.jpg",
        "pub1/full/max/0/%64efault.jpg",
        "pub1?FIF=x",
    ] {
        for space in spaces {
            let target = format!("{space}{path}");
            get(stack.port, &target, &[]);
            let seen = gate.take();
            assert_eq!(seen.len(), 1, "{target}");
            assert_eq!(seen[0].target, "/describe", "{target}");
            let uri = seen[0].header("X-Original-URI");
            assert_eq!(uri.as_deref(), Some(&*target));
            assert_eq!(images.take().len(), 0, "{target}");
        }
    }
}

#[test]
fn everything_else_of_the_image_server_is_out_of_reach() {
    let (stack, gate, images) = Stack::with_stubs();
    for target in [
        "/fcgi-bin/iipsrv.fcgi?FIF=sec1.tif&CVT=jpeg",
        "/iipsrv/iipsrv.fcgi?IIIF=sec1/full/max/0/default.jpg",
        "/base/iiif/sec1/full/max/0/default.jpg",
        "/digilib/Scaler?fn=sec1",
        "/Scaler/IIIF/sec1/full/max/0/default.jpg",
        "/iiif/2/sec1/full/max/0/default.jpg",
        "/iiif/3/sec1/full/max/0/default.jpg",
        "/sec1.dzi",
        "/sec1/ImageProperties.xml",
        "/?FIF=sec1.tif&CVT=jpeg",
        "/admin",
        "/iiif/images",
        "/iiif/preview",
        "/iiif/full",
        "/iiif/files",
        "/iiif/preview-x/sec1/full/max/0/default.jpg",
        "/IIIF/preview/sec1/full/max/0/default.jpg",
        "/IIIF/images/sec1/full/max/0/default.jpg",
        "/_iiif_gate/query_auth",
        "/query_auth",
        "/describe",
    ] {
        let status = get(stack.port, target, &[ALICE]).status;
        assert!(matches!(status, 403 | 404), "{target}: {status}");
    }
    assert_eq!(gate.take().len(), 0);
    assert_eq!(images.take().len(), 0);
}

/// A token opens descriptions only, so nginx must not take for pixels what the gate takes for a description.
#[test]
fn nginx_and_the_gate_agree_on_what_is_an_image_request() {
    let (stack, _gate, images) = Stack::with_stubs();
    let layout = Layout {
        images: "/iiif/images/".to_owned(),
        preview: "/iiif/preview/".to_owned(),
        full: "/iiif/full/".to_owned(),
        manifests: "/iiif/manifests/".to_owned(),
        annotations: "/annotator/".to_owned(),
        open_annotations: "/annotator-open/".to_owned(),
        dialect: Dialect::Plain,
        slash_substitute: None,
    };
    let tokens = [
        "a",
        "pub",
        "/",
        "/",
        "/",
        "/full/max/0/default.jpg",
        "/info.json",
        "%2F",
        "%2f",
        ".",
        "..",
        "%2e",
        "%25",
        "default.jpg",
        "gray.png",
        ";",
        "?",
        "#",
        "%3F",
        "%64",
        "é",
        "%c3%a9",
        "%c3",
        "+",
        "&",
        "%20",
        "%0a",
        "\\",
        "/full/max/0/",
        "x.jpg",
        "!",
        "^",
    ];
    let mut random = crate::normalization::Random::new(7);
    let mut pixels = 0;
    for _ in 0..3000 {
        let (space, tier) = match random.below(3) {
            0 => ("/iiif/preview/", Tier::Preview),
            1 => ("/iiif/full/", Tier::Direct),
            _ => ("/iiif/images/", Tier::Full),
        };
        let mut target = space.to_owned();
        for _ in 0..=random.below(5) {
            target.push_str(tokens[random.below(tokens.len())]);
        }
        if random.below(3) > 0 {
            target.push_str("/full/max/0/default.jpg");
        }
        let status = get(stack.port, &target, &[ALICE]).status;
        let reached = !images.take().is_empty();
        let resource = Resource::of(target.as_bytes(), &layout);
        let form = match &resource {
            Ok(Resource::Image { form, tier, .. }) => Some((*form, *tier)),
            _ => None,
        };
        let is_pixels = form.is_some_and(|(form, _)| !form.is_description());
        pixels += usize::from(reached);
        if reached {
            assert!(form.is_none() || is_pixels, "{target}: {form:?}");
        }
        if is_pixels {
            // What is no size of the Image API is no answer of a gate, which alone says what is previewed.
            let is_odd = tier == Tier::Preview && status == 503;
            assert!(
                reached || is_odd,
                "{target} is refused by nginx alone: {status}"
            );
        }
        assert!(form.is_none_or(|(_, found)| found == tier), "{target}");
        if form.is_some() {
            assert_ne!(status, 400, "{target} is refused by nginx alone");
        }
    }
    assert!(pixels > 100, "only {pixels} image requests among them");
}
