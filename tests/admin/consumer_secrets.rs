//! Secrets of consumers: made, shown once, brought along, made anew.

use chrono::Duration;
use iiif_gate::identity::consumer::{Consumer, Secrets};
use iiif_gate::web::state::now;

use crate::consumers::{USUAL, docland, only, path, register, registered};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Reply};
use crate::ways::office;

/// The texts that a page shows to be copied: the key and the secret.
fn shown(reply: &Reply) -> Vec<String> {
    let page = scraper::Html::parse_document(&reply.body);
    let selector = scraper::Selector::parse("code.secret").unwrap();
    let texts = page.select(&selector).map(|code| code.text().collect());
    texts.collect()
}

fn secrets(consumer: &Consumer) -> &Secrets {
    consumer.secrets.as_ref().unwrap()
}

async fn rotate(app: &TestApp, admin: &mut Browser, consumer: &Consumer, hours: &str) -> Reply {
    let page = path(consumer, "/rotate");
    let replaces = app.get(admin, &page).await.field("replaces");
    let fields = [("hours", hours), ("replaces", replaces.as_str())];
    app.submit(admin, &page, &page, &fields).await
}

#[actix_web::test]
async fn a_new_secret_is_shown_once_and_nowhere_else() {
    let (app, mut admin) = office().await;
    let reply = register(&app, &mut admin, &USUAL).await;
    assert_eq!(
        (reply.status, reply.header("cache-control")),
        (200, "no-store")
    );
    let [key, secret] = <[String; 2]>::try_from(shown(&reply)).unwrap();
    let made = only(&app);
    assert_eq!((key.len(), secret.len()), (32, 43));
    assert_eq!(key, made.key.as_str());
    assert_eq!(secrets(&made).current.as_bytes(), secret.as_bytes());
    for page in ["", "/edit", "/site", "/rotate", "/sign-out", "/delete"] {
        let page = app.get(&mut admin, &path(&made, page)).await;
        assert!(!page.body.contains(&secret), "{}", page.body);
    }
    for page in ["/admin/consumers", "/admin/audit", "/admin/"] {
        let page = app.get(&mut admin, page).await;
        assert!(!page.body.contains(&secret), "{}", page.body);
    }
    let file = std::fs::read(app.database.folder.path().join("test.db")).unwrap();
    let is_there = file
        .windows(secret.len())
        .any(|bytes| bytes == secret.as_bytes());
    assert!(!is_there, "the secret is in the database in clear");
    let page = app.get(&mut admin, &path(&made, "")).await.body;
    assert!(
        page.contains(&format!("begins with {}", &secret[..4])),
        "{page}"
    );
}

#[actix_web::test]
async fn a_form_that_is_sent_again_makes_no_second_consumer() {
    let (app, mut admin) = office().await;
    let page = "/admin/consumers/new";
    let new_key = app.get(&mut admin, page).await.field("new_key");
    let fields = [&USUAL[..], &[("new_key", new_key.as_str())]].concat();
    let first = app
        .submit(&mut admin, page, "/admin/consumers", &fields)
        .await;
    assert_eq!(first.status, 200, "{}", first.body);
    let again = app
        .submit(&mut admin, page, "/admin/consumers", &fields)
        .await;
    let made = only(&app);
    assert_eq!(again.status, 303);
    assert_eq!(again.location(), format!("/auth{}", path(&made, "")));
    let page = app.get(&mut admin, &path(&made, "")).await;
    assert!(
        page.body.contains("This form was sent before"),
        "{}",
        page.body
    );
    let [_, secret] = <[String; 2]>::try_from(shown(&first)).unwrap();
    assert!(!page.body.contains(&secret), "{}", page.body);
}

