//! The static files: read once at start, named with a fingerprint so that browsers may keep them.

use std::collections::BTreeMap;

use rust_embed::RustEmbed;

use crate::identity::secret;

#[derive(RustEmbed)]
#[folder = "static/"]
struct Files;

/// A static file.
#[derive(Debug)]
pub struct Asset {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub content_type: &'static str,
}

/// All static files. They are looked up by name in memory, so no path can lead out of the folder.
#[derive(Debug)]
pub struct Assets {
    files: BTreeMap<String, Asset>,
    version: String,
}

impl Assets {
    /// Takes the files out of the program.
    pub(super) fn new() -> Self {
        let mut files = BTreeMap::new();
        let mut prints = String::new();
        for name in Files::iter() {
            if let Some(file) = Files::get(&name) {
                let bytes = file.data.into_owned();
                prints.push_str(&name);
                prints.push_str(&secret::fingerprint(&bytes));
                files.insert(
                    name.to_string(),
                    Asset {
                        bytes,
                        content_type: content_type(&name),
                    },
                );
            }
        }
        let version = secret::fingerprint(&prints).chars().take(10).collect();
        Self { files, version }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Asset> {
        self.files.get(name)
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }

    pub(super) fn base_url(&self, base_path: &str) -> String {
        format!("{base_path}/static/{}", self.version)
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
