//! Somebody who is not signed in, and tries to get the picture nevertheless.

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::ask::{Ask, Part, Seen};
use crate::cli::doctor::finding::{Finding, Kind, Severity};
use crate::cli::doctor::place::Place;

pub(in crate::cli::doctor) static OPEN: Kind = Kind {
    name: "image-open",
    severity: Severity::Hole,
    title: "The picture of a protected image comes without signing in",
    why: "The description asks people to sign in, but whoever asks for the picture gets it: nobody decides about pixels.",
    mend: "Put auth_request into the location that serves the pictures, and look for a location that is chosen before it (a regex for *.jpg).",
};
pub(in crate::cli::doctor) static PATH: Kind = Kind {
    name: "bypass-path",
    severity: Severity::Hole,
    title: "A refused image comes under another spelling of its address",
    why: "What decides and what serves read the address in two ways. Whoever knows the spelling needs no sign-in.",
    mend: "Decide on the raw address ($request_uri, never $uri), hand the same on (proxy_pass without a path), and refuse `//`, dot segments, backslashes and double encoding, as the shipped files do.",
};
pub(in crate::cli::doctor) static QUERY: Kind = Kind {
    name: "bypass-query",
    severity: Severity::Hole,
    title: "A refused image comes by a parameter",
    why: "IIPImage reads commands of other protocols out of the query, and after an `&` in the path. What decides sees another image there, or none.",
    mend: "Do not hand the query on to the image server, and refuse `&` in paths, as the shipped files do.",
};
pub(in crate::cli::doctor) static PROTOCOL: Kind = Kind {
    name: "other-protocols",
    severity: Severity::Hole,
    title: "A refused image comes by another protocol of the image server",
    why: "IIPImage, digilib and Cantaloupe serve the same files under other addresses, too, which no rule knows.",
    mend: "Remove all locations that lead to the image server, but for the one that asks the gate.",
};
pub(in crate::cli::doctor) static HEADER: Kind = Kind {
    name: "bypass-header",
    severity: Severity::Hole,
    title: "A refused image comes when a header says so",
    why: "What decides believes something that the visitor sends: another address, a network, a name.",
    mend: "Have nginx set each header that the gate believes (proxy_set_header), and name trusted proxies only. The gate's listener must not be reachable from outside.",
};
pub(in crate::cli::doctor) static METHOD: Kind = Kind {
    name: "bypass-method",
    severity: Severity::Hole,
    title: "A refused image comes with another method",
    why: "Only GET is decided about.",
    mend: "Refuse all methods but GET, HEAD and OPTIONS for images (405), and decide about HEAD as about GET.",
};
pub(in crate::cli::doctor) static WRITES: Kind = Kind {
    name: "methods",
    severity: Severity::Weak,
    title: "Methods are accepted that no viewer uses",
    why: "TRACE repeats cookies to scripts, and PUT is for changing files.",
    mend: "Refuse all methods but GET, HEAD and OPTIONS for images.",
};
pub(in crate::cli::doctor) static SLASH: Kind = Kind {
    name: "encoded-slash",
    severity: Severity::Broken,
    title: "An encoded slash (%2F) in an identifier does not get through",
    why: "Images in folders have it in their names. Where a server on the way decodes or refuses it, they cannot be shown, or are decided about as others.",
    mend: "nginx: proxy_pass without a path. Apache: AllowEncodedSlashes NoDecode and ProxyPass ... nocanon. Tomcat: encodedSolidusHandling=passthrough.",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] = &[
    &OPEN, &PATH, &QUERY, &PROTOCOL, &HEADER, &METHOD, &WRITES, &SLASH,
];

/// The picture that is asked for.
#[derive(Debug, Clone)]
pub(in crate::cli::doctor) struct Aim<'a> {
    pub(in crate::cli::doctor) place: &'a Place,
    /// `{region}/{size}/{rotation}/{quality}.{format}`
    pub(in crate::cli::doctor) picture: &'a str,
    /// A path of the site that is open to everybody, such as the page to sign in.
    pub(in crate::cli::doctor) open: &'a str,
}

