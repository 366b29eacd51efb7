//! Alerts: a few words to people, by a webhook of their chat (`ALERT_WEBHOOK_URL`), when somebody should look.
//!
//! No request ever waits for one. Each subject is heard of once in an hour, and all together now and then.

pub mod outage;

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use quick_cache::sync::Cache;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::fetch::{FetchError, Fetcher};
use crate::config::Config;
use crate::config::accounts::Webhook;
use crate::identity::budget::{Budget, Quota};
use crate::identity::limited::Limited;
use crate::identity::name::UserName;
use crate::live::limits::HeldUp;

/// How many wait to be sent.
const WAITING: usize = 64;
/// How many subjects are remembered.
const SUBJECTS: usize = 1_000;
/// How long nothing is said again of a subject.
const SILENCE: Duration = Duration::hours(1);
/// All alerts together: an attack on many accounts is one thing to look at.
const ALL: Quota = Quota {
    burst: 10,
    refill: Duration::minutes(6),
};

/// Sends alerts, if there is a webhook.
pub struct Alerts {
    sender: Option<Sender<String>>,
    told: Cache<String, DateTime<Utc>>,
    budget: Mutex<Budget>,
    site: String,
    limits_url: String,
}

impl Alerts {
    /// Begins to send, where the settings name a webhook.
    pub fn start(config: &Config, now: DateTime<Utc>) -> Result<Self, reqwest::Error> {
        let sender = match &config.accounts.alert_webhook {
            None => None,
            Some(webhook) => {
                let fetcher = Fetcher::to(webhook.url())?;
                let (sender, receiver) = channel(WAITING);
                tokio::spawn(deliver(fetcher, webhook.clone(), receiver));
                Some(sender)
            }
        };
        Ok(Self {
            sender,
            told: Cache::new(SUBJECTS),
            budget: Mutex::new(Budget::full(now)),
            site: config.public.host_name().to_owned(),
            limits_url: config.public.page("/admin/limits"),
        })
    }

    /// Whether anybody hears them.
    pub fn are_heard(&self) -> bool {
        self.sender.is_some()
    }

    /// Somebody tried too often to sign in.
    pub fn held_up(&self, held: &HeldUp, now: DateTime<Utc>) {
        self.tell(held.who.to_string(), now, || {
            let (attempts, after) = (held.allowed, &held.last);
            let whom = match &held.who {
                Limited::Address(address) => format!("from {address}, at several accounts"),
                Limited::Account(account) => {
                    format!("at the account {}, from several addresses", shown(account))
                }
                Limited::Pair(account, address) => {
                    format!("at the account {}, from {address}", shown(account))
                }
            };
            format!(
                "too many attempts to sign in {whom}: {attempts} or more, and further ones are turned away \
                 ({} UTC). The gate slows them down by itself. If it goes on, keep the address out at the \
                 firewall; if it is a reader who mistypes, lift the limit: {}",
                after.format("%Y-%m-%d %H:%M"),
                self.limits_url
            )
        });
    }

    /// An administrator signed in from an address that the log does not know.
    pub fn new_address(&self, admin: &UserName, address: IpAddr, now: DateTime<Utc>) {
        self.tell(format!("admin {admin} {address}"), now, || {
            format!(
                "the administrator {} signed in from {address}, for the first time as far as the log goes \
                 back ({} UTC). If that was somebody else, disable the account: {}",
                shown(admin),
                now.format("%Y-%m-%d %H:%M"),
                self.limits_url.replace("/admin/limits", "/admin/users")
            )
        });
    }

    fn tell(&self, about: String, now: DateTime<Utc>, text: impl FnOnce() -> String) {
        let Some(sender) = &self.sender else { return };
        let is_told = |at: DateTime<Utc>| now.signed_duration_since(at) < SILENCE;
        if self.told.get(&about).is_some_and(is_told) || !self.pay(now) {
            return;
        }
        self.told.insert(about, now);
        self.send(sender, &text());
    }

