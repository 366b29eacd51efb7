//! Both versions of IIIF Auth: tokens, probes, and the lower tier.

use serde_json::Value;

use crate::access_services::{INFO, PIXELS, probe, services, token2, world};
use crate::cases::World;
use crate::support::app::ORIGIN;
use crate::support::browser::Browser;

#[actix_web::test]
async fn tokens_of_the_two_versions_are_told_apart_by_the_probe() {
    let world = world("roles staff").await;
    let stella = world.visitor("stella", "home").browser;
    let token = token2(&world, &stella, "/iiif-token2").await;
    assert!(token["expiresIn"].is_u64() && token["messageId"] == "7");
    assert_eq!(
        probe(&world, &Browser::default(), &token).await["status"],
        200
    );
    let v1 = world
        .app
        .get(&mut stella.clone(), "/iiif-token")
        .await
        .json();
    assert_eq!(probe(&world, &Browser::default(), &v1).await["status"], 401);
    for path in ["/query_auth", "/admin"] {
        let bearer = format!("Bearer {}", token["accessToken"].as_str().unwrap());
        let scripted = Browser::default().with("Authorization", &bearer);
        let reply = match path {
            "/query_auth" => world.app.ask(&scripted, PIXELS).await,
            _ => world.app.get(&mut scripted.clone(), path).await,
        };
        assert!(
            matches!(reply.status, 401 | 303),
            "{path}: {}",
            reply.status
        );
    }
    world.app.get(&mut stella.clone(), "/logout").await;
    assert_eq!(
        probe(&world, &Browser::default(), &token).await["status"],
        401
    );
}

#[actix_web::test]
async fn the_six_errors_of_version_2_are_told_apart() {
    let world = world("roles staff").await;
    let nobody = Browser::default();
    let junk = nobody.clone().with("Cookie", "__Host-iiif-gate=junk");
    let stella = world.visitor("stella", "home").browser;
    world
        .app
        .database
        .sql("update sessions set expires_at = '2020-01-01 00:00:00'");
    world.app.catch_up().await;
    for (browser, path, profile) in [
        (&nobody, "/iiif-token2", "missingAspect"),
        (&junk, "/iiif-token2", "invalidAspect"),
        (&stella, "/iiif-token2", "expiredAspect"),
        (&nobody, "/iiif-token2/house", "invalidRequest"),
    ] {
        let message = token2(&world, browser, path).await;
        assert_eq!(message["profile"], profile);
        assert!(message["heading"]["en"][0].is_string() && message["note"]["en"][0].is_string());
    }
}

#[actix_web::test]
async fn a_browser_that_withholds_the_cookie_is_named_as_the_cause() {
    let world = world("roles staff").await;
    let blocking = Browser::default().with("Sec-Fetch-Storage-Access", "none");
    let message = token2(&world, &blocking, "/iiif-token2").await;
    assert_eq!(message["profile"], "missingAspect");
    assert!(
        message["heading"]["en"][0]
            .as_str()
            .unwrap()
            .contains("blocks cookies")
    );
}