impl Aim<'_> {
    fn target(&self) -> String {
        format!("{}/{}", self.place.base, self.picture)
    }

    fn ask(&self, target: impl Into<String>) -> Ask {
        Ask::get(Part::Attack, &self.place.server, target)
    }

    /// Other spellings of the address.
    pub(in crate::cli::doctor) fn paths(&self) -> Vec<Ask> {
        let (prefix, id) = self.place.parts();
        let (picture, target, open) = (self.picture, self.target(), self.open);
        let host = self.place.server.authority();
        let back = target.replace('/', "\\");
        let (first, rest) = id.split_at_checked(1).unwrap_or((id, ""));
        let code = first.bytes().next().unwrap_or_default();
        let mut paths = vec![
            format!("{prefix}/x/../{id}/{picture}"),
            format!("{prefix}/./{id}/{picture}"),
            format!("{prefix}//{id}/{picture}"),
            format!("/{target}"),
            format!("/x/..{target}"),
            format!("{open}/../..{target}"),
            format!("{prefix}/x/%2e%2e/{id}/{picture}"),
            format!("{prefix}/x/.%2e/{id}/{picture}"),
            format!("{prefix}/x%2f..%2f{id}/{picture}"),
            format!("{prefix}/x/%252e%252e/{id}/{picture}"),
            format!("{prefix}/x%252f..%252f{id}/{picture}"),
            format!("{prefix}/x/..;/{id}/{picture}"),
            format!("{prefix}/x;/../{id}/{picture}"),
            format!("{prefix}/{id};x=1/{picture}"),
            format!("{prefix}/x\\..\\{id}/{picture}"),
            format!("{prefix}/x/..%5c{id}/{picture}"),
            format!("/{}", back.trim_start_matches('\\')),
            format!("{target}#{open}"),
            format!("{open}#/../..{target}"),
            format!("{target}%00"),
            format!("{target}%20"),
            format!("{target}%0a"),
            format!("{target};.css"),
            format!("{target}/"),
            format!("{target}/."),
            format!("{target}?"),
            format!("{prefix}/{id}%2f{}", picture.replacen('/', "%2f", 1)),
            format!("http://{host}{target}"),
            format!("http://doctor.invalid{target}"),
            format!("{}/{id}/{picture}", prefix.to_uppercase()),
        ];
        // An identifier that begins with a letter can be written with % in two ways.
        if code.is_ascii_alphanumeric() {
            paths.push(format!("{prefix}/%{code:02X}{rest}/{picture}"));
            paths.push(format!("{prefix}/%25{code:02X}{rest}/{picture}"));
        }
        if id.to_ascii_lowercase().contains("%2f") {
            let bare = id.replace("%2F", "/").replace("%2f", "/");
            paths.push(format!("{prefix}/{bare}/{picture}"));
        }
        paths.extend(self.forms());
        paths.into_iter().map(|path| self.ask(path)).collect()
    }

    /// The same pixels in other forms.
    fn forms(&self) -> Vec<String> {
        let target = self.target();
        let stem = target.rsplit_once('/').map_or("", |(stem, _)| stem);
        let names = ["default.png", "default.JPG", "color.jpg", "native.jpg"];
        names.map(|name| format!("{stem}/{name}")).into()
    }

    /// Commands in the query, or behind an `&`.
    pub(in crate::cli::doctor) fn queries(&self) -> Vec<Ask> {
        let (prefix, id) = self.place.parts();
        let (picture, target) = (self.picture, self.target());
        [
            format!("{prefix}/&FIF={id}&WID=64&CVT=jpeg"),
            format!("{target}&FIF={id}&CVT=jpeg"),
            format!("{target}?FIF={id}&WID=64&CVT=jpeg"),
            format!("{prefix}/?IIIF={id}/{picture}"),
            format!("{target}?access_token=doctor&user=admin"),
        ]
        .into_iter()
        .map(|path| self.ask(path))
        .collect()
    }

    /// Other protocols that image servers speak.
    pub(in crate::cli::doctor) fn protocols(&self) -> Vec<Ask> {
        let (prefix, id) = self.place.parts();
        let picture = self.picture;
        let decoded = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
        let is_plain = decoded.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
        let file = if is_plain { &*decoded } else { id };
        let paths = [
            format!("/fcgi-bin/iipsrv.fcgi?IIIF={id}/{picture}"),
            format!("/fcgi-bin/iipsrv.fcgi?FIF={file}&WID=64&CVT=jpeg"),
            format!("/fcgi-bin/iipsrv.fcgi?DeepZoom={file}_files/0/0_0.jpg"),
            format!("/fcgi-bin/iipsrv.fcgi?Zoomify={file}/TileGroup0/0-0-0.jpg"),
            format!("/iipsrv/iipsrv.fcgi?FIF={file}&WID=64&CVT=jpeg"),
            format!("/digilib/Scaler?fn={file}&dw=64&dh=64"),
            format!("/digilib/servlet/Scaler?fn={file}&dw=64&dh=64"),
            format!("/digilib/Scaler/IIIF/{}/{picture}", id.replace("%2F", "!")),
            format!("/iiif/2/{id}/{picture}"),
            format!("/iiif/3/{id}/{picture}"),
            format!("/cantaloupe/iiif/3/{id}/{picture}"),
            format!("/deepzoom/{file}_files/0/0_0.jpg"),
            format!("/zoomify/{file}/TileGroup0/0-0-0.jpg"),
        ];
        let own = format!("{prefix}/{id}/{picture}");
        let others = paths.into_iter().filter(|path| *path != own);
        others.map(|path| self.ask(path)).collect()
    }

    /// Headers that some programs believe.
    pub(in crate::cli::doctor) fn headers(&self) -> Vec<Ask> {
        let addresses = [
            "X-Original-URI",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X-Forwarded-Uri",
            "X-Replaced-Path",
        ];
        let networks = [
            "X-Forwarded-For",
            "X-Real-IP",
            "X-Client-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
        ];
        let names = [
            "X-Auth-User",
            "X-Auth-Request-User",
            "X-Forwarded-User",
            "X-Remote-User",
            "Remote-User",
        ];
        let methods = [
            "X-Original-Method",
            "X-HTTP-Method-Override",
            "X-Forwarded-Method",
        ];
        let each = |names: &[&str], value: &str| {
            let ask = self.ask(self.target());
            names.iter().fold(ask, |ask, name| ask.with(name, value))
        };
        vec![
            each(&addresses, self.open),
            each(&networks, "127.0.0.1"),
            each(&networks, "10.0.0.1"),
            each(&["Forwarded"], "for=127.0.0.1"),
            each(&names, "admin"),
            each(&methods, "OPTIONS"),
            each(&["User-Agent"], "ELB-HealthChecker/2.0"),
            each(&["User-Agent"], "Mozilla/5.0 (compatible; Googlebot/2.1)"),
            each(&["Referer"], &self.place.url()),
            each(&["X-Auth-Reason", "X-Auth-Image"], "public"),
        ]
    }

    /// Other methods, with a picture as the aim.
    pub(in crate::cli::doctor) fn methods(&self) -> Vec<Ask> {
        let ask = self.ask(self.target());
        let range = ask.clone().with("Range", "bytes=0-99");
        vec![
            ask.clone().by("POST").with("Content-Length", "0"),
            ask.by("HEAD"),
            range,
        ]
    }
}

