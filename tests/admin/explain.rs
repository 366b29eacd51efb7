//! The page that explains a decision.

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::consumers;
use crate::ways::{make_network, office, role};

async fn explained(app: &TestApp, admin: &mut Browser, query: &str) -> String {
    let page = app.get(admin, &format!("/admin/explain?{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.body);
    page.body
}

/// An embargo until 2031, a role of a network, and one with terms.
async fn archive(app: &TestApp, admin: &mut Browser) {
    make_network(app, admin, "House", "198.51.100.0/24").await;
    for fields in [
        [
            ("name", "house"),
            ("obtained_by", "network"),
            ("network_offered", "usual"),
            ("networks.1", "on"),
        ],
        [
            ("name", "reading"),
            ("obtained_by", "terms"),
            ("terms_offered", "usual"),
            ("text.en", "Read."),
        ],
    ] {
        let reply = app
            .submit(admin, "/admin/roles/new", "/admin/roles", &fields)
            .await;
        assert_eq!(reply.status, 303, "{}", reply.body);
    }
    let boxes = ["house", "reading"].map(|name| format!("roles.{}", role(app, name).unwrap().id.0));
    let rule = [
        ("kind", "image"),
        ("pattern", "estate/*"),
        ("requirement", "roles"),
        (boxes[0].as_str(), "on"),
        (boxes[1].as_str(), "on"),
        ("from", "2031-01-01"),
    ];
    let reply = app
        .submit(admin, "/admin/rules/new", "/admin/rules", &rule)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
}

#[actix_web::test]
async fn who_from_where_and_when_decide() {
    let (app, mut admin) = office().await;
    archive(&app, &mut admin).await;
    let grant = format!("grants.{}=on", role(&app, "reading").unwrap().id.0);
    let no = "No, and nothing that the visitor can do would help. (403)";
    let granted = format!("at=2031-01-01T00:00&{grant}");
    for (query, expected) in [
        ("at=2030-12-31T23:59", no),
        ("at=2030-12-31T23:59&address=198.51.100.9", no),
        (
            "at=2031-01-01T00:00",
            "Not yet: something would help. (401)",
        ),
        ("at=2031-01-01T00:00&address=198.51.100.9", "Yes. (200)"),
        ("at=2031-01-01T00:00&address=192.0.2.1", "(terms-needed)"),
        (&granted, "Yes. (200)"),
        ("at=2030-12-31T23:59", "from 2031-01-01 on"),
        ("at=2030-12-31T23:59", "before its first day"),
    ] {
        let page = explained(&app, &mut admin, &format!("what=estate/a.tif&{query}")).await;
        assert!(page.contains(expected), "{query}: {expected}: {page}");
        assert!(page.contains(">estate/*</a>"), "the rule is a link: {page}");
    }
}

#[actix_web::test]
async fn a_url_and_an_identifier_of_each_kind_are_understood() {
    let (app, mut admin) = office().await;
    app.rule("maps/*", "staff");
    app.catch_up().await;
    for (query, expected) in [
        (
            "what=https://images.example/iiif/images/maps%252Fworld.tif/info.json",
            "image maps/world.tif",
        ),
        ("what=maps/world.tif&kind=image", "image maps/world.tif"),
        (
            "what=maps/world.tif&kind=manifest",
            "manifest maps/world.tif",
        ),
        (
            "what=iiif/files/talk.mp4&kind=file",
            "file iiif/files/talk.mp4",
        ),
        ("what=/iiif/images/a%252500b/info.json", "malformed"),
    ] {
        let page = explained(&app, &mut admin, query).await;
        assert!(page.contains(expected), "{query}: {page}");
    }
    let page = explained(
        &app,
        &mut admin,
        "what=maps/world.tif&user=admin@example.org",
    )
    .await;
    assert!(
        page.contains("Yes. (200)") && page.contains("role-held"),
        "{page}"
    );
    let page = explained(&app, &mut admin, "what=maps/world.tif").await;
    assert!(page.contains("What is missing"), "{page}");
}

#[actix_web::test]
async fn a_faulty_question_is_explained_and_kept() {
    let (app, mut admin) = office().await;
    for (query, field) in [
        ("user=nobody@example.org", "user"),
        ("user=two%20words", "user"),
        ("address=192.0.2.300", "address"),
        ("at=tomorrow", "at"),
    ] {
        let path = format!("/admin/explain?what=maps/a&{query}");
        let page = app.get(&mut admin, &path).await;
        assert_eq!(page.status, 422, "{query}");
        let place = format!("id=\"f-{field}-error\"");
        assert!(page.body.contains(&place), "{query}: {}", page.body);
        assert_eq!(page.field("what"), "maps/a");
    }
}

#[actix_web::test]
async fn a_consumers_user_is_explained_by_the_roles_and_paths_of_the_consumer() {
    let (app, mut admin) = office().await;
    let docland = iiif_gate::identity::consumer::NewConsumer {
        prefixes: consumers::prefixes(&["/annotator/", "/iiif/images/docland/"]),
        roles: vec![app.consumer_role("readers", true, false)],
        ..consumers::usual()
    };
    app.consumer(consumers::KEY, consumers::SECRET, &docland)
        .await;
    app.rule("docland/*", "readers");
    app.catch_up().await;
    for (what, expected) in [
        ("docland/map", "role-held"),
        ("other/map", "path_not_allowed"),
    ] {
        let query = format!("what={what}&kind=image&user=docland/alice");
        let page = explained(&app, &mut admin, &query).await;
        assert!(page.contains(expected), "{what}: {page}");
    }
}
