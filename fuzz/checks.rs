//! What must hold for whatever bytes come: nothing panics, what is taken is read the same by everybody, and what is
//! written again reads back as the same.

#[path = "nginx.rs"]
mod nginx;

use std::str::from_utf8;

use chrono::{DateTime, Utc};
use iiif_gate::access::notation::NamedAccess;
use iiif_gate::identity::access_token::{AccessTokens, Version};
use iiif_gate::identity::annotator::{self, Claims};
use iiif_gate::identity::consumer::ConsumerKey;
use iiif_gate::identity::credentials::{Presented, bearer, cookie};
use iiif_gate::identity::key::Key;
use iiif_gate::identity::name::UserName;
use iiif_gate::identity::network;
use iiif_gate::identity::origin::Origin;
use iiif_gate::identity::password::Rules;
use iiif_gate::identity::session;
use iiif_gate::image::identifier::Identifier;
use iiif_gate::image::resource::{Dialect, Layout, Resource};
use iiif_gate::image::size::{Dimensions, PixelRequest};
use iiif_gate::image::target::{Target, decode, nginx_uri};
use iiif_gate::store::{rules, users};

/// Looks at bytes, and panics where something does not hold.
pub(crate) type Check = fn(&[u8]);

/// The checks, by the names of their programs and of their folders in `corpus-seeds`.
pub(crate) const ALL: [(&str, Check); 14] = [
    ("target", target),
    ("resource", resource),
    ("cookie", one_cookie),
    ("bearer", one_bearer),
    ("session", a_session),
    ("access_token", access_token),
    ("authtoken", authtoken),
    ("image_request", image_request),
    ("users_csv", users_csv),
    ("rules_csv", rules_csv),
    ("rules_toml", rules_toml),
    ("networks", networks),
    ("origin", origin),
    ("nginx", nginx::configuration),
];

/// Some moment, in seconds since 1970.
const NOW: i64 = 1_774_267_200;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).expect("a moment")
}

fn key() -> Key {
    Key::derive("a secret key that is long enough for tests", "tests")
}

/// A canonical target is one path: to nginx, decoded once, and decoded twice.
fn target(bytes: &[u8]) {
    let Ok(target) = Target::parse(bytes) else {
        return;
    };
    let (uri, _) = nginx_uri(bytes).expect("nginx takes it, too");
    let decoded = decode(target.path()).expect("it is UTF-8");
    assert_eq!(
        without_empty(decoded.as_bytes()),
        uri,
        "nginx locates another path"
    );
    assert_eq!(
        decode(&decoded).as_ref(),
        Some(&decoded),
        "another layer of escapes"
    );
    let is_plain =
        |segment: &str| !matches!(segment.split([';', '?', '#']).next(), Some("." | ".."));
    assert!(decoded.split('/').all(is_plain), "a dot segment");
    assert!(!decoded.contains(['\\', '\0', '\r', '\n']) && !target.path().contains('#'));
}

/// nginx takes a row of slashes for one.
fn without_empty(path: &[u8]) -> Vec<u8> {
    let mut merged = path.to_vec();
    merged.dedup_by(|one, other| *one == b'/' && *other == b'/');
    merged
}

/// What a target names is an identifier in every reading, and its query says nothing.
fn resource(bytes: &[u8]) {
    for (dialect, slash_substitute) in [
        (Dialect::Plain, None),
        (Dialect::IipImage, None),
        (Dialect::Servlet, Some('!')),
    ] {
        let layout = Layout {
            images: "/iiif/images/".to_owned(),
            preview: "/iiif/preview/".to_owned(),
            full: "/iiif/full/".to_owned(),
            manifests: "/iiif/manifests/".to_owned(),
            annotations: "/annotator/".to_owned(),
            open_annotations: "/annotator-open/".to_owned(),
            dialect,
            slash_substitute,
        };
        let Ok(found) = Resource::of(bytes, &layout) else {
            continue;
        };
        let identifier = found.identifier();
        assert!(
            Identifier::parse(identifier.as_str()).is_ok(),
            "{identifier:?} is no identifier"
        );
        assert!(
            identifier
                .readings()
                .iter()
                .any(|reading| reading == identifier.as_str())
        );
        let path = bytes.split(|byte| *byte == b'?').next().unwrap_or_default();
        assert_eq!(
            Resource::of(path, &layout).as_ref(),
            Ok(&found),
            "the query says something"
        );
    }
}

