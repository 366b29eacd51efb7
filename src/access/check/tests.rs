//! What is wrong with rules.

use super::*;
use crate::access::notation::NamedAccess;
use crate::identity::name::RoleName;
use crate::identity::principal::Terms;
use crate::language::LanguageMap;

fn role(id: i32, name: &str, obtained_by: ObtainedBy, offered_as: OfferedAs) -> Role {
    Role {
        id: RoleId(id),
        name: RoleName::parse(name).unwrap(),
        title: String::new(),
        obtained_by,
        offered_as,
        networks: Vec::new(),
        terms: None,
    }
}

fn roles() -> Vec<Role> {
    let mut reader = role(4, "reader", ObtainedBy::Terms, OfferedAs::Usual);
    reader.terms = Some(Terms {
        version: 1,
        since: day("2026-01-01").unwrap(),
        heading: LanguageMap::default(),
        text: LanguageMap::default(),
    });
    vec![
        role(1, "staff", ObtainedBy::Assigned, OfferedAs::Usual),
        role(2, "here", ObtainedBy::Network, OfferedAs::External),
        role(3, "there", ObtainedBy::Network, OfferedAs::Usual),
        reader,
        role(5, "unwritten", ObtainedBy::Terms, OfferedAs::Usual),
        role(6, "booth", ObtainedBy::Kiosk, OfferedAs::Usual),
    ]
}

fn access(text: &str) -> Access {
    let roles = roles();
    let id = |name: &RoleName| Some(roles.iter().find(|role| role.name == *name)?.id);
    text.parse::<NamedAccess>().unwrap().resolve(id).unwrap()
}

fn faults(kind: Kind, access: &Access, period: Option<&Period>) -> Vec<(&'static str, String)> {
    let faults = check(kind, access, period, &roles());
    let pair = |fault: Fault| (fault.field.as_str(), fault.message);
    faults.into_iter().map(pair).collect()
}

#[test]
fn what_an_access_says_must_make_sense() {
    for text in [
        "public",
        "nobody + 600 px",
        "roles staff, reader:1500, booth + 600 px",
        "roles here, there",
        "roles there, staff",
    ] {
        assert_eq!(faults(Kind::Image, &access(text), None), [], "{text}");
    }
}

const SENSELESS: [(Kind, &str, &str, &str); 7] = [
    (
        Kind::Image,
        "public + 600 px",
        "public_size",
        "the whole image already",
    ),
    (
        Kind::Manifest,
        "nobody + 600 px",
        "public_size",
        "only images",
    ),
    (Kind::File, "roles staff:600", "roles", "only images"),
    (
        Kind::Image,
        "roles here, staff",
        "roles",
        "cannot stand beside `staff`",
    ),
    (
        Kind::Image,
        "roles here, reader",
        "roles",
        "cannot stand beside `reader`",
    ),
    (
        Kind::Image,
        "roles here, booth",
        "roles",
        "cannot stand beside `booth`",
    ),
    (
        Kind::File,
        "roles unwritten",
        "roles",
        "write its terms first",
    ),
];

#[test]
fn an_access_that_makes_no_sense_is_told_where_it_does_not() {
    for (kind, text, field, words) in SENSELESS {
        let faults = faults(kind, &access(text), None);
        let (found, message) = faults.first().unwrap();
        assert_eq!(faults.len(), 1, "{text}: {faults:?}");
        assert_eq!(*found, field, "{text}");
        assert!(message.contains(words), "{text}: {message}");
    }
}

#[test]
fn what_no_notation_can_say_is_refused_too() {
    let wrong = |access: &Access| faults(Kind::Image, access, None).len();
    let mut unnamed = access("roles staff");
    unnamed.role_sizes = vec![(RoleId(3), 600)];
    let mut nothing = access("roles staff");
    nothing.role_sizes = vec![(RoleId(1), 0)];
    let mut huge = access("nobody");
    huge.public_size = MAX_SIZE + 1;
    let gone = Access::from(Requirement::AnyOf([RoleId(99)].into_iter().collect()));
    let none = Access::from(Requirement::AnyOf([].into_iter().collect()));
    assert_eq!([&unnamed, &nothing, &huge, &gone, &none].map(wrong), [1; 5]);
}

#[test]
fn days_follow_each_other_and_each_side_has_its_day() {
    let on = |text| Some(day(text).unwrap());
    let period = |from, until, before: Option<&str>, after: Option<&str>| Period {
        from,
        until,
        before: before.map(access),
        after: after.map(access),
    };
    let (early, late) = (on("2030-01-31"), on("2031-01-31"));
    let nobody = access("nobody");
    let told = |period: &Period| -> Vec<&'static str> {
        let faults = faults(Kind::Image, &nobody, Some(period));
        faults.into_iter().map(|(field, _)| field).collect()
    };
    assert!(told(&period(early, late, Some("public"), Some("nobody + 5 px"))).is_empty());
    assert!(told(&period(None, late, None, None)).is_empty());
    assert_eq!(told(&period(late, early, None, None)), ["until"]);
    assert_eq!(told(&period(early, early, None, None)), ["until"]);
    assert_eq!(told(&period(None, None, None, None)), ["from"]);
    assert_eq!(told(&period(None, late, Some("public"), None)), ["before"]);
    assert_eq!(told(&period(early, None, None, Some("public"))), ["after"]);
    let both = period(
        early,
        late,
        Some("public + 5 px"),
        Some("roles here, staff"),
    );
    assert_eq!(told(&both), ["before", "after"]);
}

#[test]
fn a_day_exists_and_is_written_one_way() {
    assert_eq!(day(" 2028-02-29 ").unwrap().to_string(), "2028-02-29");
    for (text, words) in [
        ("2030-02-30", "there is no day `2030-02-30`"),
        ("2030-13-01", "there is no day"),
        ("2030-1-1", "is no day: it is written as"),
        ("31.01.2030", "is no day"),
        ("+2030-1-01", "is no day"),
        ("2030/01/01", "is no day"),
        ("", "is no day"),
        ("２０３０-01-01", "is no day"),
    ] {
        let error = day(text).unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
}
