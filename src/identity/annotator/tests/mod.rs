//! Tokens: the cases of other programs and our own, and what no token may ever do.

// One forger for these tests and those over HTTP.
#[path = "../../../../tests/support/authtoken.rs"]
#[expect(dead_code, reason = "the tests over HTTP use the rest")]
mod authtoken;
#[path = "../../../../tests/support/authtoken_cases.rs"]
mod authtoken_cases;
mod cases;
mod minting;
mod properties;

use std::collections::HashMap;

use super::*;
use crate::identity::consumer::{Block, ConsumerId, ConsumerKey, Origins, Secrets};

const SECRET: &str = "a secret of more than 16 bytes";

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_774_267_200, 0).unwrap()
}

fn checks() -> Checks {
    Checks {
        clock_skew: TimeDelta::seconds(60),
        audience: None,
    }
}

fn secret(text: &str) -> ConsumerSecret {
    ConsumerSecret::new(text.as_bytes()).unwrap()
}

fn consumer(key: &str) -> Consumer {
    Consumer {
        id: ConsumerId(1),
        key: ConsumerKey::parse(key).unwrap(),
        name: String::new(),
        secrets: Some(Secrets {
            current: secret(SECRET),
            previous: None,
        }),
        is_enabled: true,
        is_built_in: false,
        max_ttl: 86_400,
        origins: Origins::default(),
        allows_server_side: true,
        names_admins: false,
        prefixes: Vec::new(),
        roles: Vec::new(),
        revoked_before: None,
        blocked: HashMap::new(),
    }
}

/// A token of the consumer `site` with this payload, `@` being what is always the same.
fn token(payload: &str) -> String {
    let same = r#""consumerKey":"site","issuedAt":"2026-03-23T12:00:00Z","ttl":60"#;
    let payload = payload.replace('@', same);
    authtoken::sign(
        authtoken::HEADER.as_bytes(),
        payload.as_bytes(),
        SECRET.as_bytes(),
    )
}

fn verify(token: &str, consumer: &Consumer) -> Result<Token, Fault> {
    read(token.as_bytes())?.verify(consumer, &checks(), now())
}
