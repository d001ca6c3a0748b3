//! Learns a bank from some pages of a site and labels a page that the bank has not seen.
//!
//!     cargo run --release --example learn_and_label

use refrain::{Bank, Labeller, Result, base::page::Page};

/// Page `n` of an invented site: a menu, three sentences of its own, a plea.
fn page(n: usize) -> Page<'static> {
    const THINGS: [&str; 9] =
        ["bridge", "mill", "pier", "orchard", "tower", "tunnel", "ferry", "forge", "chapel"];
    let thing = THINGS[n % THINGS.len()];
    let text = format!(
        "Home\nNews\nWeather\n\
         The {thing} of the valley\n\
         Nobody had looked at the {thing} for {n} years when the carpenters came back to it.\n\
         They found {n} boards of the {thing} gone, and a family of owls where they had been.\n\
         “The {thing} will be open again before the snow,” said the oldest of the {n} helpers.\n\
         If you can spare something, the paper lives from its readers and from nobody else.\n\
         Contact\n"
    );
    Page {
        id: Some(format!("page-{n}").into()),
        site: "valley.example".into(),
        url: Some(format!("https://valley.example/{n}").into()),
        date: None,
        text: text.into(),
        layout: None,
    }
}

#[allow(clippy::print_stdout, reason = "an example shows what it does")]
fn main() -> Result<()> {
    let bank = Bank::learn((0..8).map(page))?;
    let new = page(8);
    let mut labeller = Labeller::default();
    for paragraph in labeller.label(&new, &bank)? {
        let label = paragraph.chrome.map_or("body", |place| place.word());
        println!("{label:>6}  on {} pages  {}", paragraph.pages, &new.text[paragraph.span]);
    }
    Ok(())
}
