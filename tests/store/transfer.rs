//! CSV files, in and out.

use iiif_gate::identity::password::Rules;
use iiif_gate::store::import::Mode;
use iiif_gate::store::users::{NewPassword, UserState};
use iiif_gate::store::{StoreError, users};

use crate::sample::{admin, at, name, new_role, new_user, role_id};
use crate::support::database::{Database, on_both};

fn import_users(db: &Database, text: &str) -> Result<(usize, usize, usize), StoreError> {
    let rows = users::parse(text, &Rules::default())?;
    let import = |conn: &mut _| users::import(conn, &admin(), at(5), &rows, Mode::Apply);
    let report = db.store.blocking(import)?;
    Ok((report.created.len(), report.updated.len(), report.unchanged))
}

#[test]
fn what_a_file_leaves_out_stays_as_it_is() {
    on_both(|db| {
        let staff = new_role(db, "staff");
        new_user(db, "alice", &[staff]);
        assert_eq!(import_users(db, "name\nalice\n").unwrap(), (0, 0, 1));
        assert_eq!(
            import_users(db, "name,state\nAlice,disabled\n").unwrap(),
            (0, 1, 0)
        );
        let alice = db
            .run(|conn| users::find_by_name(conn, &name("alice")))
            .unwrap();
        assert_eq!(
            (alice.state, alice.roles),
            (UserState::Disabled, vec![staff])
        );
        assert_eq!(alice.display_name, "The alice");
        assert!(alice.password_hash.is_some());
        // An empty cell in a column that is there means: none.
        assert_eq!(import_users(db, "name,roles\nalice,\n").unwrap(), (0, 1, 0));
        let alice = db
            .run(|conn| users::find_by_name(conn, &name("alice")))
            .unwrap();
        assert_eq!(alice.roles, []);
    });
}

#[test]
fn an_import_cannot_take_the_last_administrator_away() {
    on_both(|db| {
        new_user(db, "alice", &[role_id(db, "admin")]);
        let error = import_users(db, "name,state\nbob,active\nalice,disabled\n").unwrap_err();
        assert!(matches!(error, StoreError::LastAdmin), "{error}");
        assert_eq!(db.run(|conn| users::find_by_name(conn, &name("bob"))), None);
        let handed_over = "name,roles,password_hash\nalice,,\nbob,admin,\
                           $2b$04$oYgovgt6niH/cFvqWpJlPO5k2Pi.pLjCzKZloYWraONOFLTMRFf7e\n";
        assert_eq!(import_users(db, handed_over).unwrap(), (1, 1, 0));
    });
}

#[test]
fn files_of_spreadsheets_are_read() {
    on_both(|db| {
        let text = "\u{feff}display_name,name\r\n\"Doe, Jane\" , jane@example.org \r\n\r\n";
        assert_eq!(import_users(db, text).unwrap(), (1, 0, 0));
        let jane = db
            .run(|conn| users::find_by_name(conn, &name("jane@example.org")))
            .unwrap();
        assert_eq!(jane.display_name, "Doe, Jane");
    });
}

#[test]
fn a_cell_is_no_formula_to_a_spreadsheet() {
    on_both(|db| {
        let text = "name,display_name\n'@bob,=1+1\ncarl,'quoted'\n";
        assert_eq!(import_users(db, text).unwrap(), (2, 0, 0));
        let csv = db.file(users::export(false));
        assert!(csv.contains("'@bob,'=1+1,active,\n"), "{csv}");
        assert!(csv.contains("carl,'quoted',active,\n"), "{csv}");
        assert_eq!(import_users(db, &csv).unwrap(), (0, 0, 2));
    });
}

#[test]
fn passwords_in_words_must_be_hashed_first() {
    let rows = users::parse(
        "name,password\nalice,correct horse battery\n",
        &Rules::default(),
    )
    .unwrap();
    assert!(matches!(rows[0].value.password, NewPassword::Plain(_)));
    assert!(!format!("{rows:?}").contains("horse"));
    on_both(|db| {
        let import = |conn: &mut _| users::import(conn, &admin(), at(5), &rows, Mode::Apply);
        assert!(matches!(db.fail(import), StoreError::Rows(_)));
    });
    for (file, wrong) in [
        (
            "name,password\nalice,short\n",
            "the password must have at least 10 characters",
        ),
        (
            "name,password_hash\nalice,plain\n",
            "the password hash is no bcrypt hash",
        ),
        (
            "name,password,password_hash\na,correct horse,x\n",
            "both a password and a hash",
        ),
        ("display_name\nAlice\n", "the column `name` is missing"),
    ] {
        let Err(StoreError::Rows(rows)) = users::parse(file, &Rules::default()) else {
            panic!("{file}")
        };
        assert!(rows[0].message.contains(wrong), "{}", rows[0]);
    }
}
