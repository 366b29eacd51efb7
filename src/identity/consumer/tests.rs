//! Consumers: what they may, and whom they named.

use super::*;
use crate::identity::origin::Origin;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

pub(in crate::identity) fn consumer(key: &str) -> Consumer {
    Consumer {
        id: ConsumerId(1),
        key: ConsumerKey::parse(key).unwrap(),
        name: key.to_owned(),
        secrets: None,
        is_enabled: true,
        is_built_in: false,
        max_ttl: 86_400,
        origins: Origins::default(),
        allows_server_side: false,
        names_admins: false,
        prefixes: vec![PathPrefix::parse("/annotator/").unwrap()],
        roles: Vec::new(),
        revoked_before: None,
        blocked: HashMap::new(),
    }
}

fn role(id: i32, name: &str, is_base: bool, is_read_only: bool) -> ConsumerRole {
    ConsumerRole {
        id: RoleId(id),
        name: RoleName::parse(name).unwrap(),
        is_base,
        is_read_only,
    }
}

fn user(consumer: &Consumer, roles: &[i32]) -> AnnotatorUser {
    AnnotatorUser {
        consumer: Arc::new(consumer.clone()),
        user: "alice".to_owned(),
        is_admin: false,
        is_visitor: false,
        roles: roles.iter().copied().map(RoleId).collect(),
    }
}

#[test]
fn a_key_is_plain_text_and_its_letter_case_counts() {
    assert_eq!(
        ConsumerKey::parse("DocLand-1").unwrap().as_str(),
        "DocLand-1"
    );
    for text in ["", "a/b", "a b", "ä", "a%2Fb", &"a".repeat(65)] {
        assert!(ConsumerKey::parse(text).is_err(), "{text}");
    }
    let key = ConsumerKey::from_random([0xab; 16]);
    assert_eq!(key.as_str(), "ab".repeat(16));
}

#[test]
fn a_secret_has_at_least_16_bytes_and_does_not_print_itself() {
    assert!(ConsumerSecret::new(b"").is_err());
    assert!(ConsumerSecret::new(b"fifteen bytes..").is_err());
    let secret = ConsumerSecret::new(b"sixteen bytes...").unwrap();
    assert_eq!(format!("{secret:?}"), "ConsumerSecret(..)");
}

#[test]
fn origins_are_compared_as_a_whole_and_null_is_never_allowed() {
    let listed = Origins {
        any: false,
        listed: vec![Origin::parse("https://doc.land").unwrap()],
    };
    assert!(listed.allow("https://doc.land"));
    for origin in [
        "https://doc.land.evil.example",
        "http://doc.land",
        "https://doc.land:8443",
        "https://doc.land/",
        "null",
        "*",
        "",
    ] {
        assert!(!listed.allow(origin), "{origin}");
    }
    let any = Origins {
        any: true,
        listed: Vec::new(),
    };
    assert!(any.allow("https://anybody.example"));
    assert!(!any.allow("null") && !any.allow("*") && !any.allow("file://"));
}

#[test]
fn a_path_ends_at_segment_borders() {
    let prefix = PathPrefix::parse("/annotator").unwrap();
    assert_eq!(prefix.as_str(), "/annotator/");
    assert!(prefix.covers("/annotator/x") && prefix.covers("/annotator"));
    assert!(!prefix.covers("/annotatorx") && !prefix.covers("/"));
    assert!(PathPrefix::parse("/").unwrap().covers("/iiif/images/a"));
    for text in [
        "",
        "annotator/",
        "//",
        "/a//b/",
        "/a/../b/",
        "/a/%2e/",
        "/a/*",
        "/a/./",
    ] {
        assert!(PathPrefix::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_user_holds_the_base_roles_and_of_the_named_ones_those_that_may_be_granted() {
    let mut site = consumer("site");
    site.roles = vec![
        role(1, "reader", true, true),
        role(2, "editor", false, false),
    ];
    let named = |names: &[&str]| -> Vec<i32> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        site.roles_of(&names).map(|role| role.id.0).collect()
    };
    assert_eq!(named(&[]), [1]);
    assert_eq!(named(&["editor", "admin"]), [1, 2]);
}

#[test]
fn who_holds_read_only_roles_alone_may_only_read() {
    let mut site = consumer("site");
    assert!(!user(&site, &[]).may_only_read());
    site.roles = vec![
        role(1, "reader", true, true),
        role(2, "editor", false, false),
    ];
    assert!(user(&site, &[1]).may_only_read());
    assert!(!user(&site, &[1, 2]).may_only_read());
    let visitor = AnnotatorUser {
        is_visitor: true,
        ..user(&site, &[1, 2])
    };
    assert!(visitor.may_only_read());
}

#[test]
fn signing_everybody_out_ends_older_tokens_and_blocking_one_user_all_of_theirs() {
    let mut site = consumer("site");
    site.revoked_before = Some(at(100));
    let block = Block {
        since: at(200),
        until: at(300),
    };
    site.blocked.insert("alice".to_owned(), block);
    assert!(site.has_revoked("bob", at(99), at(150)));
    assert!(!site.has_revoked("bob", at(100), at(150)));
    assert!(site.has_revoked("alice", at(250), at(299)));
    assert!(site.has_revoked("alice", at(200), at(400)));
    assert!(!site.has_revoked("alice", at(250), at(300)));
}

#[test]
fn a_preflight_is_for_the_origins_of_all_enabled_consumers() {
    let mut site = consumer("site");
    site.origins.listed = vec![Origin::parse("https://doc.land").unwrap()];
    let disabled = Consumer {
        is_enabled: false,
        ..site.clone()
    };
    let consumers = |consumer| std::iter::once(consumer).collect::<Consumers>();
    assert!(consumers(site).allow_origin("https://doc.land"));
    assert!(!consumers(disabled).allow_origin("https://doc.land"));
}
