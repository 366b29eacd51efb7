//! Consumers: what is stored of them, and what must not be.

use chrono::Duration;
use iiif_gate::identity::consumer::{
    ConsumerId, ConsumerKey, ConsumerSecret, NewConsumer, NewConsumerRole, Origins, PathPrefix,
    Secrets, settings,
};
use iiif_gate::identity::key::Key;
use iiif_gate::identity::principal::RoleId;
use iiif_gate::identity::seal::{SealedSecret, SealingKeys};
use iiif_gate::store::StoreError;
use iiif_gate::store::consumers::{self, BuiltIn, Details};
use iiif_gate::store::roles::{self, NewRole};

use crate::sample::{admin, at, kept, new_role, role_id};
use crate::support::database::{Database, on_both};

/// The keys of an installation with these values of `AUTH_SECRET_KEY`, the current one first.
pub(crate) fn keys(secrets: &[&str]) -> SealingKeys {
    let derive = |secret: &&str| Key::derive(secret, "consumer-secret");
    let mut keys: Vec<Key> = secrets.iter().map(derive).collect();
    SealingKeys::new(keys.remove(0), keys)
}

fn key(text: &str) -> ConsumerKey {
    ConsumerKey::parse(text).unwrap()
}

fn secret(text: &str) -> ConsumerSecret {
    ConsumerSecret::new(text.as_bytes()).unwrap()
}

const FIRST: &str = "the-first-secret-of-all";
pub(crate) const SECOND: &str = "the-second-secret-of-all";
const THIRD: &str = "the-third-secret-of-all";

pub(crate) fn sealed(consumer: &str, text: &str) -> SealedSecret {
    keys(&["one"]).seal(&key(consumer), &secret(text), [7; 12])
}

pub(crate) fn new_consumer(name: &str) -> NewConsumer {
    NewConsumer {
        name: name.to_owned(),
        max_ttl: 86_400,
        origins: Origins {
            any: false,
            listed: settings::origins("https://doc.land\nhttp://localhost:8080").unwrap(),
        },
        allows_server_side: false,
        names_admins: true,
        prefixes: settings::prefixes("/annotator\n/iiif/images/maps/").unwrap(),
        roles: Vec::new(),
    }
}

pub(crate) fn held(id: RoleId, is_base: bool, is_read_only: bool) -> NewConsumerRole {
    NewConsumerRole {
        id,
        is_base,
        is_read_only,
    }
}

pub(crate) fn create(db: &Database, consumer: &str) -> ConsumerId {
    let (new, sealed) = (new_consumer(" DocLand "), sealed(consumer, FIRST));
    db.run(|conn| consumers::create(conn, &admin(), at(1), &new, &sealed))
}

pub(crate) fn find(db: &Database, id: ConsumerId) -> Details {
    let keys = keys(&["one"]);
    db.run(|conn| consumers::find(conn, &keys, id)).unwrap()
}

fn secrets(db: &Database, keys: &SealingKeys) -> Vec<Option<Secrets>> {
    let all = db.run(|conn| consumers::all(conn, keys));
    all.into_iter().map(|consumer| consumer.secrets).collect()
}

#[test]
fn a_consumer_comes_back_as_it_was_stored() {
    on_both(|db| {
        let (staff, guest) = (new_role(db, "staff"), new_role(db, "guest"));
        let mut new = new_consumer("DocLand");
        new.roles = vec![held(staff, true, false), held(guest, false, true)];
        let secret = sealed("DocLand-1", FIRST);
        let id = db.run(|conn| consumers::create(conn, &admin(), at(1), &new, &secret));
        let held = db.run(roles::held);
        assert!([staff, guest].iter().all(|role| held.contains(role)));
        let found = find(db, id);
        let consumer = &found.consumer;
        assert_eq!(consumer.key.as_str(), "DocLand-1");
        new.roles.reverse();
        assert_eq!(NewConsumer::from(consumer), new, "roles come by name");
        assert!(consumer.is_enabled && !consumer.is_built_in);
        let current = &consumer.secrets.as_ref().unwrap().current;
        assert_eq!(current.as_bytes(), FIRST.as_bytes());
        assert_eq!(current.hint(), "the-…");
        assert_eq!((found.created_at, found.rotated_at), (kept(1), kept(1)));
        let keys = keys(&["one"]);
        let by_key = |text: &str| db.run(|conn| consumers::find_by_key(conn, &keys, text));
        assert_eq!(by_key("DocLand-1"), Some(found.clone()));
        assert_eq!(by_key("docland-1"), None, "letter case counts");
        assert_eq!(db.run(|conn| consumers::all(conn, &keys)), [found.consumer]);
    });
}

