//! Health, on a listener of its own that is never public.
//!
//! `/healthz` says that the process answers, `/readyz` that it can do its work, part by part: in words,
//! or as JSON to whoever accepts that.

use std::sync::atomic::Ordering;

use actix_web::http::StatusCode;
use actix_web::http::header::ACCEPT;
use actix_web::web::{Data, ServiceConfig, get};
use actix_web::{HttpRequest, HttpResponse, Responder};
use serde_json::{Map, Value, json};

use super::headers::once;
use super::metrics;
use super::state::{AppState, now};
use crate::store::{StoreError, Tables};

/// The routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/healthz", get().to(healthy))
        .route("/readyz", get().to(ready))
        .route("/metrics", get().to(metrics::show));
}

/// The program runs.
async fn healthy() -> impl Responder {
    "ok\n"
}

/// Something that the program needs for its work.
struct Part {
    name: &'static str,
    is_good: bool,
    words: String,
}

impl Part {
    fn new(name: &'static str, is_good: bool, words: impl std::fmt::Display) -> Self {
        Self {
            name,
            is_good,
            words: words.to_string(),
        }
    }
}

/// The program can do its work.
async fn ready(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let parts = parts(&state).await;
    let is_ready = parts.iter().all(|part| part.is_good);
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let accepted = once(request.headers(), ACCEPT.as_str()).unwrap_or_default();
    if accepted.starts_with(b"application/json") {
        let part = |part: Part| {
            let value = json!({ "ok": part.is_good, "says": part.words });
            (part.name.to_owned(), value)
        };
        let parts: Map<String, Value> = parts.into_iter().map(part).collect();
        return HttpResponse::build(status).json(json!({ "ready": is_ready, "parts": parts }));
    }
    let mut lines = vec![if is_ready { "ready" } else { "not ready" }.to_owned()];
    lines.extend(
        parts
            .iter()
            .map(|part| format!("{}: {}", part.name, part.words)),
    );
    HttpResponse::build(status)
        .content_type("text/plain; charset=utf-8")
        .body(lines.join("\n") + "\n")
}

async fn parts(state: &AppState) -> Vec<Part> {
    if state.is_stopping.load(Ordering::Relaxed) {
        return vec![Part::new("gate", false, "draining")];
    }
    let store = state.store.clone();
    let asked = actix_web::web::block(move || store.check().and_then(|()| store.tables())).await;
    let tables = asked.unwrap_or_else(|_| {
        Err(StoreError::Unavailable {
            reason: "the program is stopping".to_owned(),
        })
    });
    let age = state.live.feed(now()).age.num_milliseconds();
    let age = format!("read {}.{} s ago", age / 1000, age % 1000 / 100);
    let mut parts = match tables {
        Ok(tables) => vec![
            Part::new("database", true, "answers"),
            Part::new("tables", tables != Tables::Older, tables.words()),
        ],
        Err(error) => vec![Part::new("database", false, error)],
    };
    parts.push(match state.live.fresh(now()) {
        Ok(()) => Part::new("change feed", true, age),
        Err(stale) => Part::new("change feed", false, format_args!("{age}; {stale}")),
    });
    parts
}