#[actix_web::test]
async fn the_lower_tier_is_shown_before_and_the_image_after_signing_in() {
    let world = world("roles staff + 800 px").await;
    let nobody = Browser::default();
    let sent = world.app.describe(&nobody, INFO).await;
    let preview = "/iiif/preview/closed/info.json";
    assert_eq!(
        (sent.status, sent.location()),
        (302, &*format!("{ORIGIN}{preview}"))
    );
    let reduced = world.app.describe(&nobody, preview).await;
    assert_eq!(reduced.status, 200);
    let document = reduced.json();
    assert_eq!(document["@id"], format!("{ORIGIN}/iiif/preview/closed"));
    assert_eq!(document["profile"][1]["maxWidth"], 800);
    assert_eq!(
        services(&reduced)[0]["@id"],
        format!("{ORIGIN}/auth/iiif-login")
    );
    let result = probe(&world, &nobody, &Value::Null).await;
    assert_eq!(
        result["substitute"][0]["id"],
        format!("{ORIGIN}/iiif/preview/closed")
    );
    let stella = world.visitor("stella", "home").browser;
    assert_eq!(world.app.describe(&stella, INFO).await.status, 200);
    let token = token2(&world, &stella, "/iiif-token2").await;
    let allowed = probe(&world, &nobody, &token).await;
    assert_eq!(allowed["status"], 302);
    let full = allowed["location"]["id"].as_str().unwrap();
    assert_eq!(full, format!("{ORIGIN}/iiif/full/closed"));
    // Without credentials, as viewers of version 2 ask: a description, and never the way down.
    let described = world
        .app
        .describe(&nobody, "/iiif/full/closed/info.json")
        .await;
    assert_eq!(
        (described.status, described.json()["width"].as_u64()),
        (401, Some(6000))
    );
    assert_eq!(
        world
            .app
            .ask(&nobody, "/iiif/full/closed/full/max/0/default.jpg")
            .await
            .status,
        401
    );
    assert_eq!(
        world
            .app
            .ask(&stella, "/iiif/full/closed/full/max/0/default.jpg")
            .await
            .status,
        204
    );
}

#[actix_web::test]
async fn max_is_the_limited_size_in_the_lower_tier() {
    let world = world("roles staff + 800 px").await;
    let nobody = Browser::default();
    for (size, made) in [("max", "800,"), ("full", "800,"), ("400,", "400,")] {
        let target = format!("/iiif/preview/closed/full/{size}/0/default.jpg");
        let reply = world.app.ask(&nobody, &target).await;
        let image = format!("closed/full/{made}/0/default.jpg");
        assert_eq!(
            (reply.status, reply.header("x-auth-image")),
            (204, &*image),
            "{size}"
        );
    }
    for size in ["801,", "^max", "pct:50", "900,900"] {
        let target = format!("/iiif/preview/closed/full/{size}/0/default.jpg");
        let reply = world.app.ask(&nobody, &target).await;
        assert_eq!(
            (reply.status, reply.header("x-auth-image")),
            (401, ""),
            "{size}"
        );
    }
    let closed = world
        .app
        .ask(&nobody, "/iiif/preview/other/full/max/0/default.jpg")
        .await;
    assert_eq!(
        closed.status, 403,
        "there is no reduced image where no rule says so"
    );
}

#[actix_web::test]
async fn either_version_can_be_offered_alone() {
    for (versions, expected) in [("1", ["AuthCookieService1"]), ("2", ["AuthProbeService2"])] {
        let world = World::new(&[("IIIF_AUTH_VERSIONS", versions)]).await;
        let reply = world.app.describe(&Browser::default(), INFO).await;
        let kinds: Vec<Value> = services(&reply)
            .into_iter()
            .map(|service| {
                service
                    .get("type")
                    .or(service.get("@type"))
                    .unwrap()
                    .clone()
            })
            .collect();
        assert_eq!(kinds, expected);
    }
}

#[actix_web::test]
async fn a_person_who_opens_a_picture_reads_why_not_and_what_helps() {
    let world = world("roles staff + 800 px").await;
    let person = Browser::default()
        .with("Accept", "text/html")
        .with("Sec-Fetch-Dest", "document");
    let page = world.app.describe(&person, PIXELS).await;
    assert_eq!(page.status, 401);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(
        page.body.contains("/auth/iiif-login?next=") && page.body.contains("/iiif/preview/closed")
    );
    assert!(
        page.header("content-security-policy")
            .contains("default-src 'none'")
    );
    // Signing in would not help somebody who is signed in.
    let mut alice = world.visitor("alice", "home").browser;
    alice.headers = person.headers.clone();
    let refused = world.app.describe(&alice, PIXELS).await;
    assert_eq!(refused.status, 403);
    assert!(
        !refused.body.contains("/auth/iiif-login"),
        "{}",
        refused.body
    );
    let german = person.with("Accept-Language", "de");
    assert_eq!(
        world
            .app
            .describe(&german, PIXELS)
            .await
            .header("content-language"),
        "en"
    );
}
