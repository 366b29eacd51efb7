//! Raw settings become the checked [`Config`]. Pure: no environment, no files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::accounts;
use super::address::{self, PublicUrl, VirtualHost};
use super::annotator;
use super::choice::{
    AuthVersions, DefaultAccess, ImageServer, LOG_LEVELS, LogFormat, SameSite, one_of, switch,
};
use super::database_url::DatabaseUrl;
use super::listen::Listen;
use super::problem::Problem;
use super::values::Values;
use super::{Audit, Config, DATABASE_FILE, Institution, Log, Viewers, names, secret, value};
use crate::identity::name::UserName;
use crate::identity::password::Rules;

impl Config {
    /// Checks raw settings; finds all problems, not just the first.
    ///
    /// Warnings are kept in [`Config::warnings`]; among the problems of a failure they come last.
    pub fn parse(raw: &BTreeMap<String, String>) -> Result<Self, Vec<Problem>> {
        let mut values = Values::new(raw);
        let config = read(&mut values);
        let mut problems = values.into_problems();
        problems.extend(names::warnings(raw));
        if problems.iter().any(Problem::is_error) {
            return Err(problems);
        }
        Ok(Self {
            warnings: problems,
            ..config
        })
    }

    /// Checks `LISTEN_HEALTH` alone.
    pub(super) fn health_listener(raw: &BTreeMap<String, String>) -> Result<Listen, Vec<Problem>> {
        let mut values = Values::new(raw);
        let listen = values.value("LISTEN_HEALTH", Listen::parse);
        let problems = values.into_problems();
        if problems.is_empty() {
            Ok(listen)
        } else {
            Err(problems)
        }
    }
}

/// Reads every setting. Where there is a problem, a default stands in.
fn read(values: &mut Values<'_>) -> Config {
    let public = public_url(values);
    let server = image_server(values);
    let data_dir = values.value("DATA_DIR", path);
    let (admin, institution) = (admin(values), institution(values, &public));
    let (session_idle, session_max) = session_times(values);
    Config {
        fallback_info_file: values.optional("FALLBACK_INFO_FILE", path),
        listen: values.value("LISTEN", Listen::parse),
        listen_health: values.value("LISTEN_HEALTH", Listen::parse),
        database: database(values, &data_dir),
        secret_key: values.secret("AUTH_SECRET_KEY", secret::key),
        previous_secret_keys: previous_secret_keys(values),
        password_salt: password_salt(values),
        admin_password: admin_password(values, &admin, &institution, &public),
        admin_userid: admin,
        image_server: server,
        image_server_url: image_server_url(values, server),
        slash_substitute: slash_substitute(values, server),
        default_access: access(values, "DEFAULT_ACCESS"),
        default_manifest_access: access(values, "DEFAULT_MANIFEST_ACCESS"),
        time_zone: values.value("TIME_ZONE", value::time_zone),
        viewers: viewers(values),
        languages: values.value("LANGUAGES", value::languages),
        token_lifetime: values.value("TOKEN_LIFETIME", value::duration),
        token_audience: values.value("TOKEN_AUDIENCE", value::audience),
        session_idle,
        session_max,
        audit: audit(values),
        stale_limit: values.value("STALE_LIMIT", value::duration),
        cookie_same_site: cookie_same_site(values, &public),
        annotator: annotator::read(values),
        accounts: accounts::read(values),
        institution,
        bcrypt_cost: bcrypt_cost(values),
        log: log(values),
        workers: values.optional("WORKERS", value::workers),
        warnings: Vec::new(),
        public,
        data_dir,
    }
}

fn admin(values: &mut Values<'_>) -> UserName {
    values.value("AUTH_ADMIN_USERID", user_name)
}

fn admin_password(
    values: &mut Values<'_>,
    admin: &UserName,
    institution: &Institution,
    public: &PublicUrl,
) -> Option<secrecy::SecretString> {
    let rules = Rules::new(&institution.name, public.host_name());
    values.optional("AUTH_ADMIN_PASSWORD", |text| {
        secret::password(text, admin, &rules)
    })
}

fn audit(values: &mut Values<'_>) -> Audit {
    Audit {
        retention: values.value("AUDIT_RETENTION", value::duration),
        pseudonyms_after: values.value("AUDIT_PSEUDONYMS_AFTER", value::duration_or_off),
    }
}

fn image_server(values: &mut Values<'_>) -> ImageServer {
    values.value("IMAGE_SERVER", |text| one_of(ImageServer::WORDS, text))
}

