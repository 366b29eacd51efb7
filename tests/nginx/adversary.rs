//! Somebody without a role who wants the whole of an image that is open up to 50 pixels, from the real
//! gate, nginx and IIPImage. What counts are the pixels of the pictures that come back.

use crate::http::Answer;
use crate::iipimage::image;
use crate::site::Site;

/// The image, and what everybody may see of it.
const WIDTH: u32 = 600;
const HEIGHT: u32 = 400;
const LIMIT: u32 = 50;

fn site() -> Site {
    let site = Site::with_iipimage();
    let images = site.stack.folder.path().join("images");
    image(&images.join("sized.tif"), "200 30 30");
    // The rule is for an identifier without a suffix.
    std::fs::rename(images.join("sized.tif"), images.join("sized")).unwrap();
    site.up()
}

/// Width and height as they stand in the picture's own header (JPEG's SOF segment).
fn pixels(picture: &[u8]) -> (u32, u32) {
    let number = |high: &u8, low: &u8| u16::from_be_bytes([*high, *low]);
    let mut rest = picture.get(2..).unwrap_or_default();
    while let [0xff, kind, high, low, segment @ ..] = rest {
        if let (0xc0..=0xc3, [_, rows, rows_low, columns, columns_low, ..]) = (kind, segment) {
            return (
                number(columns, columns_low).into(),
                number(rows, rows_low).into(),
            );
        }
        rest = rest
            .get(2 + usize::from(number(high, low))..)
            .unwrap_or_default();
    }
    panic!("no JPEG");
}

fn picture(answer: &Answer) -> Option<(u32, u32)> {
    (answer.status == 200).then(|| pixels(&answer.body))
}

/// Asks for a part; the picture's size if one comes.
fn ask(site: &Site, space: &str, region: &str, rest: &str) -> Option<(u32, u32)> {
    let answer = site.get(&format!("/iiif/{space}/sized/{region}/{rest}"), &[]);
    assert!(
        matches!(answer.status, 200 | 400 | 401),
        "{region}/{rest}: {}",
        answer.status
    );
    picture(&answer)
}

/// Regions, with their width and height in pixels of the image.
const REGIONS: [(&str, u32, u32); 14] = [
    ("full", 600, 400),
    ("square", 400, 400),
    ("0,0,600,400", 600, 400),
    ("0,0,9999,9999", 600, 400),
    ("0,0,300,200", 300, 200),
    ("120,120,240,240", 240, 240),
    ("121,119,240,240", 240, 240),
    ("0,0,12,8", 12, 8),
    ("7,7,1,1", 1, 1),
    ("588,392,12,8", 12, 8),
    ("590,390,500,500", 10, 10),
    ("pct:0,0,50,50", 300, 200),
    ("pct:33.3,33.3,33.3,33.3", 199, 133),
    ("pct:0,0,0.01,0.01", 1, 1),
];

const SIZES: [&str; 24] = [
    "full",
    "max",
    "^max",
    "1,",
    "2,",
    "25,",
    "50,",
    "51,",
    "600,",
    "^50,",
    "^1200,",
    ",1",
    ",33",
    ",34",
    ",400",
    "50,50",
    "50,400",
    "51,1",
    "!50,50",
    "!600,600",
    "^!1200,800",
    "pct:8",
    "pct:8.4",
    "pct:100",
];

#[test]
fn no_form_of_a_request_shows_more_than_the_limit() {
    let site = site();
    let mut shown = 0;
    for (region, width, height) in REGIONS {
        for size in SIZES {
            for (rest, is_turned) in [("0/default.jpg", false), ("!90/gray.jpg", true)] {
                for space in ["images", "preview"] {
                    let asked = ask(&site, space, region, &format!("{size}/{rest}"));
                    let Some((mut columns, mut rows)) = asked else {
                        continue;
                    };
                    if is_turned {
                        (columns, rows) = (rows, columns);
                    }
                    shown += 1;
                    let most = (
                        (LIMIT * width).div_ceil(WIDTH),
                        (LIMIT * height).div_ceil(HEIGHT),
                    );
                    assert!(
                        columns <= most.0 && rows <= most.1,
                        "{space} {region} {size} {rest}: {columns} x {rows} of {width} x {height}"
                    );
                }
            }
        }
    }
    assert!(shown > 60, "only {shown} pictures came");
}

/// The most columns that the pictures of parts of this width have, side by side.
fn stitched(site: &Site, width: u32) -> u32 {
    let mut columns = 0;
    for x in (0..WIDTH).step_by(width as usize) {
        let most = (width * LIMIT).div_ceil(WIDTH) + 1;
        let region = format!("{x},0,{width},{HEIGHT}");
        let had = |size| ask(site, "images", &region, &format!("{size},1/0/default.jpg"));
        let best = (1..=most).rev().find_map(had);
        columns += best.map_or(0, |(columns, _)| columns);
    }
    columns
}

#[test]
fn no_stitching_of_parts_shows_more_than_the_limit() {
    let site = site();
    for width in [5, 12, 60, 64, 100, 128, 300, 600] {
        let columns = stitched(&site, width);
        assert!(columns <= LIMIT, "{width}: {columns}");
    }
    assert_eq!(stitched(&site, 600), LIMIT, "the whole image may be seen");
    assert_eq!(
        stitched(&site, 12),
        LIMIT,
        "and all of it in parts that fit"
    );
}

#[test]
fn no_interlacing_of_shifted_parts_shows_more_than_the_limit() {
    let site = site();
    for shift in 1..12 {
        let region = format!("{shift},0,588,400");
        assert_eq!(
            ask(&site, "images", &region, "49,/0/default.jpg"),
            None,
            "{shift}"
        );
    }
    let unshifted = ask(&site, "images", "12,0,588,400", "49,/0/default.jpg");
    assert!(unshifted.is_some());
}
