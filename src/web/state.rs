//! What every handler shares, built once at start.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use chrono::{DateTime, Utc};

use super::alert::Alerts;
use super::metrics::Counts;
use super::pages::{Pages, parts::Site};
use super::passwords::Passwords;
use super::recorder::Recorder;
use super::upstream::Upstream;
use crate::config::{
    ANNOTATION_PATH, Config, FULL_PATH, IMAGE_PATH, ImageServer, MANIFEST_PATH,
    OPEN_ANNOTATION_PATH, PREVIEW_PATH,
};
use crate::identity::annotator::Checks;
use crate::identity::name::UserName;
use crate::iiif::info::{PLACEHOLDER, Public, describe};
use crate::iiif::services::Provider;
use crate::iiif::wording::{Wording, WordingError};
use crate::image::resource::{Dialect, Layout};
use crate::live::limits::{Attempt, TooMany};
use crate::live::{Live, keys::Keys};
use crate::store::{Conn, Store, StoreError};

/// The state of the program.
pub struct AppState {
    /// The settings.
    pub config: Config,
    /// The database.
    pub store: Store,
    /// What is kept in memory.
    pub live: Arc<Live>,
    /// The keys for cookies, forms and tokens.
    pub keys: Keys,
    /// What is asked of every authToken.
    pub token_checks: Checks,
    /// Where things lie in the public URL space.
    pub layout: Layout,
    /// The pages.
    pub pages: Pages,
    /// What visitors read.
    pub wording: Wording,
    /// A few words to people, when somebody should look.
    pub alerts: Alerts,
    /// Hashing of passwords, a few at a time.
    pub passwords: Passwords,
    /// The image server's info.json.
    pub upstream: Upstream,
    /// The last requests, if an administrator wants them kept.
    pub recorder: Recorder,
    /// What is counted for `/metrics`.
    pub counts: Counts,
    /// When the program started.
    pub started: DateTime<Utc>,
    /// What stands in for an info.json while the image server does not answer.
    pub placeholder: String,
    /// The public URL of the pages, without a slash at the end.
    pub pages_url: String,
    /// The public origin, as browsers write it.
    pub origin: String,
    /// Whether the program was told to stop: requests under way are finished.
    pub is_stopping: AtomicBool,
}

/// Why the program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The words of the pages.
    #[error(transparent)]
    Wording(#[from] WordingError),
    /// The file of `FALLBACK_INFO_FILE`.
    #[error("FALLBACK_INFO_FILE: `{0}` {1}")]
    Fallback(String, String),
    /// The client that asks the image server.
    #[error("cannot make an HTTP client")]
    Client(#[from] reqwest::Error),
}

impl AppState {
    /// Builds the state over a database that has been migrated.
    pub async fn new(config: Config, store: Store) -> Result<Self, StartError> {
        let keys = Keys::new(&config);
        let live = Live::start(store.clone(), &config, &keys, now()).await?;
        let institution = &config.institution;
        let host = &config.public.host;
        let wording = Wording::new(&config.languages, &institution.name, host)?;
        let site = Site::new(
            &institution.name,
            institution.logo.as_deref(),
            institution.contact.as_deref(),
            &config.public.base_path,
        );
        Ok(Self {
            placeholder: placeholder(config.fallback_info_file.as_deref())?,
            live,
            keys,
            token_checks: token_checks(&config),
            layout: layout(&config),
            pages: Pages::new(site, wording.clone()),
            wording,
            alerts: Alerts::start(&config, now())?,
            passwords: Passwords::new(&config),
            upstream: Upstream::new(&config)?,
            recorder: Recorder::default(),
            counts: Counts::new(),
            started: now(),
            pages_url: config.public.page(""),
            origin: config.public.origin(),
            is_stopping: AtomicBool::new(false),
            store,
            config,
        })
    }

    /// Does a write, and makes it count in memory before it returns.
    pub async fn change<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    {
        let value = self.store.run(work).await?;
        self.live.catch_up().await?;
        Ok(value)
    }

    /// Pays for an attempt to sign in: every place that asks for a password begins with this.
    ///
    /// # Errors
    /// Says how long to wait when there were too many.
    pub fn attempt(
        &self,
        account: &UserName,
        address: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'_>, TooMany> {
        let held = match self.live.limits.pay(account, address, now) {
            Ok(attempt) => return Ok(attempt),
            Err(held) => held,
        };
        if held.times == 1 {
            tracing::warn!(who = %held.who, "too many attempts to sign in");
            self.alerts.held_up(&held, now);
        }
        Err((*held).into())
    }

    /// Who offers the auth services.
    pub fn provider(&self) -> Provider<'_> {
        Provider {
            base: &self.pages_url,
            wording: &self.wording,
            v1: self.config.viewers.versions.v1,
            v2: self.config.viewers.versions.v2,
        }
    }

    /// A path of ours as browsers see it.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.config.public.base_path)
    }
}

/// The operator's document, or ours.
fn placeholder(file: Option<&Path>) -> Result<String, StartError> {
    let Some(file) = file else {
        return Ok(PLACEHOLDER.to_owned());
    };
    let fault = |fault: String| StartError::Fallback(file.display().to_string(), fault);
    let text = std::fs::read_to_string(file).map_err(|e| fault(format!("cannot be read: {e}")))?;
    describe(text.as_bytes(), Public::default())
        .map_err(|_| fault("is no info.json".to_owned()))?;
    Ok(text)
}

/// What is asked of every authToken, by the settings.
pub fn token_checks(config: &Config) -> Checks {
    Checks {
        clock_skew: config.annotator.clock_skew,
        audience: config.annotator.audience.clone(),
    }
}

/// Where things lie, by the settings.
pub fn layout(config: &Config) -> Layout {
    Layout {
        images: IMAGE_PATH.to_owned(),
        preview: PREVIEW_PATH.to_owned(),
        full: FULL_PATH.to_owned(),
        manifests: MANIFEST_PATH.to_owned(),
        annotations: ANNOTATION_PATH.to_owned(),
        open_annotations: OPEN_ANNOTATION_PATH.to_owned(),
        dialect: match config.image_server {
            ImageServer::Iipimage => Dialect::IipImage,
            ImageServer::Digilib | ImageServer::Cantaloupe => Dialect::Servlet,
            ImageServer::Other => Dialect::Plain,
        },
        slash_substitute: config.slash_substitute,
    }
}

/// The time. Handlers read it here, once, and pass it on.
#[expect(clippy::disallowed_methods, reason = "the one clock of the web layer")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
