//! The keys of this installation, each derived from `AUTH_SECRET_KEY` for one purpose.

use secrecy::ExposeSecret as _;

use crate::config::Config;
use crate::identity::access_token::AccessTokens;
use crate::identity::key::Key;
use crate::identity::seal::SealingKeys;
use crate::store::{Conn, StoreError, consumers, second_factors};

/// Current keys first, then the previous ones, which still verify, so that a new secret signs nobody out.
pub struct Keys {
    /// Signs session cookies.
    pub cookies: Vec<Key>,
    /// Signs the tokens of forms.
    pub forms: Vec<Key>,
    /// Signs passes to images.
    pub image_passes: Vec<Key>,
    /// Signs access tokens.
    pub tokens: AccessTokens,
    /// Seal the secrets of consumers in the database.
    pub consumer_secrets: SealingKeys,
    /// Makes pseudonyms. Of the salt, which stays what it is: they are to stay the same, too.
    pub pseudonyms: Key,
    /// Seal the secrets of authenticator apps in the database, and what goes with a form between a password
    /// and its code.
    pub second_factors: SealingKeys,
}

impl Keys {
    /// Derives the keys.
    pub fn new(config: &Config) -> Self {
        let secrets: Vec<&str> = std::iter::once(&config.secret_key)
            .chain(&config.previous_secret_keys)
            .map(secrecy::ExposeSecret::expose_secret)
            .collect();
        let ring = |purpose: &str| -> Vec<Key> {
            secrets
                .iter()
                .map(|secret| Key::derive(secret, purpose))
                .collect()
        };
        let current = |purpose: &str| Key::derive(config.secret_key.expose_secret(), purpose);
        let token_keys = ring("access-token");
        let previous = token_keys.get(1..).unwrap_or_default();
        let sealing = |purpose: &str| {
            SealingKeys::new(
                current(purpose),
                ring(purpose).into_iter().skip(1).collect(),
            )
        };
        Self {
            pseudonyms: Key::derive(config.password_salt.expose_secret(), "audit-pseudonym"),
            cookies: ring("session-cookie"),
            forms: ring("form"),
            image_passes: ring("image-pass"),
            tokens: AccessTokens::new(&current("access-token"), previous, &config.token_audience),
            consumer_secrets: sealing("consumer-secret"),
            second_factors: sealing("second-factor"),
        }
    }

    /// Seals with the current key whatever former ones sealed in the database, so that these may go.
    pub fn reseal(
        &self,
    ) -> impl FnOnce(&mut Conn) -> Result<(), StoreError> + Send + 'static + use<> {
        let (secrets, factors) = (self.consumer_secrets.clone(), self.second_factors.clone());
        move |conn| {
            consumers::reseal(conn, &secrets, rand::random)?;
            second_factors::reseal(conn, &factors, rand::random)?;
            Ok(())
        }
    }
}
