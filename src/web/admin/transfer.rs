//! Users and rules as CSV files: out, and in after a preview.

use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::{ServiceConfig, get, post};
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use super::super::error::Error;
use super::super::form::CsrfForm;
use super::super::pages::admin::Figure;
use super::super::pages::admin::import::{BadRow, Change, ImportPage, Preview};
use super::super::pages::lists::Count;
use super::super::pages::parts::Errors;
use super::super::state::now;
use super::AdminVisit;
use crate::identity::password;
use crate::store::import::{Mode, Report};
use crate::store::rules::{How, Scope};
use crate::store::users::NewPassword;
use crate::store::{StoreError, rules, users};

/// How many names a preview lists.
const LISTED: usize = 100;
/// How many passwords in words a file may have: each takes a good part of a second.
const MAX_PASSWORDS: usize = 50;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/users/import", get().to(show_users))
        .route("/users/import", post().to(import_users))
        .route("/users/export", get().to(export_users))
        .route("/rules/import", get().to(show_rules))
        .route("/rules/import", post().to(import_rules))
        .route("/rules/export", get().to(export_rules));
}

/// What can be imported.
struct Subject {
    what: &'static str,
    columns: &'static str,
    explanation: &'static str,
    path: &'static str,
}

const USERS: Subject = Subject {
    what: "users",
    columns: "name,display_name,state,roles,password,password_hash",
    explanation: "Only the name must be there. The state is active, disabled or pending; roles are \
                  separated by blanks; what the table leaves out stays as it is, and so do users who \
                  are not in it.",
    path: "/admin/users",
};

const RULES: Subject = Subject {
    what: "rules",
    columns: "pattern,kind,requirement,roles,note",
    explanation: "The kind is image, manifest or file; the requirement is public, roles or nobody; \
                  roles are separated by blanks. Rules that are not in the table stay as they are.",
    path: "/admin/rules",
};

#[derive(Deserialize)]
struct ImportForm {
    text: String,
    #[serde(default)]
    step: String,
}

impl ImportForm {
    fn mode(&self) -> Mode {
        if self.step == "import" {
            Mode::Apply
        } else {
            Mode::DryRun
        }
    }
}

async fn show_users(visit: AdminVisit) -> Result<HttpResponse, Error> {
    visit.page(&page(&visit, &USERS, String::new()))
}

async fn show_rules(visit: AdminVisit) -> Result<HttpResponse, Error> {
    visit.page(&page(&visit, &RULES, String::new()))
}

async fn import_users(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<ImportForm>,
) -> Result<HttpResponse, Error> {
    let result = bring_in_users(&visit, &form).await;
    answer(&visit, &USERS, form, result)
}

async fn bring_in_users(visit: &AdminVisit, form: &ImportForm) -> Result<Report, Error> {
    let mut rows = users::parse(&form.text)?;
    let (mode, admin) = (form.mode(), visit.who.admin.clone());
    let mut passwords = 0;
    for row in &mut rows {
        if let NewPassword::Plain(plain) = &row.value.password {
            passwords += 1;
            let hash = match mode {
                Mode::Apply if passwords <= MAX_PASSWORDS => {
                    visit
                        .state
                        .passwords
                        .hash(plain.expose_secret().to_owned())
                        .await?
                }
                Mode::Apply | Mode::DryRun => password::dummy_hash(visit.state.config.bcrypt_cost),
            };
            row.value.password = NewPassword::Hash(hash);
        }
    }
    if passwords > MAX_PASSWORDS {
        return Err(StoreError::Invalid(format!(
            "there are {passwords} passwords in words, and hashing takes long: import at most \
             {MAX_PASSWORDS} here, or use `iiif-gate user import`"
        ))
        .into());
    }
    let import = move |conn: &mut _| users::import(conn, &admin, now(), &rows, mode);
    Ok(visit.state.change(import).await?)
}

async fn import_rules(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<ImportForm>,
) -> Result<HttpResponse, Error> {
    let (mode, admin, text) = (form.mode(), visit.who.admin.clone(), form.text.clone());
    let import = move |conn: &mut _| {
        let file = rules::parse_csv(&text)?;
        let diff = match mode {
            Mode::Apply => rules::import(conn, &admin, now(), &file, Scope::Change)?,
            Mode::DryRun => rules::diff(conn, &file, Scope::Change)?,
        };
        let named = |how| {
            let changes = diff.changes.iter().filter(move |change| change.how == how);
            changes.map(|change| change.what.clone()).collect()
        };
        Ok(Report {
            created: named(How::Added),
            updated: named(How::Changed),
            unchanged: diff.unchanged,
        })
    };
    let result = visit.state.change(import).await.map_err(Error::from);
    answer(&visit, &RULES, form, result)
}

/// The preview, what was done, or what is wrong.
fn answer(
    visit: &AdminVisit,
    subject: &'static Subject,
    form: ImportForm,
    result: Result<Report, Error>,
) -> Result<HttpResponse, Error> {
    let mode = form.mode();
    let page = page(visit, subject, form.text);
    match result {
        Ok(report) if mode == Mode::DryRun => visit.page(&ImportPage {
            preview: Some(preview(&report)),
            ..page
        }),
        Ok(report) => {
            let (new, changed) = (report.created.len() as u64, report.updated.len() as u64);
            let said = format!("Imported: {} new, {} changed.", Count(new), Count(changed));
            visit.done(&said, subject.path)
        }
        Err(Error::Store(StoreError::Rows(rows))) => {
            let row = |row: crate::store::RowError| BadRow {
                line: row.line,
                message: row.message,
            };
            visit.faulty(&ImportPage {
                rows: rows.into_iter().map(row).collect(),
                ..page
            })
        }
        Err(Error::Store(error @ (StoreError::LastAdmin | StoreError::Invalid(_)))) => {
            let mut errors = Errors::default();
            errors.add("text", "Table", error);
            visit.faulty(&ImportPage { errors, ..page })
        }
        Err(error) => Err(error),
    }
}

fn page(visit: &AdminVisit, subject: &'static Subject, text: String) -> ImportPage {
    ImportPage {
        frame: visit.frame(subject.path),
        what: subject.what,
        columns: subject.columns,
        explanation: subject.explanation,
        text,
        action: visit.state.path(&format!("{}/import", subject.path)),
        back_url: visit.state.path(subject.path),
        ..ImportPage::default()
    }
}

fn preview(report: &Report) -> Preview {
    let figure = |number: usize, what| Figure {
        number: Count(number as u64),
        what,
        path: "",
    };
    let change = |change: &'static str| {
        move |name: &String| Change {
            name: name.clone(),
            change,
            before: String::new(),
            after: String::new(),
        }
    };
    let created = report.created.iter().map(change("new"));
    let changes: Vec<Change> = created
        .chain(report.updated.iter().map(change("changed")))
        .collect();
    Preview {
        figures: vec![
            figure(report.created.len(), "new"),
            figure(report.updated.len(), "changed"),
            figure(report.unchanged, "left as they are"),
        ],
        replaced: None,
        more: changes.len().saturating_sub(LISTED),
        changes: changes.into_iter().take(LISTED).collect(),
    }
}

/// Password hashes stay here; the command line exports them for moving house.
async fn export_users(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let text = visit
        .state
        .store
        .run(|conn| users::export(conn, false))
        .await?;
    Ok(csv("users", text))
}

async fn export_rules(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let text = visit.state.store.run(rules::export_csv).await?;
    Ok(csv("rules", text))
}

fn csv(name: &str, text: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}.csv\""),
        ))
        .body(text)
}
