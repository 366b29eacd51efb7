//! What institutions have or asked for, rebuilt as rules: see `tests/data/cases`.

use crate::cases::go_through;

macro_rules! institution {
    ($name:ident, $file:literal, $default:literal) => {
        #[actix_web::test]
        async fn $name() {
            let text = include_str!(concat!("../data/cases/", $file));
            let count = go_through($file, text, &[("DEFAULT_ACCESS", $default)]).await;
            assert!(count > 0);
        }
    };
}

institution!(
    stanford_tells_viewing_from_downloading,
    "stanford.txt",
    "deny"
);
institution!(dlcs_mixes_open_and_closed_images, "dlcs.txt", "public");
institution!(omeka_has_levels_and_embargoes, "omeka.txt", "deny");
institution!(the_wishes_of_others_come_true, "wishes.txt", "deny");
