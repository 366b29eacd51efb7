//! The password that the first start makes up for the administrator when none is set.

use secrecy::SecretString;

/// Letters and digits that nobody takes for one another, 32 of them, so that a byte picks one evenly.
const ALPHABET: [char; 32] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u',
    'v', 'w', 'x', 'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9',
];

/// A password from 20 random bytes: 100 bits, in groups that can be read out.
pub fn first_password(random: [u8; 20]) -> SecretString {
    let characters = random.map(|byte| ALPHABET.get(usize::from(byte % 32)));
    let groups: Vec<String> = characters
        .chunks(5)
        .map(|group| group.iter().flatten().copied().collect())
        .collect();
    groups.join("-").into()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::identity::password::Rules;

    #[test]
    fn the_first_password_is_long_and_can_be_read_out() {
        let mut random = [0; 20];
        for (byte, value) in random.iter_mut().zip((0..=255).step_by(13)) {
            *byte = value;
        }
        let password = first_password(random);
        assert_eq!(password.expose_secret().len(), 23);
        assert!(
            Rules::default()
                .check(password.expose_secret(), "admin@example.org")
                .is_ok()
        );
        assert!(!password.expose_secret().contains(['l', '1', 'o', '0']));
    }
}
