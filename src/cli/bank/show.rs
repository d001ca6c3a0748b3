//! A bank, for a person at a terminal.

use std::{cmp::Reverse, fmt::Write as _};

use crate::{
    Error, Result,
    bank::{Bank, Family, Site},
};

use crate::cli::{
    args::BankShowArgs,
    terminal::{Style, bytes, count, one_line, things},
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
    let chosen: Vec<(&str, Site<'_>)> = if let Some(name) = &args.site {
        let site = bank.site(name)?.ok_or_else(|| {
            let problem = format!("knows no site `{name}`; without --site it names those it knows");
            Error::usage(bank.name(), problem)
        })?;
        vec![(name, site)]
    } else {
        let mut sites = (0..bank.sites()).map(|at| bank.site_at(at)).collect::<Result<Vec<_>>>()?;
        sites.sort_by_key(|(_, site)| Reverse(site.pages()));
        sites.truncate(args.sites);
        sites
    };
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
        for (at, family) in top(site, args.lines, |_| true)? {
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
