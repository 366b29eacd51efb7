//! bcrypt (Provos and Mazières, 1999), one round after the other.
//!
//! It is the loop of the crate of that name over the same cipher, with a pause after each round: that crate
//! computes a hash in one go, a third of a second in which the thread asks nobody whether a tile waits.

use base64::Engine as _;
use base64::alphabet::BCRYPT;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use blowfish::Blowfish;

/// How many bytes of a text bcrypt reads.
pub(super) const BYTES: usize = 72;

/// What is encrypted, 64 times each pair.
const TEXT: [[u32; 2]; 3] = [
    [0x4f72_7068, 0x6561_6e42],
    [0x6568_6f6c, 0x6465_7253],
    [0x6372_7944, 0x6f75_6274],
];

/// Salt or hash as a stored hash has them.
pub(super) const LETTERS: GeneralPurpose = GeneralPurpose::new(&BCRYPT, NO_PAD);

/// The last 31 letters of the stored hash of a text, with a cost of 4 to 31.
pub(super) fn hashed(
    text: &[u8; BYTES],
    salt: [u8; 16],
    cost: u32,
    pause: &mut dyn FnMut(),
) -> String {
    let mut state = Blowfish::bc_init_state();
    state.salted_expand_key(&salt, text);
    for _ in 0..1_u64 << cost {
        state.bc_expand_key(text);
        state.bc_expand_key(&salt);
        pause();
    }
    let sealed = TEXT.map(|pair| (0..64).fold(pair, |pair, _| state.bc_encrypt(pair)));
    let bytes: Vec<u8> = sealed
        .as_flattened()
        .iter()
        .flat_map(|word| word.to_be_bytes())
        .collect();
    // The last byte was never kept, by nobody.
    LETTERS.encode(bytes.split_at(23).0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_hash_in_rounds_is_that_of_the_crate(text: [[u8; 24]; 3], salt: [u8; 16], cost in 4..=6_u32) {
            let text: [u8; BYTES] = text.as_flattened().try_into().unwrap();
            let mut pauses = 0;
            let ours = hashed(&text, salt, cost, &mut || pauses += 1);
            let theirs = bcrypt::hash_with_salt(text, cost, salt).unwrap().to_string();
            prop_assert_eq!(&ours, &theirs[29..]);
            prop_assert_eq!(pauses, 1 << cost);
        }
    }
}
