//! Rules as CSV files, in and out.

use iiif_gate::store::rules::{self, Diff, Document, How, Scope};
use iiif_gate::store::{Conn, StoreError};

use crate::sample::{admin, at, new_role};
use crate::support::database::{Database, on_both};

fn csv(text: &str) -> Document {
    rules::parse_csv(text).unwrap()
}

pub(crate) fn import(db: &Database, file: &Document, scope: Scope) -> Diff {
    let tried = db.run(|conn| rules::diff(conn, file, scope));
    let done = db.run(|conn| rules::import(conn, &admin(), at(5), file, scope));
    assert_eq!(tried, done, "a dry run tells what is done");
    let again = db.run(|conn| rules::import(conn, &admin(), at(6), file, scope));
    assert!(again.is_empty(), "{again:?}");
    done
}

pub(crate) fn lines(diff: &Diff) -> Vec<String> {
    diff.changes.iter().map(ToString::to_string).collect()
}

/// What is wrong with a file, whether that shows in reading it or in bringing it in.
pub(crate) fn wrong(db: &Database, read: Result<Document, StoreError>) -> Vec<String> {
    let work = |conn: &mut Conn| rules::import(conn, &admin(), at(1), &read?, Scope::Change);
    let error = db.fail(work);
    assert!(matches!(error, StoreError::Rows(_)), "{error}");
    let StoreError::Rows(rows) = error else {
        return Vec::new();
    };
    rows.iter().map(ToString::to_string).collect()
}

