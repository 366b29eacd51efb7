//! Targets in the annotation store: about those, authTokens decide, and not rules.

use super::resource::Layout;
use super::target::{Target, decode};

/// A canonical target in one of the two annotation locations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotations {
    /// The whole path, decoded.
    pub path: String,
    /// Whether nobody needs a token to ask; what is shown then is for the store to say.
    pub is_open: bool,
}

impl Annotations {
    /// Whether this is the store's direct access to its search engine, in which permissions can be stepped
    /// around.
    pub fn is_raw_search(&self) -> bool {
        self.path.split('/').any(|segment| segment == "search_raw")
    }

    /// The annotation location that a raw target names, if it names one and is canonical. The location's
    /// own name must stand there as it is: spelled with escapes it is no target of ours at all.
    pub fn of(raw: &[u8], layout: &Layout) -> Option<Self> {
        let is_open = raw.starts_with(layout.open_annotations.as_bytes());
        if !is_open && !raw.starts_with(layout.annotations.as_bytes()) {
            return None;
        }
        let path = decode(Target::parse(raw).ok()?.path())?;
        Some(Self { path, is_open })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::resource::Resource;
    use crate::image::resource::tests::layout;
    use crate::image::target::TargetError;

    #[test]
    fn both_locations_are_found_and_nothing_beside_them() {
        let found = |raw: &str| Annotations::of(raw.as_bytes(), &layout(None));
        for (raw, path, is_open) in [
            (
                "/annotator/search?uri=http://a/b",
                "/annotator/search",
                false,
            ),
            (
                "/annotator/annotations/1",
                "/annotator/annotations/1",
                false,
            ),
            ("/annotator/", "/annotator/", false),
            ("/annotator-open/search", "/annotator-open/search", true),
            ("/annotator/a%2Fb", "/annotator/a/b", false),
        ] {
            let expected = Annotations {
                path: path.to_owned(),
                is_open,
            };
            assert_eq!(found(raw), Some(expected), "{raw}");
            let as_resource = Resource::of(raw.as_bytes(), &layout(None));
            assert_eq!(as_resource, Err(TargetError::Annotations), "{raw}");
        }
        let is_raw = |raw| found(raw).unwrap().is_raw_search();
        assert!(
            is_raw("/annotator-open/search_raw?source={}") && is_raw("/annotator/%73earch_raw/")
        );
        assert!(!is_raw("/annotator/search?text=/search_raw"));
        for raw in [
            "/annotator",
            "/annotatorx",
            "/%61nnotator/x",
            "/Annotator/x",
            "/annotator/../iiif/images/x",
            "/annotator/%2e%2e/x",
            "/annotator//x",
            "/x/annotator/y",
            "/iiif/images/x",
        ] {
            assert_eq!(found(raw), None, "{raw}");
        }
    }
}
