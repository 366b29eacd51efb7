//! The pages, and the only tera: one typed struct per template, and its rendering.
//!
//! A page struct says everything that its template shows; what stands there is decided before, in the
//! handlers. Every text is escaped by tera (the templates end in `.html`), except
//! [`auth::ScriptJson`], which can only be made escaped for scripts, and [`access::TermsHtml`], which can
//! only be made of Markdown.

pub mod access;
pub mod account;
pub mod admin;
pub mod assets;
pub mod auth;
pub mod lists;
pub mod parts;
pub mod register;
pub mod second_factor;

use std::sync::OnceLock;

use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera};

use crate::iiif::wording::Wording;
use crate::language::Language;
use assets::{Asset, Assets};
use parts::Site;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

/// A struct with everything that one template shows.
pub trait Page: Serialize + Sized {
    /// The template, by its path below `templates/`.
    const TEMPLATE: &'static str;

    /// The language that it is written in; pages without one are in English.
    fn language(&self) -> Option<&Language> {
        None
    }

    /// Pages of this kind in every state that the template tells apart, for tests and screenshots.
    fn samples() -> Vec<Self>;
}

/// Why a page could not be made: always a fault of ours.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A template or static file is not valid UTF-8 or has a broken name.
    #[error("the file `{0}` built into the program cannot be read")]
    File(String),
    /// A template is faulty, or the page lacks something that it shows.
    #[error("cannot make a page")]
    Template(#[from] tera::Error),
}

/// All templates, compiled once, and the static files that they link to.
#[derive(Debug)]
pub struct Pages {
    site: Site,
    /// Compiled when the first page is asked for: a gate that only answers viewers saves 2 MB.
    tera: OnceLock<Tera>,
    assets: Assets,
    wording: Wording,
}

impl Pages {
    /// The pages of this site.
    pub fn new(site: Site, wording: Wording) -> Self {
        Self {
            site,
            tera: OnceLock::new(),
            assets: Assets::new(),
            wording,
        }
    }

    fn tera(&self) -> Result<&Tera, PageError> {
        if let Some(tera) = self.tera.get() {
            return Ok(tera);
        }
        let compiled = self.compiled()?;
        Ok(self.tera.get_or_init(|| compiled))
    }

    fn compiled(&self) -> Result<Tera, PageError> {
        let mut tera = Tera::new();
        let global = tera.global_context();
        global.insert("site", &self.site);
        global.insert("static_url", &self.assets.base_url(&self.site.base_path));
        tera.register_filter("urlencode", |text: &str, _: Kwargs, _: &State| {
            urlencode(text)
        });
        let mut templates = Vec::new();
        // Beside them stand programs that pages show as they are.
        let pages = Templates::iter().filter(|name| name.ends_with(".html"));
        for name in pages {
            let text = Templates::get(&name)
                .and_then(|file| String::from_utf8(file.data.into_owned()).ok())
                .ok_or_else(|| PageError::File(name.to_string()))?;
            templates.push((name.to_string(), text));
        }
        tera.add_raw_templates(templates)?;
        Ok(tera)
    }

    /// The page as HTML, with the words of its language as `t`.
    #[expect(clippy::disallowed_methods, reason = "this is the one place for tera")]
    pub fn render<P: Page>(&self, page: &P) -> Result<String, PageError> {
        let mut context = Context::from_serialize(page)?;
        let texts = self.wording.of(page.language());
        context.insert("lang", texts.tag.as_str());
        context.insert("t", &texts.pages);
        Ok(self.tera()?.render(P::TEMPLATE, &context)?)
    }

    /// A static file by its name.
    pub fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.get(name)
    }

    /// What changes in the URL of every static file when any of them changes.
    pub fn assets_version(&self) -> &str {
        self.assets.version()
    }
}

/// For a value in a query.
fn urlencode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests;
