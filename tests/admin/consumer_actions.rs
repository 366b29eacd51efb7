//! What is done to consumers: stopped, signed out, blocked, deleted; and nothing by GET.

use chrono::Duration;
use iiif_gate::store::consumers::{self, Counted};
use iiif_gate::web::state::now;

use crate::consumers::{docland, only, path, registered};
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::ways::office;

async fn act(app: &TestApp, admin: &mut Browser, action: &str, fields: &[(&str, &str)]) -> u16 {
    let page = path(&only(app), "");
    let action = path(&only(app), action);
    app.submit(admin, &page, &action, fields).await.status
}

#[actix_web::test]
async fn a_consumer_is_disabled_and_enabled() {
    let (app, mut admin) = office().await;
    docland(&app, &mut admin).await;
    for (state, is_enabled) in [("disabled", false), ("enabled", true)] {
        let status = act(&app, &mut admin, "/state", &[("state", state)]).await;
        assert_eq!((status, only(&app).is_enabled), (303, is_enabled));
    }
    assert_eq!(
        act(&app, &mut admin, "/state", &[("state", "x")]).await,
        400
    );
}

#[actix_web::test]
async fn everybody_of_a_consumer_is_signed_out() {
    let (app, mut admin) = office().await;
    let before = docland(&app, &mut admin).await;
    let page = app.get(&mut admin, &path(&before, "/sign-out")).await.body;
    assert!(page.contains("Sign everybody of DocLand out?"), "{page}");
    assert_eq!(only(&app).revoked_before, None);
    assert_eq!(act(&app, &mut admin, "/sign-out", &[]).await, 303);
    assert!(
        only(&app)
            .revoked_before
            .is_some_and(|moment| moment <= now())
    );
    let page = app.get(&mut admin, &path(&before, "")).await.body;
    assert!(page.contains("Everybody signed out"), "{page}");
}

#[actix_web::test]
async fn one_user_is_blocked_and_let_in_again() {
    let (app, mut admin) = office().await;
    docland(&app, &mut admin).await;
    let fields = [
        ("user", " bob/1 "),
        ("until", "2031-07-01T09:00"),
        ("note", "Spam."),
    ];
    assert_eq!(act(&app, &mut admin, "/block", &fields).await, 303);
    let made = only(&app);
    let block = made.blocked.get("bob/1").unwrap();
    // The form is in the zone of the institution, where it is summer then.
    assert_eq!(block.until.to_rfc3339(), "2031-07-01T07:00:00+00:00");
    let page = app.get(&mut admin, &path(&made, "")).await.body;
    assert!(page.contains("bob/1") && page.contains("Spam."), "{page}");
    assert_eq!(
        act(&app, &mut admin, "/unblock", &[("user", "bob/1")]).await,
        303
    );
    assert!(only(&app).blocked.is_empty());
    assert_eq!(
        act(&app, &mut admin, "/unblock", &[("user", "bob/1")]).await,
        404
    );
}

#[actix_web::test]
async fn without_an_end_a_user_is_only_signed_out() {
    let (app, mut admin) = office().await;
    docland(&app, &mut admin).await;
    assert_eq!(
        act(&app, &mut admin, "/block", &[("user", "bob")]).await,
        303
    );
    let made = only(&app);
    let later = now() + Duration::seconds(1);
    assert!(made.has_revoked("bob", now() - Duration::seconds(5), later));
    assert!(!made.has_revoked("bob", later, later));
    let page = app.get(&mut admin, &path(&made, "")).await.body;
    assert!(page.contains("not any more"), "{page}");
}

#[actix_web::test]
async fn a_block_that_cannot_be_is_refused_and_keeps_what_was_typed() {
    let (app, mut admin) = office().await;
    let made = docland(&app, &mut admin).await;
    for (user, until, field) in [
        ("", "2031-01-01T09:00", "user"),
        ("bob", "tomorrow", "until"),
        ("bob", "2001-01-01T09:00", "until"),
    ] {
        let fields = [("user", user), ("until", until), ("note", "Why")];
        let (page, action) = (path(&made, ""), path(&made, "/block"));
        let reply = app.submit(&mut admin, &page, &action, &fields).await;
        assert_eq!(reply.status, 422, "{user} {until}");
        let fault = format!("id=\"f-{field}-error\"");
        assert!(reply.body.contains(&fault), "{}", reply.body);
        assert_eq!(
            (reply.field("until"), reply.field("note")),
            (until.into(), "Why".into())
        );
    }
    assert!(only(&app).blocked.is_empty());
}

