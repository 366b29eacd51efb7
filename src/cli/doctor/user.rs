//! As a reader who has signed in: what cookie and tokens open, and that they end with signing out.

use std::time::Duration;

use super::ask::{Ask, Part, Seen};
use super::checks::{caching, login, probe, session, token};
use super::examiner::Examiner;
use super::first::First;
use super::services::Access;
use super::viewer::token_asks;
use super::visit::Visit;

/// How long cookie and tokens are tried after signing out, in milliseconds.
const PAUSES: [u64; 8] = [0, 200, 300, 500, 1000, 2000, 3000, 3000];

/// The tokens of a reader, for versions 1 and 2.
#[derive(Default)]
struct Tokens {
    first: Option<String>,
    second: Option<String>,
}

impl Tokens {
    fn all(&self) -> Vec<&str> {
        let both = [&self.first, &self.second];
        both.into_iter().filter_map(Option::as_deref).collect()
    }
}

impl Examiner<'_> {
    pub(super) fn as_user(&mut self, first: &First) {
        let access = first.services.sign_in().cloned();
        let reader = self.wishes.user.is_some() || self.wishes.cookie.is_some();
        let why = match &access {
            _ if !first.is_protected => {
                Some("the image is open to everybody; give one that needs a sign-in")
            }
            _ if !reader => Some("nobody signed in; say --user NAME, or --cookie"),
            None => Some("no service to sign in is offered"),
            Some(_) => None,
        };
        if let Some(why) = why {
            self.not_signed_in(why);
        } else if let Some(access) = access {
            let address = access.id.clone().unwrap_or_default();
            let visit = match self.brought() {
                Some(visit) => Ok(visit),
                None => self.sign_in(&address),
            };
            match visit {
                Ok(visit) => self.signed_in(first, &access, &visit),
                Err(findings) => {
                    self.findings.extend(findings);
                    self.findings
                        .extend(session::unknown("nobody could sign in"));
                }
            }
        }
    }

    fn not_signed_in(&mut self, why: &str) {
        self.findings.extend(login::unknown(why));
        self.findings.extend(session::unknown(why));
        let others = [
            &probe::DIFFERS,
            &token::NO_ORIGIN,
            &caching::SHARED,
            &caching::VARY,
        ];
        self.findings.extend(others.map(|kind| kind.unknown(why)));
    }

    fn signed_in(&mut self, first: &First, access: &Access, visit: &Visit) {
        let image = self.ask(self.picture(first).with("Cookie", &visit.cookie));
        self.findings
            .push(session::must_open(&session::OPENS, &image));
        let tokens = Tokens {
            first: self.tokens(1, first, visit),
            second: self.tokens(2, first, visit),
        };
        let name = self.wishes.user.as_ref().map(|(name, _)| name);
        let personal = match name {
            Some(name) => session::personal(&tokens.all(), name),
            None => session::PERSONAL.unknown("whose cookie it is was not said"),
        };
        self.findings.push(personal);
        let mut kept = vec![&image];
        let info = self.described(first, &tokens);
        kept.extend(&info);
        self.findings.extend(caching::signed_in(&kept));
        self.probed(first, &tokens, &image);
        self.misused(first, visit, &tokens);
        self.sign_out(first, access, visit, &tokens);
    }

    fn picture(&self, first: &First) -> Ask {
        self.viewer(format!("{}/{}", self.place.base, first.picture))
    }

    fn bearer(&self, target: String, token: &str) -> Ask {
        self.viewer(target)
            .with("Authorization", format!("Bearer {token}"))
    }

    /// Has a token made, and looks how it comes.
    fn tokens(&mut self, version: u8, first: &First, visit: &Visit) -> Option<String> {
        let address = first.services.token(version)?;
        let asks = token_asks(address, &self.wishes.origin);
        let asks = asks
            .into_iter()
            .map(|ask| ask.with("Cookie", &visit.cookie));
        let seen = self.ask_all(asks.collect());
        let [page, script, without_origin, bare] = seen.as_slice() else {
            return None;
        };
        let mut found = vec![
            token::target(page, &self.wishes.origin),
            token::without_origin(&[without_origin]),
            token::stored(&[page, bare]),
        ];
        if let Some((message, _)) = page
            .answer()
            .and_then(|page| super::page::posted(&page.text()))
        {
            let problems = token::problems(&message, version, token::ADDRESS_AS_ID);
            found.push(
                token::MESSAGE.judge(&problems, "a token, with the messageId as it was sent"),
            );
        }
        self.findings.extend(found);
        let all = [page, script, bare];
        all.into_iter().find_map(token::token)
    }

    /// The description, by a token of version 1.
    fn described(&mut self, first: &First, tokens: &Tokens) -> Option<Seen> {
        let Some(token) = tokens.first.as_deref().or(tokens.second.as_deref()) else {
            self.findings
                .push(session::TOKEN.bad("no token was given to somebody who is signed in"));
            return None;
        };
        if tokens.first.is_none() {
            self.findings
                .push(session::TOKEN.unknown("there is no token service of version 1"));
            return None;
        }
        let info = self.ask(self.bearer(self.place.info(), token));
        self.findings
            .push(session::must_open(&session::TOKEN, &info));
        self.findings.push(session::same_body(&info, &first.info));
        Some(info)
    }

    fn probed(&mut self, first: &First, tokens: &Tokens, image: &Seen) {
        let address = first.services.probe.as_deref();
        let ask = address.and_then(|address| Ask::at(Part::Probe, address, ""));
        if let (Some(ask), Some(token)) = (ask, &tokens.second) {
            let ask = ask.with("Origin", &self.wishes.origin);
            let seen = self.ask(ask.with("Authorization", format!("Bearer {token}")));
            self.findings.push(probe::with_token(&seen, image));
        } else {
            self.findings
                .push(probe::DIFFERS.unknown("there is no probe, or no token for it"));
        }
    }

    /// Each credential where it does not belong.
    fn misused(&mut self, first: &First, visit: &Visit, tokens: &Tokens) {
        let target = format!("{}/{}", self.place.base, first.picture);
        let all = tokens.all();
        let on_pixels: Vec<Ask> = all
            .iter()
            .map(|token| self.bearer(target.clone(), token))
            .collect();
        let seen = self.ask_all(on_pixels);
        self.findings.push(session::must_refuse(
            &session::PIXELS,
            &seen.iter().collect::<Vec<_>>(),
        ));
        self.swapped(first, visit, &all);
        if let (Some(token), true) = (&tokens.first, first.info.status() != 200) {
            let target = format!("{}?access_token={token}", self.place.info());
            let mut seen = self.ask(self.viewer(target));
            seen.ask.target = format!("{}?access_token=…", self.place.info());
            self.findings
                .push(session::must_refuse(&session::IN_ADDRESS, &[&seen]));
        }
        self.doubled(first, visit);
    }

    /// Tokens as cookies, and cookies as tokens.
    fn swapped(&mut self, first: &First, visit: &Visit, tokens: &[&str]) {
        let target = format!("{}/{}", self.place.base, first.picture);
        let mut swapped = Vec::new();
        for cookie in &visit.set {
            let as_cookie = tokens
                .iter()
                .map(|token| format!("{}={token}", cookie.name));
            swapped.extend(as_cookie.map(|pair| self.picture(first).with("Cookie", pair)));
            swapped.push(self.bearer(target.clone(), &cookie.value));
            // Where everybody gets the description, it tells nothing.
            if first.info.status() != 200 {
                swapped.push(self.bearer(self.place.info(), &cookie.value));
            }
        }
        let seen = self.ask_all(swapped);
        let seen: Vec<&Seen> = seen.iter().collect();
        self.findings
            .push(session::must_refuse(&session::SWAPPED, &seen));
    }

    /// Two cookies of the same name, in both orders.
    fn doubled(&mut self, first: &First, visit: &Visit) {
        let pairs = |value: fn(&str) -> &str| {
            let all = visit.set.iter();
            let all = all.map(|cookie| format!("{}={}", cookie.name, value(&cookie.value)));
            all.collect::<Vec<_>>().join("; ")
        };
        let (good, bad) = (pairs(|value| value), pairs(|_| "doctor"));
        let two = [format!("{good}; {bad}"), format!("{bad}; {good}")];
        let two = two.map(|cookies| self.picture(first).with("Cookie", cookies));
        let seen = self.ask_all(two.into());
        let seen: Vec<&Seen> = seen.iter().collect();
        self.findings
            .push(session::must_refuse(&session::TOSSED, &seen));
    }

    fn sign_out(&mut self, first: &First, access: &Access, visit: &Visit, tokens: &Tokens) {
        let address = access.logout.as_deref();
        let query = format!("?origin={}", self.wishes.origin);
        let out = address.and_then(|address| Ask::at(Part::Page, address, &query));
        let Some(out) = out.map(|ask| ask.with("Cookie", &visit.cookie)) else {
            let kinds = [
                &session::LOGOUT,
                &session::SLOW,
                &session::LOGOUT_PAGE,
                &session::FORGED,
            ];
            let why = "no service to sign out is offered";
            self.findings.extend(kinds.map(|kind| kind.unknown(why)));
            return;
        };
        let embedded = out
            .clone()
            .with("Sec-Fetch-Dest", "image")
            .with("Sec-Fetch-Site", "cross-site");
        let embedded = self.ask(embedded);
        let still = self.ask(self.picture(first).with("Cookie", &visit.cookie));
        self.findings.push(if still.status() == 200 {
            session::FORGED.fine(embedded.told())
        } else {
            session::FORGED.bad(embedded.told())
        });
        let page = self.ask(out.with("Sec-Fetch-Dest", "document"));
        self.findings
            .push(session::must_open(&session::LOGOUT_PAGE, &page));
        let mut asks = vec![(
            "the cookie",
            self.picture(first).with("Cookie", &visit.cookie),
        )];
        if let (Some(token), true) = (&tokens.first, first.info.status() != 200) {
            asks.push(("the token", self.bearer(self.place.info(), token)));
        }
        self.until_refused(&asks, &page);
    }

    /// Asks again and again until all are refused, for ten seconds at most.
    fn until_refused(&mut self, asks: &[(&'static str, Ask)], signed_out: &Seen) {
        let mut ended: Vec<(&str, Option<i64>)> =
            asks.iter().map(|(name, _)| (*name, None)).collect();
        for pause in PAUSES {
            self.wire.pause(Duration::from_millis(pause));
            for ((_, ask), (_, after)) in asks.iter().zip(&mut ended) {
                if after.is_none() {
                    let seen = self.ask(ask.clone());
                    let took = (seen.at - signed_out.at).num_milliseconds();
                    *after = (!matches!(seen.status(), 0 | 200)).then_some(took);
                }
            }
            if ended.iter().all(|(_, after)| after.is_some()) {
                break;
            }
        }
        self.findings.extend(session::ended(&ended));
    }
}
