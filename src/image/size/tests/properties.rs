//! What holds for every image and request.

use super::*;

fn dimensions() -> impl Strategy<Value = Dimensions> {
    let tiles = (
        1..600_u32,
        1..600_u32,
        prop::collection::vec(1..40_u32, 1..4),
    )
        .prop_map(|(width, height, scale_factors)| TileSet {
            width,
            height,
            scale_factors,
        });
    let sides = prop_oneof![1..50_u32, 1..20_000_u32, any::<u32>()];
    (sides.clone(), sides, prop::collection::vec(tiles, 0..3))
        .prop_filter_map("no pixels", |(width, height, tiles)| {
            Dimensions::new(width, height, tiles)
        })
}

fn number() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..100_u32).prop_map(|n| n.to_string()),
        (0..20_000_u32).prop_map(|n| n.to_string()),
        any::<u32>().prop_map(|n| n.to_string()),
    ]
}

fn percentage() -> impl Strategy<Value = String> {
    prop_oneof![number(), "[1-9]?[0-9]\\.[0-9]{1,16}"]
}

fn region() -> impl Strategy<Value = String> {
    let joined = |numbers: Vec<String>| numbers.join(",");
    prop_oneof![
        Just("full".to_owned()),
        Just("square".to_owned()),
        prop::collection::vec(number(), 4).prop_map(joined),
        prop::collection::vec(percentage(), 4).prop_map(move |all| format!("pct:{}", joined(all))),
    ]
}

fn size() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\^?max|full",
        ("\\^?", number()).prop_map(|(up, w)| format!("{up}{w},")),
        ("\\^?", number()).prop_map(|(up, h)| format!("{up},{h}")),
        ("\\^?!?", number(), number()).prop_map(|(up, w, h)| format!("{up}{w},{h}")),
        ("\\^?", percentage()).prop_map(|(up, n)| format!("{up}pct:{n}")),
    ]
}

proptest! {
    #[test]
    fn every_request_has_an_answer_without_overflow(
        image in dimensions(), region in region(), size in size(), limit in any::<u32>()
    ) {
        let request = PixelRequest::parse(&format!("{region}/{size}/0/default.jpg"));
        let request = request.ok_or_else(|| TestCaseError::fail("not read"))?;
        let _ = (request.needed(&image), request.limited(&image, limit), image.within(limit));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", region in region(), size in size()) {
        let _ = PixelRequest::parse(&text);
        let _ = PixelRequest::parse(&format!("{region}{text}/{size}{text}/0/default.jpg"));
    }

    #[test]
    fn what_max_becomes_is_within_the_limit(
        image in dimensions(), region in region(), limit in 1..6000_u32
    ) {
        let request = PixelRequest::parse(&format!("{region}/max/0/default.jpg")).unwrap();
        if let Some(size) = request.limited(&image, limit) {
            let needed = needed(&image, &format!("{region}/{size}"));
            prop_assert!(needed.unwrap() <= limit);
        }
        let Extent { width, height } = image.within(limit);
        let needed = needed(&image, &format!("full/{width},{height}"));
        prop_assert!(needed.unwrap() <= limit);
    }

    #[test]
    fn everybody_may_have_the_whole_within_the_limit(image in dimensions(), limit in 1..6000_u32) {
        let size = if image.width >= image.height { format!("{limit},") } else { format!(",{limit}") };
        for size in [size, format!("!{limit},{limit}"), format!("{limit},{limit}")] {
            let needed = needed(&image, &format!("full/{size}"));
            prop_assert_eq!(needed, Some(limit));
        }
    }

    #[test]
    fn every_tile_that_is_named_may_be_had(
        image in dimensions(), limit in 1..6000_u32, column in 0..40_u32, row in 0..40_u32
    ) {
        for set in image.tiles() {
            for factor in scale_factors_within(&image, set, limit) {
                let (across, down) = (set.width * factor, set.height * factor);
                let (x, y) = (column * across, row * down);
                if x >= image.width || y >= image.height { continue }
                let (w, h) = (across.min(image.width - x), down.min(image.height - y));
                let (columns, rows) = (w.div_ceil(factor), h.div_ceil(factor));
                for size in [format!("{columns},"), format!("{columns},{rows}")] {
                    let needed = needed(&image, &format!("{x},{y},{w},{h}/{size}"));
                    prop_assert!(needed.unwrap() <= limit, "{x},{y},{w},{h}/{size}");
                }
            }
        }
    }
}
