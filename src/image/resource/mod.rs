//! What a canonical target names: an image (and which part of it), a manifest, or a file.

use super::identifier::Identifier;
use super::target::{Target, TargetError, decode};

/// Where things lie in the public URL space, and how the image server writes `/` in identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Path of the Image API, with slashes at both ends: `/iiif/images/`.
    pub images: String,
    /// Path of the reduced images: `/iiif/preview/`.
    pub preview: String,
    /// Path of the images themselves for those who come from a probe: `/iiif/full/`.
    pub full: String,
    /// Path of the manifests, with slashes at both ends: `/iiif/manifests/`.
    pub manifests: String,
    /// Path of the annotation store where an authToken is needed: `/annotator/`.
    pub annotations: String,
    /// Path of the annotation store where visitors without one may read: `/annotator-open/`.
    pub open_annotations: String,
    /// How the image server reads identifiers.
    pub dialect: Dialect,
    /// The character that the image server reads as `/` in identifiers (digilib: `!`).
    pub slash_substitute: Option<char>,
}

/// What an image server reads differently from the specification; such targets are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Nothing.
    Plain,
    /// IIPImage 1.1 takes `&` as the start of another command, deletes `../` wherever it stands, decodes
    /// twice, and uses `%` as a printf format.
    IipImage,
    /// Servlet containers (digilib, Cantaloupe) drop `;parameters`.
    Servlet,
}

impl Dialect {
    fn admits(self, raw: &str, decoded: &str) -> bool {
        match self {
            Self::Plain => true,
            Self::IipImage => {
                !raw.contains('&') && !decoded.contains("..") && !decoded.contains('%')
            }
            Self::Servlet => !raw.contains(';'),
        }
    }
}

/// A resource, with everything that a decision and an answer need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource<'a> {
    /// An image.
    Image {
        /// Its identifier, decoded, with the slash substitute replaced.
        identifier: Identifier,
        /// Its identifier as the client wrote it.
        raw_identifier: &'a str,
        /// In which of the two URL spaces.
        tier: Tier,
        /// What is wanted of it.
        form: Form<'a>,
    },
    /// A manifest.
    Manifest(Identifier),
    /// Any other path.
    File(Identifier),
}

/// The URL space of an image (IIIF Auth 1.0 §3.2: tiers have different URIs).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// The image itself.
    Full,
    /// The image in the size that its rule leaves open.
    Preview,
    /// The image itself, under the address to which a probe sends those who may see it. Its info.json
    /// never leads down to the reduced image: viewers of IIIF Auth 2.0 ask for it without any credentials.
    Direct,
}

/// The URI forms of the IIIF Image API (3.0, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form<'a> {
    /// `{identifier}`: redirects to the info.json.
    Base,
    /// `{identifier}/info.json`.
    Info,
    /// `{identifier}/{region}/{size}/{rotation}/{quality}.{format}`; holds what follows the identifier.
    Pixels(&'a str),
}

impl Form<'_> {
    /// Whether it describes the image; access tokens open descriptions only.
    pub fn is_description(self) -> bool {
        !matches!(self, Self::Pixels(_))
    }
}

/// The quality part of an image request, in Image API 1 to 3; nginx's `$iiif_gate_target` has the same list.
pub(super) const QUALITIES: [&str; 6] = ["default", "color", "gray", "grey", "bitonal", "native"];

