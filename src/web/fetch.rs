//! Getting documents from other servers. OpenSSL reads the certificates of the whole world when it begins, which
//! takes 2 MB: where the address has no TLS, it does not begin.

use std::time::Duration;

use actix_web::web::Bytes;
use http::Request;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(15);
const IDLE: Duration = Duration::from_secs(90);

/// Gets documents. Redirects are not followed, and no proxy is asked.
pub(super) enum Fetcher {
    Plain(legacy::Client<HttpConnector, Full<Bytes>>),
    Tls(reqwest::Client),
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// There is no connection, or it broke.
    #[error("{0}")]
    Broken(String),
    /// It takes too long.
    #[error("it does not answer within {} seconds", TIMEOUT.as_secs())]
    Slow,
    /// It is too long.
    #[error("its answer is too long")]
    Long,
    /// It refuses.
    #[error("it answered with status {0}")]
    Status(u16),
}

impl Fetcher {
    /// For addresses that begin like this one.
    pub(super) fn to(base: &Url) -> Result<Self, reqwest::Error> {
        if base.scheme() == "https" {
            return Ok(Self::Tls(
                reqwest::Client::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .redirect(reqwest::redirect::Policy::none())
                    .no_proxy()
                    .build()?,
            ));
        }
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        connector.set_nodelay(true);
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(connector);
        Ok(Self::Plain(client))
    }

    /// The status of an answer and its body, if that is at most so long.
    pub(super) async fn get(
        &self,
        url: &str,
        accept: &str,
        most: usize,
    ) -> Result<(u16, Vec<u8>), FetchError> {
        match tokio::time::timeout(TIMEOUT, self.answer(url, accept, most)).await {
            Ok(answer) => answer,
            Err(_) => Err(FetchError::Slow),
        }
    }

    /// Sends JSON, and says the status of the answer.
    pub(super) async fn post_json(&self, url: &str, body: String) -> Result<u16, FetchError> {
        match tokio::time::timeout(TIMEOUT, self.posted(url, body)).await {
            Ok(status) => status,
            Err(_) => Err(FetchError::Slow),
        }
    }

    async fn posted(&self, url: &str, body: String) -> Result<u16, FetchError> {
        const JSON: (&str, &str) = ("Content-Type", "application/json");
        match self {
            Self::Plain(client) => {
                let request = Request::post(url)
                    .header(JSON.0, JSON.1)
                    .body(Full::from(body))
                    .map_err(|error| broken(&error))?;
                let answer = client.request(request).await.map_err(|e| broken(&e))?;
                Ok(answer.status().as_u16())
            }
            Self::Tls(client) => {
                let asked = client.post(url).header(JSON.0, JSON.1).body(body);
                let answer = asked.send().await;
                let answer = answer.map_err(|error| broken(&error.without_url()))?;
                Ok(answer.status().as_u16())
            }
        }
    }

    async fn answer(
        &self,
        url: &str,
        accept: &str,
        most: usize,
    ) -> Result<(u16, Vec<u8>), FetchError> {
        match self {
            Self::Plain(client) => {
                let request = Request::get(url)
                    .header("Accept", accept)
                    .body(Full::default())
                    .map_err(|error| broken(&error))?;
                let answer = client.request(request).await.map_err(|e| broken(&e))?;
                read(answer, most).await
            }
            Self::Tls(client) => {
                let asked = client.get(url).header("Accept", accept).send().await;
                let answer = asked.map_err(|error| broken(&error.without_url()))?;
                read(http::Response::from(answer), most).await
            }
        }
    }
}

async fn read<B>(answer: http::Response<B>, most: usize) -> Result<(u16, Vec<u8>), FetchError>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let status = answer.status().as_u16();
    match Limited::new(answer.into_body(), most).collect().await {
        Ok(body) => Ok((status, body.to_bytes().into())),
        Err(error) if error.is::<LengthLimitError>() => Err(FetchError::Long),
        Err(error) => Err(broken(&*error)),
    }
}

/// A failure with what is behind it, without the address.
fn broken(error: &dyn std::error::Error) -> FetchError {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(source) = behind {
        text = format!("{text}: {source}");
        behind = source.source();
    }
    FetchError::Broken(text)
}
