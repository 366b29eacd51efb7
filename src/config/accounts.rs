//! Accounts: how one comes to have one, and what guards those of administrators.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use super::choice::{one_of, switch};
use super::values::Values;

/// How one comes to have an account, and what guards those of administrators.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// Whether visitors may register (`ALLOW_REGISTRATION`).
    pub allow_registration: bool,
    /// Whether registered accounts wait for an administrator (`REGISTRATION_APPROVAL`).
    pub registration_approval: bool,
    /// Whether the administration opens only with a second factor (`ADMIN_SECOND_FACTOR`).
    pub second_factor_required: bool,
    /// Where alerts go (`ALERT_WEBHOOK_URL`).
    pub alert_webhook: Option<Webhook>,
}

/// The address of a webhook. Whoever knows it may write there, so it does not show itself.
#[derive(Clone)]
pub struct Webhook(Url);

impl Webhook {
    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(..)")
    }
}

pub(super) fn read(values: &mut Values<'_>) -> Accounts {
    const SECOND_FACTOR: &[(&str, bool)] = &[("optional", false), ("required", true)];
    Accounts {
        allow_registration: values.value("ALLOW_REGISTRATION", switch),
        registration_approval: values.value("REGISTRATION_APPROVAL", switch),
        second_factor_required: values
            .value("ADMIN_SECOND_FACTOR", |text| one_of(SECOND_FACTOR, text)),
        alert_webhook: values.optional("ALERT_WEBHOOK_URL", webhook),
    }
}

/// Reads the address of a webhook: what is said there is not for others on the way.
fn webhook(text: &str) -> Result<Webhook, String> {
    let url = Url::parse(text.trim()).map_err(|error| format!("is no URL: {error}"))?;
    let is_near = match url.host() {
        None => return Err("must have a host".to_owned()),
        // A name without a dot is one of this network, such as a service of Docker Compose.
        Some(Host::Domain(name)) => !name.contains('.'),
        Some(Host::Ipv4(address)) => is_private(address.into()),
        Some(Host::Ipv6(address)) => is_private(address.into()),
    };
    match url.scheme() {
        "https" => Ok(Webhook(url)),
        "http" if is_near => Ok(Webhook(url)),
        _ => Err(
            "must begin with `https://`, or with `http://` where the host is this machine or in a private network"
                .to_owned(),
        ),
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_asked_by_https_or_nearby() {
        for text in [
            "https://hooks.slack.com/services/T0/B0/secret",
            "http://localhost:8065/hooks/x",
            "http://mattermost:8065/hooks/x",
            "http://127.0.0.1/x",
            "http://192.168.1.5/x",
            "http://[::1]/x",
        ] {
            assert!(webhook(text).is_ok(), "{text}");
        }
        for text in [
            "http://hooks.slack.com/x",
            "http://192.0.2.1/x",
            "ftp://a/x",
            "hooks",
            "https://",
        ] {
            let fault = webhook(text).unwrap_err();
            assert!(!fault.contains("/x"), "{fault}");
        }
        let secret = webhook("https://a.example/secret").unwrap();
        assert!(!format!("{secret:?}").contains("/secret"));
    }
}
