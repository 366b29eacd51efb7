//! Users: made, changed, disabled, deleted, and never the last administrator.

use iiif_gate::identity::name::UserName;
use iiif_gate::store::users::{self, User, UserState};

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;

async fn office() -> (TestApp, Browser) {
    let app = TestApp::usual().await;
    app.user("admin@example.org", &["admin"]);
    let admin = app.account("admin@example.org").await;
    (app, admin)
}

fn find(app: &TestApp, name: &str) -> Option<User> {
    app.database
        .run(|conn| users::find_by_name(conn, &UserName::parse(name).unwrap()))
}

#[actix_web::test]
async fn a_new_user_can_sign_in() {
    let (app, mut admin) = office().await;
    let fields = [
        ("name", "Ada@Example.org"),
        ("display_name", "Ada Lovelace"),
        ("password", PASSWORD),
    ];
    let reply = app
        .submit(&mut admin, "/admin/users/new", "/admin/users", &fields)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let path = reply.location().strip_prefix("/auth").unwrap().to_owned();
    let page = app.get(&mut admin, &path).await;
    assert!(page.body.contains("The user is made."), "{}", page.body);
    let again = app.get(&mut admin, &path).await;
    assert!(!again.body.contains("The user is made."), "said twice");
    app.account("ada@example.org").await;
}

#[actix_web::test]
async fn a_faulty_form_keeps_what_was_typed_and_changes_nothing() {
    let (app, mut admin) = office().await;
    let fields = [
        ("name", "ada love"),
        ("display_name", "\"><b>Ada"),
        ("password", "short"),
        ("roles.1", "on"),
    ];
    let reply = app
        .submit(&mut admin, "/admin/users/new", "/admin/users", &fields)
        .await;
    assert_eq!(reply.status, 422);
    assert_eq!(reply.field("name"), "ada love");
    assert_eq!(reply.field("display_name"), "\"><b>Ada");
    assert_eq!(reply.field("password"), "");
    assert!(!reply.body.contains("<b>Ada"), "{}", reply.body);
    let described = scraper::Html::parse_document(&reply.body);
    for field in ["name", "password"] {
        let error = scraper::Selector::parse(&format!("#f-{field}-error")).unwrap();
        assert!(described.select(&error).next().is_some(), "{field}");
        let input = scraper::Selector::parse(&format!("#f-{field}")).unwrap();
        let input = described.select(&input).next().unwrap();
        assert!(
            input
                .attr("aria-describedby")
                .unwrap()
                .contains(&format!("f-{field}-error"))
        );
    }
    let reply = app
        .submit(
            &mut admin,
            "/admin/users/new",
            "/admin/users",
            &[("name", "admin@example.org")],
        )
        .await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("exists already"), "{}", reply.body);
    assert_eq!(
        app.database
            .run(|conn| users::count(conn, UserState::Active)),
        1
    );
}

#[actix_web::test]
async fn fields_that_the_form_does_not_have_change_nothing() {
    let (app, mut admin) = office().await;
    let id = app.user("ada@example.org", &[]);
    let before = find(&app, "ada@example.org").unwrap();
    let path = format!("/admin/users/{}", id.0);
    let fields = [
        ("name", "ada@example.org"),
        ("id", "1"),
        ("state", "disabled"),
        ("password_hash", "$2b$04$"),
        ("password", "another password"),
        ("sign_in_count", "99"),
        ("is_admin", "1"),
    ];
    assert_eq!(
        app.submit(&mut admin, &path, &path, &fields).await.status,
        303
    );
    let after = find(&app, "ada@example.org").unwrap();
    assert!(
        after
            == User {
                updated_at: after.updated_at,
                ..before
            }
    );
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let (app, mut admin) = office().await;
    let id = find(&app, "admin@example.org").unwrap().id.0;
    let path = format!("/admin/users/{id}");
    let attempts: [(&str, &[(&str, &str)]); 3] = [
        ("", &[("name", "admin@example.org")]),
        ("/state", &[("state", "disabled")]),
        ("/delete", &[]),
    ];
    for (action, fields) in attempts {
        let reply = app
            .submit(&mut admin, &path, &format!("{path}{action}"), fields)
            .await;
        assert_eq!(reply.status, 422, "{action}");
        assert!(
            reply.body.contains("last active administrator"),
            "{action}: {}",
            reply.body
        );
    }
    assert_eq!(app.get(&mut admin, "/admin/").await.status, 200);
}

