//! The cases in `tests/data/annotator`: tokens, each with what is to become of it, at the clock of the file or
//! minted anew for another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use super::authtoken::{HEADER, sign};

/// One token, and what is to become of it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Case {
    #[serde(default)]
    id: String,
    title: String,
    #[serde(default = "docland")]
    pub(crate) consumer: String,
    /// How it is sent, if not in the header.
    #[serde(default)]
    pub(crate) sent: Option<String>,
    token: Option<String>,
    header: Option<String>,
    payload: Option<String>,
    signed_with: Option<String>,
    /// The reason, if it is refused.
    pub(crate) refused: Option<String>,
    pub(crate) user: Option<String>,
    #[serde(default)]
    pub(crate) admin: bool,
    pub(crate) expires_in: Option<f64>,
}

/// A consumer of the cases.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Site {
    pub(crate) secret: String,
    pub(crate) max_ttl: u32,
    pub(crate) enabled: bool,
    pub(crate) previous_secret: Option<String>,
    /// Seconds since 1970, as the moment below.
    pub(crate) previous_until: Option<i64>,
    /// Tokens issued before are revoked.
    pub(crate) not_before: Option<i64>,
    #[serde(default)]
    pub(crate) may_grant_admin: bool,
}

/// The files.
#[derive(Debug, Deserialize)]
pub(crate) struct Cases {
    /// Their clock.
    #[serde(default)]
    pub(crate) now: DateTime<Utc>,
    #[serde(default)]
    pub(crate) consumers: std::collections::BTreeMap<String, Site>,
    #[serde(rename = "cases")]
    pub(crate) all: Vec<Case>,
}

fn docland() -> String {
    "602368a0e905492fae87697edad14c3a".to_owned()
}

/// All cases.
pub(crate) fn cases() -> Cases {
    let read = |text| serde_json::from_str::<Cases>(text).unwrap();
    let mut all = read(include_str!("../data/annotator/vectors.json"));
    all.all
        .extend(read(include_str!("../data/annotator/more.json")).all);
    all
}

impl Cases {
    /// The token of a case, as if the file had been written now.
    pub(crate) fn token(&self, case: &Case, now: DateTime<Utc>) -> String {
        let shift = now - self.now;
        let from_token = |segment: usize| {
            let segment = case.token.as_deref()?.split('.').nth(segment)?;
            URL_SAFE_NO_PAD.decode(segment).ok()
        };
        // Broken on purpose, and not with regard to the time.
        if let (Some(token), None) = (&case.token, &case.signed_with) {
            return token.clone();
        }
        let header = match &case.header {
            Some(header) => header.clone().into_bytes(),
            None => from_token(0).unwrap_or_else(|| HEADER.into()),
        };
        let payload = match &case.payload {
            Some(payload) => payload.clone().into_bytes(),
            None => from_token(1).unwrap(),
        };
        let payload = match String::from_utf8(payload) {
            Ok(text) if shift != TimeDelta::zero() => shifted(&text, shift).into_bytes(),
            Ok(text) => text.into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let secret = case.signed_with.as_ref();
        let secret = secret.unwrap_or_else(|| &self.consumers.get(&case.consumer).unwrap().secret);
        sign(&header, &payload, secret.as_bytes())
    }
}

impl Case {
    pub(crate) fn title(&self) -> String {
        format!("{} {}", self.id, self.title)
    }
}

/// The same payload with all its times so much later: those written like `2026-03-23T11:59:00`, and seconds
/// since 1970 that lie near.
fn shifted(payload: &str, shift: TimeDelta) -> String {
    const TIME: &str = "%Y-%m-%dT%H:%M:%S";
    let mut text = String::new();
    let mut rest = payload;
    while let Some(first) = rest.chars().next() {
        let time = rest.get(..19).and_then(|head| {
            let time = chrono::NaiveDateTime::parse_from_str(head, TIME).ok()?;
            // The library reads second 60, too; that stays what it is.
            let is_usual = time.format(TIME).to_string() == head && !head.ends_with(":60");
            is_usual.then_some(time)
        });
        let seconds = rest.get(..10).and_then(|head| head.parse::<i64>().ok());
        let follows_digit = text.ends_with(|c: char| c.is_ascii_digit());
        let (new, length) = match (time.and_then(|t| t.checked_add_signed(shift)), seconds) {
            (Some(time), _) if time.and_utc().timestamp() < 200_000_000_000 => {
                (time.format(TIME).to_string(), 19)
            }
            (_, Some(s)) if (s - 1_774_267_200).abs() < 90_000 && !follows_digit => {
                ((s + shift.num_seconds()).to_string(), 10)
            }
            _ => (first.to_string(), first.len_utf8()),
        };
        text.push_str(&new);
        rest = rest.get(length..).unwrap();
    }
    text
}
