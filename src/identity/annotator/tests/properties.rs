//! What holds for all tokens.

use base64::Engine as _;
use proptest::prelude::*;

use super::*;

const PAYLOAD: &str = r#"{@,"userId":"alice","userGroups":["a","b"],"exp":1774267250,"nbf":1}"#;

fn moment() -> impl Strategy<Value = DateTime<Utc>> {
    // From the year 0 to the year 9999, often near the clock.
    let far = -62_167_219_200..253_402_300_799_i64;
    let near = 1_774_267_200 - 100_000..1_774_267_200 + 100_000_i64;
    prop_oneof![far, near].prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<u64>().prop_map(|n| n.to_string()),
        (1_u32..200_000).prop_map(|n| n.to_string()),
        any::<f64>().prop_filter_map("no JSON", |n| serde_json::Number::from_f64(n)
            .map(|n| n.to_string())),
        "-?[1-9][0-9]{0,40}(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,4})?",
    ]
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(unverified) = read(&bytes) {
            prop_assert!(unverified.verify(&consumer("site"), &checks(), now()).is_err());
        }
    }

    #[test]
    fn nothing_shaped_like_a_token_panics(
        token in "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,80}\\.[A-Za-z0-9_-]{0,44}",
    ) {
        prop_assert!(read(token.as_bytes()).is_err());
    }

    #[test]
    fn no_payload_panics_however_well_it_is_signed(
        member in "[a-zA-Z]{1,10}|userId|issuedAt|ttl|exp|nbf|aud",
        value in "null|true|\\[\\]|\\{\\}|\"[^\"\\\\]{0,20}\"|-?[0-9]{1,30}(e[0-9]{1,5})?",
    ) {
        let payload = format!(r#"{{"consumerKey":"site","userId":"a","{member}":{value}}}"#);
        let _ = verify(&token(&payload), &consumer("site"));
    }

    #[test]
    fn no_text_for_a_time_panics_and_what_is_taken_has_the_form(
        text in "[0-9]{4}-[0-9]{2}-[0-9]{2}.[0-9]{2}:[0-9]{2}:[0-9]{2}[.,]?[0-9]{0,11}[Zz+−-]?[0-9:]{0,6}",
    ) {
        if issued_at::parse(&text).is_some() {
            prop_assert_eq!(text.as_bytes()[10], b'T');
            prop_assert!(text.is_ascii() && !text.contains(','));
        }
    }

    #[test]
    fn a_changed_token_is_refused(at in 0_usize..1000, flip in 1_u8..=255, cut in any::<bool>()) {
        let good = token(PAYLOAD).into_bytes();
        let mut changed = good.clone();
        let at = at % changed.len();
        if cut {
            changed.remove(at);
        } else {
            changed[at] ^= flip;
        }
        let site = consumer("site");
        let outcome = read(&changed).and_then(|token| token.verify(&site, &checks(), now()));
        prop_assert!(outcome.is_err());
    }

    #[test]
    fn a_token_of_another_consumer_or_secret_is_refused(secret in "\\PC{16,40}") {
        prop_assume!(secret != SECRET);
        let payload = token(PAYLOAD);
        let payload = payload.split('.').nth(1).unwrap();
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
        let forged = authtoken::sign(authtoken::HEADER.as_bytes(), &payload, secret.as_bytes());
        prop_assert_eq!(verify(&forged, &consumer("site")), Err(Fault::BadSignature));
    }

    #[test]
    fn nothing_is_good_longer_than_the_token_and_the_consumer_say(
        issued in moment(),
        now in moment(),
        ttl in number(),
        max in 1_u32..2_073_600,
        exp in prop::option::of(number()),
    ) {
        let written = issued.format("%Y-%m-%dT%H:%M:%SZ");
        let exp_member = exp.as_ref().map_or(String::new(), |exp| format!(r#","exp":{exp}"#));
        let token = token(&format!(
            r#"{{"consumerKey":"site","userId":"a","issuedAt":"{written}","ttl":{ttl}{exp_member}}}"#
        ));
        let site = Consumer { max_ttl: max, ..consumer("site") };
        let outcome = read(token.as_bytes()).unwrap().verify(&site, &checks(), now);
        let age = (now - issued).num_seconds();
        let ttl: f64 = ttl.parse().unwrap();
        let max = i64::from(max);
        if let Ok(token) = outcome {
            prop_assert!((-60..=max).contains(&age));
            #[expect(clippy::cast_precision_loss, reason = "ages are small here")]
            let age = age as f64;
            prop_assert!(age <= ttl && ttl >= 1.0);
            prop_assert!(token.expires_at >= now && token.expires_at <= issued + TimeDelta::seconds(max));
        } else if exp.is_none() && (1.0..1e15).contains(&ttl) && ttl.fract() == 0.0 {
            #[expect(clippy::cast_possible_truncation, reason = "it was compared")]
            let life = max.min(ttl as i64);
            prop_assert!(age < -60 || age > life, "{:?}", outcome);
        }
    }

    #[test]
    fn what_is_minted_is_good_for_whom_it_was_minted(
        user in "[^\\p{Cc}]{1,60}", groups in prop::collection::vec("\\PC{1,10}", 0..3), ttl in 60_u32..86_400,
    ) {
        prop_assume!(!user.starts_with("group:"));
        let claims = Claims {
            consumer_key: "site", user: &user, is_admin: false, is_visitor: false, groups: &groups,
            audience: None, issued_at: now(), ttl_seconds: ttl,
        };
        let token = verify(&mint(&claims, SECRET.as_bytes()), &consumer("site")).unwrap();
        prop_assert_eq!(token.user, user);
        prop_assert_eq!(token.expires_at, now() + TimeDelta::seconds(i64::from(ttl)));
    }
}
