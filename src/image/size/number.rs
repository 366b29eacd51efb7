//! Numbers as the Image API writes them, and nothing that only some programs take for one.

/// More digits than any program writes, and few enough that no product overflows.
const MAX_DIGITS: usize = 20;

/// A number with decimals, exactly as written: `value / scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    value: u128,
    scale: u128,
}

impl Decimal {
    /// Reads `12` or `12.5`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = match text.split_once('.') {
            Some((_, "")) => return None,
            Some((whole, fraction)) => (whole, fraction),
            None => (text, ""),
        };
        let digits = format!("{whole}{fraction}");
        if !is_number(whole) || !all_digits(fraction) || digits.len() > MAX_DIGITS {
            return None;
        }
        Some(Self {
            value: digits.parse().ok()?,
            scale: 10_u128.pow(u32::try_from(fraction.len()).ok()?),
        })
    }

    /// A whole number.
    pub(super) const fn whole(value: u128) -> Self {
        Self { value, scale: 1 }
    }

    /// The counter of the fraction that this is of `denominator`, together with `other`'s: numbers that
    /// may be compared and divided.
    pub(super) fn common(self, other: Self) -> (u128, u128) {
        let scale = self.scale.max(other.scale);
        let counter = |number: Self| number.value * (scale / number.scale);
        (counter(self), counter(other))
    }

    /// `self` percent of something, rounded down and rounded up.
    pub(super) fn percent_of(self, whole: u64) -> (u128, u128) {
        let product = self.value * u128::from(whole);
        let divisor = self.scale * 100;
        (product / divisor, product.div_ceil(divisor))
    }

    /// The smaller of the two.
    pub(super) fn min(self, other: Self) -> Self {
        let (own, others) = self.common(other);
        if own <= others { self } else { other }
    }

    /// What is left of `self` without `other`; `None` below zero.
    pub(super) fn minus(self, other: Self) -> Option<Self> {
        let (own, others) = self.common(other);
        Some(Self {
            value: own.checked_sub(others)?,
            scale: self.scale.max(other.scale),
        })
    }

    /// Whether it is zero.
    pub(super) fn is_zero(self) -> bool {
        self.value == 0
    }
}

/// Reads a whole number: digits, without a sign, a blank, or a leading zero (which some read as octal).
pub(super) fn integer(text: &str) -> Option<u32> {
    is_number(text).then(|| text.parse().ok()).flatten()
}

fn is_number(text: &str) -> bool {
    let leading_zero = text.len() > 1 && text.starts_with('0');
    !text.is_empty() && !leading_zero && all_digits(text)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_digits_and_nothing_else() {
        assert_eq!(integer("0"), Some(0));
        assert_eq!(integer("4294967295"), Some(u32::MAX));
        for text in [
            "",
            "+1",
            "-1",
            " 1",
            "1 ",
            "01",
            "00",
            "1e3",
            "0x10",
            "1.0",
            "1_0",
            "٣",
            "４",
            "4294967296",
            "99999999999999999999999",
        ] {
            assert_eq!(integer(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_decimal_has_digits_on_both_sides_of_its_point() {
        for text in ["0", "0.5", "100", "33.333333333333336", "41.60"] {
            assert!(Decimal::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            ".",
            ".5",
            "5.",
            "1.2.3",
            "1,5",
            "-1",
            "+1",
            "1e1",
            "01.5",
            "1. 5",
            "NaN",
            "inf",
            "3.3333333333333333333333",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn percentages_are_exact() {
        let percent = |text, whole| Decimal::parse(text).unwrap().percent_of(whole);
        assert_eq!(percent("29", 100), (29, 29));
        assert_eq!(percent("0.1", 1000), (1, 1));
        assert_eq!(percent("33.3", 1000), (333, 333));
        assert_eq!(percent("33.33", 1000), (333, 334));
        assert_eq!(
            percent("99999999999999999999", u64::from(u32::MAX)).0,
            4_294_967_294_999_999_999_957_050_327
        );
    }
}
