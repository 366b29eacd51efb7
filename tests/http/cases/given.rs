//! The roles and rules that the tables speak of, and the places that people ask from.

use iiif_gate::access::notation::NamedAccess;
use iiif_gate::access::pattern::Pattern;
use iiif_gate::access::rule::{Access, Period};
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::name::RoleName;
use iiif_gate::identity::principal::{ObtainedBy, OfferedAs, RoleId};
use iiif_gate::store::networks::{self, NetworkId, NewNetwork};
use iiif_gate::store::{Conn, StoreError, roles, rules, terms};
use iiif_gate::web::state::now;

use super::table::Given;

/// Where requests come from.
pub(crate) const PLACES: [(&str, &str); 6] = [
    ("home", "203.0.113.9"),
    ("house", "192.0.2.7"),
    ("house6", "2001:db8::7"),
    ("desk", "192.0.2.17"),
    ("campus", "198.51.100.4"),
    // Whatever nginx says of a socket that has no address.
    ("unknown", "unix:"),
];

/// The address of a place.
pub(crate) fn address(place: &str) -> &'static str {
    let known = PLACES.iter().find(|(name, _)| *name == place);
    known.unwrap_or_else(|| panic!("where is {place}?")).1
}

/// A role for every way to hold one.
pub(crate) fn make_roles(conn: &mut Conn) -> Result<(), StoreError> {
    use {ObtainedBy as By, OfferedAs as As};
    let house = network(conn, "House", &["192.0.2.0/24", "2001:db8::/32"])?;
    let desk = network(conn, "Desk", &["192.0.2.16/28"])?;
    let campus = network(conn, "Campus", &["198.51.100.0/24"])?;
    for (name, obtained_by, offered_as, networks) in [
        ("reader", By::Assigned, As::Usual, vec![]),
        ("staff", By::Assigned, As::Usual, vec![]),
        ("agreed", By::Terms, As::Usual, vec![]),
        ("clicked", By::Terms, As::Clickthrough, vec![]),
        ("house", By::Network, As::Usual, vec![house]),
        ("desk", By::Kiosk, As::Usual, vec![desk]),
        ("campus", By::Network, As::External, vec![campus]),
    ] {
        let role = roles::NewRole {
            name: RoleName::parse(name).unwrap(),
            title: name.to_owned(),
            obtained_by,
            offered_as,
            networks,
        };
        let id = roles::create(conn, &Admin::console(), now(), &role)?;
        if obtained_by == By::Terms {
            let text = serde_json::from_value(serde_json::json!({"en": "Be kind."})).unwrap();
            terms::publish(conn, &Admin::console(), now(), id, &text, &text)?;
        }
    }
    Ok(())
}

fn network(conn: &mut Conn, name: &str, ranges: &[&str]) -> Result<NetworkId, StoreError> {
    let network = NewNetwork {
        name: name.to_owned(),
        ranges: ranges.iter().map(|range| range.parse().unwrap()).collect(),
        note: String::new(),
    };
    networks::create(conn, &Admin::console(), now(), &network)
}

/// The number of a role.
pub(crate) fn role(conn: &mut Conn, name: &str) -> Result<RoleId, StoreError> {
    let role = roles::find_by_name(conn, &RoleName::parse(name).unwrap())?;
    Ok(role.unwrap_or_else(|| panic!("which role is {name}?")).id)
}

/// Makes a rule of `ACCESS; from DAY, before it ACCESS; until DAY, after it ACCESS`.
pub(crate) fn make_rule(conn: &mut Conn, given: &Given) -> Result<(), StoreError> {
    let mut parts = given.text.split(';');
    let access = access(conn, parts.next().unwrap())?;
    let mut period = Period::default();
    for part in parts {
        let (day, other) = part.trim().split_once(',').unwrap();
        let other = other.trim();
        if let Some(day) = day.strip_prefix("from ") {
            period.from = Some(day.parse().unwrap());
            period.before = Some(self::access(
                conn,
                other.strip_prefix("before it ").unwrap(),
            )?);
        } else {
            period.until = Some(day.strip_prefix("until ").unwrap().parse().unwrap());
            period.after = Some(self::access(
                conn,
                other.strip_prefix("after it ").unwrap(),
            )?);
        }
    }
    let pattern = Pattern::parse(&given.pattern).unwrap();
    let rule = rules::NewRule {
        period: Some(period).filter(|period| *period != Period::default()),
        ..rules::NewRule::new(given.kind, pattern, access)
    };
    rules::create(conn, &Admin::console(), now(), &rule).map(drop)
}

/// `roles staff, reader:1500 + 400 px`
fn access(conn: &mut Conn, text: &str) -> Result<Access, StoreError> {
    let named: NamedAccess = text.parse().unwrap();
    let all = roles::list(conn)?;
    let id = |name: &RoleName| {
        all.iter()
            .find(|role| role.name == *name)
            .map(|role| role.id)
    };
    Ok(named.resolve(id).unwrap())
}
