//! 100,000 rules: lists come from an index, and one edit touches one rule.

use iiif_gate::access::notation::Word;
use iiif_gate::access::pattern::Pattern;
use iiif_gate::access::rule::{Kind, Requirement, RuleId};
use iiif_gate::store::page::{COUNTED, Paging};
use iiif_gate::store::rules::{self, Feature, NewRule, RuleQuery, Scope};

use crate::many::{numbers, plan};
use crate::sample::{admin, at, new_role, role_id};
use crate::support::database::{Database, on_both};

const RULES: u32 = 100_000;

fn fill(db: &Database) {
    let numbers = numbers(db, RULES);
    let times = "'2030-01-01 00:00:00', '2030-01-01 00:00:00'";
    db.sql(&format!(
        "{numbers} INSERT INTO rules
             (kind, pattern, requirement, note, public_size, from_day, created_at, updated_at)
         SELECT 'image', 'collection' || (n % 100) || '/item' || n || '/*',
             CASE n % 10 WHEN 0 THEN 'public' WHEN 1 THEN 'nobody' ELSE 'roles' END, '',
             CASE WHEN n % 1000 = 1 THEN 600 ELSE 0 END,
             CASE WHEN n % 1000 = 2 THEN '2031-01-01' END{cast}, {times} FROM numbers",
        cast = match db.url {
            iiif_gate::config::DatabaseUrl::Sqlite(_) => "",
            iiif_gate::config::DatabaseUrl::Postgres(_) => "::date",
        }
    ));
    let staff = new_role(db, "staff").0;
    db.sql(&format!(
        "INSERT INTO rule_roles (rule_id, role_id)
         SELECT id, CASE WHEN id % 1000 = 3 THEN 1 ELSE {staff} END FROM rules
         WHERE requirement = 'roles'"
    ));
    db.sql("ANALYZE");
}

fn total(db: &Database, query: &RuleQuery) -> u64 {
    db.run(|conn| rules::page(conn, query)).total
}

#[test]
fn a_hundred_thousand_rules_are_listed_searched_and_paged() {
    on_both(|db| {
        fill(db);
        let last = RuleQuery {
            paging: Paging {
                page: 2000,
                per_page: 50,
            },
            ..RuleQuery::default()
        };
        let public = RuleQuery {
            requirement: Some(Word::Public),
            ..RuleQuery::default()
        };
        for (query, binds) in [
            (&RuleQuery::default(), &["10001"][..]),
            (&last, &["10001"]),
            (&public, &["'public'", "10001"]),
        ] {
            let plan = plan(db, binds, |conn| rules::page(conn, query)).to_uppercase();
            assert!(plan.contains("INDEX"), "{plan}");
            // A tenth of all is sorted about as fast.
            let sorts = plan.contains("SORT") || plan.contains("B-TREE");
            assert!(!sorts || query.requirement.is_some(), "{plan}");
        }
        let page = db.run(|conn| rules::page(conn, &last));
        assert_eq!((page.total, page.more), (COUNTED, true));
        assert_eq!((page.page, page.items.len()), (200, 50));
        let with = |feature| {
            total(
                db,
                &RuleQuery {
                    feature: Some(feature),
                    ..RuleQuery::default()
                },
            )
        };
        assert_eq!(Feature::ALL.map(with), [100, 100, 0, 0]);
        let of_role = RuleQuery {
            role: Some(role_id(db, "user")),
            ..RuleQuery::default()
        };
        assert_eq!(total(db, &of_role), 100);
        let search = RuleQuery {
            search: "ITEM4711/".to_owned(),
            ..RuleQuery::default()
        };
        assert_eq!(total(db, &search), 1);
    });
}

#[test]
fn one_edit_and_a_short_file_touch_no_other_rule() {
    on_both(|db| {
        fill(db);
        let pattern = Pattern::parse("collection1/item1/*").unwrap();
        let rule = NewRule::new(Kind::Image, pattern.clone(), Requirement::Public);
        let find = |conn: &mut _| rules::find_by_pattern(conn, Kind::Image, &pattern);
        let id = db.run(find).unwrap().rule.id;
        db.run(|conn| rules::update(conn, &admin(), at(1), id, &rule));
        let file = "pattern,requirement\ncollection1/item1/*,nobody\nnew/*,public\n";
        let file = rules::parse_csv(file).unwrap();
        let diff = db.run(|conn| rules::import(conn, &admin(), at(2), &file, Scope::Change));
        assert_eq!(diff.summary(), "1 new, 1 changed, 0 deleted");
        db.run(|conn| rules::delete(conn, &admin(), at(3), RuleId(id.0 + 1)));
        let touched = "updated_at > '2030-06-01 00:00:00'";
        db.sql(&format!("DELETE FROM rules WHERE NOT ({touched})"));
        assert!(db.run(rules::list).len() <= 2);
    });
}