fn user_name(text: &str) -> Result<UserName, String> {
    UserName::parse(text).map_err(|error| error.to_string())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the shape of every parser of a setting"
)]
fn path(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

fn access(values: &mut Values<'_>, name: &str) -> DefaultAccess {
    values.value(name, |text| one_of(DefaultAccess::WORDS, text))
}

fn public_url(values: &mut Values<'_>) -> PublicUrl {
    let host = values.value("VIRTUAL_HOST", VirtualHost::parse);
    let secure = values.optional("VIRTUAL_HOST_PROTO", |text| {
        one_of(&[("https", true), ("http", false)], text)
    });
    if secure == Some(false) && !host.is_loopback() {
        values.fault(
            "VIRTUAL_HOST_PROTO",
            "is accepted only if `VIRTUAL_HOST` is this machine (`localhost`, `127.0.0.1`), \
             because browsers send a sign-in to other machines over https alone",
        );
    }
    let secure = secure.unwrap_or(!host.is_loopback());
    PublicUrl::new(host, secure)
}

fn image_server_url(values: &mut Values<'_>, server: ImageServer) -> Url {
    const NAME: &str = "IMAGE_SERVER_URL";
    let default = server.default_url();
    if default.is_none() && !values.is_set(NAME) {
        values.fault(NAME, "is not set, but `IMAGE_SERVER=other` needs it");
    }
    values.value_or(
        NAME,
        default.unwrap_or("http://localhost/"),
        address::base_url,
    )
}

fn database(values: &mut Values<'_>, data_dir: &Path) -> DatabaseUrl {
    values
        .optional("AUTH_DB_CONNECTION", |text| {
            DatabaseUrl::parse(text).map_err(|error| error.to_string())
        })
        .unwrap_or_else(|| DatabaseUrl::Sqlite(data_dir.join(DATABASE_FILE)))
}

fn slash_substitute(values: &mut Values<'_>, server: ImageServer) -> Option<char> {
    values
        .optional("SLASH_SUBSTITUTE", value::slash_substitute)
        .unwrap_or(server.default_slash_substitute())
}

fn log(values: &mut Values<'_>) -> Log {
    Log {
        format: values.value("LOG_FORMAT", |t| one_of(LogFormat::WORDS, t)),
        level: values.value("LOG_LEVEL", |t| one_of(LOG_LEVELS, t)),
    }
}

fn viewers(values: &mut Values<'_>) -> Viewers {
    let origins = values.optional("VIEWER_ORIGINS", address::origins);
    Viewers {
        versions: values.value("IIIF_AUTH_VERSIONS", AuthVersions::parse),
        bearer_opens_images: values.value("BEARER_OPENS_IMAGES", switch),
        uv_cross_site: values.value("UV_CROSS_SITE", switch),
        origins: origins.unwrap_or_default(),
    }
}

fn previous_secret_keys(values: &mut Values<'_>) -> Vec<secrecy::SecretString> {
    values
        .optional("AUTH_SECRET_KEY_PREVIOUS", secret::keys)
        .unwrap_or_default()
}

fn password_salt(values: &mut Values<'_>) -> secrecy::SecretString {
    let salt = values.secret("AUTH_PASSWORD_SALT", secret::salt);
    if secret::is_short_salt(&salt) {
        values.warn(
            "AUTH_PASSWORD_SALT",
            "is short; keep it if passwords were hashed with it, but take a longer one for a new start",
        );
    }
    salt
}

fn session_times(values: &mut Values<'_>) -> (Duration, Duration) {
    let idle = values.value("SESSION_IDLE", value::duration);
    let max = values.value("SESSION_MAX", value::duration);
    if idle > max {
        values.fault("SESSION_IDLE", "must not be longer than `SESSION_MAX`");
    }
    (idle, max)
}

fn cookie_same_site(values: &mut Values<'_>, public: &PublicUrl) -> SameSite {
    let wanted = values.value("COOKIE_SAME_SITE", |text| one_of(SameSite::WORDS, text));
    // Browsers drop a `SameSite=None` cookie that is not `Secure`.
    if public.secure { wanted } else { SameSite::Lax }
}

fn institution(values: &mut Values<'_>, public: &PublicUrl) -> Institution {
    Institution {
        name: values
            .optional("INSTITUTION_NAME", value::line)
            .unwrap_or_else(|| public.host_name().to_owned()),
        logo: values.optional("INSTITUTION_LOGO", value::picture),
        contact: values.optional("INSTITUTION_CONTACT", value::line),
    }
}

fn bcrypt_cost(values: &mut Values<'_>) -> u32 {
    let cost = values.value("BCRYPT_COST", value::bcrypt_cost);
    if cost < 10 {
        values.warn(
            "BCRYPT_COST",
            "makes stolen password hashes easy to crack; below 10 is for tests",
        );
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::setting::Reader;
    use crate::config::table;

    #[test]
    fn every_setting_of_the_gate_is_read_and_no_other() {
        let raw = BTreeMap::new();
        let mut values = Values::new(&raw);
        read(&mut values);
        let declared = table::all()
            .filter(|setting| setting.readers.contains(&Reader::Gate))
            .map(|setting| setting.name.to_owned());
        assert_eq!(values.read, declared.collect());
    }
}
