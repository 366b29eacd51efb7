//! The tables of `tests/data/cases`, through nginx: who gets the picture itself, and which one.

#[path = "../http/cases/given.rs"]
mod given;
#[path = "../http/cases/table.rs"]
mod table;

use std::collections::BTreeMap;

use self::table::Case;
use crate::site::{Site, access_cookie, make_user};

/// People by their cookies. Nobody signs in from an address of a table.
fn people(site: &Site) -> BTreeMap<&'static str, String> {
    let kiosk = site.get("/auth/iiif-kiosk/desk", &[&from("desk")]);
    BTreeMap::from([
        ("nobody", "X: y".to_owned()),
        ("alice", site.sign_in("alice")),
        ("stella", site.sign_in("stella")),
        ("rita", site.sign_in("rita")),
        ("tess", site.submit("/auth/iiif-terms/agreed", "version=1")),
        ("kim", access_cookie(&kiosk)),
    ])
}

fn from(place: &str) -> String {
    format!("X-Forwarded-For: {}", given::address(place))
}

fn go_through(file: &str, text: &str) {
    let (rules, cases) = table::read(file, text);
    let site = Site::with(|conn| {
        given::make_roles(conn)?;
        make_user(conn, "alice", Vec::new())?;
        for (name, role) in [("stella", "staff"), ("rita", "reader")] {
            let role = given::role(conn, role)?;
            make_user(conn, name, vec![role])?;
        }
        rules
            .iter()
            .try_for_each(|rule| given::make_rule(conn, rule))
    });
    let people = people(&site);
    let mut wrong = Vec::new();
    for case in cases.iter().filter(|case| case.from != "unknown") {
        let Some(cookie) = people.get(&*case.who) else {
            continue;
        };
        let from = from(&case.from);
        site.pictures();
        let status = site.get(&case.target, &[cookie.as_str(), &from]).status;
        let pictures = site.pictures();
        if !is_right(case, status, &pictures) {
            let Case {
                place,
                who,
                target,
                reason,
                ..
            } = case;
            wrong.push(format!(
                "{place}: {who} asks for {target}: {reason}, but {status} {pictures:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} are wrong",
        wrong.join("\n"),
        wrong.len()
    );
}

fn is_right(case: &Case, status: u16, pictures: &[String]) -> bool {
    let Case {
        target,
        status: expected,
        ..
    } = case;
    if target.contains("/default.") && *expected == 200 {
        return status == 200 && pictures == [format!("/base/{}", picture(case))];
    }
    if !pictures.is_empty() {
        return false;
    }
    let is_allowed = match target {
        // There are no manifests and files here, and whoever may see them learns so.
        target if target.starts_with("/iiif/manifests/") => status == 404,
        target if target.starts_with("/iiif/files") => status == 404,
        _ => status == 200,
    };
    let is_sent_on = match target {
        target if target.ends_with("/info.json") => status == 302 && *expected != 200,
        target => status == 303 && !target.contains("/default."),
    };
    let is_none = target.starts_with("/iiif/preview/") && status == 404;
    let is_refused = status == *expected || (is_none && *expected == 403);
    is_sent_on
        || if *expected == 200 {
            is_allowed
        } else {
            is_refused
        }
}

/// What the image server is asked for.
fn picture(case: &Case) -> &str {
    let spaces = ["/iiif/images/", "/iiif/full/", "/iiif/preview/"];
    let asked = spaces
        .iter()
        .find_map(|space| case.target.strip_prefix(space));
    match &*case.image {
        "" => asked.unwrap(),
        image => image,
    }
}

macro_rules! table {
    ($name:ident, $file:literal) => {
        #[test]
        fn $name() {
            go_through($file, include_str!(concat!("../data/cases/", $file)));
        }
    };
}

table!(roles_open_pictures, "roles.txt");
table!(sizes_limit_pictures, "sizes.txt");
table!(dates_open_and_close_pictures, "dates.txt");
table!(the_longest_pattern_decides_about_pictures, "patterns.txt");
table!(stanford_tells_viewing_from_downloading, "stanford.txt");
