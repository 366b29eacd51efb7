//! Registration.

use iiif_gate::identity::name::UserName;
use iiif_gate::store::users::{self, User, UserState};

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::{Browser, Reply};
use crate::support::database::Database;

async fn app(approval: &str) -> TestApp {
    let settings = [
        ("ALLOW_REGISTRATION", "true"),
        ("REGISTRATION_APPROVAL", approval),
    ];
    TestApp::new(Database::sqlite(), &settings).await
}

fn find(app: &TestApp, name: &str) -> Option<User> {
    app.database
        .run(|conn| users::find_by_name(conn, &UserName::parse(name).unwrap()))
}

async fn register(app: &TestApp, name: &str, password: &str) -> Reply {
    let fields = [
        ("username", name),
        ("password", password),
        ("repeat", password),
        ("display_name", "Ada"),
    ];
    app.submit(&mut Browser::default(), "/register", "/register", &fields)
        .await
}

#[actix_web::test]
async fn nobody_registers_unless_the_settings_allow_it() {
    let app = TestApp::usual().await;
    assert_eq!(
        app.get(&mut Browser::default(), "/register").await.status,
        404
    );
    let fields = [
        ("username", "ada@example.org"),
        ("password", PASSWORD),
        ("repeat", PASSWORD),
    ];
    let reply = app
        .submit(&mut Browser::default(), "/login", "/register", &fields)
        .await;
    assert_eq!(reply.status, 404);
    assert!(find(&app, "ada@example.org").is_none());
}

#[actix_web::test]
async fn an_account_waits_for_approval() {
    let app = app("true").await;
    app.user("admin@example.org", &["admin"]);
    assert_eq!(
        register(&app, "ada@example.org", PASSWORD).await.status,
        200
    );
    assert_eq!(
        find(&app, "ada@example.org").unwrap().state,
        UserState::Pending
    );
    let fields = [("username", "ada@example.org"), ("password", PASSWORD)];
    let reply = app
        .submit(&mut Browser::default(), "/login", "/login", &fields)
        .await;
    assert_eq!(reply.status, 401);
    assert!(reply.body.contains("approval"), "{}", reply.body);

    let mut admin = app.account("admin@example.org").await;
    let overview = app.get(&mut admin, "/admin/").await;
    assert!(
        overview.body.contains("1 account waits for approval."),
        "{}",
        overview.body
    );
    let path = format!(
        "/admin/users/{}",
        find(&app, "ada@example.org").unwrap().id.0
    );
    let state = format!("{path}/state");
    assert_eq!(
        app.submit(&mut admin, &path, &state, &[("state", "active")])
            .await
            .status,
        303
    );
    app.account("ada@example.org").await;
}

#[actix_web::test]
async fn with_approval_a_name_that_is_taken_is_not_told_to_strangers() {
    let app = app("true").await;
    app.user("ada@example.org", &[]);
    let taken = register(&app, "ada@example.org", "a password of mine").await;
    let free = register(&app, "bob@example.org", "a password of mine").await;
    assert_eq!((taken.status, &taken.body), (free.status, &free.body));
    app.account("ada@example.org").await;
}

#[actix_web::test]
async fn without_approval_an_account_is_ready_and_a_taken_name_is_said() {
    let app = app("false").await;
    assert_eq!(
        register(&app, "ada@example.org", PASSWORD).await.status,
        200
    );
    app.account("ada@example.org").await;
    let reply = register(&app, "ada@example.org", PASSWORD).await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("exists already"), "{}", reply.body);
    assert_eq!(reply.field("username"), "ada@example.org");
    assert_eq!(reply.field("display_name"), "Ada");
}

#[actix_web::test]
async fn registration_gives_no_role_and_knows_its_limits() {
    let app = app("false").await;
    let fields = [
        ("username", "ada@example.org"),
        ("password", PASSWORD),
        ("repeat", PASSWORD),
        ("roles.2", "on"),
        ("state", "active"),
        ("roles", "admin"),
    ];
    let reply = app
        .submit(&mut Browser::default(), "/register", "/register", &fields)
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(find(&app, "ada@example.org").unwrap().roles.is_empty());
    let mut last = 0;
    for n in 0..70 {
        last = register(&app, &format!("user{n}@example.org"), PASSWORD)
            .await
            .status;
    }
    assert_eq!(last, 429);
}