/// The lines of a header.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split(|byte| *byte == b'\n').collect()
}

/// One cookie is one in any order of the lines, and with another of its name it is none.
fn one_cookie(bytes: &[u8]) {
    const NAME: &str = "__Host-iiif-gate";
    let lines = lines(bytes);
    let found = cookie(lines.iter().copied(), NAME);
    assert_eq!(
        cookie(lines.iter().rev().copied(), NAME),
        found,
        "the order of the lines counts"
    );
    if let Presented::One(value) = found {
        assert!(!value.contains(';'));
        let other = b"a=b; __host-IIIF-gate=x";
        let with_other = lines.iter().copied().chain([&other[..]]);
        assert_eq!(cookie(with_other, NAME), Presented::Conflict);
    }
}

/// One bearer value is one word, and with another line it is none.
fn one_bearer(bytes: &[u8]) {
    let lines = lines(bytes);
    if let Presented::One(value) = bearer(lines.iter().copied()) {
        assert!(!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic()));
        let twice = lines.iter().chain(&lines).copied();
        assert_eq!(bearer(twice), Presented::Conflict);
    }
}

/// Only what we signed is a session's cookie, byte by byte.
fn a_session(bytes: &[u8]) {
    let keys = [key()];
    let Ok(text) = from_utf8(bytes) else {
        return;
    };
    assert_eq!(
        session::digest_of_cookie(text, &keys),
        None,
        "nobody signed this"
    );
    let handle = iiif_gate::identity::secret::from_random([bytes.len().to_le_bytes()[0]; 32]);
    let mut value = session::cookie_value(&handle, &keys[0]).into_bytes();
    assert!(session::digest_of_cookie(from_utf8(&value).expect("ASCII"), &keys).is_some());
    change(&mut value, bytes);
    if let Ok(changed) = from_utf8(&value) {
        assert_eq!(
            session::digest_of_cookie(changed, &keys),
            None,
            "a changed cookie is taken"
        );
    }
}

/// Changes a byte: where and to what, the first ones of the input say.
fn change(value: &mut [u8], bytes: &[u8]) {
    let [high, low, to, ..] = *bytes else {
        value[0] ^= 1;
        return;
    };
    let at = usize::from(u16::from_be_bytes([high, low])) % value.len();
    value[at] = if value[at] == to { to ^ 1 } else { to };
}

/// No text is a token of ours but one that we issued, and that not a byte otherwise.
fn access_token(bytes: &[u8]) {
    let tokens = AccessTokens::new(&key(), &[], "images.example");
    let Ok(text) = from_utf8(bytes) else {
        return;
    };
    assert_eq!(tokens.verify(text, now()), None, "nobody issued this");
    if text.len() > 1000 {
        return;
    }
    let ends = now() + chrono::TimeDelta::seconds(60);
    let token = tokens
        .issue(text, Version::V2, now(), ends)
        .expect("it is signed");
    let Some(claims) = tokens.verify(&token, now()) else {
        // In JSON, a control character takes six.
        assert!(token.len() > 4096, "its own token is refused");
        return;
    };
    assert_eq!(claims.sub, text);
    assert_eq!(tokens.verify(&token, ends), None, "it has ended");
    let mut changed = token.into_bytes();
    change(&mut changed, bytes);
    if let Ok(changed) = from_utf8(&changed) {
        assert_eq!(
            tokens.verify(changed, now()),
            None,
            "a changed token is taken"
        );
    }
}

