//! Files that are sent while they are read.
//!
//! A part is read when the one before is on its way, each on its own: a slow client keeps no connection
//! to the database. Where reading fails in the middle, the connection is broken off without the end of the
//! body, so that nobody takes what arrived for the whole.

use std::future::ready;
use std::pin::Pin;
use std::task::{self, Poll};

use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Bytes;

use super::error::Error;
use super::state::AppState;
use crate::store::export::Export;
use crate::store::{Store, StoreError, snapshot};

/// Sends a file under this name. What fails at its beginning is a page, as everywhere.
pub(super) async fn download(
    state: &AppState,
    name: &str,
    media_type: &'static str,
    export: impl Export,
) -> Result<HttpResponse, Error> {
    let first = read(state.store.clone(), Box::new(export)).await?;
    let body = Download {
        store: state.store.clone(),
        reading: Box::pin(ready(Ok(first))),
    };
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .body(body))
}

/// What is still to be read, and what was read.
type Part = (Box<dyn Export>, Option<String>);

async fn read(store: Store, mut export: Box<dyn Export>) -> Result<Part, StoreError> {
    let work = move |conn: &mut _| {
        let part = snapshot(conn, |conn| export.part(conn))?;
        Ok((export, part))
    };
    store.read(work).await
}

struct Download {
    store: Store,
    reading: Pin<Box<dyn Future<Output = Result<Part, StoreError>>>>,
}

impl MessageBody for Download {
    type Error = StoreError;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Bytes, StoreError>>> {
        let this = self.get_mut();
        let read_part = task::ready!(this.reading.as_mut().poll(context));
        Poll::Ready(match read_part {
            Ok((export, Some(part))) => {
                this.reading = Box::pin(read(this.store.clone(), export));
                Some(Ok(part.into()))
            }
            Ok((_, None)) => None,
            Err(error) => {
                tracing::error!("a download is broken off: {error}");
                Some(Err(error))
            }
        })
    }
}
