//! The words of the pages, by page. The templates take most of them by name.

use serde::{Deserialize, Serialize};

use super::Notice;

/// All pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pages {
    pub(crate) frame: FrameTexts,
    pub(crate) sign_in: SignInTexts,
    pub(crate) second_factor: SecondFactorTexts,
    pub(crate) signed_in: SignedInTexts,
    pub(crate) accepted: AcceptedTexts,
    pub(crate) terms: TermsTexts,
    pub(crate) kiosk: KioskTexts,
    pub(crate) closed: ClosedTexts,
    pub(crate) refused: RefusedTexts,
    pub(crate) errors: ErrorTexts,
}

/// What surrounds every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrameTexts {
    pub(crate) skip: String,
    pub(crate) questions: String,
    pub(crate) close: String,
    pub(crate) close_now: String,
    pub(crate) cancel: String,
    pub(crate) account: String,
}

/// The form for name and password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInTexts {
    pub(crate) title: String,
    pub(crate) heading: String,
    pub(crate) account_heading: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) submit: String,
    pub(crate) asked_by: String,
    pub(crate) no_account: String,
    pub(crate) register: String,
    pub(crate) wrong: String,
    pub(crate) pending: String,
    pub(crate) too_many: String,
}

/// The page that asks for a code, after the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactorTexts {
    pub(crate) heading: String,
    pub(crate) lead: String,
    pub(crate) code: String,
    pub(crate) hint: String,
    pub(crate) wrong: String,
}

/// The page after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignedInTexts {
    pub(crate) title: String,
    pub(crate) heading: String,
    pub(crate) as_user: String,
    pub(crate) go_on: String,
    pub(crate) closes: String,
    pub(crate) closes_any: String,
    pub(crate) stuck: String,
    pub(crate) not_you: String,
    pub(crate) sign_out: String,
}

/// The page after accepting terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptedTexts {
    pub(crate) title: String,
    pub(crate) heading: String,
    pub(crate) lead: String,
}

/// The page with terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TermsTexts {
    pub(crate) title: String,
    pub(crate) heading: String,
    pub(crate) agree: String,
    pub(crate) version: String,
    pub(crate) asked_by: String,
    pub(crate) kept: String,
}

/// The pages of a kiosk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KioskTexts {
    pub(crate) title: String,
    pub(crate) heading: String,
    pub(crate) lead: String,
    pub(crate) outside_title: String,
    pub(crate) outside_heading: String,
    pub(crate) outside_lead: String,
    pub(crate) outside_hint: String,
}

/// The last page in a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClosedTexts {
    pub(crate) canceled: String,
    pub(crate) not_accepted: String,
    pub(crate) signed_out: String,
    pub(crate) signed_out_lead: String,
    pub(crate) sign_in_again: String,
    pub(crate) read_again: String,
}

/// The page for somebody who opened what is protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusedTexts {
    pub(crate) sign_in: String,
    pub(crate) agree: String,
    pub(crate) smaller: String,
    pub(crate) go_home: String,
    pub(crate) ask: String,
    pub(crate) signed_in_as: String,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorTexts {
    pub(crate) not_found: Notice,
    pub(crate) forbidden: Notice,
    pub(crate) foreign_form: Notice,
    pub(crate) bad_request: Notice,
    pub(crate) too_many: Notice,
    pub(crate) unavailable: Notice,
    pub(crate) fault: Notice,
    pub(crate) number: String,
}
