//! The notation, there and back.

use proptest::prelude::*;

use super::*;

#[test]
fn what_is_written_is_read() {
    for text in [
        "nobody",
        "public",
        "nobody + 600 px",
        "roles staff",
        "roles staff, reader:1500",
        "roles staff, reader:1500 + 600 px",
    ] {
        assert_eq!(text.parse::<NamedAccess>().unwrap().to_string(), text);
    }
    for (text, same) in [
        (
            "  roles   staff reader:1500+600",
            "roles staff, reader:1500 + 600 px",
        ),
        ("nobody +600px", "nobody + 600 px"),
        ("nobody + 0", "nobody"),
    ] {
        assert_eq!(text.parse::<NamedAccess>().unwrap().to_string(), same);
    }
}

#[test]
fn a_slip_is_told() {
    for (text, words) in [
        ("", "must begin with `public`, `roles` or `nobody`"),
        ("staff", "must begin with"),
        ("roles", "no role is named after `roles`"),
        ("public staff", "`staff` is too much"),
        ("roles staff:-1", "`-1` is no size"),
        ("roles staff:0", "would see nothing"),
        ("roles st/aff", "the role `st/aff`"),
        ("nobody + 1000001", "from 0 to 1000000"),
        ("nobody + ", "`` is no size"),
        ("nobody + 6 + 6", "is no size"),
        ("nobody + 99999999999999", "is no size"),
    ] {
        let error = text.parse::<NamedAccess>().unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
}

#[test]
fn names_become_numbers_and_back() {
    let id = |name: &RoleName| match name.as_str() {
        "staff" => Some(RoleId(2)),
        "reader" => Some(RoleId(1)),
        _ => None,
    };
    let name = |id: RoleId| RoleName::parse(if id.0 == 1 { "reader" } else { "staff" }).ok();
    let text = "roles reader:1500, staff + 600 px";
    let access = text.parse::<NamedAccess>().unwrap().resolve(id).unwrap();
    assert_eq!(access.role_sizes, [(RoleId(1), 1500)]);
    assert_eq!(NamedAccess::of(&access, name).to_string(), text);
    let wrong = "roles gone, staff, staff:5".parse::<NamedAccess>().unwrap();
    let errors = wrong.resolve(id).unwrap_err();
    assert_eq!(
        errors,
        ["there is no role `gone`", "the role `staff` is named twice"]
    );
}

proptest! {
    #[test]
    fn every_access_comes_back_from_its_notation(
        word in 0..3usize,
        roles in proptest::collection::vec(("[a-z0-9][a-z0-9._-]{0,8}", 0..=MAX_SIZE), 1..5),
        public_size in 0..=MAX_SIZE,
    ) {
        let word = Word::ALL[word];
        let roles = roles.into_iter().filter(|_| word == Word::Roles);
        let roles = roles.map(|(name, size)| NamedRole {
            name: RoleName::parse(&name).unwrap(),
            size: Some(size).filter(|size| *size > 0),
        });
        let access = NamedAccess { word, roles: roles.collect(), public_size };
        prop_assert_eq!(access.to_string().parse::<NamedAccess>(), Ok(access));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
        let _ = text.parse::<NamedAccess>();
    }
}
