//! Roles and rules: made, changed, deleted, and in force at once.

use crate::support::app::TestApp;
use crate::support::browser::Browser;

async fn office() -> (TestApp, Browser) {
    let app = TestApp::usual().await;
    app.user("admin@example.org", &["admin", "staff"]);
    let admin = app.account("admin@example.org").await;
    (app, admin)
}

fn role(app: &TestApp, name: &str) -> Option<i32> {
    let roles = app.database.run(iiif_gate::store::roles::list);
    roles
        .iter()
        .find(|role| role.name.as_str() == name)
        .map(|role| role.id.0)
}

#[actix_web::test]
async fn a_role_is_made_renamed_and_deleted() {
    let (app, mut admin) = office().await;
    let new = [("name", "Maps"), ("title", "Map room")];
    let reply = app
        .submit(&mut admin, "/admin/roles/new", "/admin/roles", &new)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let id = role(&app, "maps").unwrap();
    let path = format!("/admin/roles/{id}");
    let reply = app
        .submit(&mut admin, &path, &path, &[("name", "charts")])
        .await;
    assert_eq!(reply.status, 303);
    assert_eq!(role(&app, "charts"), Some(id));
    let delete = format!("{path}/delete");
    assert_eq!(
        app.submit(&mut admin, &delete, &delete, &[]).await.status,
        303
    );
    assert_eq!(role(&app, "charts"), None);
}

#[actix_web::test]
async fn a_faulty_role_is_explained() {
    let (app, mut admin) = office().await;
    for (name, message) in [
        ("stäff", "Must not contain “ä”."),
        ("staff", "exists already"),
        ("", "Must not be empty."),
    ] {
        let fields = [("name", name), ("title", "A title")];
        let reply = app
            .submit(&mut admin, "/admin/roles/new", "/admin/roles", &fields)
            .await;
        assert_eq!(reply.status, 422, "{name}");
        assert!(reply.body.contains(message), "{name}: {}", reply.body);
        assert_eq!(reply.field("name"), name);
        assert_eq!(reply.field("title"), "A title");
    }
}

#[actix_web::test]
async fn built_in_roles_keep_their_names() {
    let (app, mut admin) = office().await;
    let id = role(&app, "admin").unwrap();
    let path = format!("/admin/roles/{id}");
    let reply = app
        .submit(&mut admin, &path, &path, &[("name", "root")])
        .await;
    assert_eq!(reply.status, 422);
    let reply = app
        .submit(&mut admin, &path, &format!("{path}/delete"), &[])
        .await;
    assert_eq!(reply.status, 422);
    let fields = [("name", "admin"), ("title", "People in charge")];
    assert_eq!(
        app.submit(&mut admin, &path, &path, &fields).await.status,
        303
    );
    assert_eq!(role(&app, "admin"), Some(id));
}

#[actix_web::test]
async fn a_rule_is_in_force_as_soon_as_it_is_saved() {
    let (app, mut admin) = office().await;
    app.user("ada@example.org", &[]);
    let viewer = app.viewer("ada@example.org").await;
    let target = "/iiif/images/maps/world.tif/info.json";
    assert_eq!(app.ask(&viewer, target).await.status, 204);

    let staff = format!("roles.{}", role(&app, "staff").unwrap());
    let fields = [
        ("kind", "image"),
        ("pattern", "maps/*"),
        ("requirement", "roles"),
        (&*staff, "on"),
    ];
    let reply = app
        .submit(&mut admin, "/admin/rules/new", "/admin/rules", &fields)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert_eq!(app.ask(&viewer, target).await.status, 403);

    let list = app
        .get(&mut admin, "/admin/rules?kind=image&test=maps/world.tif")
        .await;
    assert!(
        list.body.contains("is open to staff, by this rule:"),
        "{}",
        list.body
    );
    let id = app.database.run(iiif_gate::store::rules::list)[0].rule.id.0;
    let path = format!("/admin/rules/{id}");
    let fields = [
        ("kind", "image"),
        ("pattern", "maps/*"),
        ("requirement", "public"),
    ];
    assert_eq!(
        app.submit(&mut admin, &path, &path, &fields).await.status,
        303
    );
    assert_eq!(app.ask(&Browser::default(), target).await.status, 204);

    let delete = format!("{path}/delete");
    assert_eq!(
        app.submit(&mut admin, &delete, &delete, &[]).await.status,
        303
    );
    assert_eq!(app.ask(&Browser::default(), target).await.status, 401);
}

#[actix_web::test]
async fn a_faulty_rule_is_explained_and_kept() {
    let (app, mut admin) = office().await;
    let faults: [(&[(&str, &str)], &str); 4] = [
        (
            &[
                ("kind", "image"),
                ("pattern", "ma*"),
                ("requirement", "public"),
            ],
            "only as the last part",
        ),
        (
            &[
                ("kind", "image"),
                ("pattern", "maps/*"),
                ("requirement", "roles"),
            ],
            "A rule that asks for roles must name one.",
        ),
        (
            &[
                ("kind", "zebra"),
                ("pattern", "maps/*"),
                ("requirement", "public"),
            ],
            "Choose one of them.",
        ),
        (
            &[
                ("kind", "image"),
                ("pattern", "maps/*"),
                ("requirement", "roles"),
                ("roles.999", "on"),
            ],
            "",
        ),
    ];
    for (fields, message) in faults {
        let reply = app
            .submit(&mut admin, "/admin/rules/new", "/admin/rules", fields)
            .await;
        assert_ne!(reply.status, 303, "{fields:?}");
        assert!(reply.status < 500, "{fields:?}: {}", reply.status);
        assert!(reply.body.contains(message), "{fields:?}: {}", reply.body);
        if reply.status == 422 {
            assert_eq!(reply.field("pattern"), fields[1].1);
        }
    }
    assert!(app.database.run(iiif_gate::store::rules::list).is_empty());
}
