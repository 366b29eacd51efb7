//! As a viewer on another site, whose reader has not signed in.

use super::ask::{Ask, Part, Seen};
use super::checks::{attack, caching, cors, login, probe, session, token};
use super::examiner::Examiner;
use super::first::First;
use super::services::Access;

/// An origin that no site answers for.
pub(super) const EVIL: &str = "https://doctor.invalid";

impl Examiner<'_> {
    pub(super) fn as_viewer(&mut self, first: &First) {
        self.statuses(first);
        self.preflights(first);
        if !first.is_protected {
            return;
        }
        self.login_pages(first);
        for version in [1, 2] {
            if let Some(address) = first.services.token(version) {
                self.token_service(version, address);
            }
        }
        self.probe(first);
        let undefined = self.viewer(self.place.info());
        let seen = self.ask(undefined.with("Authorization", "Bearer undefined"));
        let empty = self.viewer(self.place.info());
        let other = self.ask(empty.with("Authorization", "Bearer "));
        self.findings
            .push(session::unusable(&[&seen, &other], &first.info));
    }

    /// Answers of every kind, for what is and what is not there.
    fn statuses(&mut self, first: &First) {
        let (prefix, _) = self.place.parts();
        let prefix = prefix.to_owned();
        let evil = |target: String| {
            Ask::get(Part::Image, &self.place.server, target)
                .with("Origin", EVIL)
                .with("Cookie", "doctor=1")
        };
        let asks = vec![
            evil(self.place.info()),
            evil(format!("{}/{}", self.place.base, first.picture)),
            self.viewer(format!("{prefix}/doctor-no-such-image/info.json")),
            self.viewer(format!("{prefix}/doctor%2Fno-such-image/info.json")),
            self.viewer(format!("{}/full/doctor,/0/default.jpg", self.place.base)),
        ];
        let seen = self.ask_all(asks);
        if let [info, picture, without, with, _] = seen.as_slice() {
            let slash = attack::slash(&self.place, with, without);
            self.findings.push(slash);
            if first.is_protected {
                let refused = [info, picture, &first.info];
                self.findings.push(caching::refusals(&refused));
            }
        }
    }

    fn preflights(&mut self, first: &First) {
        let own = |target: String| Ask::get(Part::Image, &self.place.server, target);
        let mut asks = vec![
            own(self.place.info()),
            own(format!("{}/{}", self.place.base, first.picture)),
        ];
        let probe = first.services.probe.as_deref();
        asks.extend(probe.and_then(|probe| Ask::at(Part::Probe, probe, "")));
        let asks = asks.into_iter().map(|ask| {
            ask.by("OPTIONS")
                .with("Origin", &self.wishes.origin)
                .with("Access-Control-Request-Method", "GET")
                .with("Access-Control-Request-Headers", "authorization")
        });
        let seen = self.ask_all(asks.collect());
        self.findings.push(cors::preflights(&seen));
    }

    fn login_pages(&mut self, first: &First) {
        let origin = self.wishes.origin.clone();
        let interactive = |access: &&Access| access.profile != "external";
        let access = first.services.access.iter().filter(interactive).take(4);
        let mut asks: Vec<Ask> = access
            .filter_map(|access| {
                let query = format!("?origin={origin}");
                Ask::at(Part::Page, access.id.as_deref()?, &query)
            })
            .collect();
        // Some viewers do not say where they stand.
        let sign_in = first
            .services
            .sign_in()
            .and_then(|access| access.id.as_deref());
        asks.extend(sign_in.and_then(|id| Ask::at(Part::Page, id, "")));
        let seen = self.ask_all(asks);
        if !seen.is_empty() {
            self.findings.extend(login::pages(&seen));
        }
    }

    fn token_service(&mut self, version: u8, address: &str) {
        let asks = token_asks(address, &self.wishes.origin);
        let seen: Vec<Seen> = asks.into_iter().map(|ask| self.ask(ask)).collect();
        if let [page, script, without_origin, bare] = seen.as_slice() {
            let asked = token::Asked {
                version,
                page,
                script,
                without_origin,
                json: (version == 1).then_some(bare),
                origin: &self.wishes.origin,
            };
            self.findings.extend(asked.findings());
        }
    }

    fn probe(&mut self, first: &First) {
        let Some(address) = first.services.probe.as_deref() else {
            return;
        };
        let Some(ask) = Ask::at(Part::Probe, address, "") else {
            return;
        };
        let ask = ask.with("Origin", &self.wishes.origin);
        let without = self.ask(ask.clone());
        let unusable = self.ask(ask.with("Authorization", "Bearer undefined"));
        self.findings.extend(probe::refused(&[&without, &unusable]));
    }
}

/// With an address as messageId; with one that tries to leave the script; without an origin; with nothing.
pub(super) fn token_asks(address: &str, origin: &str) -> Vec<Ask> {
    let query = |id: &str, origin: Option<&str>| {
        let mut query = url::form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        query.append_pair("messageId", id);
        if let Some(origin) = origin {
            query.append_pair("origin", origin);
        }
        query.finish()
    };
    let queries = [
        query(token::ADDRESS_AS_ID, Some(origin)),
        query(token::SCRIPT_AS_ID, Some(origin)),
        query("1", None),
        String::new(),
    ];
    queries
        .iter()
        .filter_map(|query| Ask::at(Part::Page, address, query))
        .collect()
}
