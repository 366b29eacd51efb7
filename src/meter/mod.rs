//! How often, and how long? What is counted while the program runs, for `/metrics`.
//!
//! To count is one atomic addition and to measure are two: no lock, no allocation, no looking up of
//! names. Everything that happens often is counted by its place in an array, and only whoever reads
//! the counts gives them names ([`text`]).

pub mod text;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// A number that rises.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// At zero.
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Counts one.
    pub fn count(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    /// How many there were.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// Numbers that rise, each with its word: for what is rare enough to be looked up among a few.
#[derive(Debug)]
pub struct Tally<const N: usize> {
    words: [&'static str; N],
    counts: [Counter; N],
}

impl<const N: usize> Tally<N> {
    /// At zero, for these words.
    pub const fn new(words: [&'static str; N]) -> Self {
        Self {
            words,
            counts: [const { Counter::new() }; N],
        }
    }

    /// Counts one. What has no word here is not counted.
    pub fn count(&self, word: &str) {
        let place = self.words.iter().position(|known| *known == word);
        if let Some(counter) = place.and_then(|place| self.counts.get(place)) {
            counter.count();
        }
    }

    /// Each word, and how many there were.
    pub fn each(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.words
            .into_iter()
            .zip(self.counts.iter().map(Counter::get))
    }
}

/// How many bounds a histogram has.
pub const BOUNDS: usize = 18;

/// Up to how many nanoseconds: for what is done in memory, with a disk or a network as the exception.
pub const QUICK: [u64; BOUNDS] = [
    5_000,
    10_000,
    25_000,
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    10_000_000_000,
];

/// The same for what asks a disk or another program.
pub const SLOW: [u64; BOUNDS] = [
    50_000,
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
    30_000_000_000,
];

/// How long something took, and how often it took about so long.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64; BOUNDS],
    /// Those up to each bound and above the one before; the last are above all.
    places: [Counter; BOUNDS + 1],
    nanoseconds: AtomicU64,
}

impl Histogram {
    /// Empty, with these bounds in nanoseconds.
    pub const fn new(bounds: &'static [u64; BOUNDS]) -> Self {
        Self {
            bounds,
            places: [const { Counter::new() }; BOUNDS + 1],
            nanoseconds: AtomicU64::new(0),
        }
    }

    /// Counts something that took so long.
    pub fn observe(&self, took: Duration) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        let mut place = 0;
        for bound in self.bounds {
            place += usize::from(nanoseconds > *bound);
            if nanoseconds <= *bound {
                break;
            }
        }
        if let Some(place) = self.places.get(place) {
            place.count();
        }
        self.nanoseconds.fetch_add(nanoseconds, Relaxed);
    }

    /// Each bound in seconds, with how many took at most so long.
    pub fn up_to(&self) -> impl Iterator<Item = (f64, u64)> {
        let counts = self.places.iter().scan(0, |sum, place| {
            *sum += place.get();
            Some(*sum)
        });
        self.bounds.iter().map(|bound| seconds(*bound)).zip(counts)
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.places.iter().map(Counter::get).sum()
    }

    /// How long all of them took, in seconds.
    pub fn sum(&self) -> f64 {
        seconds(self.nanoseconds.load(Relaxed))
    }
}

fn seconds(nanoseconds: u64) -> f64 {
    Duration::from_nanos(nanoseconds).as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_exactly_as_long_as_a_bound_is_within_it() {
        let histogram = Histogram::new(&QUICK);
        for nanoseconds in [0, 5_000, 5_001, 10_000, 10_000_000_000, 10_000_000_001] {
            histogram.observe(Duration::from_nanos(nanoseconds));
        }
        let up_to: Vec<u64> = histogram.up_to().map(|(_, count)| count).collect();
        assert_eq!(up_to[..3], [2, 4, 4]);
        assert_eq!(up_to[BOUNDS - 1], 5, "one took longer than all bounds");
        assert_eq!(histogram.count(), 6);
        assert!((histogram.sum() - 20.000_020_002).abs() < 1e-9);
    }

    #[test]
    fn bounds_rise() {
        for bounds in [QUICK, SLOW] {
            assert!(bounds.is_sorted_by(|one, next| one < next));
        }
    }
}