#[test]
fn a_key_is_taken_once_and_a_number_never_twice() {
    on_both(|db| {
        let first = create(db, "site");
        let (new, again) = (new_consumer("Other"), sealed("site", SECOND));
        let error = db.fail(|conn| consumers::create(conn, &admin(), at(2), &new, &again));
        assert_eq!(error.to_string(), "a consumer with this key exists already");
        db.run(|conn| consumers::delete(conn, &admin(), at(3), first));
        let second = create(db, "site");
        assert!(first < second, "{first:?} {second:?}");
        let error = db.fail(|conn| consumers::delete(conn, &admin(), at(3), first));
        assert!(matches!(error, StoreError::NotFound), "{error}");
    });
}

#[test]
fn a_new_secret_leaves_the_old_one_good_for_a_while_or_ends_it_at_once() {
    on_both(|db| {
        let id = create(db, "site");
        let keys = keys(&["one"]);
        let rotate = |text, overlap| {
            let sealed = sealed("site", text);
            db.run(|conn| consumers::rotate(conn, &admin(), at(10), id, &sealed, overlap));
            secrets(db, &keys).pop().flatten().unwrap()
        };
        let both = rotate(SECOND, Duration::hours(24));
        assert_eq!(both.current, secret(SECOND));
        assert_eq!(both.previous, Some((secret(FIRST), kept(10 + 86_400))));
        let newer = rotate(THIRD, Duration::hours(1));
        assert_eq!(newer.previous, Some((secret(SECOND), kept(10 + 3600))));
        assert_eq!(db.run(|conn| consumers::sweep(conn, at(3600))), 0);
        assert_eq!(db.run(|conn| consumers::sweep(conn, at(3700))), 1);
        assert_eq!(find(db, id).consumer.secrets.unwrap().previous, None);
        rotate(FIRST, Duration::hours(1));
        assert_eq!(rotate(SECOND, Duration::zero()).previous, None);
        assert_eq!(find(db, id).rotated_at, kept(10));
        let other = sealed("other", THIRD);
        let error =
            db.fail(|conn| consumers::rotate(conn, &admin(), at(10), id, &other, Duration::zero()));
        assert!(error.to_string().contains("another consumer"), "{error}");
    });
}

#[test]
fn what_a_former_key_sealed_is_sealed_anew() {
    on_both(|db| {
        let id = create(db, "site");
        let second = sealed("site", SECOND);
        let day = Duration::days(1);
        db.run(|conn| consumers::rotate(conn, &admin(), at(10), id, &second, day));
        create(db, "next");
        let reseal = |keys: &SealingKeys| {
            let mut byte = 0;
            let nonce = || {
                byte += 1;
                [byte; 12]
            };
            db.run(|conn| consumers::reseal(conn, keys, nonce))
        };
        let (ring, new, lost) = (keys(&["two", "one"]), keys(&["two"]), keys(&["three"]));
        let before = secrets(db, &ring);
        assert!(before.iter().all(Option::is_some));
        assert_eq!(secrets(db, &new), [None, None]);
        assert_eq!(reseal(&lost), 0, "what no key opens stays");
        assert_eq!(reseal(&ring), 2);
        assert_eq!(reseal(&ring), 0);
        assert_eq!(
            secrets(db, &new),
            before,
            "the former key is needed no more"
        );
    });
}

