//! A role with thousands of networks: its form shows some of them, and loses none.

use std::collections::BTreeSet;

use iiif_gate::store::roles::Role;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Reply};
use crate::ways::{office, role};

const NETWORKS: usize = 3000;

async fn house() -> (TestApp, Browser) {
    let (app, admin) = office().await;
    app.database.sql(&format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {NETWORKS}) \
         INSERT INTO networks (id, name, ranges) SELECT i, 'Room ' || i, '192.0.2.1' FROM n; \
         INSERT INTO roles (name, obtained_by) VALUES ('house', 'network'); \
         INSERT INTO role_networks (role_id, network_id) \
         SELECT roles.id, networks.id FROM roles, networks \
         WHERE roles.name = 'house' AND networks.id <> 2500"
    ));
    app.catch_up().await;
    (app, admin)
}

/// The fields of the form as a browser sends them, but for its buttons.
fn fields(reply: &Reply) -> Vec<(String, String)> {
    let page = scraper::Html::parse_document(&reply.body);
    let selector = scraper::Selector::parse("form.role input").unwrap();
    let sent = page.select(&selector).filter(|input| {
        let kind = input.value().attr("type").unwrap_or_default();
        !["checkbox", "radio"].contains(&kind) || input.value().attr("checked").is_some()
    });
    sent.map(|input| {
        let attr = |name| input.value().attr(name).unwrap_or_default().to_owned();
        (attr("name"), attr("value"))
    })
    .collect()
}

async fn send(
    app: &TestApp,
    admin: &mut Browser,
    path: &str,
    fields: &[(String, String)],
    more: &[(&str, &str)],
) -> Reply {
    let fields = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| *name != "find" || more.is_empty());
    let fields: Vec<(&str, &str)> = fields.chain(more.iter().copied()).collect();
    app.post(admin, path, &fields).await
}

fn held_in(app: &TestApp) -> BTreeSet<i32> {
    let Role { networks, .. } = role(app, "house").unwrap();
    networks.into_iter().map(|id| id.0).collect()
}

#[actix_web::test]
async fn a_form_that_is_saved_as_it_is_changes_no_network() {
    let (app, mut admin) = house().await;
    let before = held_in(&app);
    assert_eq!(before.len(), NETWORKS - 1);
    let path = format!("/admin/roles/{}", role(&app, "house").unwrap().id.0);
    let page = app.get(&mut admin, &path).await;
    assert!(page.body.len() < 60_000, "{} bytes", page.body.len());
    assert!(page.body.contains("<strong>2,999</strong> of 3,000"));
    let saved = send(&app, &mut admin, &path, &fields(&page), &[]).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    assert_eq!(held_in(&app), before);
}

#[actix_web::test]
async fn what_is_ticked_and_unticked_goes_along_while_one_looks_for_more() {
    let (app, mut admin) = house().await;
    let path = format!("/admin/roles/{}", role(&app, "house").unwrap().id.0);
    let page = app.get(&mut admin, &path).await;
    let look = |text| [("find", text), ("step", "find")];
    let page = send(&app, &mut admin, &path, &fields(&page), &look("room 2500")).await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(!page.body.contains("Please look at this again"));
    let mut ticked = fields(&page);
    assert!(!ticked.iter().any(|(name, _)| name == "networks.2500"));
    ticked.push(("networks.2500".to_owned(), "on".to_owned()));
    let title = ticked.iter_mut().find(|(name, _)| name == "title").unwrap();
    title.1 = "In the house".to_owned();

    let page = send(&app, &mut admin, &path, &ticked, &look("room 77")).await;
    assert!(page.body.contains("<strong>3,000</strong> of 3,000"));
    let mut unticked = fields(&page);
    unticked.retain(|(name, _)| name != "networks.77" && name != "networks.770");
    let enter = [("find", "nothing"), ("step", "enter")];
    let page = send(&app, &mut admin, &path, &unticked, &enter).await;
    assert!(page.body.contains("No network is called so"));
    let saved = send(&app, &mut admin, &path, &fields(&page), &enter).await;
    assert_eq!(saved.status, 303, "{}", saved.body);

    let missing: Vec<usize> = (1..=NETWORKS)
        .filter(|id| !held_in(&app).contains(&i32::try_from(*id).unwrap()))
        .collect();
    assert_eq!(missing, [77, 770]);
    assert_eq!(role(&app, "house").unwrap().title, "In the house");
}

#[actix_web::test]
async fn a_new_role_finds_its_network_among_thousands() {
    let (app, mut admin) = house().await;
    let page = app.get(&mut admin, "/admin/roles/new").await;
    let mut typed = fields(&page);
    typed.retain(|(name, _)| name != "obtained_by" && name != "name");
    typed.push(("obtained_by".to_owned(), "kiosk".to_owned()));
    typed.push(("name".to_owned(), "kiosk".to_owned()));
    let look = [("find", "room 1234"), ("step", "find")];
    let page = send(&app, &mut admin, "/admin/roles", &typed, &look).await;
    let mut ticked = fields(&page);
    ticked.push(("networks.1234".to_owned(), "on".to_owned()));
    let saved = send(&app, &mut admin, "/admin/roles", &ticked, &[]).await;
    assert_eq!(saved.status, 303, "{}", saved.body);
    let networks = role(&app, "kiosk").unwrap().networks;
    assert_eq!(networks.iter().map(|id| id.0).collect::<Vec<_>>(), [1234]);
}
