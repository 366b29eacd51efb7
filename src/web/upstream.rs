//! The image server's info.json, asked for once and kept for a while.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::describe::told::Kept;
use super::fetch::Fetcher;
use crate::config::Config;
use crate::iiif::info::dimensions;
use crate::image::size::Dimensions;
use crate::live::cache::{Cache, Usage};
use crate::meter::{Histogram, SLOW, Tally};

/// A larger info.json is refused; real ones have some kilobytes.
const MAX_BYTES: usize = 1024 * 1024;
/// All documents together.
const KEPT_BYTES: u64 = 64 * 1024 * 1024;
/// About how many these are.
const KEPT: usize = 30_000;
/// How long the image server may take, in all: nginx waits 10 s for an answer of ours.
const PATIENCE: Duration = Duration::from_secs(8);
/// How many documents are asked for at once.
const AT_ONCE: usize = 64;
/// How long a document is believed; the size of an image seldom changes.
const KEPT_FOR: Duration = Duration::from_mins(5);
/// How long it is believed that an image does not exist.
const MISSING_FOR: Duration = Duration::from_secs(10);

/// What the image server says of an image.
#[derive(Debug)]
pub enum Info {
    /// Its info.json.
    Document {
        /// As it came.
        body: Vec<u8>,
        /// The size of the image, if it says one.
        dimensions: Option<Dimensions>,
        /// As it was told to the public.
        told: Kept,
    },
    /// That there is no such image.
    Missing,
}

/// The image server does not answer, or not as it should.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the image server does not describe the image: {0}")]
pub struct UpstreamError(String);

/// Asks the image server.
pub struct Upstream {
    client: Fetcher,
    base: String,
    cache: Cache<String, Believed, UpstreamError>,
    requests: Tally<3>,
    took: Histogram,
    turns: Semaphore,
}

impl Upstream {
    /// For the image server of the settings.
    pub fn new(config: &Config) -> Result<Self, reqwest::Error> {
        Ok(Self {
            client: Fetcher::to(&config.image_server_url)?,
            base: config.image_server_url.as_str().to_owned(),
            cache: Cache::weighing(KEPT, KEPT_BYTES, |key, kept| weight(key, kept)),
            requests: Tally::new(["found", "missing", "failed"]),
            took: Histogram::new(&SLOW),
            turns: Semaphore::new(AT_ONCE),
        })
    }

    /// How what is kept is used.
    pub fn usage(&self) -> Usage {
        self.cache.usage()
    }

    /// How often it was asked, by what it said.
    pub fn requests(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.requests.each()
    }

    /// How long it took to answer.
    pub fn took(&self) -> &Histogram {
        &self.took
    }

    /// What it says of the image whose identifier the client wrote so. Every spelling is kept for itself:
    /// many a server knows `a%2Fb` but not `a/b`, and asking for one must not hide the other.
    pub async fn info(&self, raw: &str) -> Result<Arc<Info>, UpstreamError> {
        let now = Instant::now();
        if let Some(kept) = self.cache.get(raw).filter(|kept| now < kept.until) {
            return Ok(kept.info);
        }
        let key = raw.to_owned();
        self.cache.forget_if(&key, |kept| kept.until <= now);
        let ask = async { Ok(Some(Believed::from(self.ask_and_count(raw).await?))) };
        let found = self.cache.get_or_load(&key, ask).await?;
        Ok(found.map_or_else(|| Arc::new(Info::Missing), |kept| kept.info))
    }

    async fn ask_and_count(&self, raw: &str) -> Result<Info, UpstreamError> {
        let asked = Instant::now();
        let said = timeout(PATIENCE, self.ask(raw)).await;
        let late = |_| UpstreamError(format!("it takes more than {} s", PATIENCE.as_secs()));
        let said = said.map_err(late).flatten();
        self.took.observe(asked.elapsed());
        self.requests.count(match &said {
            Ok(Info::Document { .. }) => "found",
            Ok(Info::Missing) => "missing",
            Err(_) => "failed",
        });
        said
    }

    async fn ask(&self, raw: &str) -> Result<Info, UpstreamError> {
        // It is never closed.
        let _turn = self.turns.acquire().await;
        let url = format!("{}{raw}/info.json", self.base);
        let accept = "application/ld+json, application/json";
        let answer = self.client.get(&url, accept, MAX_BYTES).await;
        let (status, body) = answer.map_err(|error| UpstreamError(error.to_string()))?;
        match status {
            200 => {}
            400 | 404 | 410 => return Ok(Info::Missing),
            status => return Err(UpstreamError(format!("it answered with status {status}"))),
        }
        let dimensions = dimensions(&body);
        Ok(Info::Document {
            body,
            dimensions,
            told: Kept::default(),
        })
    }
}

/// An answer, and until when it is believed.
#[derive(Clone)]
struct Believed {
    info: Arc<Info>,
    until: Instant,
}

impl From<Info> for Believed {
    fn from(info: Info) -> Self {
        let time = match info {
            Info::Document { .. } => KEPT_FOR,
            Info::Missing => MISSING_FOR,
        };
        Self {
            info: Arc::new(info),
            until: Instant::now() + time,
        }
    }
}

fn weight(key: &str, kept: &Believed) -> u64 {
    let document = match &*kept.info {
        Info::Document { body, .. } => Kept::weight(body.len()) + body.len(),
        Info::Missing => 0,
    };
    (key.len() + document + 200) as u64
}
