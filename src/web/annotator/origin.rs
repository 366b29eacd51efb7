//! From which pages authTokens are taken.

use actix_web::http::header::ORIGIN;

use super::super::headers::{Headers, lines, once};
use super::super::state::AppState;
use crate::identity::consumer::Consumer;

/// Where a request comes from, as its browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Sender<'a> {
    /// A page of this origin.
    Page(&'a str),
    /// A page of ours: browsers send no `Origin` with what a page reads from its own.
    OurPage,
    /// A program, or a browser that does not say.
    Program,
    /// Two origins, or one that is no text.
    Unclear,
}

impl<'a> Sender<'a> {
    pub(in crate::web) fn of(headers: Headers<'a>) -> Self {
        if lines(headers, ORIGIN.as_str()).next().is_none() {
            let is_ours = once(headers, "sec-fetch-site") == Some(b"same-origin");
            return if is_ours {
                Self::OurPage
            } else {
                Self::Program
            };
        }
        once(headers, ORIGIN.as_str())
            .and_then(|origin| std::str::from_utf8(origin).ok())
            .map_or(Self::Unclear, Self::Page)
    }

    /// What logs say of it: the page's origin, unless that is longer than names of hosts are.
    pub(in crate::web) fn in_log(self) -> Option<&'a str> {
        match self {
            Self::Page(origin) if origin.len() <= 300 => Some(origin),
            _ => None,
        }
    }

    /// Whether this consumer's tokens are taken from there.
    pub(in crate::web) fn may_use(self, state: &AppState, consumer: &Consumer) -> bool {
        match self {
            Self::Page(origin) => origin == state.origin || consumer.origins.allow(origin),
            Self::OurPage => true,
            Self::Program => consumer.allows_server_side,
            Self::Unclear => false,
        }
    }

    /// The origin whose pages may read the answer: ours, or one that any consumer lists, because
    /// preflights and refused tokens do not say reliably whose they are.
    pub(in crate::web) fn reader(self, state: &AppState) -> Option<&'a str> {
        let Self::Page(origin) = self else {
            return None;
        };
        let listed = || state.live.consumers().allow_origin(origin);
        (origin == state.origin || listed()).then_some(origin)
    }
}
