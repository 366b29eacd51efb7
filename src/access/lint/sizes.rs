//! Sizes that limit nothing.

use super::{Fault, Found, Severity, sentence};
use crate::access::policy::Policy;
use crate::access::rule::{Access, Kind, Requirement, Sight};

pub(super) fn check(found: &mut Found, policy: &Policy, kind: Kind, when: &str, access: &Access) {
    let is_limited = access.public_size > 0 || !access.role_sizes.is_empty();
    if !is_limited {
        return;
    }
    if kind != Kind::Image {
        let text = "sizes are for images; what this rule is about has none";
        found.add(
            Severity::Warning,
            Fault::Contradictory,
            sentence(when, text),
        );
        return;
    }
    if access.requirement == Requirement::Public {
        let text = "everybody may see everything, so a size limits nobody";
        found.add(
            Severity::Warning,
            Fault::Contradictory,
            sentence(when, text),
        );
        return;
    }
    for (id, size) in &access.role_sizes {
        let Some(role) = policy.role(*id) else {
            continue;
        };
        let name = &role.name;
        let text = if access.roles().all(|named| named != *id) {
            format!("it limits `{name}`, which it does not name among those who may see the image")
        } else if *size == 0 {
            format!("`{name}` is limited to nothing at all")
        } else if Sight::up_to(*size) <= access.public() {
            let public = access.public_size;
            format!("`{name}` opens {size} pixels, and everybody may see {public} anyway")
        } else {
            continue;
        };
        found.add(Severity::Warning, Fault::Useless, sentence(when, text));
    }
}
