//! Signing in with name and password at a site's own page, as a person does in the viewer's window.

use secrecy::ExposeSecret as _;
use url::Url;

use super::ask::{Ask, Part, Seen};
use super::checks::login;
use super::cookie::{Jar, SetCookie, sent, set_by};
use super::examiner::Examiner;
use super::finding::Finding;
use super::page::{Form, sign_in_form, title};
use super::place::split;
use super::viewer::EVIL;

/// How many pages one is led through at most.
const MAX_HOPS: usize = 5;

/// What came of signing in.
pub(super) struct Visit {
    /// The header `Cookie` of somebody who is signed in.
    pub(super) cookie: String,
    /// The cookies that the sign-in set.
    pub(super) set: Vec<SetCookie>,
}

impl Examiner<'_> {
    /// Signs in at an access service; or why not.
    pub(super) fn sign_in(&mut self, address: &str) -> Result<Visit, Vec<Finding>> {
        let query = format!("?origin={}", self.wishes.origin);
        let first = Ask::at(Part::Page, address, &query);
        let first = first.ok_or_else(|| login::unknown("its address cannot be read"))?;
        let mut jar = Jar::default();
        let page = self.follow(first, &mut jar);
        let body = page.answer().map(|answer| answer.text().into_owned());
        let Some(form) = body.as_deref().and_then(sign_in_form) else {
            let why = format!("{}: it has no form with name and password", page.told());
            return Err(login::unknown(&why));
        };
        let before = jar.clone();
        let Some(post) = self.filled(&page, &form, &before) else {
            return Err(login::unknown("the form leads to no address"));
        };
        let sent = self.ask(post.clone());
        let mut set: Vec<SetCookie> = sent.answer().map(set_by).unwrap_or_default();
        let after = self.follow_from(sent, &mut jar);
        let refused = refusal(&after);
        if let Some(why) = refused {
            return Err(vec![login::SIGN_IN.bad(why)]);
        }
        set.extend(after.answer().map(set_by).unwrap_or_default());
        let visit = self.admitted(set, &jar, &after)?;
        let forged = self.ask(forge(post));
        self.findings.push(login::forged(&forged));
        Ok(visit)
    }

    /// The visit of somebody who signed in elsewhere, if a cookie was brought along.
    pub(super) fn brought(&mut self) -> Option<Visit> {
        let cookie = self.wishes.cookie.as_ref()?.expose_secret().to_owned();
        let why = "the cookie was brought along, so how it is set was not seen";
        self.findings.extend(login::unknown(why));
        Some(Visit {
            set: sent(&cookie),
            cookie,
        })
    }

    /// Looks at the cookies of a sign-in that succeeded.
    fn admitted(
        &mut self,
        mut set: Vec<SetCookie>,
        jar: &Jar,
        after: &Seen,
    ) -> Result<Visit, Vec<Finding>> {
        set.retain(|cookie| !cookie.is_removal());
        let is_fixed = set.is_empty();
        if is_fixed {
            set = jar.iter().cloned().collect();
        }
        if set.is_empty() {
            let why = format!("{}: no cookie was set", after.told());
            return Err(vec![login::SIGN_IN.bad(why)]);
        }
        let names: Vec<&str> = set.iter().map(|cookie| cookie.name.as_str()).collect();
        self.findings.push(login::SIGN_IN.fine(names.join(", ")));
        let server = &self.place.server;
        self.findings.extend(login::cookies(server, &set, is_fixed));
        self.signed_in = Some(after.at);
        Ok(Visit {
            cookie: jar.header(),
            set,
        })
    }

    fn follow(&mut self, ask: Ask, jar: &mut Jar) -> Seen {
        let seen = self.ask(ask);
        self.follow_from(seen, jar)
    }

    /// Goes where answers lead, within the site.
    fn follow_from(&mut self, seen: Seen, jar: &mut Jar) -> Seen {
        let mut seen = seen;
        for _ in 0..MAX_HOPS {
            let Some(answer) = seen.answer() else { break };
            jar.take(answer);
            let next = answer
                .header("Location")
                .filter(|_| answer.is_redirect())
                .and_then(|location| resolve(&seen.ask, location));
            let Some(next) = next.filter(|next| next.server == seen.ask.server) else {
                break;
            };
            seen = self.ask(next.with("Cookie", jar.header()));
        }
        seen
    }

    /// The form, with name and password.
    fn filled(&self, page: &Seen, form: &Form, jar: &Jar) -> Option<Ask> {
        let (name, password) = self.wishes.user.as_ref()?;
        let mut fields = url::form_urlencoded::Serializer::new(String::new());
        fields.extend_pairs(&form.fields);
        fields.append_pair(&form.user, name);
        fields.append_pair(&form.password, password.expose_secret());
        let to = resolve(&page.ask, &form.action)?;
        let origin = to.server.origin();
        let mut ask = to
            .by("POST")
            .with("Origin", &origin)
            .with("Referer", format!("{origin}{}", page.ask.target))
            .with("Content-Type", "application/x-www-form-urlencoded")
            .with("Cookie", jar.header());
        ask.body = Some(fields.finish());
        Some(ask)
    }
}

/// The same form as if a page of another site had sent it.
fn forge(mut ask: Ask) -> Ask {
    for (name, value) in &mut ask.headers {
        if name == "Origin" || name == "Referer" {
            EVIL.clone_into(value);
        }
    }
    ask.with("Sec-Fetch-Site", "cross-site")
        .with("Sec-Fetch-Mode", "navigate")
}

/// An address as a page names it.
fn resolve(from: &Ask, address: &str) -> Option<Ask> {
    let page = format!("{}{}", from.server.origin(), from.target);
    let url = Url::parse(&page).ok()?.join(address).ok()?;
    let (server, target) = split(url.as_str())?;
    let target = target.split('#').next().unwrap_or_default();
    Some(Ask::get(Part::Page, &server, target))
}

/// Why a sign-in did not succeed.
fn refusal(after: &Seen) -> Option<String> {
    let told = after.told();
    let Some(answer) = after.answer() else {
        return Some(told);
    };
    let body = answer.text();
    let title = title(&body).unwrap_or_default();
    if sign_in_form(&body).is_some() {
        return Some(format!(
            "{told}: it asks for the password again (\"{title}\"); are name and password right?"
        ));
    }
    (answer.status >= 400).then(|| format!("{told}: \"{title}\""))
}
