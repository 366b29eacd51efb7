//! Settings: from the environment, `.env` and secret files to one checked [`Config`].
//!
//! Every setting is declared once, in [`table`]; the parser, `.env.template` and
//! `docs/configuration.md` follow from it. [`Config::parse`] is pure; [`Config::from_env`] is the only
//! place in the program that reads the environment.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use crate::access::zone::Zone;
use crate::identity::name::UserName;
use crate::identity::password::Rules;
use crate::language::Language;

pub mod accounts;
pub mod address;
pub mod annotator;
pub mod choice;
pub mod database_url;
mod environment;
pub mod first_password;
pub mod listen;
mod names;
mod parse;
pub mod problem;
mod secret;
mod secret_file;
pub mod setting;
pub mod table;
mod value;
mod values;

pub use accounts::Accounts;
pub use address::PublicUrl;
pub use annotator::{Annotator, HandOn};
pub use choice::{AuthVersions, DefaultAccess, ImageServer, LogFormat, SameSite};
pub use database_url::DatabaseUrl;
pub use environment::Supervisor;
pub use listen::Listen;
pub use problem::{Problem, Severity};
pub use secret_file::{KeyFile, PREVIOUS as FORMER_KEYS_FILE, files as secret_files};

/// What the paths of images begin with.
pub const IMAGE_PATH: &str = "/iiif/images/";
/// What the paths of annotations begin with, where an authToken is needed.
pub const ANNOTATION_PATH: &str = "/annotator/";
/// The same, where visitors without one may read.
pub const OPEN_ANNOTATION_PATH: &str = "/annotator-open/";
/// What the paths of manifests begin with.
pub const MANIFEST_PATH: &str = "/iiif/manifests/";
/// What the paths of reduced images begin with: the lower tier (IIIF Auth 1.0 §3.2).
pub const PREVIEW_PATH: &str = "/iiif/preview/";
/// What the paths of images begin with to which a probe leads (IIIF Auth 2.0 §5.2, `location`).
pub const FULL_PATH: &str = "/iiif/full/";
/// The file in `DATA_DIR` that is the database if no other is set.
pub const DATABASE_FILE: &str = "iiif-gate.db";

/// All settings of the gate, checked. Secrets do not show in its `Debug` output.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address under which browsers reach the gate (`VIRTUAL_HOST`, `VIRTUAL_HOST_PROTO`).
    pub public: PublicUrl,
    /// Where nginx reaches the gate (`LISTEN`).
    pub listen: Listen,
    /// Where health is asked (`LISTEN_HEALTH`).
    pub listen_health: Listen,
    /// The folder of the database and generated secrets (`DATA_DIR`).
    pub data_dir: PathBuf,
    /// The database (`AUTH_DB_CONNECTION`).
    pub database: DatabaseUrl,
    /// The key that signs cookies and tokens (`AUTH_SECRET_KEY`).
    pub secret_key: SecretString,
    /// Former keys that are still accepted (`AUTH_SECRET_KEY_PREVIOUS`).
    pub previous_secret_keys: Vec<SecretString>,
    /// What is mixed into passwords (`AUTH_PASSWORD_SALT`).
    pub password_salt: SecretString,
    /// The administrator of the first start (`AUTH_ADMIN_USERID`).
    pub admin_userid: UserName,
    /// That administrator's password, if one is set (`AUTH_ADMIN_PASSWORD`).
    pub admin_password: Option<SecretString>,
    /// The image server behind nginx (`IMAGE_SERVER`).
    pub image_server: ImageServer,
    /// Where it answers IIIF requests; ends in a slash (`IMAGE_SERVER_URL`).
    pub image_server_url: Url,
    /// What stands in for an info.json while the image server does not answer (`FALLBACK_INFO_FILE`).
    pub fallback_info_file: Option<PathBuf>,
    /// What the image server takes for a `/` in identifiers (`SLASH_SUBSTITUTE`).
    pub slash_substitute: Option<char>,
    /// Who sees an image that no rule speaks of (`DEFAULT_ACCESS`).
    pub default_access: DefaultAccess,
    /// Who sees a manifest that no rule speaks of (`DEFAULT_MANIFEST_ACCESS`).
    pub default_manifest_access: DefaultAccess,
    /// The time zone that the days of rules are in (`TIME_ZONE`).
    pub time_zone: Zone,
    /// What viewers are offered, and which.
    pub viewers: Viewers,
    /// The languages in which visitors' texts may be written; the first is the default (`LANGUAGES`).
    pub languages: Vec<Language>,
    /// How long an access token is good for (`TOKEN_LIFETIME`).
    pub token_lifetime: Duration,
    /// The name of this installation in tokens (`TOKEN_AUDIENCE`).
    pub token_audience: String,
    /// After how long without a request a session ends (`SESSION_IDLE`).
    pub session_idle: Duration,
    /// After how long a session ends in any case (`SESSION_MAX`).
    pub session_max: Duration,
    /// What becomes of entries of the audit log.
    pub audit: Audit,
    /// How long what is in memory counts while the database cannot be read (`STALE_LIMIT`).
    pub stale_limit: Duration,
    /// The `SameSite` attribute of the access cookie; always `Lax` over http (`COOKIE_SAME_SITE`).
    pub cookie_same_site: SameSite,
    /// How authTokens are taken, handed on and made.
    pub annotator: Annotator,
    /// How one comes to have an account.
    pub accounts: Accounts,
    /// Who runs this.
    pub institution: Institution,
    /// bcrypt's cost for new passwords (`BCRYPT_COST`).
    pub bcrypt_cost: u32,
    /// What is logged, and how.
    pub log: Log,
    /// The number of threads, if it is not one per processor (`WORKERS`).
    pub workers: Option<NonZeroUsize>,
    /// What is probably not meant, but does not stop the start.
    pub warnings: Vec<Problem>,
}

impl Config {
    /// What may be a new password here.
    pub fn password_rules(&self) -> Rules {
        Rules::new(&self.institution.name, self.public.host_name())
    }
}

/// What viewers are offered, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewers {
    /// The versions of IIIF Auth (`IIIF_AUTH_VERSIONS`).
    pub versions: AuthVersions,
    /// Whether access tokens open images too (`BEARER_OPENS_IMAGES`).
    pub bearer_opens_images: bool,
    /// Whether Universal Viewer is told to send cookies to other sites (`UV_CROSS_SITE`).
    pub uv_cross_site: bool,
    /// Sites that may get tokens, as browsers write origins; none means any (`VIEWER_ORIGINS`).
    pub origins: Vec<String>,
}

/// What becomes of entries of the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audit {
    /// How long they are kept (`AUDIT_RETENTION`).
    pub retention: Duration,
    /// After how long they name visitors no more, if ever (`AUDIT_PSEUDONYMS_AFTER`).
    pub pseudonyms_after: Option<Duration>,
}

/// What is logged, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Log {
    /// The shape of lines (`LOG_FORMAT`).
    pub format: LogFormat,
    /// The least important messages (`LOG_LEVEL`).
    pub level: tracing::Level,
}

/// Who runs this, as the sign-in page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    /// The name (`INSTITUTION_NAME`).
    pub name: String,
    /// A path on this host or an https URL (`INSTITUTION_LOGO`).
    pub logo: Option<String>,
    /// An e-mail address, a URL or a short text (`INSTITUTION_CONTACT`).
    pub contact: Option<String>,
}
