//! All that decides from a TOML file: `[[network]]`, `[[role]]` and `[[rule]]`.

use toml::de::DeTable;

use super::entry::{Document, NamedRule, NetworkEntry, RoleEntry, Told};
use super::read_csv::fits;
use super::toml_value::{Faults, Table};
use crate::access::notation::{self, NamedAccess, NamedRole, Word};
use crate::access::pattern::Pattern;
use crate::access::rule::Kind;
use crate::identity::name::RoleName;
use crate::identity::network;
use crate::identity::principal::{ObtainedBy, OfferedAs};
use crate::language::LanguageMap;
use crate::store::error::StoreError;
use crate::store::import::Row;

const RULE: [&str; 11] = [
    "pattern",
    "kind",
    "requirement",
    "roles",
    "public_size",
    "from",
    "until",
    "before",
    "after",
    "message",
    "note",
];
const ROLE: [&str; 6] = [
    "name",
    "title",
    "obtained_by",
    "offered_as",
    "networks",
    "terms",
];

/// Reads a TOML file. A rule is all that its `[[rule]]` says: what is left out is not kept from before.
pub fn parse_toml(text: &str) -> Result<Document, StoreError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut faults = Faults::new(text);
    let (file, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let offset = error.span().map_or(0, |span| span.start);
        faults.add(offset, error.message());
    }
    if !faults.is_empty() {
        // What is read behind a slip of the pen would only confuse.
        return Err(StoreError::Rows(faults.into_errors()));
    }
    let root = Table::root(file.get_ref());
    root.only(&["network", "role", "rule"], &mut faults);
    let file = file.get_ref();
    let document = Document {
        networks: rows(
            Table::all(file, "network", &mut faults),
            &mut faults,
            network_entry,
        ),
        roles: rows(
            Table::all(file, "role", &mut faults),
            &mut faults,
            role_entry,
        ),
        rules: rows(
            Table::all(file, "rule", &mut faults),
            &mut faults,
            rule_entry,
        ),
        told: Told::Everything,
    };
    if faults.is_empty() {
        Ok(document)
    } else {
        Err(StoreError::Rows(faults.into_errors()))
    }
}

fn rows<T>(
    tables: Vec<Table<'_>>,
    faults: &mut Faults,
    entry: fn(&Table<'_>, &mut Faults) -> Option<T>,
) -> Vec<Row<T>> {
    let mut rows = Vec::new();
    for table in tables {
        let line = faults.line(table.offset);
        rows.extend(entry(&table, faults).map(|value| Row { line, value }));
    }
    rows
}

fn network_entry(table: &Table<'_>, faults: &mut Faults) -> Option<NetworkEntry> {
    table.only(&["name", "ranges", "note"], faults);
    let name = table.needed("name", faults, |name| Ok(name.trim().to_owned()));
    let mut ranges = Vec::new();
    for range in table.list("ranges", faults, |text| {
        network::parse(text).map_err(|error| error.to_string())
    }) {
        if !ranges.contains(&range) {
            ranges.push(range);
        }
    }
    Some(NetworkEntry {
        name: name?,
        ranges,
        note: table.text("note", faults),
    })
}

fn role_name(text: &str) -> Result<RoleName, String> {
    RoleName::parse(text).map_err(|error| format!("the role `{text}` {error}"))
}

fn role_entry(table: &Table<'_>, faults: &mut Faults) -> Option<RoleEntry> {
    table.only(&ROLE, faults);
    let name = table.needed("name", faults, role_name);
    let obtained_by = table.needed("obtained_by", faults, |text| {
        ObtainedBy::parse(text).ok_or_else(|| {
            let ways = ObtainedBy::ALL.map(ObtainedBy::as_str).join("`, `");
            format!("unknown way `{text}` to obtain a role (valid: `{ways}`)")
        })
    });
    let offered_as = table.parsed("offered_as", faults, |text| {
        OfferedAs::parse(text).ok_or_else(|| {
            let ways = OfferedAs::ALL.map(OfferedAs::as_str).join("`, `");
            format!("unknown way `{text}` to offer a role (valid: `{ways}`)")
        })
    });
    let networks = table.list("networks", faults, |name| Ok(name.trim().to_owned()));
    let (heading, text) = terms(table, faults);
    Some(RoleEntry {
        name: name?,
        title: table.text("title", faults).trim().to_owned(),
        obtained_by: obtained_by?,
        offered_as: offered_as.unwrap_or_default(),
        networks,
        heading,
        text,
    })
}

fn terms(role: &Table<'_>, faults: &mut Faults) -> (LanguageMap, LanguageMap) {
    let Some(value) = role.get("terms") else {
        return (LanguageMap::default(), LanguageMap::default());
    };
    let Some(table) = Table::of("terms", value, faults) else {
        return (LanguageMap::default(), LanguageMap::default());
    };
    table.only(&["heading", "text"], faults);
    let text = table.texts("text", faults);
    if text.is_empty() {
        faults.add(table.offset, "terms need a `text` in at least one language");
    }
    (table.texts("heading", faults), text)
}

fn rule_entry(table: &Table<'_>, faults: &mut Faults) -> Option<NamedRule> {
    table.only(&RULE, faults);
    let pattern = table.needed("pattern", faults, |text| {
        Pattern::parse(text).map_err(|error| format!("the pattern `{text}` {error}"))
    });
    let kind = table.parsed("kind", faults, |text| {
        Kind::parse(text)
            .ok_or_else(|| format!("unknown kind `{text}` (valid: `image`, `manifest`, `file`)"))
    });
    let side = |key, faults: &mut Faults| {
        table.parsed(key, faults, |text| {
            let access = text.parse::<NamedAccess>();
            access.map_err(|error| format!("`{key}`: {error}"))
        })
    };
    let (before, after) = (side("before", faults), side("after", faults));
    let access = access(table, faults);
    let (from, until) = (table.day("from", faults), table.day("until", faults));
    let message = table.texts("message", faults);
    let note = table.text("note", faults).trim().to_owned();
    Some(NamedRule {
        kind: kind.unwrap_or(Kind::Image),
        pattern: pattern?,
        access: access?,
        from,
        until,
        before,
        after,
        message,
        note,
    })
}

fn access(table: &Table<'_>, faults: &mut Faults) -> Option<NamedAccess> {
    let one = |text: &str| match notation::roles(text)?.as_slice() {
        [role] => Ok(role.clone()),
        _ => Err(format!(
            "`{text}` must be one role, such as `staff` or `reader:1500`"
        )),
    };
    let roles: Vec<NamedRole> = table.list("roles", faults, one);
    let public_size = table.size("public_size", faults);
    let no_roles = table.get("roles").is_none();
    if table.get("requirement").is_none() && no_roles {
        faults.add(table.offset, "the key `requirement` is missing");
        return None;
    }
    let word = table.parsed("requirement", faults, |text| {
        let word = Word::parse(text).ok_or_else(|| {
            format!("unknown requirement `{text}` (valid: `public`, `roles`, `nobody`)")
        })?;
        fits(word, no_roles)
    });
    let word = match table.get("requirement") {
        Some(_) => word?,
        None => Word::Roles,
    };
    Some(NamedAccess {
        word,
        roles,
        public_size,
    })
}
