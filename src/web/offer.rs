//! What is offered to visitors of a protected thing: the ways to see it, for the services in documents and
//! for the pages of the refused.

use chrono::{DateTime, Utc};

use super::pages::access::WayOut;
use super::question::Judgment;
use super::state::AppState;
use crate::access::decision::{Reason, Verdict, decide};
use crate::access::rule::{Kind, Sight};
use crate::access::ways::{Way, ways};
use crate::identity::principal::{Principal, RoleId};
use crate::iiif::services;
use crate::image::resource::{Form, Resource, Tier};
use crate::language::{LanguageMap, Preferred};

/// What is escaped in an identifier that was typed decoded.
pub(super) const IDENTIFIER: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The ways to see (more of) a resource, for somebody of whom nothing but the address is known: documents
/// name the same services to everybody, and viewers find the sign-out there (IIIF Auth 1.0 §2.1.1).
pub(super) struct Offer<'a> {
    state: &'a AppState,
    ways: Vec<Way<'a>>,
    message: LanguageMap,
    path: String,
    target: String,
    is_protected: bool,
}

impl<'a> Offer<'a> {
    pub(super) fn new(
        state: &'a AppState,
        judgment: &'a Judgment,
        resource: &Resource<'_>,
        now: DateTime<Utc>,
    ) -> Self {
        let (policy, kind) = (&judgment.policy, Kind::from(resource));
        let decided = |who: &Principal| decide(policy, who, kind, resource.identifier(), now);
        let someone = Principal::anonymous().at(judgment.principal.address);
        let decision = decided(&someone);
        let access = decision.access(policy);
        let ways = match decision.sight {
            Sight::Nothing => ways(policy, &someone, access, Sight::UpTo(1)),
            Sight::UpTo(size) => ways(policy, &someone, access, Sight::UpTo(size + 1)),
            Sight::Full => Vec::new(),
        };
        let nobody = Principal::anonymous();
        let public = decided(&nobody).rule(policy, &nobody, Sight::Full);
        let rule = judgment.decision.deciding(policy);
        Self {
            state,
            ways,
            message: rule.map(|rule| rule.message.clone()).unwrap_or_default(),
            path: state.public_path(resource),
            target: state.target(resource),
            is_protected: public.reason != Reason::Public,
        }
    }

    /// Whether everybody may see it, for as long as can be foreseen.
    pub(super) fn is_protected(&self) -> bool {
        self.is_protected
    }

    /// What the rule says to visitors; empty where the usual words will do.
    pub(super) fn message(&self) -> &LanguageMap {
        &self.message
    }

    /// The roles that the ways lead to, for those that lead to a certain one.
    pub(super) fn roles(&self) -> Vec<Option<RoleId>> {
        let role = |way: &Way<'_>| match way {
            Way::SignIn => None,
            Way::Terms(role) | Way::Kiosk(role) | Way::External(role) => Some(role.id),
        };
        self.ways.iter().map(role).collect()
    }

    /// The pages that lead on, for somebody whom they can help.
    pub(super) fn links(&self, preferred: &Preferred, verdict: Verdict) -> Vec<WayOut> {
        if verdict != Verdict::Challenge {
            return Vec::new();
        }
        let texts = self.state.wording.texts(preferred);
        let next: String = url::form_urlencoded::byte_serialize(self.target.as_bytes()).collect();
        let link = |way: &Way<'_>| {
            let (path, label) = match way {
                Way::SignIn => ("/iiif-login".to_owned(), &texts.pages.refused.sign_in),
                Way::Terms(role) => (
                    format!("/iiif-terms/{}", role.name),
                    &texts.pages.refused.agree,
                ),
                Way::Kiosk(role) => (
                    format!("/iiif-kiosk/{}", role.name),
                    &texts.services.kiosk.confirm,
                ),
                Way::External(_) => return None,
            };
            Some(WayOut {
                url: format!("{}?next={next}", self.state.path(&path)),
                label: label.clone(),
            })
        };
        self.ways.iter().filter_map(link).collect()
    }

    /// The services for a document.
    pub(super) fn services(&self, preferred: &Preferred) -> Vec<serde_json::Value> {
        let offer = services::Offer {
            ways: &self.ways,
            message: &self.message,
            path: &self.path,
        };
        self.state.provider().services(offer, preferred)
    }
}

impl AppState {
    /// The public path of a resource, as the client wrote it; of an image in either URL space the full
    /// image's, because that is what the services are for.
    pub(super) fn public_path(&self, resource: &Resource<'_>) -> String {
        let (prefix, rest) = match resource {
            Resource::Image { raw_identifier, .. } => {
                return format!("{}{raw_identifier}", self.layout.images);
            }
            Resource::Manifest(identifier) => (self.layout.manifests.as_str(), identifier),
            Resource::File(identifier) => ("/", identifier),
        };
        let rest = percent_encoding::utf8_percent_encode(rest.as_str(), IDENTIFIER);
        format!("{prefix}{rest}")
    }

    /// The path that the client asked for.
    fn target(&self, resource: &Resource<'_>) -> String {
        let Resource::Image {
            raw_identifier,
            tier,
            form,
            ..
        } = resource
        else {
            return self.public_path(resource);
        };
        let path = format!("{}{raw_identifier}", self.image_path(*tier));
        match form {
            Form::Base => path,
            Form::Info => format!("{path}/info.json"),
            Form::Pixels(parameters) => format!("{path}/{parameters}"),
        }
    }

    /// The public URI of an image in one of the two URL spaces, its identifier just as the client wrote
    /// it (Image API 3.0 §5.2).
    pub(super) fn image_url(&self, tier: Tier, raw_identifier: &str) -> String {
        let path = self.image_path(tier);
        format!("{}{path}{raw_identifier}", self.origin)
    }

    fn image_path(&self, tier: Tier) -> &str {
        match tier {
            Tier::Full => &self.layout.images,
            Tier::Preview => &self.layout.preview,
            Tier::Direct => &self.layout.full,
        }
    }
}
