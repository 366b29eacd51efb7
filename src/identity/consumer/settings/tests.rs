//! What people write about consumers, and what they are told.

use super::*;
use crate::identity::name::RoleName;
use crate::identity::principal::OfferedAs;

fn role(id: i32, name: &str, obtained_by: ObtainedBy) -> Role {
    Role {
        id: RoleId(id),
        name: RoleName::parse(name).unwrap(),
        title: String::new(),
        obtained_by,
        offered_as: OfferedAs::Usual,
        networks: Vec::new(),
        terms: None,
    }
}

fn consumer(roles: &[i32]) -> NewConsumer {
    let role = |id: &i32| NewConsumerRole {
        id: RoleId(*id),
        is_base: true,
        is_read_only: false,
    };
    NewConsumer {
        name: "DocLand".to_owned(),
        max_ttl: 86_400,
        origins: Origins::default(),
        allows_server_side: false,
        names_admins: false,
        prefixes: prefixes("/annotator/").unwrap(),
        roles: roles.iter().map(role).collect(),
    }
}

fn messages(faults: &[Fault]) -> Vec<&str> {
    faults.iter().map(|fault| fault.message.as_str()).collect()
}

#[test]
fn an_origin_that_is_none_is_told_with_what_would_be_right() {
    for (text, words) in [
        ("https://doc.land/app", "write `https://doc.land`"),
        ("https://doc.land/?x", "write `https://doc.land`"),
        ("https://user@doc.land", "write `https://doc.land`"),
        ("doc.land", "write `https://doc.land`"),
        ("localhost:8080", "as in `https://annotations.example`"),
        ("ftp://doc.land", "as in `https://annotations.example`"),
        ("https://*.doc.land", "as in `https://annotations.example`"),
        ("*", "`*` would be every site"),
        ("null", "is never allowed"),
        ("a site", "`a site` is no origin"),
    ] {
        let message = origin(text).unwrap_err();
        assert!(message.contains(words), "{text}: {message}");
    }
    let origin = origin(" HTTPS://Doc.Land:443/ ").unwrap();
    assert_eq!(origin.as_str(), "https://doc.land");
}

#[test]
fn lists_are_read_line_by_line_and_every_fault_is_told() {
    let listed =
        origins("https://a.example\r\n\n https://b.example\nhttps://A.example/\n").unwrap();
    let listed: Vec<&str> = listed.iter().map(Origin::as_str).collect();
    assert_eq!(listed, ["https://a.example", "https://b.example"]);
    let faults = origins("https://a.example\nnull\n*").unwrap_err();
    assert!(faults.iter().all(|fault| fault.field == Field::Origins));
    let messages = messages(&faults);
    assert!(messages[0].starts_with("line 2: `null`"), "{messages:?}");
    assert!(messages[1].starts_with("line 3: `*`"), "{messages:?}");
    let faults = prefixes("/annotator\nannotator\n/a/../b").unwrap_err();
    assert_eq!(faults[0].field.as_str(), "prefixes");
    assert!(faults[0].message.starts_with("line 2: `annotator` must be"));
    assert_eq!(faults.len(), 2);
    assert_eq!(prefixes("").unwrap(), []);
}

#[test]
fn tokens_live_for_a_minute_to_24_days() {
    for (text, seconds) in [("60", 60), (" 86400 ", 86_400), ("2073600", MAX_TTL)] {
        assert_eq!(max_ttl(text), Ok(seconds));
    }
    for (text, words) in [
        ("59", "write at least 60"),
        ("0", "write at least 60"),
        ("2073601", "write at most 2073600 (24 days)"),
        ("2592000", "write at most 2073600 (24 days)"),
        ("99999999999999", "write at most 2073600"),
        ("", "`` is no number of seconds"),
        ("-1", "`-1` is no number of seconds"),
        ("1.5", "write digits alone, as in `86400`"),
        ("1 day", "`1 day` is no number of seconds"),
    ] {
        let fault = max_ttl(text).unwrap_err();
        assert!(fault.message.contains(words), "{text}: {fault}");
    }
}

#[test]
fn only_assigned_roles_are_a_consumers_to_give() {
    let roles = [
        role(1, "user", ObtainedBy::SignIn),
        role(2, "admin", ObtainedBy::Assigned),
        role(3, "reader", ObtainedBy::Terms),
        role(4, "editor", ObtainedBy::Assigned),
    ];
    assert_eq!(check(&consumer(&[4]), &roles), []);
    let faults = check(&consumer(&[1, 2, 3, 4, 4, 5]), &roles);
    let messages = messages(&faults);
    for (message, words) in messages.iter().zip([
        "`user` is for people with an account here",
        "`admin` opens our own administration",
        "`reader` is obtained by `terms`",
        "`editor` is named twice",
        "a role that does not exist",
    ]) {
        assert!(message.contains(words), "{message}");
    }
    assert_eq!(messages.len(), 5);
}

#[test]
fn all_faults_are_told_together() {
    let mut new = consumer(&[]);
    new.name = " ".to_owned();
    new.max_ttl = 0;
    new.prefixes.clear();
    let fields: Vec<&str> = check(&new, &[])
        .iter()
        .map(|fault| fault.field.as_str())
        .collect();
    assert_eq!(fields, ["name", "prefixes", "max_ttl"]);
    new.name = "a\nb".to_owned();
    assert_eq!(check(&new, &[])[0].field, Field::Name);
    new.name = "a".repeat(201);
    assert_eq!(check(&new, &[])[0].field, Field::Name);
}
