//! Writes a generated corpus with planted chrome and copies to standard output, as JSON lines.
//!
//!     cargo run --release --example corpus -- 300 > corpus.jsonl
//!
//! writes about 300 million bytes; `-- 300 500 40 5` those of 500 sites, of which 40 characters of a hundred are
//! chrome and 5 stories of a hundred an agency's. Equal numbers give equal bytes, on every machine.

use std::io::{self, BufWriter, Write};

use refrain::generate::{Amount, Generator, Plan};

fn main() -> io::Result<()> {
    let megabytes = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_u64);
    let more = |n: usize| std::env::args().nth(n).and_then(|n| n.parse::<u32>().ok());
    let usual = Plan::default();
    let plan = Plan {
        amount: Amount::Bytes(megabytes * 1_000_000),
        sites: more(2).unwrap_or(usual.sites),
        // Chrome grows beside a body that stays: the usual amount of it is 15 characters to 85 of anything else.
        chrome: more(3).map_or(usual.chrome, |share| 8500 * share / (15 * (100 - share).max(1))),
        copies: more(4).unwrap_or(usual.copies),
        ..usual
    };
    let generator = Generator::new(plan);
    let mut out = BufWriter::new(io::stdout().lock());
    generator.write(0..generator.pages(), &mut out)?;
    out.flush()
}
