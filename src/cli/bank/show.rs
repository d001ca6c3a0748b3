//! A bank, for a person at a terminal.

use std::{cmp::Reverse, fmt::Write as _, io::Write};

use serde::Serialize;

use crate::{
    Error, Result,
    bank::{Bank, Day, Family, Site},
};

use crate::cli::{
    args::BankShowArgs,
    terminal::{Style, bytes, count, one_line, things, write_row},
};

/// Renders what a bank knows.
pub(super) fn render(bank: &Bank, args: &BankShowArgs, style: Style) -> Result<String> {
    let mut out = String::new();
    let [pages, groups] = bank.pages();
    let [families, repeated] = bank.families();
    let [first, last] = bank.days();
    let head = things(pages, "page", "pages");
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "{} ({} distinct) of {}, seen {first} to {last}",
        style.bold(head),
        count(groups),
        things(bank.sites(), "site", "sites"),
    );
    let _ = writeln!(
        out,
        "{}, {} of them on two distinct pages and more; {}",
        things(families, "family", "families"),
        count(repeated),
        bytes(bank.bytes().len() as u64),
    );
    let chosen = chosen(bank, args)?;
    let (_, lines) = args.most();
    for (name, site) in &chosen {
        let name = if name.is_empty() { "(no site)" } else { name };
        let [first, last] = site.days();
        let [families, repeated] = site.families();
        let _ = writeln!(
            out,
            "\n  {}  {} ({} distinct), {first} to {last}, {} ({} repeated)",
            style.bold(one_line(name, 40)),
            things(site.pages().into(), "page", "pages"),
            count(site.groups().into()),
            things(families.into(), "family", "families"),
            count(repeated.into()),
        );
        for (at, family) in top(site, lines, |_| true)? {
            line(&mut out, site, at, &family, style)?;
        }
    }
    let more = bank.sites().saturating_sub(chosen.len() as u64);
    if more > 0 && args.site.is_none() {
        let rest = things(more, "more site", "more sites");
        let _ = writeln!(out, "\n{}", style.dim(format!("  … and {rest}")));
    }
    Ok(out)
}

/// The sites that are shown, those with most pages first.
fn chosen<'b>(bank: &'b Bank, args: &'b BankShowArgs) -> Result<Vec<(&'b str, Site<'b>)>> {
    if let Some(name) = &args.site {
        let site = bank.site(name)?.ok_or_else(|| {
            let problem = format!("knows no site `{name}`; without --site it names those it knows");
            Error::usage(bank.name(), problem)
        })?;
        return Ok(vec![(name, site)]);
    }
    let mut sites = (0..bank.sites()).map(|at| bank.site_at(at)).collect::<Result<Vec<_>>>()?;
    sites.sort_by_key(|(_, site)| Reverse(site.pages()));
    sites.truncate(args.most().0);
    Ok(sites)
}

/// A row of `bank show --json`.
#[derive(Debug, Serialize)]
#[serde(tag = "row", rename_all = "lowercase")]
enum Row<'r> {
    /// The bank: what it holds, and how many of its families two distinct pages and more have.
    Bank {
        pages: u64,
        distinct: u64,
        sites: u64,
        families: u64,
        repeated: u64,
        first: Option<String>,
        last: Option<String>,
        bytes: u64,
    },
    /// A site, in the same way.
    Site {
        site: &'r str,
        pages: u32,
        distinct: u32,
        families: u32,
        repeated: u32,
        first: Option<String>,
        last: Option<String>,
    },
    /// A line of the site: on how many of its distinct pages, where in them (0 at their top, 1 at their end), when.
    Line {
        site: &'r str,
        text: &'r str,
        pages: u32,
        of: u32,
        place: f64,
        first: Option<String>,
        last: Option<String>,
    },
}

/// Writes what a bank knows as JSON lines.
pub(super) fn write(bank: &Bank, args: &BankShowArgs, out: &mut dyn Write) -> Result<()> {
    let day = |day: Day| day.is_known().then(|| day.to_string());
    let ([pages, distinct], [families, repeated]) = (bank.pages(), bank.families());
    let [first, last] = bank.days().map(day);
    let (sites, size) = (bank.sites(), bank.bytes().len() as u64);
    let row = Row::Bank { pages, distinct, sites, families, repeated, first, last, bytes: size };
    write_row(out, &row)?;
    let (_, most) = args.most();
    for (name, site) in chosen(bank, args)? {
        let [families, repeated] = site.families();
        let [first, last] = site.days().map(day);
        let (pages, distinct) = (site.pages(), site.groups());
        write_row(
            out,
            &Row::Site { site: name, pages, distinct, families, repeated, first, last },
        )?;
        for (at, family) in top(&site, most, |_| true)? {
            let [first, last] = family.days.map(day);
            let place = (f64::from(family.place) / 2.55).round() / 100.0;
            let (text, pages, of) = (site.text(at)?, family.groups, distinct);
            write_row(out, &Row::Line { site: name, text, pages, of, place, first, last })?;
        }
    }
    Ok(())
}

/// The families that most pages have, longest first of equals, that two pages and more have and
/// `wanted` takes.
pub(super) fn top(
    site: &Site<'_>,
    lines: usize,
    wanted: impl Fn(&Family) -> bool,
) -> Result<Vec<(u32, Family)>> {
    let mut families = Vec::new();
    for at in 0..site.families()[0] {
        let family = site.family(at)?;
        if family.groups >= 2 && wanted(&family) {
            families.push((at, family));
        }
    }
    families.sort_by_key(|&(at, family)| {
        let length = site.text(at).map_or(0, |text| text.chars().count());
        (Reverse((family.groups, length)), at)
    });
    families.truncate(lines);
    Ok(families)
}

/// One family: on how many pages, where, when, and how its text begins.
pub(super) fn line(
    out: &mut String,
    site: &Site<'_>,
    at: u32,
    family: &Family,
    style: Style,
) -> Result<()> {
    let on = format!("{}/{}", count(family.groups.into()), count(site.groups().into()));
    let [first, last] = family.days;
    let place = u32::from(family.place) * 100 / 255;
    let text = one_line(site.text(at)?, style.width.saturating_sub(46));
    let _ = writeln!(out, "    {on:>11}  at {place:>3} %  {first:>10} – {last:>10}  {text}");
    Ok(())
}
