//! Lines that appeared and vanished from one bank to the next.

use std::fmt::Write as _;

use crate::{
    Result,
    bank::{Bank, Family, Site},
};

use super::show::{line, top};
use crate::cli::{
    args::BankDiffArgs,
    terminal::{Style, one_line, things},
};

/// Renders what changed, site by site.
///
/// A line appeared if enough distinct pages of the newer bank have it and not of the older. It
/// vanished if enough of the older have it and the newer bank has it no more, or has pages of later
/// days and has not seen it since the last day of the older.
pub(super) fn render(old: &Bank, new: &Bank, args: &BankDiffArgs, style: Style) -> Result<String> {
    let mut out = String::new();
    let mut changed = 0;
    let (mut a, mut b) = (0, 0);
    while a < old.sites() || b < new.sites() {
        let of_old = if a < old.sites() { Some(old.site_at(a)?) } else { None };
        let of_new = if b < new.sites() { Some(new.site_at(b)?) } else { None };
        let name = match (&of_old, &of_new) {
            (Some((a, _)), Some((b, _))) => *a.min(b),
            (Some((name, _)), None) | (None, Some((name, _))) => *name,
            (None, None) => break,
        };
        let of_old = of_old.filter(|site| site.0 == name).map(|site| site.1);
        let of_new = of_new.filter(|site| site.0 == name).map(|site| site.1);
        a += u64::from(of_old.is_some());
        b += u64::from(of_new.is_some());
        let lines = site_lines(of_old.as_ref(), of_new.as_ref(), args, style)?;
        if !lines.is_empty() {
            changed += 1;
            let name = if name.is_empty() { "(no site)" } else { name };
            let _ = write!(out, "{}\n{lines}\n", style.bold(one_line(name, 60)));
        }
    }
    let sites = things(changed, "site", "sites");
    let _ =
        writeln!(out, "{sites} with lines on {} distinct pages and more that changed", args.pages);
    Ok(out)
}

fn site_lines(
    old: Option<&Site<'_>>,
    new: Option<&Site<'_>>,
    args: &BankDiffArgs,
    style: Style,
) -> Result<String> {
    let mut out = String::new();
    if let Some(new) = new {
        section(&mut out, "appeared", new, args, style, |at| {
            Ok(found(old, new.fingerprint(at)?)?.is_none_or(|family| family.groups < args.pages))
        })?;
    }
    if let Some(old) = old {
        let last = old.days()[1];
        let went_on = new.is_some_and(|new| new.days()[1] > last);
        section(&mut out, "vanished", old, args, style, |at| {
            let later = found(new, old.fingerprint(at)?)?;
            Ok(later.is_none_or(|family| {
                family.groups < args.pages || (went_on && family.days[1] <= last)
            }))
        })?;
    }
    Ok(out)
}

fn found(site: Option<&Site<'_>>, fingerprint: u64) -> Result<Option<Family>> {
    let Some(site) = site else { return Ok(None) };
    site.find_family(fingerprint)?.map(|at| site.family(at)).transpose()
}

/// Lines of `site` that `wanted` takes, the most frequent first.
fn section(
    out: &mut String,
    title: &str,
    site: &Site<'_>,
    args: &BankDiffArgs,
    style: Style,
    wanted: impl Fn(u32) -> Result<bool>,
) -> Result<()> {
    let mut shown = 0;
    for (at, family) in top(site, usize::MAX, |family| family.groups >= args.pages)? {
        if !wanted(at)? {
            continue;
        }
        if shown == 0 {
            let _ = writeln!(out, "  {title}");
        }
        shown += 1;
        if shown <= args.lines {
            line(out, site, at, &family, style)?;
        }
    }
    if shown > args.lines {
        let rest = things((shown - args.lines) as u64, "more line", "more lines");
        let _ = writeln!(out, "    {}", style.dim(format!("… and {rest}")));
    }
    Ok(())
}
