//! Refused tokens are limited, accepted ones are counted and never slowed.

use iiif_gate::store::consumers;

use super::*;

#[actix_web::test]
async fn after_many_refused_tokens_no_more_is_said_but_good_ones_are_taken() {
    let app = TestApp::usual().await;
    app.docland().await;
    let bad = with_token(&authtoken::good(
        KEY,
        "not the secret of docland",
        "alice",
        now(),
    ));
    let mut limited = 0;
    for _ in 0..70 {
        let reply = asked(&app, &bad, "GET", SEARCH).await;
        let answer = (reply.status, reply.header("x-auth-reason"));
        match answer {
            (401, "bad_signature") => assert_eq!(limited, 0, "once limited, it stays so"),
            (403, "rate_limited") => limited += 1,
            _ => panic!("{answer:?}"),
        }
    }
    assert!((5..=10).contains(&limited), "{limited}");
    for _ in 0..100 {
        assert_answer(
            &asked(&app, &alice(), "GET", SEARCH).await,
            204,
            "annotator",
        );
    }
    let elsewhere = with_token("foo").with("X-Real-IP", "198.51.100.7");
    assert_answer(
        &asked(&app, &elsewhere, "GET", SEARCH).await,
        401,
        "malformed",
    );
}

#[actix_web::test]
async fn what_was_accepted_and_refused_is_counted_by_reason() {
    let app = TestApp::usual().await;
    let id = app.docland().await;
    for _ in 0..3 {
        asked(&app, &alice(), "GET", SEARCH).await;
    }
    let bad = with_token(&authtoken::good(
        KEY,
        "not the secret of docland",
        "alice",
        now(),
    ));
    for _ in 0..2 {
        asked(&app, &bad, "GET", SEARCH).await;
    }
    // Beyond what the consumer reaches. About a manifest nginx asks twice, about an info.json once.
    let manifest = "/iiif/manifests/m.json";
    asked(&app, &alice(), "GET", manifest).await;
    app.describe(&alice(), manifest).await;
    app.describe(&alice(), images::INFO).await;
    app.state.live.write_counts().await.unwrap();
    app.state.live.write_counts().await.unwrap();
    let keys = &app.state.keys.consumer_secrets;
    let details = app
        .database
        .run(|conn| consumers::find(conn, keys, id))
        .unwrap();
    let counts: Vec<(&str, u64)> = details
        .counts
        .iter()
        .map(|count| (count.reason.as_str(), count.times))
        .collect();
    let expected = [
        ("accepted", 3),
        ("bad_signature", 2),
        ("path_not_allowed", 2),
    ];
    assert_eq!(counts, expected);
    assert!(details.last_use().is_some());
}

#[actix_web::test]
async fn descriptions_of_images_count_and_limit_as_everything_else() {
    let app = images::app().await;
    app.describe(&alice(), images::INFO).await;
    let secret = "not the secret of docland";
    let bad = with_token(&authtoken::good(KEY, secret, "alice", now()));
    let mut words = Vec::new();
    for _ in 0..70 {
        let reply = app.describe(&bad, images::INFO).await;
        words.push((reply.status, reply.json()["error"].clone()));
    }
    assert_eq!(words.first().unwrap(), &(401, "bad_signature".into()));
    assert_eq!(words.last().unwrap(), &(403, "rate_limited".into()));
    // A refused request for pixels was counted by the question before, and is told the same.
    let reply = app.describe(&bad, images::PIXELS).await;
    assert_eq!(
        (reply.status, reply.json()["error"].clone()),
        (403, "rate_limited".into())
    );
    app.describe(&alice(), images::INFO).await;

    app.state.live.write_counts().await.unwrap();
    let keys = &app.state.keys.consumer_secrets;
    let find = |conn: &mut _| consumers::find_by_key(conn, keys, KEY);
    let details = app.database.run(find).unwrap();
    assert_eq!((details.accepted(), details.refused()), (2, 70));
}
