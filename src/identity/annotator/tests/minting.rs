//! What we mint.

use super::*;

fn claims() -> Claims<'static> {
    Claims {
        consumer_key: "site",
        user: "alice",
        is_admin: false,
        is_visitor: false,
        groups: &[],
        audience: None,
        issued_at: now(),
        ttl_seconds: 300,
    }
}

fn parts(token: &str) -> Vec<String> {
    use base64::Engine as _;
    let decode = |segment| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(segment);
    token
        .split('.')
        .take(2)
        .map(|segment| String::from_utf8(decode(segment).unwrap()).unwrap())
        .collect()
}

#[test]
fn a_plain_token_says_what_the_documented_generator_says() {
    let token = mint(&claims(), SECRET.as_bytes());
    let payload =
        r#"{"consumerKey":"site","userId":"alice","issuedAt":"2026-03-23T12:00:00Z","ttl":300}"#;
    assert_eq!(parts(&token), [r#"{"alg":"HS256","typ":"JWT"}"#, payload]);
    let header = authtoken::HEADER.as_bytes();
    let same = authtoken::sign(header, payload.as_bytes(), SECRET.as_bytes());
    assert_eq!(token, same);
}

#[test]
fn a_minted_token_is_verified_to_what_it_was_minted_from() {
    let groups = ["editor".to_owned(), "Übersetzer".to_owned()];
    let claims = Claims {
        user: "jürgen 山 😀 \"\\\u{2028}",
        is_admin: true,
        is_visitor: true,
        groups: &groups,
        issued_at: now() - TimeDelta::milliseconds(1500),
        ..claims()
    };
    let token = mint(&claims, SECRET.as_bytes());
    let site = Consumer {
        names_admins: true,
        ..consumer("site")
    };
    let verified = verify(&token, &site).unwrap();
    assert_eq!(verified.user, claims.user);
    assert!(verified.is_admin && verified.is_visitor);
    assert_eq!(verified.groups, groups);
    assert_eq!(verified.issued_at, now() - TimeDelta::seconds(2));
    assert_eq!(verified.expires_at, now() + TimeDelta::seconds(298));
}

#[test]
fn the_payload_is_ascii_because_browsers_read_it_byte_by_byte() {
    let token = mint(
        &Claims {
            user: "jürgen 😀",
            ..claims()
        },
        SECRET.as_bytes(),
    );
    let payload = parts(&token).pop().unwrap();
    assert!(payload.is_ascii());
    assert!(payload.contains(r#""userId":"j\u00fcrgen \ud83d\ude00""#));
}

#[test]
fn a_minted_token_names_the_audience_if_there_is_one() {
    let token = mint(
        &Claims {
            audience: Some("gate"),
            ..claims()
        },
        SECRET.as_bytes(),
    );
    assert!(parts(&token)[1].ends_with(r#","aud":"gate"}"#));
}

#[test]
fn a_tag_is_eight_digits_and_no_part_of_the_token() {
    // printf %s abc | sha256sum
    assert_eq!(tag(b"abc"), "ba7816bf");
}
