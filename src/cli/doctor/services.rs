//! The auth services of a description, as far as viewers go by them.

use serde_json::Value;

/// The profiles of version 1 begin so.
pub(super) const AUTH_1: &str = "http://iiif.io/api/auth/1/";

/// A way to get access.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Access {
    pub(super) version: u8,
    /// `login`, `clickthrough`, `kiosk`, `external`; or `active`, `kiosk`, `external`.
    pub(super) profile: String,
    pub(super) id: Option<String>,
    pub(super) token: Option<String>,
    pub(super) logout: Option<String>,
}

/// All ways, and the probe of version 2.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Services {
    pub(super) access: Vec<Access>,
    pub(super) probe: Option<String>,
}

impl Services {
    pub(super) fn of(document: &Value) -> Self {
        let mut services = Self::default();
        for service in inside(document) {
            if is_probe(service) {
                services.probe = id(service);
                let of_probe = inside(service).into_iter().map(access_2);
                services.access.extend(of_probe);
            } else if is_cookie_service(service) {
                services.access.push(access_1(service));
            }
        }
        services
    }

    /// The ways of one version.
    pub(super) fn of_version(&self, version: u8) -> impl Iterator<Item = &Access> {
        let all = self.access.iter();
        all.filter(move |access| access.version == version)
    }

    /// The way by a name and a password, if there is one: of version 1 if of both.
    pub(super) fn sign_in(&self) -> Option<&Access> {
        let mut all = self.access.iter();
        all.find(|access| {
            ["login", "active"].contains(&access.profile.as_str()) && access.id.is_some()
        })
    }

    /// The token service of a version: beside the way to sign in, or the first one.
    pub(super) fn token(&self, version: u8) -> Option<&str> {
        let interactive = |access: &&Access| ["login", "active"].contains(&access.profile.as_str());
        let beside = self.of_version(version).find(interactive);
        let access = beside.or_else(|| self.of_version(version).next())?;
        access.token.as_deref()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.access.is_empty() && self.probe.is_none()
    }

    /// All addresses, each once.
    pub(super) fn addresses(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.probe.as_deref().into_iter().collect();
        for access in &self.access {
            let addresses = [&access.id, &access.token, &access.logout];
            all.extend(addresses.into_iter().filter_map(Option::as_deref));
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The services of an object, whether one or a list.
pub(super) fn inside(object: &Value) -> Vec<&Value> {
    match object.get("service") {
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

pub(super) fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// The id in either spelling.
pub(super) fn id(object: &Value) -> Option<String> {
    let id = text(object, "id").or_else(|| text(object, "@id"))?;
    Some(id.to_owned())
}

pub(super) fn is_probe(service: &Value) -> bool {
    text(service, "type") == Some("AuthProbeService2")
}

/// Whether it means to be a cookie service of version 1, also with a slip in its profile.
pub(super) fn is_cookie_service(service: &Value) -> bool {
    let profile = text(service, "profile").unwrap_or_default();
    profile.contains("iiif.io/api/auth/1/") || text(service, "@type") == Some("AuthCookieService1")
}

fn access_1(service: &Value) -> Access {
    let nested = |kind: &str| {
        let all = inside(service).into_iter();
        let mut of_kind = all.filter(|one| {
            let profile = text(one, "profile").unwrap_or_default();
            profile.trim_end_matches('/').ends_with(kind)
        });
        of_kind.next().and_then(id)
    };
    let profile = text(service, "profile").unwrap_or_default();
    let profile = profile.trim_end_matches('/').rsplit('/').next();
    Access {
        version: 1,
        profile: profile.unwrap_or_default().to_owned(),
        id: id(service),
        token: nested("auth/1/token"),
        logout: nested("auth/1/logout"),
    }
}

fn access_2(service: &Value) -> Access {
    let nested = |kind: &str| {
        let all = inside(service).into_iter();
        let mut of_kind = all.filter(|one| text(one, "type") == Some(kind));
        of_kind.next().and_then(id)
    };
    Access {
        version: 2,
        profile: text(service, "profile").unwrap_or_default().to_owned(),
        id: id(service),
        token: nested("AuthAccessTokenService2"),
        logout: nested("AuthLogoutService2"),
    }
}
