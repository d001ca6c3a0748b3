//! Scores labels and links on real pages whose truth is known.
//!
//! ```text
//! REFRAIN_DATA=FOLDER cargo run --release --example scores [-- LEVEL…]
//! ```
//!
//! Prints tables in Markdown, of the default level or of the given ones (`lenient`, `balanced`, `careful`,
//! `strict`). P: of what was taken for chrome, the share that is; R: of chrome, the share that was
//! taken; body taken: of the body's characters, the share that was taken. The pages are no part of this
//! repository; `truth.rs` lists the files that FOLDER must hold.

mod truth;

use std::io::{self, Write};

use refrain::base::recipe::Level;
use truth::{Chrome, Count, Links, SETS};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = io::stdout().lock();
    let data = truth::data()?;
    let mut levels =
        std::env::args().skip(1).map(|word| level(&word)).collect::<Result<Vec<_>, _>>()?;
    if levels.is_empty() {
        levels.push(Level::default());
    }
    let mut links: Vec<(Level, Links)> = Vec::new();
    writeln!(out, "| level | set | all P / R | ≥ 8 words P / R | characters P / R | body taken |")?;
    writeln!(out, "| --- | --- | --- | --- | --- | ---: |")?;
    for level in levels {
        for (name, prefix) in SETS {
            let findings = truth::scan(&data, prefix, level)?;
            let Chrome { all, long, chars } = Chrome::of(&data, prefix, &findings)?;
            let [all, long, both] = [all, long, chars].map(both);
            let level_word = format!("{level:?}").to_lowercase();
            writeln!(
                out,
                "| {level_word} | {name} | {all} | {long} | {both} | {:.5} |",
                chars.taken()
            )?;
            if prefix == SETS[0].1 {
                links.push((level, Links::of(&data, prefix, &findings)?));
            }
        }
    }

    writeln!(out, "\n| level | copies P / R | parts across sites R |")?;
    writeln!(out, "| --- | --- | ---: |")?;
    for (level, Links { copies, parts }) in links {
        let level = format!("{level:?}").to_lowercase();
        writeln!(out, "| {level} | {} | {:.3} |", both(copies), parts.recall())?;
    }
    Ok(())
}

fn both(count: Count) -> String {
    format!("{:.4} / {:.4}", count.precision(), count.recall())
}

fn level(word: &str) -> Result<Level, String> {
    match word {
        "lenient" => Ok(Level::Lenient),
        "balanced" => Ok(Level::Balanced),
        "careful" => Ok(Level::Careful),
        "strict" => Ok(Level::Strict),
        _ => Err(format!("`{word}` is no level; levels are lenient, balanced, careful, strict")),
    }
}
