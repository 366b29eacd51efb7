//! The form of a rule: sizes, dates, texts, and what is wrong with them.

use iiif_gate::access::rule::{Requirement, Rule, Sight};
use iiif_gate::language::Language;
use iiif_gate::store::rules;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Reply};
use crate::ways::{office, role};

async fn submit(app: &TestApp, admin: &mut Browser, fields: &[(&str, &str)]) -> Reply {
    app.submit(admin, "/admin/rules/new", "/admin/rules", fields)
        .await
}

fn only_rule(app: &TestApp) -> Rule {
    let mut rules = app.database.run(rules::list);
    assert_eq!(rules.len(), 1);
    rules.remove(0).rule
}

#[actix_web::test]
async fn sizes_dates_and_texts_are_kept_and_shown_again() {
    let (app, mut admin) = office().await;
    let (user, staff) = (
        role(&app, "user").unwrap().id,
        role(&app, "staff").unwrap().id,
    );
    let names = [
        format!("roles.{}", user.0),
        format!("size.{}", user.0),
        format!("roles.{}", staff.0),
        format!("before.roles.{}", staff.0),
    ];
    let fields = [
        ("kind", "image"),
        ("pattern", "estate/*"),
        ("requirement", "roles"),
        (names[0].as_str(), "on"),
        (names[1].as_str(), "1500"),
        (names[2].as_str(), "on"),
        ("public_size", "300 px"),
        ("from", "2031-01-01"),
        ("until", "2041-01-01"),
        ("before.requirement", "roles"),
        (names[3].as_str(), "on"),
        ("before.public_size", "100"),
        ("after.requirement", "public"),
        ("message.en", "Ask the archivist."),
        ("message.de", "Fragen Sie im Archiv."),
        ("note", "Contract"),
    ];
    let reply = submit(&app, &mut admin, &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let rule = only_rule(&app);
    assert_eq!(rule.access.role_sizes, [(user, 1500)]);
    assert_eq!(
        (rule.access.public_size, rule.access.opened_by(staff)),
        (300, Sight::Full)
    );
    let period = rule.period.as_ref().unwrap();
    assert_eq!(period.from.unwrap().to_string(), "2031-01-01");
    assert_eq!(period.before.as_ref().unwrap().public_size, 100);
    assert_eq!(
        period.after.as_ref().unwrap().requirement,
        Requirement::Public
    );
    let german: Language = "de".parse().unwrap();
    assert_eq!(rule.message.get(&german), Some("Fragen Sie im Archiv."));

    let page = app
        .get(&mut admin, &format!("/admin/rules/{}", rule.id.0))
        .await;
    for (name, value) in [
        ("from", "2031-01-01"),
        ("until", "2041-01-01"),
        ("public_size", "300"),
        ("\"before.public_size\"", "100"),
        ("note", "Contract"),
    ] {
        assert_eq!(page.field(name), value, "{name}");
    }
    for words in ["<details open>", "Europe/Berlin", "Fragen Sie im Archiv."] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
}

#[actix_web::test]
async fn all_faults_are_told_at_their_fields() {
    let (app, mut admin) = office().await;
    let staff = role(&app, "staff").unwrap().id.0;
    let size = format!("size.{staff}");
    let fields = [
        ("kind", "image"),
        ("pattern", "ma*"),
        ("requirement", "roles"),
        (size.as_str(), "-1"),
        ("public_size", "many"),
        ("from", "2031-02-31"),
        ("until", "tomorrow"),
        ("before.requirement", "roles"),
        ("after.requirement", "zebra"),
    ];
    let reply = submit(&app, &mut admin, &fields).await;
    assert_eq!(reply.status, 422);
    for field in [
        "pattern",
        &size,
        "public_size",
        "from",
        "until",
        "before.roles",
        "after.requirement",
    ] {
        let place = format!("id=\"f-{field}-error\"");
        assert!(reply.body.contains(&place), "{place}: {}", reply.body);
    }
    assert!(
        reply.body.contains("There is no day “2031-02-31”"),
        "{}",
        reply.body
    );
    assert_eq!(reply.field("pattern"), "ma*");
    assert_eq!(reply.field("public_size"), "many");
    assert!(app.database.run(rules::list).is_empty());
}

#[actix_web::test]
async fn what_contradicts_itself_is_refused() {
    let (app, mut admin) = office().await;
    let staff = role(&app, "staff").unwrap().id.0;
    let (box_of_staff, size) = (format!("roles.{staff}"), format!("size.{staff}"));
    let cases: [(&[(&str, &str)], &str); 7] = [
        (
            &[("requirement", "public"), ("public_size", "600")],
            "public_size",
        ),
        (
            &[
                ("requirement", "nobody"),
                ("from", "2031-01-01"),
                ("until", "2030-01-01"),
            ],
            "until",
        ),
        (
            &[
                ("requirement", "public"),
                ("before.requirement", "roles"),
                (&box_of_staff, "on"),
            ],
            "from",
        ),
        (
            &[("requirement", "public"), ("after.requirement", "public")],
            "until",
        ),
        (&[("requirement", "roles"), (&size, "600")], &size),
        (
            &[
                ("requirement", "roles"),
                (&box_of_staff, "on"),
                (&size, "0"),
            ],
            &size,
        ),
        (
            &[("requirement", "nobody"), ("public_size", "1000001")],
            "public_size",
        ),
    ];
    for (fields, field) in cases {
        let fields = [&[("kind", "image"), ("pattern", "a/*")], fields].concat();
        let reply = submit(&app, &mut admin, &fields).await;
        assert_eq!(reply.status, 422, "{fields:?}");
        let place = format!("id=\"f-{field}-error\"");
        assert!(reply.body.contains(&place), "{place}: {}", reply.body);
    }
    for kind in ["manifest", "file"] {
        let fields = [
            ("kind", kind),
            ("pattern", "a/*"),
            ("requirement", "roles"),
            (box_of_staff.as_str(), "on"),
            (size.as_str(), "600"),
        ];
        let reply = submit(&app, &mut admin, &fields).await;
        assert_eq!(reply.status, 422, "{kind}");
        assert!(
            reply.body.contains("Only images have sizes"),
            "{}",
            reply.body
        );
    }
    assert!(app.database.run(rules::list).is_empty());
}

#[actix_web::test]
async fn a_field_that_stands_there_twice_is_refused() {
    let (app, mut admin) = office().await;
    let fields = [
        ("kind", "image"),
        ("pattern", "a"),
        ("pattern", "b"),
        ("requirement", "public"),
    ];
    assert_eq!(submit(&app, &mut admin, &fields).await.status, 400);
}

#[actix_web::test]
async fn a_rule_says_what_is_odd_about_it() {
    let (app, mut admin) = office().await;
    app.rule("*", "public");
    app.rule("maps/*", "public");
    let id = app.database.run(rules::list)[1].rule.id.0;
    app.catch_up().await;
    let page = app
        .get(&mut admin, &format!("/admin/rules/{id}"))
        .await
        .body;
    assert!(page.contains("<div class=\"note\">"), "{page}");
}
