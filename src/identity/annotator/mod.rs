//! Annotator's authTokens: what a consumer's site mints for its signed-in users, and we verify.
//!
//! A JWT with the claims `consumerKey`, `userId`, `issuedAt` and `ttl`, signed with HS256 and the consumer's
//! secret. [`presented`] finds it among the header lines, [`read`] takes it apart, and with the consumer that
//! it names [`Unverified::verify`] says whom it identifies. Every refusal has a name, nothing panics, and no
//! claim but `consumerKey`, which is needed to find the secret, is looked at before the signature is right.
//!
//! The signature is checked with the HMAC of [`super::key`], not with a library for JWTs: the documented
//! tokens lack what such a library requires (`exp`), and what would be left to it is this one comparison.

mod claims;
mod fault;
mod frame;
mod issued_at;
mod mint;
mod object;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use hmac::Mac as _;
use sha2::{Digest as _, Sha256};

pub use self::claims::is_user_id;
pub use self::fault::Fault;
pub use self::frame::{Unverified, presented, read};
pub use self::mint::{Claims, mint};
use super::consumer::{Consumer, ConsumerSecret};
use super::key;

/// The longest token in bytes that is looked at.
pub const MAX_BYTES: usize = 4096;

/// What the installation asks of every token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checks {
    /// How far the clock of a consumer's site may be ahead of ours.
    pub clock_skew: TimeDelta,
    /// The audience that tokens must be for; without one, tokens must name none.
    pub audience: Option<String>,
}

/// A consumer's secret that signed a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedWith {
    /// The one in force.
    Current,
    /// The one before, within the overlap of a rotation.
    Previous,
}

/// What a good token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The `userId`: one to 255 bytes, without control characters.
    pub user: String,
    /// Whether it claims an administrator, and its consumer may name some.
    pub is_admin: bool,
    /// Whether it is for a visitor whom nobody knows.
    pub is_visitor: bool,
    /// The roles it names. Which of them count is for the consumer to say.
    pub groups: Vec<String>,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// The last moment at which it is good.
    pub expires_at: DateTime<Utc>,
    /// Which secret signed it.
    pub secret: SignedWith,
}

impl Unverified<'_> {
    /// Whom the token identifies at this moment, if the consumer that it names signed it.
    ///
    /// [`Fault::MissingUserId`] comes last: everything else about such a token is right, and a place that
    /// needs nobody signed in may take it for nobody.
    pub fn verify(
        &self,
        consumer: &Consumer,
        checks: &Checks,
        now: DateTime<Utc>,
    ) -> Result<Token, Fault> {
        // The claims count whole seconds, and the last one counts as a whole.
        let now = now.trunc_subsecs(0);
        let secret = self.signed_with(consumer, now).ok_or(Fault::BadSignature)?;
        if !consumer.is_enabled {
            return Err(Fault::ConsumerDisabled);
        }
        let user = claims::user(self.claims())?;
        claims::check_audience(self.claims(), checks.audience.as_deref())?;
        let (issued_at, expires_at) =
            claims::lifetime(self.claims(), consumer.max_ttl, checks.clock_skew, now)?;
        if consumer.has_revoked(user.as_deref().unwrap_or_default(), issued_at, now) {
            return Err(Fault::Revoked);
        }
        Ok(Token {
            user: user.ok_or(Fault::MissingUserId)?,
            is_admin: consumer.names_admins && self.claims().is_true("admin"),
            is_visitor: self.claims().is_true("anonymous"),
            groups: claims::groups(self.claims()),
            issued_at,
            expires_at,
            secret,
        })
    }

    /// That nobody has this consumer key, said after as much work as a wrong signature costs: outsiders
    /// cannot tell the two by the time.
    pub fn refuse_unknown(&self) -> Fault {
        std::hint::black_box(self.is_signed_with(b"the secret of a consumer that is not"));
        Fault::UnknownConsumer
    }

    fn signed_with(&self, consumer: &Consumer, now: DateTime<Utc>) -> Option<SignedWith> {
        let secrets = consumer.secrets.as_ref()?;
        let is_by = |secret: &ConsumerSecret| self.is_signed_with(secret.as_bytes());
        if is_by(&secrets.current) {
            return Some(SignedWith::Current);
        }
        let (previous, until) = secrets.previous.as_ref()?;
        (now < *until && is_by(previous)).then_some(SignedWith::Previous)
    }

    fn is_signed_with(&self, secret: &[u8]) -> bool {
        key::mac(secret, self.signed())
            .verify_slice(self.signature())
            .is_ok()
    }
}

/// What stands for a token in logs: the first eight hexadecimal digits of its SHA-256.
pub fn tag(token: &[u8]) -> String {
    let [a, b, c, d, ..]: [u8; 32] = Sha256::digest(token).into();
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

#[cfg(test)]
mod tests;
