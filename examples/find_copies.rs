//! Finds the copies among a few pages in memory.
//!
//!     cargo run --release --example find_copies

use refrain::{
    Copies, Result,
    base::{page::Page, recipe::Recipe},
};

const STORY: [&str; 4] = [
    "The harbour office counted forty boats at anchor on Monday, twice as many as last autumn.",
    "Most of them carry timber from the northern islands, where three sawmills opened in spring.",
    "“We have no berth left for a rowing boat,” the harbour master told reporters on the quay.",
    "The council will decide next week whether the old coal pier can be used until the thaw.",
];

fn page(site: &'static str, head: &str, story: &[&str], foot: &str) -> Page<'static> {
    Page {
        id: None,
        site: site.into(),
        url: None,
        date: None,
        text: format!("{head}\n{}\n{foot}", story.join("\n")).into(),
        layout: None,
    }
}

#[allow(clippy::print_stdout, reason = "an example shows what it does")]
fn main() -> Result<()> {
    let other =
        ["A walk along the dunes takes three hours, and four if the wind is from the west."];
    let pages = [
        page("north.example", "North News", &STORY, "Subscribe to North News for 4 crowns"),
        page("south.example", "South Mail", &STORY[..3], "South Mail is printed on both sides"),
        page("east.example", "East Post", &other, "Write to the East Post"),
    ];
    let copies = Copies::among(&Recipe::default(), pages)?;
    for cluster in copies.clusters() {
        println!("page {} leads", cluster.lead);
        for copy in cluster.copies {
            println!(
                "  page {} is {}: {:.0} % of the shorter one is shared, {} words",
                copy.page,
                copy.verdict.relation.word(),
                100.0 * copy.verdict.containment.value(),
                copy.verdict.shared
            );
        }
    }
    Ok(())
}
