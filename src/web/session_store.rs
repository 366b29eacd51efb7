//! The store behind actix-session: sessions on the server, in the database.
//!
//! The cookie holds a random handle, the table its fingerprint. What the table keeps in columns comes
//! out of actix-session's state and never goes back into it.

use std::collections::HashMap;

use actix_session::SessionMiddleware;
use actix_session::config::{CookieContentSecurity, PersistentSession, TtlExtensionPolicy};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::{Key, time::Duration};
use actix_web::web::Data;

use super::cookies::{cookie_name, same_site};
use super::session::{ADDRESS, GRANTS, USER, USER_AGENT};
use super::state::{AppState, now};
use crate::identity::key::Key as SigningKey;
use crate::identity::principal::{Grant, UserId};
use crate::identity::secret;
use crate::identity::session::Door;
use crate::store::sessions;

type State = HashMap<String, String>;

/// The sessions of one door, in the database.
pub(super) struct Sessions {
    state: Data<AppState>,
    door: Door,
}

/// The session middleware of a door.
pub(super) fn middleware(state: &Data<AppState>, door: Door) -> SessionMiddleware<Sessions> {
    let config = &state.config;
    let seconds = i64::try_from(config.session_max.as_secs()).unwrap_or(i64::MAX);
    let lifecycle = PersistentSession::default()
        .session_ttl(Duration::seconds(seconds))
        .session_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges);
    SessionMiddleware::builder(
        Sessions {
            state: state.clone(),
            door,
        },
        cookie_key(state),
    )
    .cookie_name(cookie_name(state, door).to_owned())
    .cookie_secure(config.public.secure)
    .cookie_http_only(true)
    .cookie_same_site(same_site(config, door))
    .cookie_path("/".to_owned())
    .cookie_content_security(CookieContentSecurity::Signed)
    .session_lifecycle(lifecycle)
    .build()
}

/// actix wants 64 bytes; the first 32 sign, and the others would encrypt.
fn cookie_key(state: &AppState) -> Key {
    let signing = state
        .keys
        .cookies
        .first()
        .map(SigningKey::as_bytes)
        .unwrap_or_default();
    Key::from(&[signing, signing].concat())
}

impl SessionStore for Sessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let digest = secret::digest(key.as_ref());
        let (id, door) = (secret::fingerprint_of(&digest), self.door);
        // One that was idle for too long, or whose user was disabled, is over before it is swept away.
        let live = &self.state.live;
        let current = match live.fresh(now()) {
            Ok(()) => live.session(&digest, door, now()).await,
            Err(stale) => Err(stale),
        };
        if current
            .map_err(|error| LoadError::Other(error.into()))?
            .is_none()
        {
            return Ok(None);
        }
        let session = self
            .state
            .store
            .run(move |conn| sessions::load(conn, &id, now()))
            .await;
        let session = session.map_err(|error| LoadError::Other(error.into()))?;
        session
            .filter(|session| session.door == door)
            .map(|session| to_state(&session))
            .transpose()
            .map_err(|error| LoadError::Deserialization(error.into()))
    }

    async fn save(&self, mut state: State, ttl: &Duration) -> Result<SessionKey, SaveError> {
        let handle = secret::from_random(rand::random());
        let now = now();
        let text = |value: Option<String>| {
            value.and_then(|json| serde_json::from_str::<String>(&json).ok())
        };
        let user_id = state.get(USER).and_then(|id| id.parse().ok()).map(UserId);
        let address = text(state.remove(ADDRESS)).and_then(|address| address.parse().ok());
        let user_agent = text(state.remove(USER_AGENT)).unwrap_or_default();
        let grants = take_grants(&mut state);
        let session = sessions::Session {
            id: secret::fingerprint(&handle),
            user_id,
            door: self.door,
            state: to_json(&state).map_err(SaveError::Serialization)?,
            grants,
            address,
            user_agent,
            created_at: now,
            last_seen_at: now,
            expires_at: now + chrono::Duration::seconds(ttl.whole_seconds()),
        };
        let save = self
            .state
            .store
            .run(move |conn| sessions::insert(conn, &session))
            .await;
        save.map_err(|error| SaveError::Other(error.into()))?;
        SessionKey::try_from(handle).map_err(|error| SaveError::Other(error.into()))
    }

    async fn update(
        &self,
        key: SessionKey,
        mut state: State,
        _: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let id = secret::fingerprint(key.as_ref());
        let grants = take_grants(&mut state);
        let json = to_json(&state).map_err(UpdateError::Serialization)?;
        // What was obtained counts at once, not when the feed is read next.
        let update = move |conn: &mut _| sessions::update_state(conn, now(), &id, &json, &grants);
        let updated = self.state.change(update).await;
        updated.map_err(|error| UpdateError::Other(error.into()))?;
        Ok(key)
    }

    /// A session's end is fixed when it begins.
    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let id = secret::fingerprint(key.as_ref());
        self.state
            .change(move |conn| sessions::delete(conn, &id))
            .await?;
        Ok(())
    }
}

/// What the pages remember, and what was obtained.
fn to_state(session: &sessions::Session) -> Result<State, serde_json::Error> {
    let mut state: State = serde_json::from_str(&session.state)?;
    if !session.grants.is_empty() {
        state.insert(GRANTS.to_owned(), serde_json::to_string(&session.grants)?);
    }
    Ok(state)
}

fn take_grants(state: &mut State) -> Vec<Grant> {
    let grants = state.remove(GRANTS);
    grants
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default()
}

fn to_json(state: &State) -> Result<String, anyhow::Error> {
    Ok(serde_json::to_string(state)?)
}
