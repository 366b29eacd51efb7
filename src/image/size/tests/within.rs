//! What a limit leaves of an image.

use super::*;

#[test]
fn max_within_a_limit_is_the_limit() {
    let limited = |image: &Dimensions, region: &str, limit| {
        let request = PixelRequest::parse(&format!("{region}/max/0/default.jpg")).unwrap();
        request.limited(image, limit)
    };
    let (wide, high) = (image(4001, 3001), image(3001, 4001));
    for (image, region, limit, expected) in [
        (&wide, "full", 1000, Some("1000,")),
        (&high, "full", 1000, Some(",1000")),
        (&wide, "full", 4001, Some("max")),
        (&wide, "full", 0, None),
        (&wide, "square", 1000, Some("750,")),
        (&wide, "0,0,2000,2000", 1000, Some("400,")),
        (&wide, "1024,1024,1024,1024", 1001, Some("256,")),
        (&wide, "3072,0,929,1024", 1001, Some("233,")),
        (&wide, "100,100,500,500", 1000, Some("100,")),
        (&wide, "1,0,1000,1000", 1000, None),
        (&wide, "5000,0,10,10", 1000, None),
        (&wide, "pct:10,10,10,10", 1000, None),
    ] {
        assert_eq!(
            limited(image, region, limit).as_deref(),
            expected,
            "{region} {limit}"
        );
    }
    let word = PixelRequest::parse("full/full/0/default.jpg").unwrap();
    assert_eq!(word.limited(&wide, 5000).as_deref(), Some("full"));
    let other = PixelRequest::parse("full/5000,/0/default.jpg").unwrap();
    assert_eq!(other.limited(&wide, 5000), None);
}

#[test]
fn sizes_within_a_limit_are_those_that_may_be_had() {
    let extent = |(width, height)| Extent { width, height };
    let sizes = [(4000, 3000), (2000, 1500), (1000, 750), (500, 375)].map(extent);
    assert_eq!(sizes_within(&image(4000, 3000), &sizes, 1000), sizes[2..]);
    assert_eq!(sizes_within(&image(4000, 3000), &sizes, 0), []);
    // The width alone would give a height of 1001.
    let high = image(2999, 4001);
    assert_eq!(sizes_within(&high, &[extent((750, 1000))], 1000), []);
    assert_eq!(image(4001, 3001).within(1000), extent((1000, 750)));
    assert_eq!(image(4001, 1).within(1000), extent((1000, 1)));
    assert_eq!(image(400, 300).within(1000), extent((400, 300)));
}
