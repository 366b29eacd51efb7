//! Texts by chance, made of others: the same ones in every run, so that a failure can be repeated.

/// A small generator (Knuth's MMIX constants).
pub(crate) struct Mutator<'a> {
    state: u64,
    seeds: &'a [Vec<u8>],
}

/// What means something to one parser or another.
const TOKENS: [&[u8]; 28] = [
    b"/",
    b"..",
    b"%2e",
    b"%2F",
    b"%25",
    b"%00",
    b"\\",
    b";",
    b"#",
    b"?",
    b"&",
    b"=",
    b"\"",
    b"'",
    b",",
    b"\r\n",
    b"\n",
    b"\0",
    b" ",
    b"\t",
    b":",
    b".",
    b"-1",
    b"99999999999999999999",
    b"\xff",
    b"\xc3\xa9",
    b"[[rule]]",
    b"{}",
];

impl<'a> Mutator<'a> {
    pub(crate) fn new(seeds: &'a [Vec<u8>]) -> Self {
        Self { state: 5, seeds }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005);
        self.state = self.state.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.state >> 33).unwrap() % bound.max(1)
    }

    /// A seed, changed in one to five places.
    pub(crate) fn next(&mut self) -> Vec<u8> {
        let seeds = self.seeds;
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(5) {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(9)).min(bytes.len());
            match self.below(6) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
                1 => drop(bytes.drain(at..end)),
                2 => drop(bytes.splice(at..end, TOKENS[self.below(TOKENS.len())].iter().copied())),
                3 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                4 => {
                    let other = &seeds[self.below(seeds.len())];
                    let from = self.below(other.len() + 1);
                    drop(bytes.splice(at..end, other[from..].iter().copied()));
                }
                _ => bytes.insert(at, u8::try_from(self.below(256)).unwrap()),
            }
        }
        bytes.truncate(20_000);
        bytes
    }
}
