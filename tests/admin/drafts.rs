//! Drafts of rules, tried over the last requests.

use iiif_gate::store::audit;

use crate::rule_files::patterns;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::ways::{office, role};

const DRAFT: &str = "/admin/draft";

async fn switch(app: &TestApp, admin: &mut Browser, on: &str) {
    let reply = app
        .submit(admin, DRAFT, "/admin/draft/recording", &[("record", on)])
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
}

#[actix_web::test]
async fn a_draft_is_compared_with_the_last_requests_and_changes_nothing() {
    let (app, mut admin) = office().await;
    app.rule("maps/*", "staff");
    app.catch_up().await;
    let (nobody, target) = (
        Browser::default(),
        "/iiif/images/maps%2Fworld.tif/info.json",
    );
    app.ask(&nobody, target).await;
    switch(&app, &mut admin, "on").await;
    for _ in 0..3 {
        assert_eq!(app.ask(&nobody, target).await.status, 401);
    }
    app.ask(&nobody, "/iiif/images/other/info.json").await;
    // nginx brings info.json to another place than pixels; what it asks again about is told once.
    app.describe(&nobody, "/iiif/images/maps%2Fother.tif/info.json")
        .await;
    let pixels = "/iiif/images/other/full/max/0/default.jpg";
    app.ask(&nobody, pixels).await;
    app.describe(&nobody, pixels).await;

    let draft = "pattern,requirement,roles\nmaps/*,public,\nnew/*,roles,staff\n";
    let entries = app
        .database
        .run(|conn| audit::page(conn, &audit::AuditQuery::default()));
    let reply = app
        .submit(&mut admin, DRAFT, DRAFT, &[("text", draft)])
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    for words in [
        "4 of 6 requests would be answered otherwise",
        "401 sign-in-needed",
        "200 public",
        "192.0.2.1",
        "nobody signed in",
    ] {
        assert!(reply.body.contains(words), "{words}: {}", reply.body);
    }
    let fields = [("text", draft), ("step", "csv")];
    let csv = app.submit(&mut admin, DRAFT, DRAFT, &fields).await;
    assert!(
        csv.header("Content-Type").starts_with("text/csv"),
        "{}",
        csv.body
    );
    assert!(
        csv.body.contains("3,/iiif/images/maps%2Fworld.tif/info.json,nobody signed in,192.0.2.1,401 sign-in-needed,200 public,maps/*,maps/*"),
        "{}",
        csv.body
    );

    assert_eq!(patterns(&app), ["image maps/*"]);
    assert_eq!(app.ask(&nobody, target).await.status, 401);
    let after = app
        .database
        .run(|conn| audit::page(conn, &audit::AuditQuery::default()));
    assert_eq!(
        entries.total, after.total,
        "nothing was done, so nothing is logged"
    );
}

#[actix_web::test]
async fn a_draft_may_bring_roles_and_networks_of_its_own() {
    let (app, mut admin) = office().await;
    switch(&app, &mut admin, "on").await;
    let target = "/iiif/images/maps%2Fworld.tif/info.json";
    assert_eq!(app.ask(&Browser::default(), target).await.status, 401);
    let draft = "[[network]]\nname = \"House\"\nranges = [\"192.0.2.0/24\"]\n\n\
                 [[role]]\nname = \"house\"\nobtained_by = \"network\"\nnetworks = [\"House\"]\n\n\
                 [[rule]]\npattern = \"maps/*\"\nrequirement = \"roles\"\nroles = [\"house\"]\n";
    let reply = app
        .submit(&mut admin, DRAFT, DRAFT, &[("text", draft)])
        .await;
    assert!(reply.body.contains("200 role-held"), "{}", reply.body);
    assert!(role(&app, "house").is_none(), "nothing is kept of it");
}

#[actix_web::test]
async fn what_was_recorded_is_forgotten_when_it_is_switched_off() {
    let (app, mut admin) = office().await;
    let page = app.get(&mut admin, DRAFT).await.body;
    assert!(
        page.contains("No requests are recorded."),
        "off until somebody asks: {page}"
    );
    switch(&app, &mut admin, "on").await;
    app.ask(&Browser::default(), "/iiif/images/a/info.json")
        .await;
    let page = app.get(&mut admin, DRAFT).await.body;
    assert!(page.contains("1 so far"), "{page}");
    let page = app.get(&mut admin, "/admin/").await.body;
    assert!(page.contains("Requests are being recorded"), "{page}");
    switch(&app, &mut admin, "off").await;
    let page = app.get(&mut admin, DRAFT).await.body;
    assert!(page.contains("No requests are recorded."), "{page}");
    assert!(app.state.recorder.requests().is_empty());
    let log = app
        .get(&mut admin, "/admin/audit?action=requests.record")
        .await;
    assert!(log.body.contains("1 to 2 of 2 entries"), "{}", log.body);
}

#[actix_web::test]
async fn a_faulty_draft_is_explained_and_kept() {
    let (app, mut admin) = office().await;
    for (text, words) in [
        ("pattern,requirement\nba*,public\n", "Line 2:"),
        (
            "pattern,roles,requirement\na/*,nosuchrole,roles\n",
            "nosuchrole",
        ),
        ("", "choose a file"),
    ] {
        let reply = app
            .submit(&mut admin, DRAFT, DRAFT, &[("text", text)])
            .await;
        assert_eq!(reply.status, 422, "{text}");
        let body = reply.body.to_lowercase();
        assert!(
            body.contains(&words.to_lowercase()),
            "{words}: {}",
            reply.body
        );
    }
}
