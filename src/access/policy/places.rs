//! Which roles an address brings, however many networks there are.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::identity::principal::{Role, RoleId};

/// The networks of all roles.
#[derive(Debug, Default)]
pub(super) struct Places {
    v4: Vec<Place>,
    v6: Vec<Place>,
}

/// One network. Of two networks either one contains the other or they have nothing in common, so they
/// form trees.
#[derive(Debug)]
struct Place {
    first: u128,
    last: u128,
    roles: Vec<RoleId>,
    /// Where the smallest network around this one stands.
    around: Option<usize>,
}

impl Places {
    pub(super) fn of<'a>(roles: impl IntoIterator<Item = &'a Role>) -> Self {
        let mut networks: Vec<(IpNet, RoleId)> = roles
            .into_iter()
            .flat_map(|role| role.networks.iter().map(|network| (*network, role.id)))
            .collect();
        // What contains others comes before them.
        networks.sort_unstable_by_key(|(network, role)| {
            (network.network(), network.prefix_len(), *role)
        });
        networks.dedup();
        let mut places = Self::default();
        for (network, role) in networks {
            match network {
                IpNet::V4(_) => add(&mut places.v4, network, role),
                IpNet::V6(_) => add(&mut places.v6, network, role),
            }
        }
        places
    }

    /// The roles whose networks the address is in; one may come twice.
    pub(super) fn at(&self, address: Option<IpAddr>) -> impl Iterator<Item = RoleId> {
        let address = address.map(|address| address.to_canonical());
        let (places, address) = match address {
            Some(IpAddr::V4(_)) => (self.v4.as_slice(), address.map(number)),
            Some(IpAddr::V6(_)) => (self.v6.as_slice(), address.map(number)),
            None => (Default::default(), None),
        };
        let address = address.unwrap_or_default();
        // Whatever contains the address contains the nearest place before it.
        let before = places.partition_point(|place| place.first <= address);
        let nearest = before.checked_sub(1).and_then(|at| places.get(at));
        std::iter::successors(nearest, |place| places.get(place.around?))
            .filter(move |place| address <= place.last)
            .flat_map(|place| place.roles.iter().copied())
    }
}

fn add(places: &mut Vec<Place>, network: IpNet, role: RoleId) {
    let (first, last) = (number(network.network()), number(network.broadcast()));
    let mut around = places.len().checked_sub(1);
    while let Some(place) = around.and_then(|at| places.get_mut(at)) {
        if (place.first, place.last) == (first, last) {
            place.roles.push(role);
            return;
        }
        if last <= place.last {
            break;
        }
        around = place.around;
    }
    places.push(Place {
        first,
        last,
        roles: vec![role],
        around,
    });
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;
    use crate::identity::principal::{ObtainedBy, OfferedAs};

    /// Few addresses and many lengths, so that networks lie in each other.
    fn networks() -> impl Strategy<Value = Vec<IpNet>> {
        let v4 = (any::<u32>(), 0..=32u8)
            .prop_map(|(bits, length)| IpNet::new(v4(bits), length).unwrap().trunc());
        let v6 = (any::<u32>(), 0..=128u8)
            .prop_map(|(bits, length)| IpNet::new(v6(bits), length).unwrap().trunc());
        proptest::collection::vec(prop_oneof![v4, v6], 0..8)
    }

    fn v4(bits: u32) -> IpAddr {
        Ipv4Addr::from(bits & 0xC000_0103).into()
    }

    fn v6(bits: u32) -> IpAddr {
        let bits = u128::from(bits & 0xC000_0103);
        Ipv6Addr::from(bits << 96 | bits).into()
    }

    fn role(id: i32, networks: Vec<IpNet>) -> Role {
        Role {
            id: RoleId(id),
            name: crate::identity::name::RoleName::parse(&format!("role-{id}")).unwrap(),
            title: String::new(),
            obtained_by: ObtainedBy::Network,
            offered_as: OfferedAs::Usual,
            networks,
            terms: None,
        }
    }

    proptest! {
        #[test]
        fn an_address_brings_the_roles_whose_networks_contain_it(
            lists in proptest::collection::vec(networks(), 0..5),
            bits in any::<u32>(),
        ) {
            let roles: Vec<Role> = (1..).zip(lists).map(|(id, list)| role(id, list)).collect();
            let places = Places::of(&roles);
            let mapped = IpAddr::from(Ipv4Addr::from(bits & 0xC000_0103).to_ipv6_mapped());
            for address in [v4(bits), v6(bits), mapped] {
                let mut found: Vec<RoleId> = places.at(Some(address)).collect();
                found.sort_unstable();
                found.dedup();
                let is_in = |network: &IpNet| network.contains(&address.to_canonical());
                let expected = roles.iter().filter(|role| role.networks.iter().any(is_in));
                prop_assert_eq!(found, expected.map(|role| role.id).collect::<Vec<_>>());
            }
            prop_assert_eq!(places.at(None).count(), 0);
        }
    }
}
