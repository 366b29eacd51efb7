//! A role's terms: the version in force, a new one, and those before.

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::terms::{TermsPage, TermsPreview, TermsVersion};
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::audit as log;
use super::super::fields::{Fields, language_name};
use super::super::{AdminVisit, address, explain};
use super::PATH;
use super::words::visitors;
use crate::identity::principal::{ObtainedBy, RoleId};
use crate::language::{Language, LanguageMap};
use crate::store::audit::{self, Action, AuditQuery, Record};
use crate::store::page::Paging;
use crate::store::roles::{self, Role, Usage};
use crate::store::terms::{self, Version};
use crate::store::{Conn, StoreError};

/// How many acceptances are shown.
const RECENT: u32 = 10;

/// What there is to know about a role's terms.
struct Known {
    role: Role,
    usage: Usage,
    versions: Vec<Version>,
    acceptances: Vec<Record>,
}

impl Known {
    fn load(conn: &mut Conn, id: RoleId) -> Result<Self, StoreError> {
        let role = roles::find(conn, id)?.ok_or(StoreError::NotFound)?;
        if role.obtained_by != ObtainedBy::Terms {
            return Err(StoreError::NotFound);
        }
        let query = AuditQuery {
            subject: Some(role.name.to_string()),
            action: Some(Action::AcceptTerms),
            paging: Paging {
                page: 1,
                per_page: RECENT,
            },
            ..AuditQuery::default()
        };
        let acceptances = audit::page(conn, &query)?.items;
        Ok(Self {
            usage: roles::usage_some(conn, id, now())?,
            versions: terms::list(conn, id)?,
            acceptances,
            role,
        })
    }

    /// The number of the version in force; 0 if there is none.
    fn version(&self) -> i32 {
        let newest = self.versions.first();
        newest.map_or(0, |version| version.terms.version)
    }
}

async fn known(visit: &AdminVisit, id: RoleId) -> Result<Known, Error> {
    let load = move |conn: &mut _| Known::load(conn, id);
    Ok(visit.state.store.run(load).await?)
}

pub(super) async fn show(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let known = known(&visit, RoleId(*id)).await?;
    let mut fields = Fields::default();
    if let Some(Version { terms, .. }) = known.versions.first() {
        fields.set_texts("heading", &terms.heading);
        fields.set_texts("text", &terms.text);
    }
    visit.page(&page(&visit, known, &fields, Errors::default()))
}

fn page(visit: &AdminVisit, known: Known, fields: &Fields, errors: Errors) -> TermsPage {
    let languages = &visit.state.config.languages;
    let (role, version) = (known.role.name.to_string(), known.version());
    let parameters = [
        ("action", Action::AcceptTerms.as_str()),
        ("search", role.as_str()),
    ];
    TermsPage {
        frame: visit.frame(PATH),
        role_id: known.role.id.0,
        version,
        holders: visitors(known.usage).text,
        headings: fields.translations("heading", languages),
        texts: fields.translations("text", languages),
        previews: Vec::new(),
        history: known.versions.iter().map(published).collect(),
        acceptances: known.acceptances.into_iter().map(log::row).collect(),
        acceptances_url: address(&visit.state, "/admin/audit", &parameters),
        errors,
        role,
    }
}

fn published(version: &Version) -> TermsVersion {
    TermsVersion {
        version: version.terms.version,
        at: version.created_at.into(),
        by: version.created_by.clone(),
        previews: previews(&version.terms.heading, &version.terms.text),
    }
}

/// What visitors see, in each language that has a text.
fn previews(heading: &LanguageMap, text: &LanguageMap) -> Vec<TermsPreview> {
    let preview = |(language, text)| {
        let heading = heading.get(language).unwrap_or_default();
        TermsPreview::new(language.as_str(), language_name(language), heading, text)
    };
    text.iter().map(preview).collect()
}

/// Shows what visitors would see, or publishes it.
pub(super) async fn submit(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let known = known(&visit, RoleId(*id)).await?;
    let languages = &visit.state.config.languages;
    let heading = fields.texts("heading");
    let text = fields.texts("text");
    let mut errors = Errors::default();
    if text.is_empty() {
        let language = languages.first().map(Language::as_str).unwrap_or_default();
        let message = "must not be empty: without terms nobody could obtain the role";
        errors.add(format!("text.{language}"), "Text", message);
    }
    if fields.get("version") != known.version().to_string() {
        errors.add_general(
            "somebody has published another version in the meantime: read it below, and then \
             publish yours once more",
        );
    }
    if errors.is_empty() && fields.get("step") == "publish" {
        return publish(&visit, known, fields, (heading, text)).await;
    }
    let is_empty = errors.is_empty();
    let page = TermsPage {
        previews: previews(&heading, &text),
        ..page(&visit, known, &fields, errors)
    };
    if is_empty {
        visit.page(&page)
    } else {
        visit.faulty(&page)
    }
}

async fn publish(
    visit: &AdminVisit,
    known: Known,
    fields: Fields,
    (heading, text): (LanguageMap, LanguageMap),
) -> Result<HttpResponse, Error> {
    let (id, admin) = (known.role.id, visit.who.admin.clone());
    let work = move |conn: &mut _| terms::publish(conn, &admin, now(), id, &heading, &text);
    let mut errors = Errors::default();
    match visit.state.change(work).await {
        Ok(Some(version)) => {
            let said = format!("Version {version} is published. Everybody is asked for it now.");
            return visit.done(&said, &format!("{PATH}/{}/terms", id.0));
        }
        Ok(None) => errors.add_general(
            "nothing was published, because this is what the version in force says already",
        ),
        Err(error) => explain(&mut errors, "text", "Text", error)?,
    }
    visit.faulty(&page(visit, known, &fields, errors))
}
