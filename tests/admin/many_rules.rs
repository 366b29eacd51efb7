//! 100,000 rules: found, paged, changed and looked at without pain.

use std::time::{Duration, Instant};

use crate::ways::{office, role};

#[actix_web::test]
async fn a_hundred_thousand_rules_are_no_burden() {
    let (app, mut admin) = office().await;
    let staff = role(&app, "staff").unwrap().id.0;
    app.database.sql(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) \
         INSERT INTO rules (kind, pattern, requirement, note, public_size, created_at, updated_at) \
         SELECT 'image', 'maps/' || (i / 100) || '/' || i || '/*', 'roles', '', i % 3, \
                '2026-01-01 00:00:00', '2026-01-01 00:00:00' FROM n; \
         INSERT INTO rule_roles (rule_id, role_id) SELECT id, {staff} FROM rules"
    ));
    app.catch_up().await;
    for path in [
        "/admin/",
        "/admin/rules",
        "/admin/rules?search=99999",
        "/admin/rules?role=staff&page=1900",
        "/admin/rules?with=size&page=900",
        "/admin/rules?with=broken",
        "/admin/rules?test=maps/999/99999/a.tif",
        "/admin/rules/50000",
        "/admin/rules/lint",
        "/admin/roles",
    ] {
        app.get(&mut admin, path).await;
        let start = Instant::now();
        let page = app.get(&mut admin, path).await;
        let took = start.elapsed();
        assert_eq!(page.status, 200, "{path}");
        assert!(took < Duration::from_secs(3), "{path} took {took:?}");
    }
    let fields = [
        ("kind", "image"),
        ("pattern", "new/*"),
        ("requirement", "public"),
    ];
    let start = Instant::now();
    let reply = app
        .submit(&mut admin, "/admin/rules/new", "/admin/rules", &fields)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert!(start.elapsed() < Duration::from_secs(20));
    let answer = app.get(&mut admin, "/admin/rules?test=new/a").await;
    assert!(
        answer.body.contains("is open to everybody"),
        "{}",
        answer.body
    );
}
