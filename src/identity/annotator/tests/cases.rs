//! One token after the other.

use super::authtoken_cases::{Case, Cases, Site, cases};
use super::*;

/// The consumer of a case; none for a secret that no consumer can have.
fn registered(key: &str, site: &Site) -> Option<Consumer> {
    let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
    let current = ConsumerSecret::new(site.secret.as_bytes()).ok()?;
    let previous = site.previous_secret.as_deref().map(secret);
    Some(Consumer {
        secrets: Some(Secrets {
            current,
            previous: previous.zip(site.previous_until.map(at)),
        }),
        max_ttl: site.max_ttl,
        is_enabled: site.enabled,
        names_admins: site.may_grant_admin,
        revoked_before: site.not_before.map(at),
        ..consumer(key)
    })
}

/// The header's lines when a case is sent in its own way.
fn lines<'a>(case: &Case, token: &'a str) -> Vec<&'a [u8]> {
    let token = token.as_bytes();
    match case.sent.as_deref() {
        None | Some("upper") => vec![token],
        Some("empty") => vec![b""],
        Some("twice") => vec![token, token],
        Some(_) => vec![],
    }
}

fn outcome(all: &Cases, case: &Case, now: DateTime<Utc>) -> Result<Token, Fault> {
    let token = all.token(case, now);
    let unverified = read(presented(lines(case, &token).into_iter())?)?;
    let key = unverified.consumer_key();
    match all
        .consumers
        .get(key)
        .and_then(|site| registered(key, site))
    {
        Some(consumer) => unverified.verify(&consumer, &checks(), now),
        None => Err(unverified.refuse_unknown()),
    }
}

fn decide(all: &Cases, now: DateTime<Utc>) {
    for case in &all.all {
        let refused = match case.refused.as_deref() {
            // No consumer has an empty secret, so there is none with this key.
            Some(_) if case.consumer == "emptysecret" => Some("unknown_consumer"),
            other => other,
        };
        match (outcome(all, case, now), refused) {
            (Err(fault), Some(reason)) => assert_eq!(fault.as_str(), reason, "{}", case.title()),
            (Ok(token), None) => accepted(case, &token, now),
            (outcome, _) => panic!("{}: {outcome:?}", case.title()),
        }
    }
}

fn accepted(case: &Case, token: &Token, now: DateTime<Utc>) {
    assert_eq!(Some(&token.user), case.user.as_ref(), "{}", case.title());
    assert_eq!(token.is_admin, case.admin, "{}", case.title());
    let left = (token.expires_at - now).as_seconds_f64();
    let off = (left - case.expires_in.unwrap()).abs();
    assert!(off < 0.001, "{}: {left}", case.title());
}

#[test]
fn every_case_is_decided_as_it_should_be() {
    let all = cases();
    assert_eq!(all.now, now());
    decide(&all, all.now);
}

#[test]
fn every_case_minted_for_another_day_is_decided_the_same() {
    let mut all = cases();
    let shift = TimeDelta::seconds(1_000_003);
    for site in all.consumers.values_mut() {
        for moment in [&mut site.previous_until, &mut site.not_before] {
            *moment = moment.map(|seconds| seconds + shift.num_seconds());
        }
    }
    decide(&all, all.now + shift);
}

