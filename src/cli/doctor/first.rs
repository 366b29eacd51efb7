//! The image without credentials: what all that follows is held against, or why there is nothing to examine.

use serde_json::Value;
use thiserror::Error;

use super::answer::Answer;
use super::ask::Seen;
use super::examiner::Examiner;
use super::place::split;
use super::services::{Services, id, text};
use super::wire::Trouble;

/// Why a site cannot be examined.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum Impossible {
    #[error("{0}")]
    Trouble(Trouble),
    #[error("the certificate is not trusted ({0}); --insecure goes on nevertheless")]
    Untrusted(String),
    #[error("the site has no such image: {0}")]
    Missing(String),
    #[error("that is a manifest; give the address of one of its images{0}")]
    Manifest(String),
    #[error("that is no image of a IIIF image server: {0}")]
    NoImage(String),
    #[error("the site sends this address on to {0}; give that one")]
    Elsewhere(String),
    #[error("the site does not work at the moment: {0}")]
    Down(String),
}

/// An image without credentials: what all that follows is held against.
pub(super) struct First {
    pub(super) info: Seen,
    pub(super) document: Option<Value>,
    pub(super) services: Services,
    /// `{region}/{size}/{rotation}/{quality}.{format}` of a picture that is refused, or else of any.
    pub(super) picture: String,
    pub(super) is_protected: bool,
    /// Whether the picture was refused.
    pub(super) is_refused: bool,
}

impl Examiner<'_> {
    /// Description and picture, without credentials.
    pub(super) fn first(&mut self) -> Result<First, Impossible> {
        let info = self.ask(self.viewer(self.place.info()));
        let answer = info.answer.clone().map_err(Impossible::Trouble)?;
        let answer = self.lower(&answer)?;
        let document = described(&info, &answer)?;
        let services = document.as_ref().map(Services::of).unwrap_or_default();
        let says_so = info.status() != 200 || !services.is_empty();
        let sizes = pictures(document.as_ref());
        let (mut picture, mut is_refused) = (String::new(), false);
        for size in sizes {
            let seen = self.ask(self.viewer(format!("{}/{size}", self.place.base)));
            picture = size;
            let comes = seen.answer().is_some_and(Answer::is_picture);
            // An open image need not have this size.
            is_refused = !comes && (says_so || matches!(seen.status(), 401 | 403));
            if is_refused || !says_so {
                break;
            }
        }
        Ok(First {
            is_protected: says_so || is_refused,
            is_refused,
            info,
            document,
            services,
            picture,
        })
    }

    /// Where the description leads to a lesser one, that one.
    fn lower(&mut self, answer: &Answer) -> Result<Answer, Impossible> {
        let Some(location) = answer.header("Location").filter(|_| answer.is_redirect()) else {
            return Ok(answer.clone());
        };
        let there = split(location).unwrap_or((self.place.server.clone(), location.to_owned()));
        let (server, target) = there;
        if target.ends_with("/info.json") && server == self.place.server && answer.status == 302 {
            let seen = self.ask(self.viewer(target));
            return seen.answer.map_err(Impossible::Trouble);
        }
        if target.ends_with("/info.json") {
            return Err(Impossible::Elsewhere(location.replace("/info.json", "")));
        }
        Ok(answer.clone())
    }
}

/// The description in an answer, if there is one; or why nothing can be examined.
fn described(info: &Seen, answer: &Answer) -> Result<Option<Value>, Impossible> {
    let told = info.told();
    let document = answer.json().filter(Value::is_object);
    if let Some(document) = &document {
        let kind = text(document, "type").or_else(|| text(document, "@type"));
        if matches!(
            kind,
            Some("Manifest" | "sc:Manifest" | "Collection" | "sc:Collection")
        ) {
            let image = image_in(document);
            let image = image.map(|image| format!(", such as {image}"));
            return Err(Impossible::Manifest(image.unwrap_or_default()));
        }
    }
    let is_image =
        |document: &Value| document.get("width").is_some() || !Services::of(document).is_empty();
    match answer.status {
        404 | 410 => Err(Impossible::Missing(told)),
        500..=599 => Err(Impossible::Down(told)),
        200 if !document.as_ref().is_some_and(is_image) => Err(Impossible::NoImage(told)),
        _ => Ok(document.filter(is_image)),
    }
}

/// The first image service in a manifest.
fn image_in(value: &Value) -> Option<String> {
    let is_service = |value: &Value| {
        let profile = value
            .get("profile")
            .map(Value::to_string)
            .unwrap_or_default();
        let kind = text(value, "type").or_else(|| text(value, "@type"));
        profile.contains("iiif.io/api/image")
            || kind.is_some_and(|kind| kind.starts_with("ImageService"))
    };
    match value {
        Value::Object(_) if is_service(value) => id(value),
        Value::Object(fields) => fields.values().find_map(image_in),
        Value::Array(all) => all.iter().find_map(image_in),
        _ => None,
    }
}

/// A small picture; and a part at full resolution, in case that everybody may see a small one.
fn pictures(document: Option<&Value>) -> [String; 2] {
    let length = |name| {
        let length = document.and_then(|document| document.get(name)?.as_u64());
        length.unwrap_or(1024).max(1)
    };
    let (width, height) = (length("width").min(1024), length("height").min(1024));
    [
        format!("full/{},/0/default.jpg", width.min(64)),
        format!("0,0,{width},{height}/{width},/0/default.jpg"),
    ]
}
