//! Tables of cases: who sees what, from where, when. For every case all parts of the gate that know an
//! answer are asked, and must agree: `/query_auth`, `/describe` with info.json, the probe service and
//! `explain`.

mod agreement;
mod generated;
mod table;
mod world;

use self::agreement::check;
pub(crate) use self::table::read;
pub(crate) use self::world::World;

/// Makes the rules of a table, and goes through its cases.
pub(crate) async fn go_through(file: &str, text: &str, settings: &[(&str, &str)]) -> usize {
    let world = World::new(settings).await;
    let (given, cases) = read(file, text);
    for rule in given {
        world.rule(rule.kind, &rule.pattern, &rule.text);
    }
    world.app.catch_up().await;
    let mut wrong = Vec::new();
    for case in &cases {
        wrong.extend(check(&world, case).await);
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} are wrong",
        wrong.join("\n"),
        wrong.len()
    );
    cases.len()
}

macro_rules! table {
    ($name:ident, $file:literal, $least:literal) => {
        #[actix_web::test]
        async fn $name() {
            let text = include_str!(concat!("../../data/cases/", $file));
            let count = go_through($file, text, &[]).await;
            assert!(count >= $least, "only {count} cases are left");
        }
    };
}

table!(roles_open_what_rules_say, "roles.txt", 100);
table!(sizes_limit_the_whole_image, "sizes.txt", 100);
table!(dates_change_what_holds, "dates.txt", 30);
table!(the_longest_pattern_decides, "patterns.txt", 30);
