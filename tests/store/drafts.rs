//! A draft of rules: what there would be, while nothing is changed.

use iiif_gate::access::pattern::Pattern;
use iiif_gate::access::rule::{Kind, Requirement};
use iiif_gate::identity::admin::Admin;
use iiif_gate::store::rules::{self, NewRule};
use iiif_gate::store::{StoreError, networks, roles};

use crate::sample::at;
use crate::support::database::on_both;

const DRAFT: &str = r#"
[[network]]
name = "House"
ranges = ["192.0.2.0/24"]

[[role]]
name = "house"
obtained_by = "network"
networks = ["House"]

[[rule]]
pattern = "maps/*"
requirement = "roles"
roles = ["house:1500"]
"#;

#[test]
fn a_draft_is_all_there_would_be_and_nothing_is_changed() {
    on_both(|db| {
        let pattern = Pattern::parse("old/*").unwrap();
        let old = NewRule::new(Kind::Image, pattern, Requirement::Nobody);
        db.run(|conn| rules::create(conn, &Admin::console(), at(0), &old));
        let before = db.run(|conn| Ok((rules::list(conn)?, roles::list(conn)?)));

        let file = rules::parse_toml(DRAFT).unwrap();
        let (drafted, known) = db.run(|conn| rules::draft(conn, &file));
        let house = known.iter().find(|role| role.name.as_str() == "house");
        let house = house.unwrap();
        assert_eq!(house.networks.len(), 1);
        assert_eq!(drafted.len(), 1, "the rule that is not in it is gone");
        assert_eq!(drafted[0].pattern.to_string(), "maps/*");
        assert_eq!(drafted[0].access.role_sizes, [(house.id, 1500)]);
        assert!(before.0.iter().all(|rule| rule.rule.id != drafted[0].id));

        let after = db.run(|conn| Ok((rules::list(conn)?, roles::list(conn)?)));
        assert_eq!(before, after);
        assert!(db.run(networks::list).is_empty());
    });
}

#[test]
fn a_faulty_draft_is_refused_with_its_lines() {
    on_both(|db| {
        let text = "pattern,requirement,roles\nok/*,public,\nmaps/*,roles,nosuchrole\n";
        let file = rules::parse_csv(text).unwrap();
        let error = db.fail(|conn| rules::draft(conn, &file));
        let StoreError::Rows(rows) = error else {
            panic!("{error}");
        };
        assert_eq!((rows.len(), rows[0].line), (1, 3));
    });
}
