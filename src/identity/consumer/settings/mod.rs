//! What a consumer is to be, as people write it: read line by line, and checked all together.
//!
//! The only place that knows. Forms and the command line show what it says, and the store keeps nothing
//! that it faults.

use super::values::{Origins, PathPrefix};
use super::{MAX_TTL, MIN_TTL};
use crate::identity::origin::Origin;
use crate::identity::principal::{ADMIN, ObtainedBy, Role, RoleId, USER};

const MAX_NAME: usize = 200;
/// The most origins, prefixes or roles of one consumer.
const MAX_LIST: usize = 100;

/// A consumer to be made, or what one is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConsumer {
    /// What people call it.
    pub name: String,
    /// The longest that a token lives, in seconds.
    pub max_ttl: u32,
    /// From which pages its tokens are taken.
    pub origins: Origins,
    /// Whether they are taken from programs, which send no `Origin`.
    pub allows_server_side: bool,
    /// Whether it may name administrators of its own annotations.
    pub names_admins: bool,
    /// What its users may reach.
    pub prefixes: Vec<PathPrefix>,
    /// The roles of its users.
    pub roles: Vec<NewConsumerRole>,
}

/// What a role is to be to a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewConsumerRole {
    /// The role.
    pub id: RoleId,
    /// Whether every user of the consumer holds it; otherwise those whose token names it.
    pub is_base: bool,
    /// Whether it lets people read annotations only.
    pub is_read_only: bool,
}

/// The part of a consumer that a fault is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// What people call it.
    Name,
    /// The longest that a token lives.
    MaxTtl,
    /// From which pages tokens are taken.
    Origins,
    /// What its users may reach.
    Prefixes,
    /// The roles of its users.
    Roles,
}

impl Field {
    /// The name of the field in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::MaxTtl => "max_ttl",
            Self::Origins => "origins",
            Self::Prefixes => "prefixes",
            Self::Roles => "roles",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Where.
    pub field: Field,
    /// What, in words that say what would be right.
    pub message: String,
}

impl Fault {
    fn new(field: Field, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { field, message }
    }
}

/// Reads one origin as people write it, and says what would be right.
pub fn origin(text: &str) -> Result<Origin, String> {
    let text = text.trim();
    if let Some(origin) = Origin::parse_exact(text) {
        return Ok(origin);
    }
    let shown: String = text.chars().take(80).collect();
    Err(match text {
        "*" => "`*` would be every site: that is chosen apart from this list".to_owned(),
        "null" => "`null` is what pages without an address send, and is never allowed: write the \
                   site's address, as in `https://annotations.example`"
            .to_owned(),
        _ => match meant(text) {
            Some(origin) => format!("`{shown}` is no origin: write `{origin}`"),
            None => format!(
                "`{shown}` is no origin: write scheme and host, and the port if it is an unusual \
                 one, as in `https://annotations.example` or `http://localhost:8080`"
            ),
        },
    })
}

/// The origin of an address that says more, or of one that says less.
fn meant(text: &str) -> Option<Origin> {
    if text.contains('*') {
        return None;
    }
    let with_scheme = || Origin::parse_exact(&format!("https://{text}"));
    Origin::parse(text).or_else(|| (!text.contains(':')).then(with_scheme).flatten())
}

/// Reads origins, one per line. Every fault is told with its line.
pub fn origins(text: &str) -> Result<Vec<Origin>, Vec<Fault>> {
    lines(text, Field::Origins, origin)
}

/// Reads path prefixes, one per line. Every fault is told with its line.
pub fn prefixes(text: &str) -> Result<Vec<PathPrefix>, Vec<Fault>> {
    lines(text, Field::Prefixes, |line| {
        let shown: String = line.chars().take(80).collect();
        PathPrefix::parse(line).map_err(|error| format!("`{shown}` {error}"))
    })
}

