//! One case, asked of everybody who knows the answer.

use actix_web::http::Method;
use iiif_gate::web::explain::{Question, explain};
use iiif_gate::web::state::now;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::table::Case;
use super::world::{Visitor, World};
use crate::support::app::ORIGIN;
use crate::support::browser::Reply;

/// What differs from the case, or between two who answer; a line each.
pub(crate) async fn check(world: &World, case: &Case) -> Vec<String> {
    let visitor = world.visitor(&case.who, &case.from);
    let mut wrong = Wrong {
        case,
        found: Vec::new(),
    };
    let asked = world.app.ask(&visitor.browser, &case.target).await;
    let status = if asked.status == 204 {
        200
    } else {
        asked.status
    };
    let reason = asked.header("x-auth-reason");
    wrong.unless(
        status == case.status,
        "query_auth",
        &format!("{status} {reason}"),
    );
    let is_reason = case.reason.is_empty() || reason == case.reason;
    wrong.unless(is_reason, "query_auth", &format!("{status} {reason}"));
    let image = asked.header("x-auth-image");
    let is_image = case.image.is_empty() || image == case.image;
    wrong.unless(is_image, "X-Auth-Image", image);
    explained(&mut wrong, world, &visitor, reason).await;
    described(&mut wrong, world, &visitor).await;
    probed(&mut wrong, world, &visitor).await;
    wrong.found
}

struct Wrong<'a> {
    case: &'a Case,
    found: Vec<String>,
}

impl Wrong<'_> {
    fn unless(&mut self, right: bool, who: &str, said: &str) {
        let Case {
            place,
            who: visitor,
            from,
            target,
            status,
            reason,
            ..
        } = self.case;
        if !right {
            self.found.push(format!(
                "{place}: {visitor} from {from} asks for {target}: {status} {reason}, but {who}: {said}"
            ));
        }
    }
}

async fn explained(wrong: &mut Wrong<'_>, world: &World, visitor: &Visitor, reason: &str) {
    let question = Question {
        url: wrong.case.target.clone(),
        principal: visitor.principal.clone(),
        time: now(),
    };
    let explanation = explain(&world.app.state, question).await;
    let is_allowed = explanation.status < 400;
    let said = format!("{} {}", explanation.status, explanation.reason);
    wrong.unless(explanation.reason == reason, "explain", &said);
    // The base leads everybody to the info.json, and that may lead to the reduced image.
    let is_sent_on = matches!(explanation.status, 302 | 303);
    let agrees = is_allowed == (wrong.case.status == 200) || is_sent_on;
    wrong.unless(agrees, "explain", &said);
}

/// What the client gets that asks for a description, or that was refused.
async fn described(wrong: &mut Wrong<'_>, world: &World, visitor: &Visitor) {
    let Case { target, status, .. } = wrong.case;
    let is_info = target.ends_with("/info.json");
    let is_pixels = target.starts_with("/iiif/images/") && target.contains("/default.");
    let reply = world.app.describe(&visitor.browser, target).await;
    let said = format!("{} {}", reply.status, reply.body);
    if is_info {
        let is_reduced = reply.status == 302 && *status != 200 && !target.contains("/full/") && {
            let preview = target.replace("/iiif/images/", "/iiif/preview/");
            reply.location() == format!("{ORIGIN}{preview}")
        };
        // Of many images there is no reduced one.
        let is_none = reply.status == 404 && *status == 403 && target.contains("/preview/");
        let is_right = reply.status == *status || is_reduced || is_none;
        wrong.unless(is_right, "describe", &said);
        if !is_reduced {
            offered(wrong, visitor, &reply);
        }
    } else if *status != 200 && (is_pixels || !target.starts_with("/iiif/")) {
        wrong.unless(reply.status == *status, "describe", &said);
    }
}

/// A way is offered to those who have one, and none to somebody unknown whom none would help. Whoever is
/// signed in is told of the service, too: it is where they sign out.
fn offered(wrong: &mut Wrong<'_>, visitor: &Visitor, reply: &Reply) {
    let document: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    let services = document["service"].as_array().cloned().unwrap_or_default();
    let is_auth = |service: &Value| {
        let profile = service["profile"].as_str().unwrap_or_default();
        profile.contains("/auth/1/") || service["type"] == "AuthProbeService2"
    };
    let is_offered = services.iter().any(is_auth);
    let is_right = match wrong.case.status {
        401 => is_offered,
        403 if visitor.principal.user.is_none() => !is_offered,
        _ => true,
    };
    wrong.unless(is_right, "services", &document["service"].to_string());
}

/// The probe service says what the resource answers to the same credentials.
async fn probed(wrong: &mut Wrong<'_>, world: &World, visitor: &Visitor) {
    let Case { target, status, .. } = wrong.case;
    let path = utf8_percent_encode(target, NON_ALPHANUMERIC);
    let request = visitor
        .browser
        .request(Method::GET, &format!("/iiif-probe/{path}"));
    let reply = world.app.send(request).await;
    let result: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    let said = format!("{} {}", reply.status, reply.body);
    let is_right = match (result["status"].as_u64(), status) {
        // Whoever may see all of an image that has a reduced one is sent to where that one is not.
        (Some(200 | 302), 200) => true,
        (Some(said), expected) => said == u64::from(*expected),
        (None, _) => false,
    };
    wrong.unless(reply.status == 200 && is_right, "probe", &said);
}
