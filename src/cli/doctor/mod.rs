//! `iiif-gate doctor`: plays viewers and an intruder against a running site, and says what is wrong with it.
//!
//! The examiner asks, the [checks](PARTS) judge: each is a function from what was seen to findings, so none needs
//! a network. Requests are written by ourselves, since no HTTP library sends targets such as `/a/../b`.

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

use super::failure::{Failure, Result};
use super::{output, password};

mod answer;
mod ask;
mod checks;
mod cookie;
mod examiner;
mod finding;
mod first;
mod ideal;
mod ideal_document;
mod intruder;
mod network;
mod page;
mod place;
mod report;
mod services;
#[cfg(test)]
mod tests;
mod user;
mod viewer;
mod visit;
mod wire;

pub use checks::PARTS;
pub use finding::{Kind, Severity};

use examiner::{Examiner, Ports, Wishes};
use ideal::Ideal;
use network::Network;
use place::Place;
use report::Report;
use wire::Wire;

/// Examine a running site from outside, as viewers and intruders see it
///
/// Asks the site some 130 times: as a viewer of IIIF Auth 1.0, as one of 2.0, and as somebody who tries to get
/// past the sign-in. Changes nothing, guesses no password, and works with any IIIF Auth server. Run it from
/// another machine than the server. With --user it signs in and out as that user, too.
///
/// docs/reference/doctor.md explains each finding. Exit code 0 if nothing is a hole or broken, 1 if something is,
/// 2 if the site cannot be examined.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub(super) struct Options {
    /// The address of an image that needs a sign-in, without /info.json: <https://images.example/iiif/images/ID>
    url: String,
    /// Sign in as this user, who may see the image; the password is asked for, or read from stdin
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Go on as somebody who signed in in a browser, where name and password are not enough (a second factor, the
    /// sign-in of another site): the cookie, NAME=VALUE, is asked for, or read from stdin. Its session ends with this
    #[arg(long, conflicts_with = "user")]
    cookie: bool,
    /// The site on which the viewer pretends to stand
    #[arg(long, default_value = "https://viewer.example")]
    origin: String,
    /// Go on although the certificate is not trusted
    #[arg(long)]
    insecure: bool,
    /// The port of plain http, where https is not at 443
    #[arg(long, value_name = "PORT")]
    http_port: Option<u16>,
    /// A port where an image server may be open to everybody; may be given several times [default: 8080, 8182, 8183, 9000]
    #[arg(long = "image-port", value_name = "PORT")]
    image_ports: Vec<u16>,
    /// Do not try the ports of image servers
    #[arg(long, conflicts_with = "image_ports")]
    no_image_ports: bool,
    /// Say what would be asked, and ask nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let place = Place::parse(&self.url).map_err(impossible)?;
        let (json, is_dry) = (self.json, self.dry_run);
        let wishes = self.wishes()?;
        if is_dry {
            return rehearse(place, wishes);
        }
        let mut network = Network::new().map_err(impossible)?;
        let (report, gave_up) = {
            let (protected, url, findings) =
                examine(&mut network, place, wishes).map_err(impossible)?;
            let report = Report::new(url, protected, network.requests(), &findings);
            (report, network.gave_up())
        };
        if json {
            output::json(&report)?;
        } else {
            output::data(&report)?;
        }
        match report.wrong() {
            _ if gave_up => Err(impossible(
                "the site stopped answering before all was asked",
            )),
            0 => Ok(()),
            _ => Err(Failure::yours(report.sum())),
        }
    }

    fn wishes(self) -> Result<Wishes> {
        let user = match self.user {
            Some(name) if self.dry_run => Some((name, SecretString::default())),
            Some(name) => {
                let password = password::existing(&name)?;
                Some((name, password))
            }
            None => None,
        };
        let cookie = if self.cookie && self.dry_run {
            Some("gate=handle".into())
        } else if self.cookie {
            Some(brought()?)
        } else {
            None
        };
        Ok(Wishes {
            origin: self.origin,
            user,
            cookie,
            insecure: self.insecure,
            http_port: self.http_port,
            ports: match self.image_ports {
                _ if self.no_image_ports => Ports::None,
                ports if ports.is_empty() => Ports::Usual,
                ports => Ports::These(ports),
            },
        })
    }
}

/// A cookie, as the browser's tools show it.
fn brought() -> Result<SecretString> {
    let cookie = password::secret("Cookie (NAME=VALUE): ")?;
    let text = cookie.expose_secret();
    let text = text.strip_prefix("Cookie: ").unwrap_or(text).trim();
    let fits = text.chars().all(|c| (' '..='~').contains(&c)) && !cookie::sent(text).is_empty();
    if fits {
        Ok(text.into())
    } else {
        Err(Failure::yours(
            "a cookie is written NAME=VALUE, several with `; ` between them",
        ))
    }
}

type Examined = (bool, String, Vec<finding::Finding>);

fn examine(
    wire: &mut dyn Wire,
    place: Place,
    wishes: Wishes,
) -> std::result::Result<Examined, first::Impossible> {
    let url = place.url();
    let mut examiner = Examiner {
        wire,
        place,
        wishes,
        findings: Vec::new(),
        seen: Vec::new(),
        signed_in: None,
    };
    let protected = examiner.examine()?;
    Ok((protected, url, examiner.findings))
}

/// What would be asked of a site without faults that has both versions of IIIF Auth.
fn rehearse(place: Place, wishes: Wishes) -> Result {
    let mut site = Ideal::new(place.clone(), crate::web::state::now());
    examine(&mut site, place, wishes).map_err(impossible)?;
    for line in &site.asked {
        output::data(line)?;
    }
    output::say(format_args!(
        "{} requests; the addresses below /auth/ stand for those that the description names",
        site.asked.len()
    ));
    Ok(())
}

/// The site cannot be examined: exit code 2.
fn impossible(error: impl std::fmt::Display) -> Failure {
    Failure::Ours(anyhow::anyhow!("{error}"))
}
