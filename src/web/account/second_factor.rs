//! One's own second factor: set up, renew the recovery codes, remove.

use actix_web::HttpResponse;
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;

use super::super::error::Error;
use super::super::form::CsrfForm;
use super::super::pages::parts::Errors;
use super::super::pages::second_factor::{Offer, SecondFactorPage};
use super::super::second_factor::check;
use super::super::sign_in::Refusal;
use super::super::state::now;
use super::AccountVisit;
use crate::identity::second_factor::{RECOVERY_CODES, RecoveryCode, TotpSecret, Typed, sealed_for};
use crate::store::second_factors::{self, NewSecondFactor, Owner, SecondFactor};

const PATH: &str = "/second-factor";
/// The white around a QR code, in modules, without which cameras do not find it.
const MARGIN: usize = 4;

pub(super) async fn show(visit: AccountVisit) -> Result<HttpResponse, Error> {
    let page = page(&visit).await?;
    visit.page(&page)
}

/// The page as it stands, with a new secret where there is none.
async fn page(visit: &AccountVisit) -> Result<SecondFactorPage, Error> {
    let id = visit.who.user.id;
    let find = move |conn: &mut _| second_factors::find(conn, id);
    let page = match visit.state.store.run(find).await? {
        Some(factor) => of(&factor),
        None => SecondFactorPage {
            offer: Some(offer(visit, &TotpSecret::new(rand::random()))),
            ..SecondFactorPage::default()
        },
    };
    let frame = visit.frame(PATH);
    Ok(SecondFactorPage {
        is_required: frame.is_admin && visit.state.config.accounts.second_factor_required,
        frame,
        ..page
    })
}

fn of(factor: &SecondFactor) -> SecondFactorPage {
    SecondFactorPage {
        since: Some(factor.since.into()),
        codes_left: factor.codes_left,
        ..SecondFactorPage::default()
    }
}

fn offer(visit: &AccountVisit, secret: &TotpSecret) -> Offer {
    let (state, user) = (&visit.state, &visit.who.user);
    let host = state.config.public.host_name();
    let keys = &state.keys.second_factors;
    let (side, path) = drawn(&secret.uri(host, user.name.as_str()));
    Offer {
        sealed: keys.seal_for(&sealed_for(user.id), secret.as_bytes(), rand::random()),
        letters: secret.letters(),
        label: format!("{host}: {}", user.name),
        side,
        path,
    }
}

/// A QR code as the path of an SVG, and how many modules it has on a side. A text that is too long for one
/// has none: the letters are enough.
fn drawn(text: &str) -> (usize, String) {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return (0, String::new());
    };
    let width = code.width();
    let colors = code.into_colors().into_iter().enumerate();
    let dark = colors.filter(|(_, color)| *color == Color::Dark);
    let path = dark.map(|(at, _)| {
        let (x, y) = (at % width + MARGIN, at / width + MARGIN);
        format!("M{x} {y}h1v1h-1z")
    });
    (width + 2 * MARGIN, path.collect())
}

#[derive(Deserialize)]
pub(super) struct SetUpForm {
    sealed: String,
    code: String,
}

pub(super) async fn set_up(
    visit: AccountVisit,
    CsrfForm(form): CsrfForm<SetUpForm>,
) -> Result<HttpResponse, Error> {
    let user = visit.who.user.clone();
    let mut page = page(&visit).await?;
    if page.offer.is_none() {
        return visit.done("There is a second factor already.", PATH);
    }
    let keys = &visit.state.keys.second_factors;
    let opened = keys.open_for(&sealed_for(user.id), &form.sealed);
    let secret = opened.and_then(|(bytes, _)| TotpSecret::from_bytes(&bytes));
    let unreadable = || Error::BadRequest("The secret cannot be read.".to_owned());
    let secret = secret.ok_or_else(unreadable)?;
    let now = now();
    let step = match Typed::parse(&form.code) {
        Some(Typed::Code(code)) => secret.step_of(code, now, None),
        Some(Typed::Recovery(_)) | None => None,
    };
    let Some(used_step) = step else {
        let fault = "is not the one that the app shows now: is the clock of the phone right?";
        page.errors.add("code", "Code", fault);
        page.offer = Some(offer(&visit, &secret));
        return visit.faulty(&page);
    };
    let (codes, fingerprints) = new_codes(&visit);
    let new = NewSecondFactor {
        sealed: keys.seal_for(&sealed_for(user.id), secret.as_bytes(), rand::random()),
        used_step,
        codes: fingerprints,
    };
    let (keep, address) = (visit.who.session_id.clone(), visit.address);
    let write = move |conn: &mut _| {
        let owner = Owner {
            user: &user,
            address,
            at: now,
        };
        second_factors::set_up(conn, owner, &new, &keep)
    };
    visit.state.change(write).await?;
    shown(&visit, codes).await
}

/// New codes, for people and for the database.
fn new_codes(visit: &AccountVisit) -> (Vec<String>, Vec<String>) {
    let user = visit.who.user.id;
    let codes = std::iter::repeat_with(|| RecoveryCode::new(rand::random()));
    let both = |code: RecoveryCode| (code.to_string(), code.fingerprint(user));
    codes.take(RECOVERY_CODES).map(both).unzip()
}

/// The codes, right here: they are written down nowhere, so no other page could show them.
async fn shown(visit: &AccountVisit, codes: Vec<String>) -> Result<HttpResponse, Error> {
    let page = page(visit).await?;
    visit.page(&SecondFactorPage { codes, ..page })
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: String,
}

pub(super) async fn renew(
    visit: AccountVisit,
    CsrfForm(form): CsrfForm<CodeForm>,
) -> Result<HttpResponse, Error> {
    if let Some(faulty) = wrong(&visit, &form.code).await? {
        return Ok(faulty);
    }
    let (codes, fingerprints) = new_codes(&visit);
    let (user, address) = (visit.who.user.clone(), visit.address);
    let write = move |conn: &mut _| {
        let owner = Owner {
            user: &user,
            address,
            at: now(),
        };
        second_factors::renew_codes(conn, owner, &fingerprints)
    };
    visit.state.change(write).await?;
    shown(&visit, codes).await
}

pub(super) async fn remove(
    visit: AccountVisit,
    CsrfForm(form): CsrfForm<CodeForm>,
) -> Result<HttpResponse, Error> {
    if let Some(faulty) = wrong(&visit, &form.code).await? {
        return Ok(faulty);
    }
    let (user, address) = (visit.who.user.clone(), visit.address);
    let write = move |conn: &mut _| {
        let owner = Owner {
            user: &user,
            address,
            at: now(),
        };
        second_factors::remove(conn, owner)
    };
    visit.state.change(write).await?;
    visit.done("The second factor is removed.", PATH)
}

/// The page that says that the code is wrong, if it is.
async fn wrong(visit: &AccountVisit, code: &str) -> Result<Option<HttpResponse>, Error> {
    let user = &visit.who.user;
    let checked = check(
        &visit.state,
        user.id,
        &user.name,
        code,
        visit.address,
        now(),
    )
    .await?;
    let mut errors = Errors::default();
    match checked {
        Ok(_) => return Ok(None),
        Err(Refusal::TooMany(too_many)) => errors.add("code", "Code", too_many),
        Err(Refusal::Wrong | Refusal::Pending) => errors.add("code", "Code", "is not right"),
    }
    let page = page(visit).await?;
    visit.faulty(&SecondFactorPage { errors, ..page }).map(Some)
}
