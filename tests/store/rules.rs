//! Rules.

use iiif_gate::access::pattern::Pattern;
use iiif_gate::access::rule::{Kind, Requirement};
use iiif_gate::identity::principal::RoleSet;
use iiif_gate::store::page::Paging;
use iiif_gate::store::roles;
use iiif_gate::store::rules::{self, NewRule, RuleQuery};

use crate::sample::{admin, at, kept, new_role};
use crate::support::database::{Database, on_both};

fn rule(pattern: &str, requirement: Requirement) -> NewRule {
    let pattern = Pattern::parse(pattern).unwrap();
    NewRule {
        note: "why".to_owned(),
        ..NewRule::new(Kind::Image, pattern, requirement)
    }
}

fn patterns(db: &Database, query: &RuleQuery) -> Vec<String> {
    let page = db.run(|conn| rules::page(conn, query));
    page.items
        .iter()
        .map(|rule| rule.rule.pattern.to_string())
        .collect()
}

#[test]
fn a_rule_comes_back_as_it_was_stored() {
    on_both(|db| {
        let any: RoleSet = [new_role(db, "staff"), new_role(db, "guests")]
            .into_iter()
            .collect();
        for requirement in [
            Requirement::Public,
            Requirement::AnyOf(any),
            Requirement::Nobody,
        ] {
            let new = rule("Ünï/日本 100%_a\"b'", requirement.clone());
            let id = db.run(|conn| rules::create(conn, &admin(), at(1), &new));
            let stored = db.run(|conn| rules::find(conn, id)).unwrap();
            assert_eq!(stored.rule.access.requirement, requirement);
            assert_eq!(
                (&stored.rule.pattern, stored.created_at),
                (&new.pattern, kept(1))
            );
            let found = db.run(|conn| rules::find_by_pattern(conn, Kind::Image, &new.pattern));
            assert_eq!(found, Some(stored));
            db.run(|conn| rules::delete(conn, &admin(), at(2), id));
            assert_eq!(db.run(|conn| rules::find(conn, id)), None);
        }
    });
}

#[test]
fn the_policy_is_read_whole() {
    on_both(|db| {
        let staff = new_role(db, "staff");
        let any = Requirement::AnyOf([staff].into_iter().collect());
        let id = db.run(|conn| rules::create(conn, &admin(), at(1), &rule("maps/*", any)));
        db.run(|conn| rules::create(conn, &admin(), at(1), &rule("*", Requirement::Nobody)));
        let (rules, roles) = db.run(rules::policy);
        assert_eq!((rules.len(), roles.len()), (2, 3));
        let public = rule("maps/*", Requirement::Public);
        db.run(|conn| rules::update(conn, &admin(), at(2), id, &public));
        let stored = db.run(|conn| rules::find(conn, id)).unwrap();
        assert_eq!(stored.rule.access.requirement, Requirement::Public);
        assert_eq!((stored.created_at, stored.updated_at), (kept(1), kept(2)));
    });
}

#[test]
fn a_rule_whose_roles_are_deleted_lets_nobody_in() {
    on_both(|db| {
        let staff = new_role(db, "staff");
        let any = Requirement::AnyOf([staff].into_iter().collect());
        let id = db.run(|conn| rules::create(conn, &admin(), at(1), &rule("maps/*", any)));
        db.run(|conn| roles::delete(conn, &admin(), at(2), staff));
        let stored = db.run(|conn| rules::find(conn, id)).unwrap();
        assert_eq!(
            stored.rule.access.requirement,
            Requirement::AnyOf(RoleSet::default())
        );
    });
}

#[test]
fn a_rule_that_asks_for_roles_names_one() {
    on_both(|db| {
        let empty = rule("maps/*", Requirement::AnyOf(RoleSet::default()));
        let error = db.fail(|conn| rules::create(conn, &admin(), at(1), &empty));
        assert_eq!(
            error.to_string(),
            "a rule that asks for roles must name one"
        );
        let new = rule("maps/*", Requirement::Public);
        db.run(|conn| rules::create(conn, &admin(), at(1), &new));
        let error = db.fail(|conn| rules::create(conn, &admin(), at(1), &new));
        assert_eq!(error.to_string(), "a rule with this pattern exists already");
        let manifest = NewRule {
            kind: Kind::Manifest,
            ..new
        };
        db.run(|conn| rules::create(conn, &admin(), at(1), &manifest));
    });
}

#[test]
fn a_rule_broken_by_hand_is_no_policy_but_can_be_deleted() {
    on_both(|db| {
        db.sql(
            "INSERT INTO rules (kind, pattern, requirement, created_at, updated_at) VALUES
             ('image', 'ma*', 'nobody', '2030-01-01 00:00:00', '2030-01-01 00:00:00')",
        );
        let error = db.fail(rules::policy).to_string();
        assert!(
            error.contains("rule 1 in the database is broken: its pattern `ma*`"),
            "{error}"
        );
        let id = iiif_gate::access::rule::RuleId(1);
        db.run(|conn| rules::delete(conn, &admin(), at(1), id));
        db.run(rules::policy);
    });
}

#[test]
fn lists_are_searched_and_cut_into_pages_in_the_same_order_everywhere() {
    on_both(|db| {
        for pattern in ["b/*", "a_1", "A", "ä", "ab1", "Z/z"] {
            let new = rule(pattern, Requirement::Public);
            db.run(|conn| rules::create(conn, &admin(), at(1), &new));
        }
        let all = RuleQuery::default();
        assert_eq!(patterns(db, &all), ["A", "Z/z", "a_1", "ab1", "b/*", "ä"]);
        let search = "_".to_owned();
        assert_eq!(
            patterns(
                db,
                &RuleQuery {
                    search,
                    ..all.clone()
                }
            ),
            ["a_1"]
        );
        for (search, found) in [("z/Z", "Z/z"), ("ä", "ä")] {
            let search = search.to_owned();
            let query = RuleQuery {
                search,
                ..all.clone()
            };
            assert_eq!(patterns(db, &query), [found]);
        }
        let kind = Some(Kind::File);
        assert_eq!(
            patterns(
                db,
                &RuleQuery {
                    kind,
                    ..all.clone()
                }
            ),
            Vec::<String>::new()
        );
        let paging = Paging {
            page: 2,
            per_page: 4,
        };
        assert_eq!(patterns(db, &RuleQuery { paging, ..all }), ["b/*", "ä"]);
    });
}
