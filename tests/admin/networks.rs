//! Networks: made, changed, warned about, deleted.

use iiif_gate::store::networks;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::ways::{make_network, office};

fn count(app: &TestApp) -> usize {
    app.database.run(networks::list).len()
}

#[actix_web::test]
async fn a_network_is_made_changed_and_deleted() {
    let (app, mut admin) = office().await;
    make_network(
        &app,
        &mut admin,
        "Reading room",
        "198.51.100.0/24\n2001:db8::/32",
    )
    .await;
    let list = app.get(&mut admin, "/admin/networks").await.body;
    assert!(list.contains("198.51.100.0/24, 2001:db8::/32"), "{list}");
    assert!(
        list.contains("You come from <code>192.0.2.1</code>"),
        "{list}"
    );
    let fields = [("name", "Reading rooms"), ("ranges", "198.51.100.7")];
    let reply = app
        .submit(
            &mut admin,
            "/admin/networks/1",
            "/admin/networks/1",
            &fields,
        )
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let delete = "/admin/networks/1/delete";
    assert_eq!(
        app.submit(&mut admin, delete, delete, &[]).await.status,
        303
    );
    assert_eq!(count(&app), 0);
}

#[actix_web::test]
async fn every_bad_line_is_named_and_the_form_keeps_what_was_typed() {
    let (app, mut admin) = office().await;
    let ranges = "192.0.2.0/24\n192.0.2.300\n10.0.0.1/8";
    let fields = [("name", "House"), ("ranges", ranges), ("note", "Old")];
    let reply = app
        .submit(
            &mut admin,
            "/admin/networks/new",
            "/admin/networks",
            &fields,
        )
        .await;
    assert_eq!(reply.status, 422);
    for words in ["line 2:", "line 3:", "10.0.0.0/8", ranges] {
        let found = reply.body.to_lowercase().contains(&words.to_lowercase());
        assert!(found, "{words}: {}", reply.body);
    }
    assert_eq!(
        (reply.field("name"), reply.field("note")),
        ("House".into(), "Old".into())
    );
    for fields in [
        [("name", ""), ("ranges", "192.0.2.0/24")],
        [("name", "House"), ("ranges", "")],
    ] {
        let reply = app
            .submit(
                &mut admin,
                "/admin/networks/new",
                "/admin/networks",
                &fields,
            )
            .await;
        assert_eq!(reply.status, 422, "{fields:?}");
    }
    assert_eq!(count(&app), 0);
}

#[actix_web::test]
async fn a_network_in_use_is_not_deleted_and_the_page_says_why() {
    let (app, mut admin) = office().await;
    make_network(&app, &mut admin, "House", "198.51.100.0/24").await;
    let role = [
        ("name", "house"),
        ("obtained_by", "kiosk"),
        ("networks.1", "on"),
    ];
    let reply = app
        .submit(&mut admin, "/admin/roles/new", "/admin/roles", &role)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let delete = "/admin/networks/1/delete";
    let page = app.get(&mut admin, delete).await.body;
    assert!(page.contains("Roles are obtained by it: house."), "{page}");
    let reply = app.submit(&mut admin, delete, delete, &[]).await;
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("“house”"), "{}", reply.body);
    assert_eq!(count(&app), 1);
}

#[actix_web::test]
async fn administrators_inside_and_private_ranges_are_warned_about() {
    let (app, mut admin) = office().await;
    make_network(&app, &mut admin, "House", "192.0.2.0/24\n10.0.0.0/8").await;
    let page = app.get(&mut admin, "/admin/networks/1").await.body;
    assert!(
        page.contains("Please read what stands above its form."),
        "{page}"
    );
    assert!(
        page.contains("You come from 192.0.2.1, which is in this network"),
        "{page}"
    );
    assert!(
        page.contains("10.0.0.0/8 is or contains a private range"),
        "{page}"
    );
}

async fn behind(app: &TestApp, admin: &Browser, forwarded: &str) -> String {
    let mut browser = admin.clone().with("X-Original-Forwarded-For", forwarded);
    app.get(&mut browser, "/admin/networks").await.body
}

#[actix_web::test]
async fn a_proxy_that_nginx_does_not_trust_is_seen() {
    let (app, admin) = office().await;
    let words = "Everybody seems to come from one address";
    let page = behind(&app, &admin, "203.0.113.9").await;
    assert!(
        page.contains(words) && page.contains("TRUSTED_PROXIES"),
        "{page}"
    );
    assert!(!behind(&app, &admin, "").await.contains(words));
    let trusted = behind(&app, &admin, "203.0.113.9, 192.0.2.1").await;
    assert!(!trusted.contains(words), "{trusted}");
}