#[test]
fn the_header_holds_one_token_perhaps_with_blanks_around_it() {
    let presented = |lines: &[&'static [u8]]| presented(lines.iter().copied());
    assert_eq!(presented(&[]), Err(Fault::MissingToken));
    assert_eq!(presented(&[b""]), Err(Fault::MissingToken));
    assert_eq!(presented(&[b" \t "]), Err(Fault::MissingToken));
    assert_eq!(presented(&[b" a.b.c\t"]), Ok(&b"a.b.c"[..]));
    assert_eq!(presented(&[b"a.b.c", b"a.b.c"]), Err(Fault::Malformed));
    assert_eq!(presented(&[b"", b""]), Err(Fault::Malformed));
}

#[test]
fn a_token_is_three_unpadded_segments() {
    let good = token(r#"{@,"userId":"alice"}"#);
    assert!(verify(&good, &consumer("site")).is_ok());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    for bad in [
        signed.to_owned(),
        format!("{signed}."),
        "..".to_owned(),
        ".".to_owned(),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}="),
        format!("{signed}=.{signature}"),
        format!("\"{good}\""),
        format!("{good}\\n"),
        format!("{good},{good}"),
        format!("{signed}. {signature}"),
        good.replace('.', ".\n"),
        good.replace('_', "/").replace('-', "+") + "+",
        format!("Token {good}"),
    ] {
        let fault = verify(&bad, &consumer("site")).unwrap_err();
        let signed_wrong = bad.ends_with('.') && bad.matches('.').count() == 2 && bad.len() > 2;
        let expected = if signed_wrong {
            Fault::BadSignature
        } else {
            Fault::Malformed
        };
        assert_eq!(fault, expected, "{bad}");
    }
}

#[test]
fn a_token_has_at_most_4096_bytes() {
    let padded = |n: usize| {
        token(&format!(
            r#"{{@,"userId":"alice","x":"{}"}}"#,
            "x".repeat(n)
        ))
    };
    let longest = (2700..3100)
        .map(padded)
        .rfind(|token| token.len() <= MAX_BYTES)
        .unwrap();
    assert!(longest.len() > MAX_BYTES - 4);
    assert!(verify(&longest, &consumer("site")).is_ok());
    let larger = padded(3100);
    assert_eq!(verify(&larger, &consumer("site")), Err(Fault::TooLarge));
    assert_eq!(
        read(".".repeat(20_000).as_bytes()).err(),
        Some(Fault::TooLarge)
    );
}

#[test]
fn the_previous_secret_counts_until_its_moment_and_not_at_it() {
    let mut site = consumer("site");
    let good = token(r#"{@,"userId":"alice"}"#);
    assert_eq!(verify(&good, &site).unwrap().secret, SignedWith::Current);
    let rotated = |until| {
        Some(Secrets {
            current: secret("another secret altogether"),
            previous: Some((secret(SECRET), until)),
        })
    };
    site.secrets = rotated(now() + TimeDelta::seconds(1));
    assert_eq!(verify(&good, &site).unwrap().secret, SignedWith::Previous);
    site.secrets = rotated(now());
    assert_eq!(verify(&good, &site), Err(Fault::BadSignature));
    site.secrets = None;
    assert_eq!(verify(&good, &site), Err(Fault::BadSignature));
}

#[test]
fn the_audience_that_is_asked_for_must_be_named() {
    let outcome = |payload: &str| {
        let checks = Checks {
            audience: Some("gate".to_owned()),
            ..checks()
        };
        let token = token(payload);
        read(token.as_bytes())
            .unwrap()
            .verify(&consumer("site"), &checks, now())
            .err()
    };
    assert_eq!(outcome(r#"{@,"userId":"a","aud":"gate"}"#), None);
    assert_eq!(outcome(r#"{@,"userId":"a","aud":["x","gate",1]}"#), None);
    for payload in [
        r#"{@,"userId":"a"}"#,
        r#"{@,"userId":"a","aud":"Gate"}"#,
        r#"{@,"userId":"a","aud":["x"]}"#,
        r#"{@,"userId":"a","aud":[["gate"]]}"#,
        r#"{@,"userId":"a","aud":{"gate":1}}"#,
        r#"{@,"userId":"a","aud":null}"#,
    ] {
        assert_eq!(outcome(payload), Some(Fault::BadAudience), "{payload}");
    }
}

#[test]
fn roles_are_texts_or_lists_of_texts_and_the_rest_names_nobody() {
    let groups = |payload: &str| verify(&token(payload), &consumer("site")).unwrap().groups;
    let named = r#"{@,"userId":"a","userRole":"editor","userGroups":["reader","editor"]}"#;
    assert_eq!(groups(named), ["editor", "reader"]);
    let odd = r#"{@,"userId":"a","userRole":[1,null,["x"],"y"],"userGroups":{"z":1}}"#;
    assert_eq!(groups(odd), ["y"]);
    assert_eq!(groups(r#"{@,"userId":"a"}"#), [""; 0]);
}

#[test]
fn a_visitor_is_who_is_said_to_be_anonymous_in_so_many_words() {
    let visits = |claim: &str| {
        let payload = format!(r#"{{@,"userId":"a","anonymous":{claim}}}"#);
        verify(&token(&payload), &consumer("site"))
            .unwrap()
            .is_visitor
    };
    assert!(visits("true"));
    assert!(!visits("false") && !visits("\"true\"") && !visits("1") && !visits("null"));
}

#[test]
fn a_blocked_user_is_out_and_the_others_are_not() {
    let mut site = consumer("site");
    let block = Block {
        since: now() - TimeDelta::seconds(10),
        until: now() + TimeDelta::seconds(1),
    };
    site.blocked.insert("alice".to_owned(), block);
    let alice = token(r#"{@,"userId":"alice"}"#);
    assert_eq!(verify(&alice, &site), Err(Fault::Revoked));
    assert!(verify(&token(r#"{@,"userId":"bob"}"#), &site).is_ok());
}

#[test]
fn that_the_user_is_missing_is_said_when_everything_else_is_right() {
    let site = consumer("site");
    assert_eq!(verify(&token("{@}"), &site), Err(Fault::MissingUserId));
    let over = token(r#"{"consumerKey":"site","issuedAt":"2026-03-23T11:00:00Z","ttl":60}"#);
    assert_eq!(verify(&over, &site), Err(Fault::Expired));
    let disabled = Consumer {
        is_enabled: false,
        ..site.clone()
    };
    assert_eq!(
        verify(&token("{@}"), &disabled),
        Err(Fault::ConsumerDisabled)
    );
    let revoked = Consumer {
        revoked_before: Some(now() + TimeDelta::seconds(1)),
        ..site
    };
    assert_eq!(verify(&token("{@}"), &revoked), Err(Fault::Revoked));
}

#[test]
fn outsiders_do_not_learn_whether_a_consumer_is_disabled() {
    let disabled = Consumer {
        is_enabled: false,
        ..consumer("site")
    };
    let forged = token(r#"{@,"userId":"a"}"#) + "AAAA";
    assert_eq!(verify(&forged, &disabled), Err(Fault::BadSignature));
}

#[test]
fn every_fault_has_a_word_of_its_own() {
    let mut words: Vec<_> = Fault::ALL.iter().map(|fault| fault.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Fault::ALL.len());
}