/// Bad if a picture came.
pub(in crate::cli::doctor) fn refused(kind: &'static Kind, seen: &[Seen]) -> Finding {
    let came = seen
        .iter()
        .filter(|seen| seen.answer().is_some_and(Answer::is_picture));
    let came: Vec<String> = came.map(Seen::told).collect();
    let answered = seen.iter().filter(|seen| seen.answer().is_some()).count();
    if answered == 0 {
        return kind.unknown("there was no answer");
    }
    kind.judge(
        &came,
        format!("{answered} ways were tried, none shows the picture"),
    )
}

/// The answers to TRACE, and to PUT for an image that is not there.
pub(in crate::cli::doctor) fn methods(seen: &[Seen]) -> Finding {
    let accepted = seen
        .iter()
        .filter(|seen| matches!(seen.status(), 200..=299));
    let accepted: Vec<String> = accepted.map(Seen::told).collect();
    WRITES.judge(&accepted, "PUT and TRACE are refused")
}

/// An unknown image with an encoded slash in its name, and one without.
pub(in crate::cli::doctor) fn slash(place: &Place, with: &Seen, without: &Seen) -> Finding {
    if place.base.to_ascii_lowercase().contains("%2f") {
        return SLASH.fine("the image that was given has one");
    }
    let cors = |seen: &Seen| seen.header("Access-Control-Allow-Origin").is_some();
    if with.status() == without.status() && cors(with) == cors(without) {
        SLASH.fine(format!(
            "{} with and without one, for an image that is not there; to be sure give an image that has it",
            with.status()
        ))
    } else {
        SLASH.bad(format!("{}, but {}", with.told(), without.told()))
    }
}
