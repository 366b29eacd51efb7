//! Named cases for every form, and what holds for all.

use proptest::prelude::*;

use super::*;

mod adversary;
mod properties;
mod within;

/// An image as IIPImage describes one.
fn image(width: u32, height: u32) -> Dimensions {
    let tiles = TileSet {
        width: 256,
        height: 256,
        scale_factors: vec![1, 2, 4, 8, 16, 32],
    };
    Dimensions::new(width, height, vec![tiles]).unwrap()
}

fn needed(image: &Dimensions, region_and_size: &str) -> Option<u32> {
    let request = PixelRequest::parse(&format!("{region_and_size}/0/default.jpg"));
    request.unwrap().needed(image)
}

fn assert_needed(image: &Dimensions, cases: &[(&str, Option<u32>)]) {
    for (text, expected) in cases {
        assert_eq!(needed(image, text), *expected, "{text}");
    }
}

const ALL: Option<u32> = Some(4000);

#[test]
fn the_whole_image_needs_its_long_side() {
    let cases = [
        ("full/full", ALL),
        ("full/max", ALL),
        ("full/^max", None),
        ("full/1000,", Some(1000)),
        ("full/,750", Some(1000)),
        ("full/,751", Some(1002)),
        ("full/1000,750", Some(1000)),
        ("full/!1000,1000", Some(1000)),
        // Some servers forget a box of which one side is too long for them.
        ("full/!2000,750", Some(2000)),
        ("full/!300,6000", Some(6000)),
        ("square/!2,6000", Some(8000)),
        ("0,0,1000,1000/!1,500", Some(2000)),
        ("full/pct:25", Some(1000)),
        ("full/pct:25.01", Some(1001)),
        ("full/^8000,", Some(8000)),
        ("full/^pct:200", Some(8000)),
        ("full/^!8000,8000", Some(8000)),
        ("full/^,6000", Some(8000)),
        ("full/^8000,6000", Some(8000)),
        ("full/0,", None),
        ("full/,0", None),
        ("full/0,10", None),
        ("full/!0,10", None),
        ("full/pct:0", None),
        ("full/pct:0.0", None),
        ("full/4294967295,", Some(u32::MAX)),
        ("full/,4294967295", None),
        ("full/pct:99999999999999999999", None),
    ];
    assert_needed(&image(4000, 3000), &cases);
}

#[test]
fn a_stretched_picture_counts_along_each_axis() {
    let cases = [
        ("full/1000,1000", Some(1000)),
        ("full/100,1001", Some(1001)),
        ("full/1,3000", Some(3000)),
        ("0,0,2000,1500/500,500", Some(1000)),
        ("0,0,2000,1500/500,501", Some(1002)),
    ];
    assert_needed(&image(4000, 3000), &cases);
}

#[test]
fn rounding_never_closes_a_whole_picture_of_the_size_of_the_limit() {
    for (width, height) in [
        (4001, 4000),
        (4001, 4001),
        (4001, 3),
        (3001, 17),
        (1001, 999),
    ] {
        for (image, size) in [
            (image(width, height), "1000,"),
            (image(height, width), ",1000"),
        ] {
            for size in [size, "!1000,1000", "1000,1000"] {
                assert_eq!(
                    needed(&image, &format!("full/{size}")),
                    Some(1000),
                    "{width} {size}"
                );
            }
        }
    }
}

#[test]
fn a_part_counts_by_its_scale_and_not_by_its_pixels() {
    let cases = [
        ("0,0,1000,1000/250,", Some(1000)),
        ("0,0,1000,1000/full", ALL),
        ("0,0,1000,1000/^max", None),
        ("0,0,1000,1000/1000,", ALL),
        ("0,0,1000,1000/^2000,", Some(8000)),
        ("0,0,100,100/100,", ALL),
        ("0,0,1,1/1,", ALL),
        ("0,0,1,1/1,1", ALL),
        ("0,0,1,1/pct:1", ALL),
        ("0,0,10,1/1,1", Some(3000)),
        ("100,100,500,500/125,", Some(1000)),
        ("100,100,500,500/,125", Some(1000)),
        ("100,100,500,500/!125,125", Some(1000)),
        ("100,100,500,500/!125,500", ALL),
        ("100,100,500,500/pct:25", Some(1000)),
        // Not reduced by a whole number, so its pixels could lie between those of others.
        ("0,0,1001,1001/pct:25", ALL),
        ("square/750,", Some(1000)),
        ("square/!751,751", Some(1002)),
        ("square/max", ALL),
        ("square/pct:25", Some(1000)),
    ];
    assert_needed(&image(4000, 3000), &cases);
}

#[test]
fn a_region_is_cut_off_at_the_edge_of_the_image() {
    let cases = [
        ("3000,2000,9999,9999/250,", Some(1000)),
        ("0,0,9999,9999/1000,", Some(1000)),
        ("3999,2999,4294967295,4294967295/1,", ALL),
        ("4000,0,10,10/1,", None),
        ("0,3000,10,10/1,", None),
        ("4294967295,0,10,10/1,", None),
        ("0,0,0,10/1,", None),
        ("0,0,10,0/1,", None),
        ("pct:100,0,10,10/1,", None),
        ("pct:0,101,10,10/1,", None),
        ("pct:0,0,0,10/1,", None),
        ("pct:0,0,10,0.00/1,", None),
    ];
    assert_needed(&image(4000, 3000), &cases);
}

