//! The second factor: required, removed, reset, and nobody else's.

use actix_web::web::Data;
use iiif_gate::identity::principal::UserId;
use iiif_gate::store::audit::{self, AuditQuery};
use iiif_gate::store::second_factors;
use iiif_gate::web::state::AppState;

use crate::second_factor::{Phone, set_up, signs_in};
use crate::support::app::TestApp;
use crate::support::database::Database;

#[actix_web::test]
async fn where_it_is_required_the_administration_opens_with_it_alone() {
    let settings = [("ADMIN_SECOND_FACTOR", "required")];
    for database in [Database::sqlite(), Database::postgres()] {
        let app = TestApp::new(database, &settings).await;
        app.user("admin", &["admin"]);
        app.user("ada", &[]);
        let mut ada = app.account("ada").await;
        assert_eq!(app.get(&mut ada, "/").await.status, 200, "others need none");
        let mut admin = app.account("admin").await;
        for path in [
            "/admin/",
            "/admin/users",
            "/admin/audit",
            "/admin/users/export",
        ] {
            let reply = app.get(&mut admin, path).await;
            assert_eq!(
                (reply.status, reply.location()),
                (303, "/auth/second-factor"),
                "{path}"
            );
        }
        let reply = app
            .submit(&mut admin, "/second-factor", "/admin/users/2/delete", &[])
            .await;
        assert_eq!(reply.location(), "/auth/second-factor");
        let page = app.get(&mut admin, "/second-factor").await;
        assert!(
            page.body
                .contains("The administration opens when this is set up")
        );
        let (phone, _) = set_up(&app, &mut admin).await;
        assert_eq!(app.get(&mut admin, "/admin/users").await.status, 200);
        let shown = phone.shows(0);
        let reply = app
            .submit(
                &mut admin,
                "/second-factor",
                "/second-factor/remove",
                &[("code", &shown)],
            )
            .await;
        assert_eq!(reply.status, 303);
        assert_eq!(app.get(&mut admin, "/admin/users").await.status, 303);
    }
}

#[actix_web::test]
async fn it_is_removed_with_a_code_or_by_another_administrator() {
    for app in TestApp::both().await {
        app.user("admin", &["admin"]);
        app.user("other", &["admin"]);
        let mut admin = app.account("admin").await;
        let mut other = app.account("other").await;
        let (_, codes) = set_up(&app, &mut admin).await;
        for typed in ["", "000000", "abcd-efgh-ijkm-n789"] {
            let fields = [("code", typed)];
            let reply = app
                .submit(
                    &mut admin,
                    "/second-factor",
                    "/second-factor/remove",
                    &fields,
                )
                .await;
            assert_eq!(reply.status, 422, "{typed}");
        }
        let own = app
            .submit(
                &mut admin,
                "/admin/users/1",
                "/admin/users/1/second-factor",
                &[],
            )
            .await;
        assert!(
            own.status == 422 && own.body.contains("with a code"),
            "{}",
            own.body
        );
        let page = app.get(&mut other, "/admin/users/1").await;
        assert!(page.body.contains("Reset second factor"));
        let path = "/admin/users/1/second-factor";
        let reply = app.submit(&mut other, "/admin/users/1", path, &[]).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        assert_eq!(
            app.get(&mut admin, "/").await.status,
            303,
            "its sessions ended"
        );
        let mut admin = app.account("admin").await;
        let page = app.get(&mut admin, "/second-factor").await;
        assert!(page.body.contains("Set up") && !page.body.contains(&codes[0]));
        let log = app
            .database
            .run(|conn| audit::page(conn, &AuditQuery::default()));
        assert!(format!("{log:?}").contains("second-factor.remove"));
    }
}

#[actix_web::test]
async fn the_secret_of_another_user_cannot_be_taken() {
    let app = TestApp::usual().await;
    app.user("admin", &["admin"]);
    app.user("other", &["admin"]);
    let mut admin = app.account("admin").await;
    let mut other = app.account("other").await;
    let page = app.get(&mut admin, "/second-factor").await;
    let (phone, sealed) = (Phone::reads(&page), page.field("sealed"));
    let shown = phone.shows(0);
    let fields = [("sealed", sealed.as_str()), ("code", &shown)];
    let reply = app
        .submit(&mut other, "/second-factor", "/second-factor", &fields)
        .await;
    assert_eq!(reply.status, 400);
}

#[actix_web::test]
async fn a_new_key_seals_the_secrets_anew_and_their_codes_go_on() {
    for app in TestApp::both().await {
        app.user("admin", &["admin"]);
        let mut admin = app.account("admin").await;
        let (phone, _) = set_up(&app, &mut admin).await;
        let mut config = app.state.config.clone();
        let former = std::mem::replace(
            &mut config.secret_key,
            "another key of 32 bytes and more".into(),
        );
        config.previous_secret_keys = vec![former];
        let id = UserId(1);
        let sealed = |app: &TestApp| {
            let find = |conn: &mut _| second_factors::find(conn, id);
            app.database.run(find).unwrap().sealed
        };
        let before = sealed(&app);
        AppState::new(config.clone(), app.database.store.clone())
            .await
            .unwrap();
        assert_ne!(sealed(&app), before);
        // The former key can go.
        config.previous_secret_keys.clear();
        let state = AppState::new(config, app.database.store.clone())
            .await
            .unwrap();
        let later = TestApp {
            database: app.database,
            state: Data::new(state),
        };
        assert_eq!(signs_in(&later, "admin", &phone.shows(0)).await, 303);
    }
}
