//! What the audit log still knows of visitors, as the settings say.

use chrono::Duration;
use iiif_gate::store::audit::{self, AuditQuery};
use iiif_gate::web::state::now;

use crate::support::app::TestApp;
use crate::support::database::Database;

/// Who did something, by the log.
fn actors(app: &TestApp) -> Vec<String> {
    let page = app
        .database
        .run(|conn| audit::page(conn, &AuditQuery::default()));
    page.items.into_iter().map(|record| record.actor).collect()
}

#[actix_web::test]
async fn visitors_are_forgotten_after_the_time_that_is_set_and_have_the_same_pseudonym_ever_after()
{
    for database in [Database::sqlite(), Database::postgres()] {
        let app = TestApp::new(database, &[("AUDIT_PSEUDONYMS_AFTER", "30d")]).await;
        app.user("alice", &[]);
        app.viewer("alice").await;
        let forget = async |days| {
            let later = now() + Duration::days(days);
            app.state.live.forget_visitors(later).await.unwrap();
        };
        forget(29).await;
        assert_eq!(actors(&app)[0], "alice");
        forget(31).await;
        let first = actors(&app)[0].clone();
        assert!(first.starts_with("visitor "), "{first}");
        app.viewer("alice").await;
        forget(31).await;
        assert_eq!(actors(&app)[..2], [first.clone(), first]);
    }
}

#[actix_web::test]
async fn whoever_switches_it_off_keeps_all_names() {
    let app = TestApp::new(Database::sqlite(), &[("AUDIT_PSEUDONYMS_AFTER", "off")]).await;
    app.user("alice", &[]);
    app.viewer("alice").await;
    let later = now() + Duration::days(3000);
    app.state.live.forget_visitors(later).await.unwrap();
    assert_eq!(actors(&app)[0], "alice");
}
