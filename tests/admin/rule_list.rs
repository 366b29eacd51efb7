//! The list of rules: filters, badges, findings, and the question which rule decides.

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::ways::{office, role};

/// Five rules: of each kind, with sizes, with dates, and one whose role is deleted.
async fn rules(app: &TestApp, admin: &mut Browser) {
    let staff = format!("roles.{}", role(app, "staff").unwrap().id.0);
    app.user("gone@example.org", &["gone"]);
    let gone = role(app, "gone").unwrap().id.0;
    let gone_box = format!("roles.{gone}");
    let rules: [&[(&str, &str)]; 5] = [
        &[
            ("kind", "image"),
            ("pattern", "maps/*"),
            ("requirement", "roles"),
            (&staff, "on"),
            ("public_size", "300"),
        ],
        &[
            ("kind", "image"),
            ("pattern", "estate/*"),
            ("requirement", "public"),
            ("from", "2001-01-01"),
            ("until", "2999-01-01"),
        ],
        &[
            ("kind", "image"),
            ("pattern", "lost/*"),
            ("requirement", "roles"),
            (&gone_box, "on"),
        ],
        &[
            ("kind", "manifest"),
            ("pattern", "maps/*"),
            ("requirement", "nobody"),
        ],
        &[
            ("kind", "file"),
            ("pattern", "iiif/files/talks/*"),
            ("requirement", "public"),
        ],
    ];
    for fields in rules {
        let reply = app
            .submit(admin, "/admin/rules/new", "/admin/rules", fields)
            .await;
        assert_eq!(reply.status, 303, "{}", reply.body);
    }
    let delete = format!("/admin/roles/{gone}/delete");
    assert_eq!(app.submit(admin, &delete, &delete, &[]).await.status, 303);
}

/// The patterns in the list that is at this address.
async fn listed(app: &TestApp, admin: &mut Browser, query: &str) -> Vec<String> {
    let page = app.get(admin, &format!("/admin/rules?{query}")).await;
    assert_eq!(page.status, 200, "{query}: {}", page.body);
    let page = scraper::Html::parse_document(&page.body);
    let links = scraper::Selector::parse("tbody th a").unwrap();
    let links = page.select(&links);
    links.map(|link| link.text().collect()).collect()
}

#[actix_web::test]
async fn the_list_is_searched_and_filtered() {
    let (app, mut admin) = office().await;
    rules(&app, &mut admin).await;
    for (query, expected) in [
        ("search=maps", vec!["maps/*", "maps/*"]),
        ("only=manifest", vec!["maps/*"]),
        ("role=staff", vec!["maps/*"]),
        ("requirement=public", vec!["estate/*", "iiif/files/talks/*"]),
        ("with=size", vec!["maps/*"]),
        ("with=period", vec!["estate/*"]),
        ("with=broken", vec!["lost/*"]),
        (
            "role=nosuchrole&only=zebra&with=zebra&page=-1",
            vec![
                "estate/*",
                "iiif/files/talks/*",
                "lost/*",
                "maps/*",
                "maps/*",
            ],
        ),
    ] {
        assert_eq!(listed(&app, &mut admin, query).await, expected, "{query}");
    }
}

#[actix_web::test]
async fn the_list_shows_sizes_dates_and_broken_rules() {
    let (app, mut admin) = office().await;
    rules(&app, &mut admin).await;
    let page = app.get(&mut admin, "/admin/rules").await.body;
    for words in [
        "everybody up to 300 px",
        "from 2001-01-01, before 2999-01-01",
        "<span class=\"badge broken\">broken</span>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[actix_web::test]
async fn findings_have_a_page_of_their_own() {
    let (app, mut admin) = office().await;
    rules(&app, &mut admin).await;
    let page = app
        .get(&mut admin, "/admin/rules/lint?only=broken")
        .await
        .body;
    assert!(
        page.contains("lost/*") && page.contains("1 to 1 of 1 findings"),
        "{page}"
    );
    assert!(page.contains("the 5 rules"), "{page}");
    let hints = app
        .get(&mut admin, "/admin/rules/lint?only=hint&page=99")
        .await;
    assert_eq!(hints.status, 200);
    assert!(!hints.body.contains("lost/*"), "{}", hints.body);
}

#[actix_web::test]
async fn the_question_which_rule_decides_takes_identifiers_and_urls() {
    let (app, mut admin) = office().await;
    rules(&app, &mut admin).await;
    for (asked, expected) in [
        (
            "kind=image&test=maps/world.tif",
            "maps/world.tif (images) is open to staff, everybody up to 300 px, by this rule:",
        ),
        (
            "kind=image&test=https://images.example/iiif/images/maps%252Fworld.tif/info.json",
            "maps/world.tif (images) is open to staff",
        ),
        (
            "kind=image&test=/iiif/manifests/maps/a",
            "maps/a (manifests) is open to nobody, by this rule:",
        ),
        (
            "test=estate/a",
            "This holds until the end of the day before 2999-01-01.",
        ),
        ("kind=image&test=other", "because no rule fits."),
        ("test=lost/a", "nobody (its roles were deleted)"),
        ("test=a//b", "is open to"),
        ("test=/iiif/images/a%2500b/info.json", "malformed"),
        ("test=..", "This is no identifier"),
        (
            "kind=image&test=http://elsewhere.example/a",
            "http://elsewhere.example/a (images) is open to",
        ),
    ] {
        let page = app
            .get(&mut admin, &format!("/admin/rules?{asked}"))
            .await
            .body;
        assert!(page.contains(expected), "{asked}: {expected}: {page}");
    }
}
