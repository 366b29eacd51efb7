//! Rules made by chance, and a second opinion about them that is as plain as can be.

use iiif_gate::access::rule::Kind;

use super::agreement::check;
use super::given::PLACES;
use super::table::Case;
use super::world::World;

const PEOPLE: [&str; 8] = [
    "nobody", "alice", "stella", "script", "rita", "tess", "tom", "kim",
];
const SIZES: [u32; 6] = [1, 100, 600, 601, 1500, 5999];
/// The long side of every image of the tests.
const WHOLE: u32 = 6000;

/// Numbers that look like chance, and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// One time in this many.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// Who may see how much: roles with what they open, and what everybody may see.
struct Access {
    word: &'static str,
    roles: Vec<(&'static str, u32)>,
    public: u32,
}

const ALL: u32 = u32::MAX;

impl Access {
    fn by(chance: &mut Chance) -> Self {
        let word = chance.one_of(&["roles", "roles", "roles", "roles", "public", "nobody"]);
        let possible: &[&str] = if chance.once_in(4) {
            &["campus", "house"]
        } else {
            &["user", "staff", "reader", "agreed", "house", "desk"]
        };
        let is_sized = chance.once_in(2);
        let mut roles: Vec<(&str, u32)> = Vec::new();
        if word == "roles" {
            for role in possible {
                if chance.once_in(3) {
                    let limited = is_sized && chance.once_in(2);
                    roles.push((role, if limited { chance.one_of(&SIZES) } else { ALL }));
                }
            }
            if roles.is_empty() {
                roles.push((possible[0], ALL));
            }
        }
        let public = match word {
            "public" => ALL,
            _ if is_sized && chance.once_in(2) => chance.one_of(&SIZES),
            _ => 0,
        };
        Self {
            word,
            roles,
            public,
        }
    }

    /// As administrators write it.
    fn text(&self) -> String {
        let role = |(name, size): &(&str, u32)| match *size {
            ALL => (*name).to_owned(),
            size => format!("{name}:{size}"),
        };
        let roles: Vec<String> = self.roles.iter().map(role).collect();
        let public = match self.public {
            0 | ALL => String::new(),
            size => format!(" + {size} px"),
        };
        format!("{} {}{public}", self.word, roles.join(" "))
    }
}

fn holds(who: &str, from: &str, role: &str) -> bool {
    match role {
        "user" => is_signed_in(who),
        "staff" => matches!(who, "stella" | "script"),
        "reader" => who == "rita",
        "agreed" => matches!(who, "tess" | "tom"),
        "house" => matches!(from, "house" | "house6" | "desk"),
        "desk" => who == "kim" && from == "desk",
        "campus" => from == "campus",
        other => panic!("{other}"),
    }
}

fn is_signed_in(who: &str) -> bool {
    matches!(who, "alice" | "stella" | "script" | "rita" | "tom")
}

/// Whether somebody who does not hold the role could have it from here.
fn is_within_reach(who: &str, from: &str, role: &str) -> bool {
    match role {
        "user" | "staff" | "reader" => !is_signed_in(who),
        "agreed" | "campus" => true,
        "desk" => from == "desk",
        "house" => false,
        other => panic!("{other}"),
    }
}

/// The status that somebody gets for so many pixels.
fn status(access: &Access, who: &str, from: &str, wanted: u32) -> u16 {
    let held = access
        .roles
        .iter()
        .filter(|(role, _)| holds(who, from, role));
    let seen = held
        .map(|(_, size)| *size)
        .max()
        .unwrap_or(0)
        .max(access.public);
    if seen >= wanted {
        return 200;
    }
    let helps = |(role, size): &(&str, u32)| {
        *size >= wanted && !holds(who, from, role) && is_within_reach(who, from, role)
    };
    if access.roles.iter().any(helps) {
        401
    } else {
        403
    }
}

/// What is asked for, and how much of the image that is to somebody who sees so much.
fn asked(chance: &mut Chance, identifier: &str) -> (String, Option<u32>) {
    let size = chance.one_of(&SIZES);
    let space = chance.one_of(&["images", "images", "full"]);
    let (form, wanted) = match chance.below(6) {
        0 => ("info.json".to_owned(), None),
        1 => ("full/max/0/default.jpg".to_owned(), Some(WHOLE)),
        2 => (format!("full/!{size},{size}/90/gray.jpg"), Some(size)),
        3 => ("0,0,600,400/!60,40/!0/bitonal.png".to_owned(), Some(600)),
        4 => (format!("full/%5E{size}%2C/0/default.webp"), Some(size)),
        _ => (format!("full/{size},/0/default.jpg"), Some(size)),
    };
    (format!("/iiif/{space}/{identifier}/{form}"), wanted)
}

#[actix_web::test]
async fn rules_made_by_chance_are_read_the_same_by_everybody() {
    let mut chance = Chance(20_261_122);
    let world = World::new(&[]).await;
    let accesses: Vec<Access> = (0..100).map(|_| Access::by(&mut chance)).collect();
    for (number, access) in accesses.iter().enumerate() {
        world.rule(Kind::Image, &format!("chance-{number}"), &access.text());
    }
    world.app.catch_up().await;
    let mut wrong = Vec::new();
    for (number, access) in accesses.iter().enumerate() {
        for _ in 0..10 {
            let (who, (from, _)) = (chance.one_of(&PEOPLE), chance.one_of(&PLACES));
            let (target, wanted) = asked(&mut chance, &format!("chance-{number}"));
            // Of an info.json the question is whether all may be seen, or else something.
            let some = status(access, who, from, 1);
            let wanted = wanted.unwrap_or(if some == 200 { WHOLE } else { 1 });
            let case = Case {
                place: access.text(),
                who: who.to_owned(),
                from: from.to_owned(),
                target,
                status: status(access, who, from, wanted),
                reason: String::new(),
                image: String::new(),
            };
            wrong.extend(check(&world, &case).await);
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} are wrong",
        wrong.join("\n"),
        wrong.len()
    );
}
