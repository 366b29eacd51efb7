//! Targets and what they name.

use super::*;

pub(in crate::image) fn layout(slash_substitute: Option<char>) -> Layout {
    Layout {
        images: "/iiif/images/".to_owned(),
        preview: "/iiif/preview/".to_owned(),
        full: "/iiif/full/".to_owned(),
        manifests: "/iiif/manifests/".to_owned(),
        annotations: "/annotator/".to_owned(),
        open_annotations: "/annotator-open/".to_owned(),
        dialect: Dialect::Plain,
        slash_substitute,
    }
}

fn described(raw: &str) -> String {
    match Resource::of(raw.as_bytes(), &layout(None)) {
        Ok(Resource::Image {
            identifier,
            tier,
            form,
            ..
        }) => format!("{tier:?} {form:?} {identifier}"),
        Ok(Resource::Manifest(identifier)) => format!("Manifest {identifier}"),
        Ok(Resource::File(identifier)) => format!("File {identifier}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_form_of_an_image_names_the_same_image() {
    for (raw, expected) in [
        ("/iiif/images/a", "Full Base a"),
        ("/iiif/images/a/", "Full Base a"),
        ("/iiif/images/a/info.json", "Full Info a"),
        ("/iiif/images/a/info.json?/iiif/images/b", "Full Info a"),
        (
            "/iiif/images/a/full/max/0/default.jpg",
            r#"Full Pixels("full/max/0/default.jpg") a"#,
        ),
        (
            "/iiif/preview/a/full/max/0/default.jpg?x",
            r#"Preview Pixels("full/max/0/default.jpg") a"#,
        ),
        ("/iiif/preview/a%2Fb/info.json", "Preview Info a/b"),
        ("/iiif/full/a/info.json", "Direct Info a"),
        (
            "/iiif/images/a/square/%5E!100,/!90.5/gray.webp",
            r#"Full Pixels("square/%5E!100,/!90.5/gray.webp") a"#,
        ),
        (
            "/iiif/images/a%2Fb/full/max/0/default.jpg",
            r#"Full Pixels("full/max/0/default.jpg") a/b"#,
        ),
        (
            "/iiif/images/a/b/full/max/0/default.jpg",
            r#"Full Pixels("full/max/0/default.jpg") a/b"#,
        ),
        ("/iiif/images/a/b", "Full Base a/b"),
        (
            "/iiif/images/a/full/max/0/secret.jpg",
            "Full Base a/full/max/0/secret.jpg",
        ),
        ("/iiif/manifests/a/b.json", "Manifest a/b.json"),
        ("/files/a.pdf", "File files/a.pdf"),
    ] {
        assert_eq!(described(raw), expected, "{raw}");
    }
}

#[test]
fn a_target_without_an_identifier_names_nothing() {
    for raw in [
        "/iiif/images/",
        "/iiif/images//info.json",
        "/iiif/images/a//",
        "/iiif/manifests/",
        "/",
        "/iiif/%69mages/a",
        "/iiif%2Fimages/a",
        "/iiif/images/%2Fa",
        "/iiif/preview/",
        "/iiif/%70review/a",
    ] {
        assert!(
            described(raw).starts_with("the request target"),
            "{raw}: {}",
            described(raw)
        );
    }
}

#[test]
fn what_the_image_server_reads_differently_is_refused() {
    for (dialect, raw) in [
        (
            Dialect::Plain,
            "/iiif/images/open/secret.tif%2Ffull/100,/0/default.jpg",
        ),
        (Dialect::IipImage, "/iiif/images/&FIF=other.tif/info.json"),
        (Dialect::IipImage, "/iiif/images/sec..%2Fret.tif/info.json"),
        (Dialect::IipImage, "/iiif/images/a%25s.tif/info.json"),
        (
            Dialect::IipImage,
            "/iiif/images/a/full/max/0&FIF=b/default.jpg",
        ),
        (Dialect::Servlet, "/iiif/images/secret;x/info.json"),
    ] {
        let layout = Layout {
            dialect,
            ..layout(None)
        };
        assert!(Resource::of(raw.as_bytes(), &layout).is_err(), "{raw}");
    }
}

#[test]
fn the_slash_substitute_is_a_slash() {
    let layout = layout(Some('!'));
    let of = |raw: &'static str| Resource::of(raw.as_bytes(), &layout);
    let resource = of("/iiif/images/a!b/info.json").unwrap();
    assert_eq!(resource.identifier().as_str(), "a/b");
    assert!(of("/iiif/images/a!..!b/info.json").is_err());
}
