//! As somebody who has not signed in and tries to get in. Nothing is changed, and nothing is guessed.

use super::ask::{Ask, Part};
use super::checks::{attack, surroundings};
use super::examiner::Examiner;
use super::first::First;
use super::place::split;

impl Examiner<'_> {
    pub(super) fn as_intruder(&mut self, first: &First) {
        self.surroundings(first);
        let kinds = [
            &attack::PATH,
            &attack::QUERY,
            &attack::PROTOCOL,
            &attack::HEADER,
            &attack::METHOD,
        ];
        if !first.is_refused {
            let why = "the picture is not refused, so there is nothing to get past";
            self.findings.extend(kinds.map(|kind| kind.unknown(why)));
            return;
        }
        self.findings.push(if first.is_protected {
            attack::OPEN.fine(format!(
                "GET {}/{} is refused",
                self.place.base, first.picture
            ))
        } else {
            attack::OPEN.unknown("the image is not protected")
        });
        let place = self.place.clone();
        let (open, _) = self.pages(first);
        let aim = attack::Aim {
            place: &place,
            picture: &first.picture,
            open: &open,
        };
        let ways = [
            aim.paths(),
            aim.queries(),
            aim.protocols(),
            aim.headers(),
            aim.methods(),
        ];
        for (kind, asks) in kinds.into_iter().zip(ways) {
            let seen = self.ask_all(asks);
            self.findings.push(attack::refused(kind, &seen));
        }
    }

    fn surroundings(&mut self, first: &First) {
        let server = self.place.server.clone();
        let (_, pages) = self.pages(first);
        let nothing = self.ask(surroundings::nothing(&server));
        let questions = self.ask_all(surroundings::questions(&server, &pages));
        self.findings
            .push(surroundings::closed(&questions, &nothing));
        let inner = self.ask_all(surroundings::inner(&server, &pages));
        self.findings.push(surroundings::unseen(&inner, &nothing));

        let info = Ask::get(Part::Attack, &server, self.place.info());
        let mut elsewhere = info.clone();
        elsewhere.host = Some("doctor.invalid".to_owned());
        let seen = self.ask(elsewhere);
        self.findings.push(surroundings::other_host(&seen));
        let forwarded = info
            .with("X-Forwarded-Host", "doctor.invalid")
            .with("X-Forwarded-Server", "doctor.invalid")
            .with("X-Forwarded-Prefix", "/doctor.invalid")
            .with("X-IIIF-ID", "https://doctor.invalid/x");
        let seen = self.ask(forwarded);
        self.findings.push(surroundings::forwarded(&seen));
        self.methods();
    }

    /// Of an image that is not there, and only if it is another version than none: nothing can be changed.
    fn methods(&mut self) {
        let (prefix, _) = self.place.parts();
        let target = format!("{prefix}/doctor-no-such-image/full/64,/0/default.jpg");
        let ask = Ask::get(Part::Attack, &self.place.server, target);
        let put = ask.clone().by("PUT").with("Content-Length", "0");
        let asks = vec![put.with("If-Match", "\"doctor\""), ask.by("TRACE")];
        let seen = self.ask_all(asks);
        self.findings.push(attack::methods(&seen));
    }

    /// An address that is open to everybody, and the folder of the gate's pages.
    fn pages(&self, first: &First) -> (String, String) {
        let page = first
            .services
            .sign_in()
            .and_then(|access| access.id.as_deref());
        let page = page.and_then(split);
        let own = page.filter(|(server, _)| *server == self.place.server);
        let open = own.map_or_else(|| "/".to_owned(), |(_, target)| target);
        let folder = open.rsplit_once('/').map_or("", |(folder, _)| folder);
        (open.clone(), folder.to_owned())
    }
}
