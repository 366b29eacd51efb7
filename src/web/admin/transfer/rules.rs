//! Rules as a CSV file, or with roles and networks as a TOML file: out, and in after a preview.

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::Deserialize;

use super::super::super::download::download;
use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::Figure;
use super::super::super::pages::admin::import::{BadRow, Change, Export, ImportPage, Preview};
use super::super::super::pages::lists::Count;
use super::super::super::pages::parts::{Errors, Explained};
use super::super::super::state::now;
use super::super::AdminVisit;
use super::{ImportForm, LISTED, content, parse};
use crate::store::StoreError;
use crate::store::import::Mode;
use crate::store::rules::{self, Diff, How, Scope};

const PATH: &str = "/admin/rules";

pub(super) async fn show(visit: AdminVisit) -> Result<HttpResponse, Error> {
    visit.page(&page(&visit, "add", String::new()))
}

fn page(visit: &AdminVisit, way: &str, text: String) -> ImportPage {
    let export = |label, format| Export {
        label,
        url: visit.state.path(&format!("{PATH}/export?format={format}")),
    };
    ImportPage {
        frame: visit.frame(PATH),
        what: "rules",
        columns: "pattern,kind,requirement,roles,public_size,from,until,before,after,message_en,note",
        explanation: "Only the pattern must be there, and what it is open to: public, roles with the \
                      roles, or nobody. A role may have a size, as in reader:1500. Before and after \
                      are written in one line: roles staff, reader:1500 + 600 px. A TOML file may also \
                      hold roles, their terms, and networks; export one to see how it is written.",
        ways: Explained::list(&ImportPage::WAYS, way),
        exports: vec![
            export("CSV (rules)", "csv"),
            export("TOML (rules, roles, networks)", "toml"),
        ],
        text,
        action: visit.state.path(&format!("{PATH}/import")),
        back_url: visit.state.path(PATH),
        ..ImportPage::default()
    }
}

pub(super) async fn submit(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<ImportForm>,
) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    let text = content(&form.file, &form.text, "Content", &mut errors);
    let way = match form.way.as_str() {
        "replace" => "replace",
        _ => "add",
    };
    if !errors.is_empty() {
        return visit.faulty(&ImportPage {
            errors,
            ..page(&visit, way, text)
        });
    }
    let scope = match way {
        "replace" => Scope::Replace,
        _ => Scope::Change,
    };
    let mode = form.mode();
    match bring_in(&visit, text.clone(), scope, mode).await {
        Ok(diff) if mode == Mode::DryRun => visit.page(&ImportPage {
            preview: Some(preview(&diff, scope)),
            ..page(&visit, way, text)
        }),
        Ok(diff) => visit.done(&format!("Imported: {}.", diff.summary()), PATH),
        Err(error) => refused(&visit, error, page(&visit, way, text)),
    }
}

async fn bring_in(
    visit: &AdminVisit,
    text: String,
    scope: Scope,
    mode: Mode,
) -> Result<Diff, StoreError> {
    let admin = visit.who.admin.clone();
    let work = move |conn: &mut _| {
        let document = parse(&text)?;
        match mode {
            Mode::Apply => rules::import(conn, &admin, now(), &document, scope),
            Mode::DryRun => rules::diff(conn, &document, scope),
        }
    };
    visit.state.change(work).await
}

fn refused(visit: &AdminVisit, error: StoreError, page: ImportPage) -> Result<HttpResponse, Error> {
    match error {
        StoreError::Rows(rows) => visit.faulty(&ImportPage {
            rows: rows.into_iter().map(BadRow::from).collect(),
            ..page
        }),
        error @ (StoreError::Invalid(_) | StoreError::BuiltIn | StoreError::Taken { .. }) => {
            let mut errors = Errors::default();
            errors.add("text", "Content", error);
            visit.faulty(&ImportPage { errors, ..page })
        }
        error => Err(error.into()),
    }
}

fn preview(diff: &Diff, scope: Scope) -> Preview {
    let figure = |number: usize, what| Figure {
        more: false,
        number: Count(number as u64),
        what,
        path: "",
    };
    let mut figures = vec![
        figure(diff.count(How::Added), "new"),
        figure(diff.count(How::Changed), "changed"),
        figure(diff.unchanged, "left as they are"),
    ];
    let deleted = diff.count(How::Removed);
    if scope == Scope::Replace {
        figures.insert(2, figure(deleted, "deleted"));
    }
    Preview {
        figures,
        replaced: (deleted > 0).then(|| "Rules that are not in the file are deleted.".to_owned()),
        changes: diff.changes.iter().take(LISTED).map(change).collect(),
        more: diff.changes.len().saturating_sub(LISTED),
    }
}

fn change(change: &rules::Change) -> Change {
    let side = |of: fn(&rules::FieldChange) -> &str| {
        let said = change.fields.iter().filter(|field| !of(field).is_empty());
        let said: Vec<String> = said
            .map(|field| format!("{}: {}", field.field, of(field)))
            .collect();
        said.join("; ")
    };
    Change {
        name: change.what.clone(),
        change: match change.how {
            How::Added => "new",
            How::Changed => "changed",
            How::Removed => "deleted",
        },
        before: side(|field| &field.before),
        after: side(|field| &field.after),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Format {
    format: String,
}

pub(super) async fn export(
    visit: AdminVisit,
    asked: Option<Query<Format>>,
) -> Result<HttpResponse, Error> {
    if asked.is_some_and(|asked| asked.format == "toml") {
        let (name, media_type) = ("iiif-gate.toml", "application/toml; charset=utf-8");
        return download(&visit.state, name, media_type, rules::export_toml()).await;
    }
    let (name, media_type) = ("rules.csv", "text/csv; charset=utf-8");
    download(&visit.state, name, media_type, rules::export_csv()).await
}
