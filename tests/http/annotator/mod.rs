//! The authTokens of consumers at `/query_auth`: at the annotation store, and at images.

mod answers;
mod cases;
mod exchange;
mod images;
mod limits;
mod location;
mod revocation;

use actix_web::http::Method;
use iiif_gate::web::state::now;

use crate::support::app::TestApp;
use crate::support::authtoken;
use crate::support::browser::{Browser, Reply};
use crate::support::consumers::{KEY, SECRET};

const HEADER: &str = "X-Annotator-Auth-Token";
const SEARCH: &str = "/annotator/search?uri=http://doc.land/";
const OPEN: &str = "/annotator-open/search";

/// Somebody who sends a token.
fn with_token(token: &str) -> Browser {
    Browser::default().with(HEADER, token)
}

/// The usual token of this user.
fn token(user: &str) -> String {
    authtoken::good(KEY, SECRET, user, now())
}

/// Alice of the usual consumer.
fn alice() -> Browser {
    with_token(&token("alice"))
}

async fn asked(app: &TestApp, browser: &Browser, method: &str, target: &str) -> Reply {
    let request = browser
        .request(Method::GET, "/query_auth")
        .append_header(("X-Original-URI", target))
        .append_header(("X-Original-Method", method));
    app.send(request).await
}

fn assert_answer(reply: &Reply, status: u16, reason: &str) {
    let answer = (reply.status, reply.header("x-auth-reason"));
    assert_eq!(answer, (status, reason));
    assert_eq!(reply.body, "");
    assert!(!reply.headers.contains_key("set-cookie"));
}