#[actix_web::test]
async fn a_disabled_user_is_out_at_once_and_can_come_back() {
    let (app, mut admin) = office().await;
    let id = app.user("ada@example.org", &[]);
    let mut ada = app.account("ada@example.org").await;
    assert_eq!(app.get(&mut ada, "/").await.status, 200);
    let path = format!("/admin/users/{}", id.0);
    let state = format!("{path}/state");
    assert_eq!(
        app.submit(&mut admin, &path, &state, &[("state", "disabled")])
            .await
            .status,
        303
    );
    assert_eq!(app.get(&mut ada, "/").await.status, 303);
    assert_eq!(
        app.submit(&mut admin, &path, &state, &[("state", "active")])
            .await
            .status,
        303
    );
    app.account("ada@example.org").await;
    assert_eq!(
        app.submit(&mut admin, &path, &state, &[("state", "king")])
            .await
            .status,
        400
    );
}

#[actix_web::test]
async fn a_password_set_by_an_administrator_ends_the_users_sessions() {
    let (app, mut admin) = office().await;
    let id = app.user("ada@example.org", &[]);
    let mut ada = app.account("ada@example.org").await;
    let path = format!("/admin/users/{}", id.0);
    let action = format!("{path}/password");
    let reply = app
        .submit(&mut admin, &path, &action, &[("new_password", "short")])
        .await;
    assert_eq!(reply.status, 422);
    assert!(
        reply.body.contains("id=\"f-new_password-error\""),
        "{}",
        reply.body
    );
    assert_eq!(app.get(&mut ada, "/").await.status, 200);
    let fields = [("new_password", "another password")];
    assert_eq!(
        app.submit(&mut admin, &path, &action, &fields).await.status,
        303
    );
    assert_eq!(app.get(&mut ada, "/").await.status, 303);
}

#[actix_web::test]
async fn deleting_asks_first() {
    let (app, mut admin) = office().await;
    let id = app.user("ada@example.org", &[]);
    let path = format!("/admin/users/{}/delete", id.0);
    let page = app.get(&mut admin, &path).await;
    assert!(
        page.body.contains("Delete ada@example.org?"),
        "{}",
        page.body
    );
    assert!(find(&app, "ada@example.org").is_some());
    let reply = app.submit(&mut admin, &path, &path, &[]).await;
    assert_eq!((reply.status, reply.location()), (303, "/auth/admin/users"));
    assert!(find(&app, "ada@example.org").is_none());
    assert_eq!(
        app.submit(&mut admin, "/admin/users/new", &path, &[])
            .await
            .status,
        404
    );
}

#[actix_web::test]
async fn an_administrator_signs_a_user_out() {
    let (app, mut admin) = office().await;
    let id = app.user("ada@example.org", &[]);
    let mut ada = app.account("ada@example.org").await;
    let path = format!("/admin/users/{}", id.0);
    let reply = app
        .submit(&mut admin, &path, &format!("{path}/sign-out"), &[])
        .await;
    assert_eq!(reply.status, 303);
    assert_eq!(app.get(&mut ada, "/").await.status, 303);

    let mut ada = app.account("ada@example.org").await;
    let list = app.get(&mut admin, "/admin/sessions?search=ada").await;
    let session = list.field("session");
    let end = [("session", session.as_str())];
    let reply = app
        .submit(&mut admin, "/admin/sessions", "/admin/sessions/end", &end)
        .await;
    assert_eq!(reply.status, 303);
    assert_eq!(app.get(&mut ada, "/").await.status, 303);
}
