//! Users as a CSV file: out, and in after a preview.

use actix_web::HttpResponse;
use secrecy::ExposeSecret as _;

use super::super::super::download::download;
use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::Figure;
use super::super::super::pages::admin::import::{BadRow, Change, ImportPage, Preview};
use super::super::super::pages::lists::Count;
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::AdminVisit;
use super::{ImportForm, LISTED, content};
use crate::identity::password;
use crate::store::import::{Mode, Report};
use crate::store::users::NewPassword;
use crate::store::{StoreError, users};

/// How many passwords in words a file may have: each takes a good part of a second.
const MAX_PASSWORDS: usize = 50;
const PATH: &str = "/admin/users";

pub(super) async fn show(visit: AdminVisit) -> Result<HttpResponse, Error> {
    visit.page(&page(&visit, String::new()))
}

fn page(visit: &AdminVisit, text: String) -> ImportPage {
    ImportPage {
        frame: visit.frame(PATH),
        what: "users",
        columns: "name,display_name,state,roles,password,password_hash",
        explanation: "Only the name must be there. The state is active, disabled or pending; roles are \
                      separated by blanks; what the table leaves out stays as it is, and so do users \
                      who are not in it.",
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
    if !errors.is_empty() {
        return visit.faulty(&ImportPage {
            errors,
            ..page(&visit, text)
        });
    }
    let mode = form.mode();
    match bring_in(&visit, &text, mode).await {
        Ok(report) if mode == Mode::DryRun => visit.page(&ImportPage {
            preview: Some(preview(&report)),
            ..page(&visit, text)
        }),
        Ok(report) => {
            let (new, changed) = (report.created.len() as u64, report.updated.len() as u64);
            let said = format!("Imported: {} new, {} changed.", Count(new), Count(changed));
            visit.done(&said, PATH)
        }
        Err(Error::Store(StoreError::Rows(rows))) => visit.faulty(&ImportPage {
            rows: rows.into_iter().map(BadRow::from).collect(),
            ..page(&visit, text)
        }),
        Err(Error::Store(error @ (StoreError::LastAdmin | StoreError::Invalid(_)))) => {
            errors.add("text", "Content", error);
            visit.faulty(&ImportPage {
                errors,
                ..page(&visit, text)
            })
        }
        Err(error) => Err(error),
    }
}

async fn bring_in(visit: &AdminVisit, text: &str, mode: Mode) -> Result<Report, Error> {
    let mut rows = users::parse(text, &visit.state.config.password_rules())?;
    let admin = visit.who.admin.clone();
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

fn preview(report: &Report) -> Preview {
    let figure = |number: usize, what| Figure {
        more: false,
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
pub(super) async fn export(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let file = users::export(false);
    download(&visit.state, "users.csv", "text/csv; charset=utf-8", file).await
}