#[actix_web::test]
async fn a_consumer_is_deleted_after_a_question() {
    let (app, mut admin) = office().await;
    let made = docland(&app, &mut admin).await;
    let delete = path(&made, "/delete");
    let page = app.get(&mut admin, &delete).await.body;
    assert!(page.contains("Delete DocLand?"), "{page}");
    assert_eq!(act(&app, &mut admin, "/delete", &[]).await, 303);
    assert!(registered(&app).is_empty());
    assert_eq!(app.get(&mut admin, &delete).await.status, 404);
    let log = app.get(&mut admin, "/admin/audit").await.body;
    assert!(
        log.contains("deleted a consumer") && log.contains("DocLand"),
        "{log}"
    );
}

#[actix_web::test]
async fn the_consumer_of_our_own_users_is_changed_but_not_deleted() {
    let (app, mut admin) = office().await;
    let built_in = app.state.live.consumers().built_in().cloned().unwrap();
    let secret = built_in.secrets.as_ref().unwrap().current.as_bytes();
    let secret = std::str::from_utf8(secret).unwrap();
    let page = path(&built_in, "");
    for rest in ["", "/edit", "/site", "/rotate", "/sign-out", "/delete"] {
        let reply = app.get(&mut admin, &path(&built_in, rest)).await;
        assert_eq!(reply.status, 200, "{rest}");
        assert!(!reply.body.contains(secret), "{rest}: {}", reply.body);
    }
    let shown = app.get(&mut admin, &page).await.body;
    assert!(
        shown.contains("built in") && !shown.contains("Delete…"),
        "{shown}"
    );
    let site = app.get(&mut admin, &path(&built_in, "/site")).await.body;
    assert!(site.contains("https://images.example/auth/token"), "{site}");
    let delete = path(&built_in, "/delete");
    let reply = app.submit(&mut admin, &page, &delete, &[]).await;
    assert_eq!(reply.status, 422, "{}", reply.body);
    assert!(reply.body.contains("built in"), "{}", reply.body);

    let rotate = path(&built_in, "/rotate");
    let replaces = app.get(&mut admin, &rotate).await.field("replaces");
    let fields = [("hours", "24"), ("replaces", replaces.as_str())];
    let reply = app.submit(&mut admin, &rotate, &rotate, &fields).await;
    assert!(
        reply.body.contains("Nobody has to know it"),
        "{}",
        reply.body
    );
    let rotated = app.state.live.consumers().built_in().cloned().unwrap();
    assert_ne!(rotated.secrets, built_in.secrets);
    let secret = rotated.secrets.as_ref().unwrap().current.as_bytes();
    let secret = std::str::from_utf8(secret).unwrap();
    assert!(!reply.body.contains(secret), "{}", reply.body);
}

#[actix_web::test]
async fn the_page_counts_and_says_what_the_reasons_mean() {
    let (app, mut admin) = office().await;
    let made = docland(&app, &mut admin).await;
    let counted = |reason, times| Counted {
        consumer: made.id,
        reason,
        times,
        last_at: now(),
    };
    let counts = [
        counted("accepted", 3),
        counted("expired", 2),
        counted("origin_not_allowed", 1),
    ];
    app.database.run(|conn| consumers::count(conn, &counts));
    let page = app.get(&mut admin, &path(&made, "")).await.body;
    for words in [
        "<span class=\"number\">3</span> <span class=\"what\">accepted",
        "<span class=\"number\">3</span> <span class=\"what\">refused",
        "The token has expired.",
        "on a site that is not listed",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[actix_web::test]
async fn looking_changes_nothing() {
    let (app, mut admin) = office().await;
    let made = docland(&app, &mut admin).await;
    for action in [
        "/state",
        "/block",
        "/unblock",
        "/rotate",
        "/sign-out",
        "/delete",
        "/edit",
        "",
    ] {
        let query = format!("{}?state=disabled&user=bob&hours=0", path(&made, action));
        let status = app.get(&mut admin, &query).await.status;
        assert!(matches!(status, 200 | 404 | 405), "{action}: {status}");
    }
    assert_eq!(only(&app), made);
}
