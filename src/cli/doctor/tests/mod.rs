//! A site without faults, and the same site broken in one place: each fault is found, and nothing else is wrong.

use chrono::{TimeZone as _, Utc};

use super::answer::Answer;
use super::ask::Ask;
use super::examiner::{Ports, Wishes};
use super::finding::Severity;
use super::first::Impossible;
use super::ideal::Ideal;
use super::place::Place;
use super::report::Report;
use super::{PARTS, examine};

mod intruder;
mod others;
mod user;
mod viewer;

const URL: &str = "https://images.example/iiif/images/maps%2Fa.tif";

fn site() -> Ideal {
    let now = Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap();
    Ideal::new(Place::parse(URL).unwrap(), now)
}

fn broken(change: impl Fn(&Ask, &mut Answer) + 'static) -> Ideal {
    Ideal {
        change: Some(Box::new(change)),
        ..site()
    }
}

fn try_on(site: &mut Ideal, insecure: bool) -> Result<Report, Impossible> {
    try_with(
        site,
        Wishes {
            insecure,
            ..wishes()
        },
    )
}

fn wishes() -> Wishes {
    Wishes {
        origin: "https://viewer.example".to_owned(),
        user: Some(("ada".to_owned(), "secret".into())),
        cookie: None,
        insecure: false,
        http_port: None,
        ports: Ports::Usual,
    }
}

fn try_with(site: &mut Ideal, wishes: Wishes) -> Result<Report, Impossible> {
    let (protected, url, findings) = examine(site, Place::parse(URL).unwrap(), wishes)?;
    Ok(Report::new(url, protected, site.asked.len(), &findings))
}

fn report(mut site: Ideal) -> Report {
    try_on(&mut site, false).unwrap()
}

/// All that is wrong, however bad.
fn wrong(site: Ideal) -> Vec<&'static str> {
    let report = report(site);
    [
        Severity::Hole,
        Severity::Broken,
        Severity::Weak,
        Severity::Advice,
    ]
    .into_iter()
    .flat_map(|severity| report.names(severity))
    .collect()
}

fn set(answer: &mut Answer, name: &str, value: &str) {
    drop_header(answer, name);
    answer.headers.push((name.to_owned(), value.to_owned()));
}

fn drop_header(answer: &mut Answer, name: &str) {
    answer
        .headers
        .retain(|(key, _)| !key.eq_ignore_ascii_case(name));
}

fn edit(answer: &mut Answer, from: &str, to: &str) {
    answer.body = answer.text().replace(from, to).into_bytes();
}

fn is_info(ask: &Ask) -> bool {
    ask.target.ends_with("/info.json") && ask.method == "GET"
}

fn is_picture(ask: &Ask) -> bool {
    ask.target.ends_with("/default.jpg")
}

fn picture(answer: &mut Answer) {
    answer.status = 200;
    set(answer, "Content-Type", "image/jpeg");
}

#[test]
fn a_site_without_faults_has_no_findings_and_is_asked_some_hundred_times() {
    let mut site = site();
    let report = try_on(&mut site, false).unwrap();
    assert_eq!(report.names(Severity::Hole), [""; 0], "{report}");
    assert_eq!(report.wrong(), 0);
    assert_eq!(report.names(Severity::Weak), [""; 0], "{report}");
    assert_eq!(report.names(Severity::Advice), [""; 0], "{report}");
    assert_eq!(report.names(Severity::NotExamined), ["address"], "{report}");
    let kinds: usize = PARTS.iter().map(|(_, kinds)| kinds.len()).sum();
    assert_eq!(
        report.names(Severity::Fine).len(),
        kinds - 1,
        "each is looked at: {report}"
    );
    assert!(site.asked.len() < 160, "{}", site.asked.len());
    let text = report.to_string();
    assert!(
        !text.contains("handle") && !text.contains("secret"),
        "{text}"
    );
}

#[test]
fn names_are_given_once() {
    let mut names: Vec<&str> = PARTS
        .iter()
        .flat_map(|(_, kinds)| kinds.iter().map(|kind| kind.name))
        .collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn what_is_no_image_is_said_in_words() {
    let says = |status: u16, body: &'static str, location: &'static str| {
        let mut site = broken(move |ask, answer| {
            if is_info(ask) {
                answer.status = status;
                answer.body = body.as_bytes().to_vec();
                if !location.is_empty() {
                    set(answer, "Location", location);
                }
            }
        });
        try_on(&mut site, false).err().unwrap().to_string()
    };
    let manifest = r#"{"type": "Manifest", "items": [{"body": {"service": [{"@id": "https://images.example/iiif/a", "@type": "ImageService2"}]}}]}"#;
    assert!(says(200, manifest, "").contains("such as https://images.example/iiif/a"));
    assert!(says(404, "", "").contains("no such image"));
    assert!(says(200, "<html>", "").contains("no image of a IIIF image server"));
    assert!(says(502, "", "").contains("does not work"));
    let there = "https://www.example/iiif/images/a/info.json";
    assert!(
        says(301, "", there).contains("sends this address on to https://www.example/iiif/images/a")
    );
}

#[test]
fn an_image_that_is_open_to_everybody_is_said_to_be() {
    for has_this_size in [true, false] {
        let found = report(broken(move |ask, answer| {
            if is_info(ask) {
                answer.status = 200;
                edit(answer, "\"service\"", "\"services\"");
            } else if is_picture(ask) && ask.method == "GET" {
                picture(answer);
                answer.status = if has_this_size { 200 } else { 404 };
            }
        }));
        assert!(found.to_string().contains("open to everybody"), "{found}");
        assert_eq!(found.wrong(), 0, "{found}");
        assert!(found.names(Severity::NotExamined).contains(&"sign-in"));
    }
}