    /// Of the database, whose outages are few: they are counted where they are noticed.
    fn of_database(&self, text: &str) {
        if let Some(sender) = &self.sender {
            self.send(sender, text);
        }
    }

    fn send(&self, sender: &Sender<String>, text: &str) {
        let text = format!("iiif-gate at {}: {text}", self.site);
        if sender.try_send(text).is_err() {
            tracing::warn!("an alert is dropped: too many wait to be sent");
        }
    }

    fn pay(&self, now: DateTime<Utc>) -> bool {
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        let paid = budget.pay(ALL, now);
        paid.map(|less| *budget = less).is_ok()
    }
}

/// A name that strangers may have typed: whatever a chat would take for more than letters is replaced.
fn shown(name: &UserName) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || ".-_@+".contains(*c);
    let plain = |c: char| if is_plain(&c) { c } else { '?' };
    let name: String = name.as_str().chars().take(100).map(plain).collect();
    format!("`{name}`")
}

/// Sends one after the other. That one cannot be sent is said once, and that it can again.
async fn deliver(fetcher: Fetcher, webhook: Webhook, mut texts: Receiver<String>) {
    let mut is_healthy = true;
    while let Some(text) = texts.recv().await {
        let body = serde_json::json!({ "text": text }).to_string();
        let sent = match fetcher.post_json(webhook.url().as_str(), body).await {
            Ok(status) if (200..300).contains(&status) => Ok(()),
            Ok(status) => Err(FetchError::Status(status)),
            Err(error) => Err(error),
        };
        match &sent {
            Ok(()) if !is_healthy => tracing::info!("alerts are delivered again"),
            Err(error) if is_healthy => {
                tracing::error!(%error, "an alert cannot be delivered: look at ALERT_WEBHOOK_URL");
            }
            Ok(()) | Err(_) => {}
        }
        is_healthy = sent.is_ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alerts() -> (Alerts, Receiver<String>) {
        let (sender, receiver) = channel(WAITING);
        let alerts = Alerts {
            sender: Some(sender),
            told: Cache::new(SUBJECTS),
            budget: Mutex::new(Budget::full(at(0))),
            site: "images.example".to_owned(),
            limits_url: "https://images.example/auth/admin/limits".to_owned(),
        };
        (alerts, receiver)
    }

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minute * 60, 0).unwrap()
    }

    fn name(text: &str) -> UserName {
        UserName::parse(text).unwrap()
    }

    #[test]
    fn of_each_subject_is_heard_once_in_an_hour() {
        let (alerts, mut texts) = alerts();
        let here = IpAddr::from([192, 0, 2, 1]);
        for minute in [0, 1, 59, 60] {
            alerts.new_address(&name("ada"), here, at(minute));
        }
        alerts.new_address(&name("bob"), here, at(60));
        let texts: Vec<String> = std::iter::from_fn(|| texts.try_recv().ok()).collect();
        assert_eq!(texts.len(), 3);
        assert!(texts[0].contains("`ada`") && texts[0].contains("192.0.2.1"));
        assert!(texts[0].contains("https://images.example/auth/admin/users"));
    }

    #[test]
    fn an_attack_on_many_accounts_does_not_flood_the_chat_nor_wait() {
        let (alerts, mut texts) = alerts();
        for n in 0..10_000 {
            alerts.new_address(
                &name(&format!("user{n}")),
                IpAddr::from([192, 0, 2, 1]),
                at(0),
            );
        }
        assert_eq!(std::iter::from_fn(|| texts.try_recv().ok()).count(), 10);
    }

    #[test]
    fn a_name_cannot_call_everybody_nor_be_a_link() {
        let text = shown(&name("<!channel>`[x](https://evil.example)@here"));
        assert_eq!(text, "`??channel???x??https???evil.example?@here`");
    }
}