fn lines<T: PartialEq>(
    text: &str,
    field: Field,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, Vec<Fault>> {
    let (mut values, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        match read(line.trim()) {
            _ if line.trim().is_empty() => {}
            Ok(value) if values.contains(&value) => {}
            Ok(value) => values.push(value),
            Err(message) => faults.push(Fault::new(field, format!("line {number}: {message}"))),
        }
    }
    if faults.is_empty() {
        Ok(values)
    } else {
        Err(faults)
    }
}

/// Reads how long tokens live at most, in seconds.
pub fn max_ttl(text: &str) -> Result<u32, Fault> {
    let text = text.trim();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let shown: String = text.chars().take(80).collect();
    let fault = || {
        let message = format!(
            "`{shown}` is no number of seconds: write digits alone, as in `86400` for a day"
        );
        Fault::new(Field::MaxTtl, message)
    };
    if !digits {
        return Err(fault());
    }
    // More than fits is too much, which is told like everything that is too much.
    let seconds = text.parse().unwrap_or(u32::MAX);
    check_ttl(seconds).map_or(Ok(seconds), Err)
}

fn check_ttl(seconds: u32) -> Option<Fault> {
    let message = if seconds < MIN_TTL {
        format!(
            "{seconds} seconds are too few: annotator.js renews a token 2 seconds before it ends, and \
             asks without end if that is at once; write at least {MIN_TTL}"
        )
    } else if seconds > MAX_TTL {
        format!(
            "{seconds} seconds are too many: the timers of browsers overflow after 24.8 days, and \
             annotator.js then asks for tokens without end; write at most {MAX_TTL} (24 days)"
        )
    } else {
        return None;
    };
    Some(Fault::new(Field::MaxTtl, message))
}

/// Everything that is wrong. `roles` are all that there are.
pub fn check(consumer: &NewConsumer, roles: &[Role]) -> Vec<Fault> {
    let name = consumer.name.trim();
    let mut faults = Vec::new();
    let mut fault = |field, message: String| faults.push(Fault::new(field, message));
    if name.is_empty() {
        let message = "a consumer needs a name by which people know it, such as `Map annotations`";
        fault(Field::Name, message.to_owned());
    }
    if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        let message = format!("the name must be one line of at most {MAX_NAME} characters");
        fault(Field::Name, message);
    }
    if consumer.prefixes.is_empty() {
        let message = "its users could reach nothing: write at least one path, as in `/annotator/`";
        fault(Field::Prefixes, message.to_owned());
    }
    for (field, count) in [
        (Field::Origins, consumer.origins.listed.len()),
        (Field::Prefixes, consumer.prefixes.len()),
        (Field::Roles, consumer.roles.len()),
    ] {
        if count > MAX_LIST {
            fault(field, format!("{count} are too many: at most {MAX_LIST}"));
        }
    }
    faults.extend(check_ttl(consumer.max_ttl));
    faults.extend(check_roles(&consumer.roles, roles));
    faults
}

fn check_roles(chosen: &[NewConsumerRole], roles: &[Role]) -> Vec<Fault> {
    let mut messages = Vec::new();
    for (index, NewConsumerRole { id, .. }) in chosen.iter().enumerate() {
        let role = roles.iter().find(|role| role.id == *id);
        let before = chosen.iter().take(index);
        messages.extend(match role {
            None => Some("it names a role that does not exist".to_owned()),
            Some(role) if before.clone().any(|other| other.id == *id) => {
                Some(format!("the role `{}` is named twice", role.name))
            }
            Some(role) => unsuitable(role),
        });
    }
    let fault = |message| Fault::new(Field::Roles, message);
    messages.into_iter().map(fault).collect()
}

/// Why users of a consumer cannot hold this role.
pub fn unsuitable(role: &Role) -> Option<String> {
    let (name, way) = (&role.name, role.obtained_by);
    match name.as_str() {
        ADMIN => Some(format!(
            "the role `{name}` opens our own administration, and no consumer can give it"
        )),
        USER => Some(format!(
            "the role `{name}` is for people with an account here, and a consumer's users have none: \
             make a role for them"
        )),
        _ if way != ObtainedBy::Assigned => Some(format!(
            "the role `{name}` is obtained by `{}`: a consumer's users can hold only roles that are \
             `assigned`",
            way.as_str()
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
