//! Faults that somebody uses who tries to get in.

use crate::cli::doctor::ask::Ask;
use crate::cli::doctor::finding::Severity;
use crate::cli::doctor::ideal::Ideal;
use crate::cli::doctor::wire::Certificate;

use super::{broken, is_picture, picture, site, try_on, wrong};

/// Which requests get what they should not.
type IsHit = fn(&Ask) -> bool;

#[test]
fn every_way_past_the_sign_in_is_found() {
    let ways: [(IsHit, &str); 7] = [
        (|ask| ask.target.contains("/x/../maps"), "bypass-path"),
        (
            |ask| ask.target.contains("/%25") && is_picture(ask),
            "bypass-path",
        ),
        (
            |ask| ask.target.starts_with("http://doctor.invalid/"),
            "bypass-path",
        ),
        (|ask| ask.target.contains("/&FIF="), "bypass-query"),
        (
            |ask| ask.target.starts_with("/fcgi-bin/iipsrv.fcgi?FIF="),
            "other-protocols",
        ),
        (
            |ask| ask.header("X-Forwarded-For") == Some("127.0.0.1"),
            "bypass-header",
        ),
        (
            |ask| ask.method == "POST" && is_picture(ask),
            "bypass-method",
        ),
    ];
    for (is_hit, name) in ways {
        let found = wrong(broken(move |ask, answer| {
            if is_hit(ask) {
                picture(answer);
            }
        }));
        assert_eq!(found, [name]);
    }
    let found = wrong(broken(|ask, answer| {
        if is_picture(ask) && ask.method == "GET" && !ask.target.contains("no-such") {
            picture(answer);
        }
    }));
    assert!(found.contains(&"image-open"), "{found:?}");
}

#[test]
fn what_should_not_be_seen_from_outside_is_found() {
    let ways: [(IsHit, &str); 5] = [
        (|ask| ask.target == "/auth/query_auth", "question-open"),
        (|ask| ask.target == "/metrics", "inner-pages"),
        (|ask| ask.method == "TRACE", "methods"),
        (
            |ask| {
                ask.target == "/auth/logout?origin=https://viewer.example"
                    && ask.header("Sec-Fetch-Dest") == Some("document")
            },
            "logout-page",
        ),
        (
            |ask| ask.target.contains("doctor%2Fno-such"),
            "encoded-slash",
        ),
    ];
    for (is_hit, name) in ways {
        let found = wrong(broken(move |ask, answer| {
            if is_hit(ask) {
                answer.status = if name == "logout-page" { 500 } else { 200 };
            }
        }));
        // The image that is asked for has a slash itself.
        let expected: &[&str] = if name == "encoded-slash" {
            &[]
        } else {
            &[name]
        };
        assert_eq!(found, expected);
    }
    let found = wrong(broken(|ask, answer| {
        if ask.host.is_some() || ask.header("X-Forwarded-Host").is_some() {
            answer.status = 200;
            answer.body = br#"{"width": 1, "id": "https://doctor.invalid/x"}"#.to_vec();
        }
    }));
    assert_eq!(found, ["unknown-host", "id-by-header"]);
}

#[test]
fn an_open_port_is_found_and_worse_if_it_shows_the_image() {
    let open = Ideal {
        open_port: Some(9000),
        ..site()
    };
    assert_eq!(wrong(open), ["open-port"]);
    let shows = broken(|ask, answer| {
        if ask.server.port == 8182 && ask.target.starts_with("/iiif/2/") {
            answer.status = 200;
            answer.body = br#"{"width": 1}"#.to_vec();
        }
    });
    let shows = Ideal {
        open_port: Some(8182),
        ..shows
    };
    assert_eq!(wrong(shows), ["image-server-open"]);
}

#[test]
fn faults_of_the_connection_are_found() {
    let with = |certificate: Certificate| Ideal {
        certificate,
        ..site()
    };
    let good = site().certificate;
    let soon = Certificate {
        days: 3,
        ..good.clone()
    };
    assert_eq!(wrong(with(soon)), ["certificate-expiry"]);
    let old = Certificate {
        version: "TLSv1".to_owned(),
        ..good.clone()
    };
    assert_eq!(wrong(with(old)), ["old-tls"]);
    let bad = Certificate {
        problems: vec!["expired".to_owned()],
        ..good
    };
    let refused = try_on(&mut with(bad.clone()), false).unwrap_err();
    assert!(refused.to_string().contains("--insecure"), "{refused}");
    let report = try_on(&mut with(bad), true).unwrap();
    assert_eq!(report.names(Severity::Broken), ["certificate"]);
    let found = wrong(broken(|ask, answer| {
        if !ask.server.secure && ask.server.port == 80 {
            answer.status = 200;
            answer.headers.clear();
        }
    }));
    assert_eq!(found, ["plain-http"]);
}
