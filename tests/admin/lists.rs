//! Lists: searched, filtered, sorted, in pages, and never broken by what is asked for.

use std::time::{Duration, Instant};

use crate::support::app::TestApp;
use crate::support::browser::Browser;

async fn office() -> (TestApp, Browser) {
    let app = TestApp::usual().await;
    app.user("admin@example.org", &["admin"]);
    let admin = app.account("admin@example.org").await;
    (app, admin)
}

fn names(page: &str) -> Vec<String> {
    let page = scraper::Html::parse_document(page);
    let rows = scraper::Selector::parse("tbody th a").unwrap();
    page.select(&rows)
        .map(|link| link.text().collect())
        .collect()
}

#[actix_web::test]
async fn users_are_found_filtered_and_sorted() {
    for app in TestApp::both().await {
        app.user("admin@example.org", &["admin"]);
        app.user("ada@example.org", &["staff"]);
        app.user("bob@example.org", &[]);
        check_lists(&app).await;
    }
}

async fn check_lists(app: &TestApp) {
    let mut admin = app.account("admin@example.org").await;
    for (query, expected) in [
        (
            "",
            vec!["ada@example.org", "admin@example.org", "bob@example.org"],
        ),
        ("?search=BOB", vec!["bob@example.org"]),
        ("?role=staff", vec!["ada@example.org"]),
        ("?state=disabled", vec![]),
        (
            "?sort=-name",
            vec!["bob@example.org", "admin@example.org", "ada@example.org"],
        ),
        ("?search=a%25", vec![]),
        (
            "?page=99&sort=nonsense&state=king",
            vec!["ada@example.org", "admin@example.org", "bob@example.org"],
        ),
        (
            "?page=-1",
            vec!["ada@example.org", "admin@example.org", "bob@example.org"],
        ),
        (
            "?page=1&page=2",
            vec!["ada@example.org", "admin@example.org", "bob@example.org"],
        ),
    ] {
        let page = app.get(&mut admin, &format!("/admin/users{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        assert_eq!(names(&page.body), expected, "{query}");
    }
}

#[actix_web::test]
async fn the_log_shows_what_was_done_and_by_whom() {
    let (app, mut admin) = office().await;
    let fields = [("username", "ada@example.org"), ("password", "wrong")];
    app.submit(&mut Browser::default(), "/login", "/login", &fields)
        .await;
    let refused = app
        .get(&mut admin, "/admin/audit?outcome=refused&action=sign-in")
        .await;
    assert!(refused.body.contains("ada@example.org"), "{}", refused.body);
    assert!(
        !refused.body.contains("wrong"),
        "the password is in the log"
    );
    let found = app
        .get(
            &mut admin,
            "/admin/audit?search=192.0.2.1&from=2020-01-01&until=x",
        )
        .await;
    assert!(found.body.contains(">sign-in"), "{}", found.body);
    let overview = app.get(&mut admin, "/admin/").await;
    assert!(
        overview.body.contains("ada@example.org"),
        "{}",
        overview.body
    );
}

#[actix_web::test]
async fn a_hundred_thousand_users_are_no_burden() {
    let (app, mut admin) = office().await;
    app.database.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
         INSERT INTO users (name, display_name, state, created_at, updated_at, sign_in_count) \
         SELECT 'user' || i || '@example.org', '', 'active', '2026-01-01 00:00:00', \
                '2026-01-01 00:00:00', 0 FROM n",
    );
    app.state.live.catch_up().await.unwrap();
    for path in [
        "/admin/",
        "/admin/users",
        "/admin/users?search=user99999",
        "/admin/users?page=1900&sort=created",
    ] {
        app.get(&mut admin, path).await;
        let start = Instant::now();
        let page = app.get(&mut admin, path).await;
        let took = start.elapsed();
        assert_eq!(page.status, 200, "{path}");
        assert!(took < Duration::from_secs(2), "{path} took {took:?}");
    }
}