/// A token that is read names a consumer as a registered one is named, and one that we mint reads back.
fn authtoken(bytes: &[u8]) {
    assert_eq!(annotator::tag(bytes).len(), 8);
    if let Ok(unverified) = annotator::read(bytes) {
        assert_eq!(bytes.split(|byte| *byte == b'.').count(), 3);
        let _ = unverified.refuse_unknown();
        let _ = ConsumerKey::parse(unverified.consumer_key());
    }
    let Ok(user) = from_utf8(bytes) else {
        return;
    };
    let claims = Claims {
        consumer_key: "site",
        user,
        is_admin: false,
        is_visitor: false,
        groups: &[user.to_owned()],
        audience: Some(user),
        issued_at: now(),
        ttl_seconds: 60,
    };
    let token = annotator::mint(&claims, b"a secret of sixteen bytes or more");
    match annotator::read(token.as_bytes()) {
        Ok(read) => assert_eq!(read.consumer_key(), "site"),
        Err(fault) => assert!(token.len() > 4096, "{fault:?}: {token}"),
    }
}

/// Every request of the Image API has a measure, and what `max` becomes is within it.
fn image_request(bytes: &[u8]) {
    let Some((side, text)) = from_utf8(bytes).ok().and_then(|text| text.split_once(' ')) else {
        return;
    };
    let width = side.parse().unwrap_or(600);
    let Some(image) = Dimensions::new(width, 400, Vec::new()) else {
        return;
    };
    let Some(request) = PixelRequest::parse(text) else {
        return;
    };
    let limit = 50;
    if let Some(limited) = request.limited(&image, limit) {
        let (_, rest) = text.split_once('/').expect("a region and more");
        let (_, rest) = rest.split_once('/').expect("a size and more");
        let region = text.split('/').next().unwrap_or_default();
        let within = PixelRequest::parse(&format!("{region}/{limited}/{rest}"));
        let needed = within.and_then(|within| within.needed(&image));
        assert!(
            needed.is_some_and(|needed| needed <= limit),
            "{limited} needs {needed:?}"
        );
    }
    let _ = request.needed(&image);
}

/// Every name of a table is its own one spelling.
fn users_csv(bytes: &[u8]) {
    let rules = Rules::default();
    let Ok(rows) = from_utf8(bytes).map(|text| users::parse(text, &rules)) else {
        return;
    };
    for row in rows.into_iter().flatten() {
        let name = row.value.name.as_str();
        assert_eq!(UserName::parse(name).as_ref(), Ok(&row.value.name));
    }
}

fn rules_csv(bytes: &[u8]) {
    if let Ok(text) = from_utf8(bytes) {
        every_access_reads_back(rules::parse_csv(text));
    }
}

fn rules_toml(bytes: &[u8]) {
    if let Ok(text) = from_utf8(bytes) {
        every_access_reads_back(rules::parse_toml(text));
    }
}

fn every_access_reads_back<E>(read: Result<rules::Document, E>) {
    for row in read.into_iter().flat_map(|document| document.rules) {
        let access = row.value.access;
        let again: Result<NamedAccess, _> = access.to_string().parse();
        assert!(again.is_ok_and(|again| again == access), "{access}");
    }
}

fn networks(bytes: &[u8]) {
    let Ok(text) = from_utf8(bytes) else {
        return;
    };
    if let Ok(read) = network::parse_list(text) {
        let written = network::written_list(&read);
        assert_eq!(network::parse_list(&written).ok(), Some(read), "{written}");
    }
}

/// An origin has no path, nobody in it, and one spelling.
fn origin(bytes: &[u8]) {
    let Ok(text) = from_utf8(bytes) else {
        return;
    };
    if let Some(origin) = Origin::parse(text) {
        let (_, host) = origin.as_str().split_once("://").expect("a scheme");
        assert!(!host.contains(['/', '@', '?', '#', '\\']), "{origin:?}");
        // A host called `*` is none that a setting may name, and to browsers it is a name like others.
        let written = Some(&origin).filter(|_| !host.contains('*'));
        assert_eq!(Origin::parse_exact(origin.as_str()).as_ref(), written);
    }
}