const RULES: &str = "pattern,kind,requirement,roles,public_size,from,until,before,after,note,message_de,message_en
*,image,nobody,,,,,,,,,
maps/*,image,roles,admin staff:1500,600,2030-01-01,2031-01-01,nobody,\"roles admin, staff:400 + 300 px\",\"a, b\",Fragen Sie uns,Ask us
maps/1.json,manifest,public,,,,,,,,,
talks/*,file,roles,staff,,2030-01-01,,,,'=1+1,,
";

#[test]
fn rules_come_back_from_their_csv_file() {
    on_both(|db| {
        new_role(db, "staff");
        let diff = import(db, &csv(RULES), Scope::Change);
        assert_eq!((diff.count(How::Added), diff.changes.len()), (4, 4));
        assert_eq!(db.file(rules::export_csv()), RULES);
        let (all, _) = db.run(rules::policy);
        let maps = all.iter().find(|rule| rule.period.is_some()).unwrap();
        assert_eq!(maps.access.public_size, 600);
        assert_eq!(maps.access.role_sizes.len(), 1);
        let after = maps.period.as_ref().unwrap().after.as_ref().unwrap();
        assert_eq!((after.public_size, after.roles().count()), (300, 2));
    });
}

#[test]
fn what_a_csv_file_does_not_tell_about_stays() {
    on_both(|db| {
        new_role(db, "staff");
        import(db, &csv(RULES), Scope::Change);
        let diff = import(db, &csv("pattern,roles\nmaps/*,staff\n"), Scope::Change);
        assert_eq!(
            lines(&diff),
            ["~ image maps/*: access: roles admin, staff:1500 + 600 px → roles staff + 600 px"]
        );
        let file =
            "pattern,roles,public_size,from,until,before,after,message_EN\nmaps/*,staff,,,,,,\n";
        let diff = import(db, &csv(file), Scope::Change);
        assert_eq!(
            lines(&diff),
            [
                "~ image maps/*: access: roles staff + 600 px → roles staff; \
              from: 2030-01-01 → (none); before: nobody → (none); until: 2031-01-01 → (none); \
              after: roles admin, staff:400 + 300 px → (none); message_en: Ask us → (none)"
            ]
        );
        assert!(
            db.file(rules::export_csv())
                .contains("\nmaps/*,image,roles,staff,,,,,,\"a, b\",Fragen Sie uns\n")
        );
    });
}

#[test]
fn replacing_deletes_what_is_not_in_the_file() {
    on_both(|db| {
        new_role(db, "staff");
        import(db, &csv(RULES), Scope::Change);
        let diff = import(
            db,
            &csv("pattern,requirement\n*,nobody\nnew,public\n"),
            Scope::Replace,
        );
        assert_eq!(diff.summary(), "1 new, 0 changed, 3 deleted");
        assert_eq!(lines(&diff)[0], "+ image new: access: public");
        assert_eq!(lines(&diff)[2], "- manifest maps/1.json: access: public");
        assert_eq!(diff.unchanged, 1);
        assert_eq!(db.run(rules::list).len(), 2);
    });
}

#[test]
fn everything_that_is_wrong_with_a_csv_file_is_told() {
    on_both(|db| {
        new_role(db, "staff");
        let file = "pattern,kind,requirement,roles,public_size,from,until,before,after\n\
                    a*,picture,public,,,,,,\n\
                    b,image,sometimes,,-1,2030-02-30,soon,nobody + x,staff\n\
                    c,image,roles,,,,,,\n\
                    d,image,public,staff,,,,,\n\
                    e,image,,,,,,,\n\
                    f,image,roles,st/aff,,,,,\n\
                    g,image,roles,staff:0,,,,,\n";
        assert_eq!(
            wrong(db, rules::parse_csv(file)),
            [
                "line 2: the pattern `a*` may have `*` only as the last part, as in `maps/*`",
                "line 2: unknown kind `picture` (valid: `image`, `manifest`, `file`)",
                "line 3: public_size: `-1` is no size: a whole number of pixels from 0 to 1000000",
                "line 3: unknown requirement `sometimes` (valid: `public`, `roles`, `nobody`)",
                "line 3: from: there is no day `2030-02-30`",
                "line 3: until: `soon` is no day: it is written as in `2030-01-31`",
                "line 3: before: `x` is no size: a whole number of pixels from 0 to 1000000",
                "line 3: after: `staff` must begin with `public`, `roles` or `nobody`, \
                 as in `roles staff`",
                "line 4: names no role",
                "line 5: has roles, which only the requirement `roles` uses",
                "line 6: has no requirement",
                "line 7: the role `st/aff` must not contain `/`",
                "line 8: the role `staff` with the size 0 would see nothing: leave it out",
            ]
        );
        let file = "pattern,kind,requirement,roles,public_size,from,until,before,after\n\
                    a,image,public,,600,,,,\n\
                    b,manifest,nobody,,600,,,,\n\
                    c,image,nobody,,,2030-01-01,2030-01-01,,\n\
                    d,image,nobody,,,,,public,public\n\
                    a,image,roles,gone staff staff,,,,,\n\
                    e,file,roles,staff:5,,2030-01-01,,roles gone,\n";
        let told = wrong(db, rules::parse_csv(file));
        let starts = [
            "line 2: everybody may see the whole image already",
            "line 3: only images have sizes",
            "line 4: the first day after (2030-01-01) must be later than the first day (2030-01-01)",
            "line 5: a period needs a first day",
            "line 5: before: there is no first day",
            "line 5: after: there is no first day after",
            "line 6: the pattern `a` is also in line 2",
            "line 7: before: there is no role `gone`",
        ];
        assert_eq!(told.len(), starts.len(), "{told:#?}");
        for (told, start) in told.iter().zip(starts) {
            assert!(told.starts_with(start), "{told}");
        }
        assert_eq!(db.run(rules::list), []);
    });
}

#[test]
fn a_rule_whose_role_is_gone_is_told_when_its_file_comes_back() {
    on_both(|db| {
        let staff = new_role(db, "staff");
        import(db, &csv("pattern,roles\nx,staff\n"), Scope::Change);
        db.run(|conn| iiif_gate::store::roles::delete(conn, &admin(), at(1), staff));
        let file = db.file(rules::export_csv());
        assert_eq!(
            wrong(db, rules::parse_csv(&file)),
            ["line 2: names no role"]
        );
        let file = db.file(rules::export_toml());
        let told = wrong(db, rules::parse_toml(&file));
        assert!(told[0].ends_with("names no role"), "{told:?}");
    });
}
