//! What a token may say of its user: roles, and who is an administrator of annotations.

use serde_json::json;

use super::readers::{DOCLAND, MAPLAND, Readers, refusal, token_with};

const SEARCH: &str = "/annotator/search";

#[test]
fn only_roles_that_may_be_named_count_and_readers_do_not_write() {
    let readers = Readers::start();
    for (groups, roles, may_write) in [
        (json!(["editor", "admin", "staff"]), Some("editor"), true),
        (json!("guest"), Some("guest"), false),
        (json!(["guest", "editor"]), Some("editor,guest"), true),
        (json!([]), None, true),
    ] {
        let token = token_with("mapland", &json!({ "userGroups": groups }));
        assert_eq!(readers.get(SEARCH, &[&token]).status, 200, "{groups}");
        let held = readers.seen().header("X-Annotator-Roles");
        let mut held: Option<Vec<_>> = held.as_deref().map(|held| held.split(',').collect());
        if let Some(held) = &mut held {
            held.sort_unstable();
        }
        assert_eq!(
            held.map(|held| held.join(",")).as_deref(),
            roles,
            "{groups}"
        );
        let answer = readers.post("/annotator/annotations", &[&token]);
        let as_put = "X-HTTP-Method-Override: PUT";
        let overridden = readers.get(SEARCH, &[&token, as_put]);
        assert_eq!(overridden.status, 200);
        assert!(
            readers
                .store
                .take()
                .iter()
                .all(|seen| seen.header("X-HTTP-Method-Override").is_none())
        );
        if may_write {
            assert_eq!(answer.status, 201, "{groups}");
        } else {
            assert_eq!(
                (answer.status, answer.text()),
                (403, refusal("method_not_allowed"))
            );
        }
    }
}

#[test]
fn an_administrator_of_annotations_is_one_where_the_site_may_say_so() {
    let readers = Readers::start();
    for (consumer, origin, admin) in [
        ("mapland", MAPLAND, Some("true")),
        ("docland", DOCLAND, None),
    ] {
        let token = token_with(consumer, &json!({ "admin": true }));
        assert_eq!(readers.get(SEARCH, &[&token, origin]).status, 200);
        assert_eq!(readers.seen().header("X-Annotator-Admin").as_deref(), admin);
        // It is nobody's key to our own administration.
        let answer = readers.get("/auth/admin/", &[&token, origin]);
        assert!(
            matches!(answer.status, 302 | 303 | 401 | 404),
            "{}",
            answer.status
        );
    }
    let token = token_with("mapland", &json!({ "admin": "true" }));
    assert_eq!(readers.get(SEARCH, &[&token]).status, 200);
    assert_eq!(readers.seen().header("X-Annotator-Admin"), None);
}
