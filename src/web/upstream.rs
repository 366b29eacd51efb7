//! The image server's info.json, asked for once and kept for a while.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache;

use super::describe::told::Kept;
use crate::config::Config;
use crate::iiif::info::dimensions;
use crate::image::size::Dimensions;

/// A larger info.json is refused; real ones have some kilobytes.
const MAX_BYTES: usize = 1024 * 1024;
/// All documents together.
const KEPT_BYTES: u64 = 64 * 1024 * 1024;
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
    client: reqwest::Client,
    base: String,
    cache: Cache<String, Arc<Info>>,
}

impl Upstream {
    /// For the image server of the settings.
    pub fn new(config: &Config) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(15))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        let cache = Cache::builder()
            .max_capacity(KEPT_BYTES)
            .weigher(|key: &String, info: &Arc<Info>| {
                let document = match &**info {
                    Info::Document { body, .. } => Kept::weight(body.len()) + body.len(),
                    Info::Missing => 0,
                };
                u32::try_from(key.len() + document + 200).unwrap_or(u32::MAX)
            })
            .expire_after(Believed)
            .build();
        Ok(Self {
            client,
            base: config.image_server_url.as_str().to_owned(),
            cache,
        })
    }

    /// What it says of the image whose identifier the client wrote so. Every spelling is kept for itself:
    /// many a server knows `a%2Fb` but not `a/b`, and asking for one must not hide the other.
    pub async fn info(&self, raw: &str) -> Result<Arc<Info>, UpstreamError> {
        self.cache
            .try_get_with_by_ref(raw, async { self.ask(raw).await.map(Arc::new) })
            .await
            .map_err(|error: Arc<UpstreamError>| (*error).clone())
    }

    async fn ask(&self, raw: &str) -> Result<Info, UpstreamError> {
        let url = format!("{}{raw}/info.json", self.base);
        let failed = |error: reqwest::Error| UpstreamError(error.without_url().to_string());
        let mut response = self
            .client
            .get(url)
            .header("Accept", "application/ld+json, application/json")
            .send()
            .await
            .map_err(failed)?;
        match response.status().as_u16() {
            200 => {}
            400 | 404 | 410 => return Ok(Info::Missing),
            status => return Err(UpstreamError(format!("it answered with status {status}"))),
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                return Err(UpstreamError(
                    "its info.json is larger than 1 MB".to_owned(),
                ));
            }
        }
        let dimensions = dimensions(&body);
        Ok(Info::Document {
            body,
            dimensions,
            told: Kept::default(),
        })
    }
}

/// How long each kind of answer is kept.
struct Believed;

impl Expiry<String, Arc<Info>> for Believed {
    fn expire_after_create(&self, _: &String, info: &Arc<Info>, _: Instant) -> Option<Duration> {
        Some(match **info {
            Info::Document { .. } => KEPT_FOR,
            Info::Missing => MISSING_FOR,
        })
    }
}