#[test]
fn the_consumer_for_our_own_users_is_there_once_and_stays() {
    on_both(|db| {
        let built_in = |number: u8| BuiltIn {
            key: ConsumerKey::from_random([number; 16]),
            secret: secret(&format!("{FIRST}{number}")),
            nonce: [number; 12],
            max_ttl: 3600,
        };
        let ensure = |number, name: &str| {
            let (keys, built_in) = (keys(&[name]), built_in(number));
            db.store
                .blocking(|conn| consumers::ensure_built_in(conn, at(1), &keys, &built_in))
                .unwrap();
        };
        std::thread::scope(|scope| {
            for number in 0..4 {
                scope.spawn(move || ensure(number, "one"));
            }
        });
        let all = db.run(|conn| consumers::list(conn, &keys(&["one"])));
        let [first] = &all[..] else {
            unreachable!("one is there: {}", all.len())
        };
        let first = first.consumer.clone();
        let prefixes: Vec<&str> = first.prefixes.iter().map(PathPrefix::as_str).collect();
        assert_eq!(prefixes, ["/annotator/", "/annotator-open/"]);
        assert_eq!(
            (first.name.as_str(), first.max_ttl),
            ("Our own users", 3600)
        );
        assert!(first.is_built_in && first.secrets.is_some());
        let error = db.fail(|conn| consumers::delete(conn, &admin(), at(2), first.id));
        assert!(error.to_string().contains("disable it instead"), "{error}");
        // Another AUTH_SECRET_KEY, and the former one is lost: the secret is nobody's but ours.
        ensure(9, "two");
        let now = db
            .run(|conn| consumers::all(conn, &keys(&["two"])))
            .remove(0);
        assert_eq!((now.id, &now.key), (first.id, &first.key));
        assert_eq!(now.secrets.unwrap().current, secret(&format!("{FIRST}9")));
    });
}

#[test]
fn a_role_that_is_deleted_or_no_longer_assigned_leaves_the_consumer() {
    on_both(|db| {
        let (staff, guest) = (new_role(db, "staff"), new_role(db, "guest"));
        let id = create(db, "site");
        let mut new = new_consumer("DocLand");
        new.roles = vec![held(staff, true, false), held(guest, false, true)];
        db.run(|conn| consumers::update(conn, &admin(), at(2), id, &new));
        let names = || -> Vec<String> {
            let roles = find(db, id).consumer.roles;
            roles.iter().map(|role| role.name.to_string()).collect()
        };
        assert_eq!(names(), ["guest", "staff"]);
        db.run(|conn| roles::delete(conn, &admin(), at(3), staff));
        assert_eq!(names(), ["guest"]);
        let terms = NewRole {
            obtained_by: iiif_gate::identity::principal::ObtainedBy::Terms,
            ..NewRole::assigned(
                iiif_gate::identity::name::RoleName::parse("guest").unwrap(),
                "",
            )
        };
        db.run(|conn| roles::update(conn, &admin(), at(4), guest, &terms));
        assert_eq!(names(), Vec::<String>::new());
    });
}

#[test]
fn everything_that_is_wrong_is_told_and_nothing_of_it_stored() {
    on_both(|db| {
        let mut new = new_consumer(" ");
        new.max_ttl = 30 * 86_400;
        new.prefixes.clear();
        new.roles = ["user", "admin"]
            .map(|name| held(role_id(db, name), true, false))
            .to_vec();
        let sealed = sealed("site", FIRST);
        let error = db.fail(|conn| consumers::create(conn, &admin(), at(1), &new, &sealed));
        let error = error.to_string();
        for words in [
            "a consumer needs a name",
            "write at most 2073600 (24 days)",
            "write at least one path, as in `/annotator/`",
            "`user` is for people with an account here",
            "`admin` opens our own administration",
        ] {
            assert!(error.contains(words), "{error}");
        }
        let keys = keys(&["one"]);
        assert_eq!(db.run(|conn| consumers::list(conn, &keys)), []);
    });
}

#[test]
fn no_secret_is_in_the_database() {
    let db = Database::sqlite();
    let id = create(&db, "site");
    let second = sealed("site", SECOND);
    let day = Duration::days(1);
    db.run(|conn| consumers::rotate(conn, &admin(), at(2), id, &second, day));
    db.run(|conn| consumers::block_user(conn, &admin(), at(3), id, "somebody", at(3), ""));
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(db.folder.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(holds("somebody"), "the search finds what is there");
    assert!(!holds(FIRST) && !holds(SECOND) && !holds("secret-of-all"));
}