impl<'a> Resource<'a> {
    /// Finds the resource that a raw target names.
    pub fn of(raw: &'a [u8], layout: &Layout) -> Result<Self, TargetError> {
        let target = Target::parse(raw)?;
        let path = target.path();
        let tiers = [
            (&layout.images, Tier::Full),
            (&layout.preview, Tier::Preview),
            (&layout.full, Tier::Direct),
        ];
        for (prefix, tier) in tiers {
            if let Some(rest) = path.strip_prefix(prefix.as_str()) {
                return image(rest, tier, layout);
            }
        }
        // A prefix written with escapes would be located by nginx, but not recognized here.
        let decoded = decode(path).ok_or(TargetError::NotCanonical)?;
        if tiers
            .iter()
            .any(|(prefix, _)| decoded.starts_with(prefix.as_str()))
        {
            return Err(TargetError::NotCanonical);
        }
        if [&layout.annotations, &layout.open_annotations]
            .iter()
            .any(|prefix| decoded.starts_with(prefix.as_str()))
        {
            return Err(TargetError::Annotations);
        }
        let (rest, make): (&str, fn(Identifier) -> Self) =
            match decoded.strip_prefix(layout.manifests.as_str()) {
                Some(rest) => (rest, Resource::Manifest),
                None => (decoded.trim_start_matches('/'), Resource::File),
            };
        identifier(rest.to_owned()).map(make)
    }

    /// The identifier.
    pub fn identifier(&self) -> &Identifier {
        match self {
            Self::Image { identifier, .. }
            | Self::Manifest(identifier)
            | Self::File(identifier) => identifier,
        }
    }

    /// Whether it is a description, which access tokens open, or content, which they do not.
    pub fn is_description(&self) -> bool {
        match self {
            Self::Image { form, .. } => form.is_description(),
            Self::Manifest(_) => true,
            Self::File(_) => false,
        }
    }

    /// Whether it is the description of an image, which the gate writes itself.
    pub fn is_image_description(&self) -> bool {
        matches!(self, Self::Image { form, .. } if form.is_description())
    }
}

fn image<'a>(rest: &'a str, tier: Tier, layout: &Layout) -> Result<Resource<'a>, TargetError> {
    let (raw_identifier, form) = split_form(rest)?;
    let mut decoded = decode(raw_identifier).ok_or(TargetError::NotCanonical)?;
    if !layout.dialect.admits(rest, &decoded) {
        return Err(TargetError::NotCanonical);
    }
    if let Some(substitute) = layout.slash_substitute {
        decoded = decoded.replace(substitute, "/");
    }
    Ok(Resource::Image {
        identifier: identifier(decoded)?,
        raw_identifier,
        tier,
        form,
    })
}

fn identifier(decoded: String) -> Result<Identifier, TargetError> {
    Identifier::try_from(decoded).map_err(|_| TargetError::NotCanonical)
}

/// Splits what follows the Image API's path, on raw slashes, from the right.
fn split_form(rest: &str) -> Result<(&str, Form<'_>), TargetError> {
    if let Some(identifier) = rest.strip_suffix("/info.json") {
        return Ok((identifier, Form::Info));
    }
    let Some((identifier, parameters)) = pixels(rest) else {
        return Ok((rest.strip_suffix('/').unwrap_or(rest), Form::Base));
    };
    // IIPImage decodes before it splits: an encoded slash here would belong to the identifier.
    let is_slash = |escape: &[u8]| escape.eq_ignore_ascii_case(b"%2f");
    if parameters.as_bytes().windows(3).any(is_slash) {
        return Err(TargetError::NotCanonical);
    }
    let parameters = parameters.strip_prefix('/').unwrap_or_default();
    Ok((identifier, Form::Pixels(parameters)))
}

/// The identifier and `region/size/rotation/` of an image request; nginx's map has the same shape.
fn pixels(rest: &str) -> Option<(&str, &str)> {
    let (before, file) = rest.rsplit_once('/')?;
    let (quality, format) = file.split_once('.')?;
    let is_format = !format.is_empty() && format.bytes().all(|b| b.is_ascii_alphanumeric());
    if !is_format || !QUALITIES.contains(&quality) {
        return None;
    }
    let (before, rotation) = before.rsplit_once('/')?;
    let (before, size) = before.rsplit_once('/')?;
    let (identifier, region) = before.rsplit_once('/')?;
    let complete = [identifier, region, size, rotation]
        .iter()
        .all(|part| !part.is_empty());
    complete.then(|| (identifier, rest.get(identifier.len()..).unwrap_or_default()))
}

#[cfg(test)]
pub(super) mod tests;