#[actix_web::test]
async fn a_site_may_bring_its_key_and_secret_along() {
    let (app, mut admin) = office().await;
    let secret = "3f1d7f2c-9a64-4f0c-8f9f-2f6f1f8a51c7-docland";
    let brought = [
        ("key", "602368a0e905492fae87697edad14c3a"),
        ("secret", secret),
    ];
    let fields = [&USUAL[..], &brought].concat();
    let reply = register(&app, &mut admin, &fields).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert!(!reply.body.contains(secret), "{}", reply.body);
    let made = only(&app);
    assert_eq!(made.key.as_str(), brought[0].1);
    assert_eq!(secrets(&made).current.as_bytes(), secret.as_bytes());
    let again = register(&app, &mut admin, &fields).await;
    assert_eq!(again.status, 422);
    assert!(again.body.contains("id=\"f-key-error\""), "{}", again.body);
    assert_eq!(registered(&app).len(), 1);
}

#[actix_web::test]
async fn key_and_secret_belong_together_and_short_secrets_are_refused() {
    let (app, mut admin) = office().await;
    for (key, secret, field) in [
        ("docland", "", "secret"),
        ("docland", "fifteen bytes..", "secret"),
        ("", "a secret of more than 16 bytes", "key"),
        ("doc/land", "a secret of more than 16 bytes", "key"),
    ] {
        let fields = [&USUAL[..], &[("key", key), ("secret", secret)]].concat();
        let reply = register(&app, &mut admin, &fields).await;
        assert_eq!(reply.status, 422, "{key} {secret}");
        let fault = format!("id=\"f-{field}-error\"");
        assert!(
            reply.body.contains(&fault),
            "{key} {secret}: {}",
            reply.body
        );
        assert!(reply.body.contains("<details open>"), "{}", reply.body);
    }
    assert!(registered(&app).is_empty());
}

#[actix_web::test]
async fn the_secret_before_goes_on_for_the_hours_that_were_chosen() {
    let (app, mut admin) = office().await;
    let before = docland(&app, &mut admin).await;
    let reply = rotate(&app, &mut admin, &before, "24").await;
    assert_eq!(
        (reply.status, reply.header("cache-control")),
        (200, "no-store")
    );
    let [key, secret] = <[String; 2]>::try_from(shown(&reply)).unwrap();
    assert_eq!(key, before.key.as_str());
    let after = only(&app);
    assert_eq!(secrets(&after).current.as_bytes(), secret.as_bytes());
    let (previous, until) = secrets(&after).previous.clone().unwrap();
    assert_eq!(previous, secrets(&before).current);
    let left = until - now();
    assert!(
        left > Duration::hours(23) && left <= Duration::hours(24),
        "{left}"
    );
    let page = app.get(&mut admin, &path(&after, "")).await.body;
    assert!(
        page.contains("Secret before") && !page.contains(&secret),
        "{page}"
    );

    let at_once = rotate(&app, &mut admin, &after, "0").await;
    assert!(
        at_once.body.contains("is not good any more"),
        "{}",
        at_once.body
    );
    assert_eq!(secrets(&only(&app)).previous, None);
}

#[actix_web::test]
async fn a_rotation_that_is_sent_again_does_nothing() {
    let (app, mut admin) = office().await;
    let before = docland(&app, &mut admin).await;
    let page = path(&before, "/rotate");
    let replaces = app.get(&mut admin, &page).await.field("replaces");
    let fields = [("hours", "24"), ("replaces", replaces.as_str())];
    let first = app.submit(&mut admin, &page, &page, &fields).await;
    assert_eq!(first.status, 200);
    let rotated = only(&app);
    let again = app.submit(&mut admin, &page, &page, &fields).await;
    assert_eq!((again.status, only(&app)), (303, rotated));
    let page = app.get(&mut admin, &path(&before, "")).await.body;
    assert!(page.contains("so nothing was done now"), "{page}");
}

#[actix_web::test]
async fn an_overlap_that_is_no_number_of_hours_is_refused() {
    let (app, mut admin) = office().await;
    let before = docland(&app, &mut admin).await;
    for hours in ["", "-1", "721", "1.5", "a day", "99999999999999999999"] {
        let reply = rotate(&app, &mut admin, &before, hours).await;
        assert_eq!(reply.status, 422, "{hours}");
        assert_eq!(reply.field("hours"), hours);
    }
    assert_eq!(only(&app), before);
}
