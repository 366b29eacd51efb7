//! Tables of cases: who sees what, from where, when. For every case all parts of the gate that know an
//! answer are asked, and must agree: `/query_auth`, `/describe` with info.json, the probe service and
//! `explain`.

mod agreement;
mod generated;
mod given;
mod table;
mod world;

use iiif_gate::access::rule::Kind;
use iiif_gate::web::explain::{Question, explain};

use self::agreement::check;
use self::table::read;
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

table!(roles_open_what_rules_say, "roles.txt", 400);
table!(sizes_limit_the_whole_image, "sizes.txt", 220);
table!(dates_change_what_holds, "dates.txt", 60);
table!(the_longest_pattern_decides, "patterns.txt", 30);

/// `explain` looks at any moment; days begin where the institution is.
#[actix_web::test]
async fn explain_looks_into_the_future_and_the_past() {
    let world = World::new(&[("TIME_ZONE", "Europe/Berlin")]).await;
    let text = "public; from 2035-01-01, before it roles staff; until 2035-07-01, after it nobody";
    world.rule(Kind::Image, "a", text);
    world.app.catch_up().await;
    for (time, status, reason, opens) in [
        (
            "1999-01-01T00:00:00Z",
            401,
            "sign-in-needed",
            Some("2035-01-01"),
        ),
        (
            "2034-12-31T22:59:59Z",
            401,
            "sign-in-needed",
            Some("2035-01-01"),
        ),
        ("2034-12-31T23:00:00Z", 200, "public-for-now", None),
        ("2035-06-30T21:59:59Z", 200, "public-for-now", None),
        ("2035-06-30T22:00:00Z", 403, "nobody", None),
    ] {
        let question = Question {
            url: "/iiif/images/a/full/max/0/default.jpg".to_owned(),
            principal: world.visitor("nobody", "home").principal,
            time: time.parse().unwrap(),
        };
        let told = explain(&world.app.state, question).await;
        assert_eq!((told.status, &*told.reason), (status, reason), "{time}");
        let day = told.opens.map(|day| day.to_string());
        assert_eq!(day.as_deref(), opens, "{time}");
    }
}