#[test]
fn a_region_in_percent_may_be_a_pixel_smaller_than_it_says() {
    let cases = [
        ("pct:0,0,100,100/1000,", Some(1000)),
        ("pct:0,0,200,100.0/1000,", Some(1000)),
        ("pct:0,0,100,100/max", ALL),
        ("pct:0,0,50,50/500,", Some(1000)),
        ("pct:50,50,50,50/500,", Some(1000)),
        // Less than a pixel more than 20, so a server could take 20 or 21 of them, or 19.
        ("pct:0,0,0.51,0.51/5,", ALL),
        ("pct:50,50,50,500/490,", Some(980)),
        ("pct:0,0,0.001,0.001/1,1", ALL),
        ("pct:50,50,50,50/max", ALL),
        ("pct:50,50,50,50/^max", None),
        // Half a pixel of the answer away from where one begins.
        ("pct:0.01,0,50,50/490,", ALL),
    ];
    assert_needed(&image(4000, 3000), &cases);
}

#[test]
fn parts_at_scales_of_ones_own_choice_need_everything() {
    // Reduced by 10 + p / 299: each shows other pixels of the original to a server that picks them.
    let cases = [
        ("2990,2990,2990,1490/299,149", Some(600)),
        ("2991,2991,2991,1491/299,149", ALL_OF_6000),
        ("3000,0,3000,3000/300,300", Some(600)),
        ("0,0,1500,1000/150,", Some(600)),
    ];
    assert_needed(&image(6000, 4500), &cases);
}

const ALL_OF_6000: Option<u32> = Some(6000);

#[test]
fn tiles_of_the_grid_need_what_their_level_has() {
    // 4001 = 3 * 1024 + 929 = 233 pixels at a quarter, rounded up.
    let image = image(4001, 3001);
    let cases = [
        ("0,0,1024,1024/256,", Some(1001)),
        ("1024,1024,1024,1024/256,256", Some(1001)),
        ("3072,0,929,1024/233,", Some(1001)),
        ("3072,0,929,1024/233,256", Some(1001)),
        ("3072,0,1024,1024/233,256", Some(1001)),
        ("3072,2048,929,953/233,239", Some(1001)),
        ("3072,2048,929,953/,239", Some(1001)),
        ("0,0,256,256/256,", Some(4001)),
        ("0,0,4001,3001/126,94", Some(126)),
        // One pixel more than rounding up gives.
        ("3072,0,929,1024/234,", Some(4001)),
        // Not on the grid.
        ("3073,0,928,1024/232,", Some(4001)),
        ("3072,0,928,1024/233,", Some(4001)),
    ];
    assert_needed(&image, &cases);
    assert_eq!(
        scale_factors_within(&image, &image.tiles[0], 1001),
        [4, 8, 16, 32]
    );
    assert_eq!(
        scale_factors_within(&image, &image.tiles[0], 1000),
        [8, 16, 32]
    );
    assert_eq!(scale_factors_within(&image, &image.tiles[0], 0), [0; 0]);
}

#[test]
fn a_server_that_names_no_tiles_has_the_usual_ones() {
    let silent = |width, height| Dimensions::new(width, height, Vec::new()).unwrap();
    for text in [
        "3072,0,929,1024/233,",
        "2048,0,1953,2048/489,",
        "0,2048,2048,953/512,239",
    ] {
        assert_eq!(needed(&silent(4001, 3001), text), Some(1001), "{text}");
    }
    // A tile of 300 pixels.
    assert_eq!(
        needed(&silent(4001, 3001), "3600,0,401,1200/101,"),
        Some(4001)
    );
    // OpenSeadragon cuts a narrow image into squares.
    assert_eq!(needed(&silent(1001, 201), "804,0,197,201/50,51"), Some(251));
}

#[test]
fn one_column_of_tiles_may_not_grow_out_of_its_level() {
    // At a sixteenth, 17 pixels are 2; in that shape the whole would be 2354 pixels high, and not 1250.
    let scroll = image(17, 20_000);
    assert_eq!(needed(&scroll, "0,0,17,4096/2,256"), Some(1250));
    assert_eq!(needed(&scroll, "0,0,17,4096/2,"), Some(2353));
    assert_eq!(scale_factors_within(&scroll, &scroll.tiles[0], 1250), [32]);
}

#[test]
fn a_part_that_begins_between_two_pixels_of_its_scale_needs_all() {
    let image = image(4000, 3000);
    for x in 1..4 {
        for text in [
            format!("{x},0,3996,3000/999,"),
            format!("{x},0,1024,1024/256,"),
            format!("0,{x},1024,1024/256,"),
            format!("0,{x},1024,1024/,256"),
            format!("{x},0,1024,1024/!256,256"),
            format!("{x},0,1024,1024/pct:25"),
            format!("pct:0.0{x},0,50,50/400,"),
        ] {
            assert_eq!(needed(&image, &text), ALL, "{text}");
        }
    }
    assert_eq!(needed(&image, "4,8,1024,1024/256,"), Some(1000));
}

#[test]
fn an_image_has_pixels() {
    assert!(Dimensions::new(0, 5, Vec::new()).is_none());
    assert!(Dimensions::new(5, 0, Vec::new()).is_none());
    let nonsense = TileSet {
        width: 0,
        height: 0,
        scale_factors: vec![0],
    };
    let odd = Dimensions::new(u32::MAX, u32::MAX, vec![nonsense.clone()]).unwrap();
    assert_eq!(needed(&odd, "0,0,10,10/1,"), Some(429_496_730));
    assert_eq!(scale_factors_within(&odd, &nonsense, 100), [0; 0]);
}
