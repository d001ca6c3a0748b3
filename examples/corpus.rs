//! Writes a generated corpus with planted chrome and copies to standard output, as JSON lines.
//!
//!     cargo run --release --example corpus -- 300 > corpus.jsonl
//!
//! writes about 300 million bytes. Equal numbers give equal bytes, on every machine.

use std::io::{self, BufWriter, Write};

use refrain::generate::{Amount, Generator, Plan};

fn main() -> io::Result<()> {
    let megabytes = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_u64);
    let plan = Plan { amount: Amount::Bytes(megabytes * 1_000_000), ..Plan::default() };
    let generator = Generator::new(plan);
    let mut out = BufWriter::new(io::stdout().lock());
    generator.write(0..generator.pages(), &mut out)?;
    out.flush()
}
