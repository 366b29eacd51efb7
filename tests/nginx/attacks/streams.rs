//! What HTTP/2 alone makes possible (attack vectors M).

use std::time::{Duration, Instant};

use super::field::Field;
use super::h2::Http2;

const TILE: &str = "/iiif/images/pub1/full/max/0/default.jpg";
const SECRET: &str = "/iiif/images/sec1/full/max/0/default.jpg";

type Fields = Vec<(Vec<u8>, Vec<u8>)>;

/// `name value` on each line; the pseudo-headers of a plain request stand before them, but for those named here.
fn fields(target: &str, lines: &[&str]) -> Fields {
    let plain = [":method GET", ":scheme http", ":authority localhost"].map(ToOwned::to_owned);
    let mut all = plain.to_vec();
    all.push(format!(":path {target}"));
    let without: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.strip_prefix("- "))
        .collect();
    all.retain(|line| !without.iter().any(|name| line.starts_with(name)));
    all.extend(
        lines
            .iter()
            .filter(|line| !line.starts_with("- "))
            .map(ToString::to_string),
    );
    let pair = |line: String| {
        let (name, value) = line.split_once(' ').unwrap();
        (name.as_bytes().to_vec(), value.as_bytes().to_vec())
    };
    all.into_iter().map(pair).collect()
}

#[test]
fn a_path_that_is_none_is_refused() {
    let field = Field::new();
    let mut h2 = Http2::open(field.nginx.port);
    field.site.reached();
    for path in [
        "/iiif/images/pub1 /x",
        "/iiif/images/\tpub1",
        "iiif/images/pub1",
        "*",
        "",
        "http://localhost/iiif/images/pub1",
    ] {
        assert_eq!(h2.ask(&fields(path, &[])), 400, "{path}");
    }
    assert_eq!(h2.ask(&fields(TILE, &[])), 200);
    assert_eq!(field.site.reached().len(), 1);
}

#[test]
fn a_request_says_once_what_it_is_and_for_whom() {
    let field = Field::new();
    let mut h2 = Http2::open(field.nginx.port);
    field.site.reached();
    for lines in [
        &[":path /iiif/images/sec1/info.json"][..],
        &[":method POST"],
        &[":authority evil.example"],
        &["host evil.example"],
        &["- :authority"],
        &["- :method"],
        &["- :path"],
        &["- :scheme"],
        &["authorization Bearer a", "authorization Bearer b"],
        &["- :method", ":method get"],
        &["Cookie gate"],
        &[":status 200"],
    ] {
        assert_eq!(h2.ask(&fields(TILE, lines)), 400, "{lines:?}");
    }
    assert_eq!(field.site.reached().len(), 0);
    let host = h2.ask(&fields(TILE, &["- :authority", "host localhost"]));
    assert_eq!(host, 200, "what HTTP/1 calls the host");
    let other = h2.ask(&fields(
        TILE,
        &["- :authority", ":authority u@localhost:99"],
    ));
    assert!(matches!(other, 400 | 421), "{other}");
}

#[test]
fn what_belongs_to_connections_and_parts_is_not_handed_on() {
    let field = Field::new();
    let mut h2 = Http2::open(field.nginx.port);
    for lines in [
        &["transfer-encoding chunked"][..],
        &["connection close", "upgrade h2c"],
        &[
            "x_remote_user root",
            "x_original_uri /iiif/images/pub1/info.json",
        ],
        &["te trailers"],
        &["x-original-uri /iiif/images/pub1/info.json"],
    ] {
        let status = h2.ask(&fields(SECRET, lines));
        assert!(matches!(status, 400 | 401), "{lines:?}: {status}");
    }
    assert_eq!(field.site.pictures(), [""; 0]);
}

#[test]
fn a_body_of_another_length_than_was_said_reaches_nobody() {
    let field = Field::new();
    let mut h2 = Http2::open(field.nginx.port);
    field.site.reached();
    let short = h2.ask_with(&fields(TILE, &["content-length 5"]), b"abc");
    assert_eq!(short, 400);
    let long = h2.ask_with(&fields(TILE, &["content-length 1"]), b"abc");
    assert_eq!(long, 400);
    assert_eq!(field.site.reached().len(), 0);
    let posted = h2.ask_with(&fields(TILE, &["- :method", ":method POST"]), b"abc");
    assert_eq!(posted, 405);
}

/// Rapid reset (CVE-2023-44487): streams that are canceled as soon as they are opened.
#[test]
fn a_thousand_canceled_streams_change_nothing_for_the_next() {
    let field = Field::new();
    let begin = Instant::now();
    for _ in 0..8 {
        let mut h2 = Http2::open(field.nginx.port);
        for number in 0..125 {
            let target = if number % 2 == 0 { TILE } else { SECRET };
            let stream = h2.send(&fields(target, &[]), 1);
            h2.cancel(stream);
        }
    }
    let mut h2 = Http2::open(field.nginx.port);
    let streams: Vec<u32> = (0..100).map(|_| h2.send(&fields(SECRET, &[]), 1)).collect();
    let statuses = streams.into_iter().map(|stream| h2.status(stream));
    assert!(
        statuses
            .into_iter()
            .all(|status| matches!(status, 400 | 401))
    );
    assert_eq!(h2.ask(&fields(TILE, &[])), 200);
    let secret = field
        .site
        .reached()
        .into_iter()
        .find(|seen| seen.contains("sec1/full"));
    assert_eq!(secret, None);
    assert!(
        begin.elapsed() < Duration::from_secs(20),
        "{:?}",
        begin.elapsed()
    );
}
