//! `refrain explain`: finds what is asked about, and shows the answer.

mod flow;
mod json;
mod page;
mod pair;
mod paragraph;

use std::fmt::Write as _;

use crate::{
    Error, Result,
    base::page::{PageNumber, Place, numbered},
    copies::Credit,
    runs::{Explainer, PairShown},
};

use super::{
    Exit,
    args::ExplainArgs,
    progress::Watch,
    reading,
    terminal::{self, Style, Verbosity, count, one_line, things},
};

/// Ids that are suggested for one that is not there, and other pages of one id that are named.
const NAMED: usize = 5;

pub(super) fn run(args: &ExplainArgs, voice: Verbosity) -> Result<Exit> {
    let (options, settings, paths) = args.method.tolerant()?;
    let corpus = reading::open(&args.inputs, options, false, voice)?;
    paths.tell(&corpus, voice);
    let explainer = Explainer::learn(&corpus, &settings, &Watch::new(voice))?;
    reading::tell(&corpus, voice);
    let level = settings.recipe.chrome_level;
    let style = Style::of_stdout();
    let mut rows = Vec::new();
    let shown = match (&args.page, args.pages.as_deref()) {
        (Some(id), _) => {
            let page = find(&explainer, voice, id, 0)?;
            match paragraph(args, &explainer, page)? {
                None if args.json => {
                    json::write_page(&explainer, &explainer.page(page)?, &mut rows)?;
                    String::new()
                }
                None => page::render(&explainer, &explainer.page(page)?, style),
                Some(at) => {
                    let lines = explainer.page(page)?;
                    let answer = explainer.paragraph(page, at)?;
                    let answer = answer.ok_or_else(|| no_paragraph(at, lines.paragraphs.len()))?;
                    if args.json {
                        json::write_paragraph(&explainer, &lines, at, &answer, level, &mut rows)?;
                    }
                    paragraph::render(&explainer, &lines, at, &answer, level, style)
                }
            }
        }
        (None, Some([first, second])) => {
            let a = find(&explainer, voice, first, 0)?;
            // An id that two pages have may be given twice: it names both.
            let b = find(&explainer, voice, second, usize::from(first == second))?;
            if a == b {
                let problem = "are the same page; name two (by id, or by # and its number)";
                return Err(Error::usage(format!("{first} and {second}"), problem));
            }
            let pair = explainer.pair([a, b])?;
            if args.json {
                json::write_pair(&explainer, &pair, &mut rows)?;
            }
            pair::render(&explainer, &pair, args.full, style)
        }
        // The flags do not allow it.
        _ => return Err(Error::usage("explain", "name a page with --page, or two with --pages")),
    };
    // JSON is made of letters.
    let rows = String::from_utf8(rows).unwrap_or_default();
    terminal::print(if args.json { &rows } else { &shown })?;
    if explainer.bad() > 0 {
        let bad = things(explainer.bad(), "record", "records");
        voice.note(&format!("{bad} could not be used; refrain scan says why"));
        return Ok(reading::end(&corpus, voice, Exit::Skipped));
    }
    Ok(reading::end(&corpus, voice, Exit::Done))
}

/// A page as a list of its paragraphs, in lines of `width`: what `explain --page` prints.
///
/// # Errors
///
/// Those of reading the input again.
pub fn page_as_text(explainer: &Explainer<'_>, page: PageNumber, width: usize) -> Result<String> {
    let style = Style::PLAIN.of_width(width);
    Ok(page::render(explainer, &explainer.page(page)?, style))
}

/// Why paragraph `at` of a page has its label: what `explain --page --number` prints.
///
/// # Errors
///
/// *Usage* if there is none, and those of reading the input again.
pub fn paragraph_as_text(
    explainer: &Explainer<'_>,
    page: PageNumber,
    at: usize,
    width: usize,
) -> Result<String> {
    let style = Style::PLAIN.of_width(width);
    let lines = explainer.page(page)?;
    let answer = explainer.paragraph(page, at)?;
    let answer = answer.ok_or_else(|| no_paragraph(at, lines.paragraphs.len()))?;
    let level = explainer.recipe().chrome_level;
    Ok(paragraph::render(explainer, &lines, at, &answer, level, style))
}

/// Two pages beside each other: what `explain --pages` prints.
pub fn pair_as_text(
    explainer: &Explainer<'_>,
    pair: &PairShown,
    full: bool,
    width: usize,
) -> String {
    pair::render(explainer, pair, full, Style::PLAIN.of_width(width))
}

/// The page that `name` names, by id or by # and a number; of several with the id the one at `which`,
/// or the last.
fn find(
    explainer: &Explainer<'_>,
    voice: Verbosity,
    name: &str,
    which: usize,
) -> Result<PageNumber> {
    let pages = explainer.find(name);
    if pages.len() > 1 {
        let all: Vec<String> = pages.iter().take(NAMED).map(|&page| numbered(page)).collect();
        let more = if pages.len() > NAMED { ", …" } else { "" };
        let at = numbered(pages[which.min(pages.len() - 1)]);
        voice.note(&format!(
            "{} have the id {}: {}{more}; this is {at}",
            things(pages.len() as u64, "page", "pages"),
            one_line(name, 60),
            all.join(", "),
        ));
    }
    if let Some(&page) = pages.get(which).or(pages.last()) {
        return Ok(page);
    }
    let by_number = name.strip_prefix('#').and_then(|n| n.parse::<u32>().ok());
    let by_number = by_number.and_then(|n| n.checked_sub(1));
    if let Some(page) = by_number.filter(|&page| (page as usize) < explainer.columns().len()) {
        if explainer.columns().page(page).is_bad() {
            return Err(Error::usage(name, "could not be used; refrain scan says why"));
        }
        return Ok(page);
    }
    let total = things(explainer.pages().count() as u64, "page", "pages");
    let near = near(explainer, name);
    let way = if near.is_empty() {
        "name a page by its id, or by # and its number from 1".to_owned()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Err(Error::usage(name, format!("no such page among {total}; {way}")))
}

/// The ids most like `name`, the best first.
fn near(explainer: &Explainer<'_>, name: &str) -> Vec<String> {
    let wanted = name.to_lowercase();
    let likeness = |id: &str| {
        let id = id.to_lowercase();
        if id.contains(&wanted) { 1.0 } else { strsim::jaro_winkler(&id, &wanted) }
    };
    let mut best: Vec<(f64, String)> = Vec::new();
    for page in explainer.pages() {
        let id = explainer.columns().id(page);
        let like = likeness(&id);
        if like >= 0.8 && !best.iter().any(|other| other.1 == id) {
            let at = best.partition_point(|other| other.0 >= like);
            best.insert(at, (like, id.into_owned()));
            best.truncate(NAMED);
        }
    }
    best.into_iter().map(|(_, id)| one_line(&id, 60)).collect()
}

/// The number of the paragraph that is asked about; none if the whole page is.
fn paragraph(
    args: &ExplainArgs,
    explainer: &Explainer<'_>,
    page: PageNumber,
) -> Result<Option<usize>> {
    let Some(words) = &args.text else { return Ok(args.number) };
    let plain = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let wanted = plain(words);
    let shown = explainer.page(page)?;
    let having: Vec<usize> = (0..shown.paragraphs.len())
        .filter(|&at| plain(&shown.paragraphs[at].text).contains(&wanted))
        .collect();
    match having[..] {
        [at] => Ok(Some(at)),
        [] => {
            let problem = "no paragraph of the page has these words; without --text all are listed";
            Err(Error::usage(format!("--text {words}"), problem))
        }
        _ => {
            let all: Vec<String> = having.iter().take(9).map(ToString::to_string).collect();
            let all =
                if having.len() > 9 { format!("{}, …", all.join(", ")) } else { all.join(", ") };
            let problem = format!("is in paragraphs {all}; say which with --number");
            Err(Error::usage(format!("--text {words}"), problem))
        }
    }
}

fn no_paragraph(at: usize, len: usize) -> Error {
    let problem = match len {
        0 => "the page has no text".to_owned(),
        1 => "the page has one paragraph, 0".to_owned(),
        _ => format!("the page has paragraphs 0 to {}", count(len as u64 - 1)),
    };
    Error::usage(format!("--number {at}"), problem)
}

/// A page by id and site.
fn page_name(explainer: &Explainer<'_>, page: PageNumber) -> String {
    let columns = explainer.columns();
    let id = one_line(&columns.id(page), 60);
    match columns.sites.name(columns.page(page).site) {
        "" => id,
        site => format!("{id} ({})", one_line(site, 40)),
    }
}

/// Who a page says its text is by, a line each.
fn credits(credits: &[Credit], style: Style) -> String {
    let mut out = String::new();
    for Credit { name, words } in credits {
        let start = format!("  credits {}: ", one_line(name, 40));
        let room = style.width.saturating_sub(start.chars().count() + 2).max(20);
        let _ = writeln!(out, "{start}“{}”", one_line(words, room));
    }
    out
}

/// A label as files and tables have it: `body`, or where the chrome stands.
fn label_word(place: Option<Place>) -> &'static str {
    place.map_or("body", Place::word)
}

/// A label in words.
fn label(place: Option<Place>) -> &'static str {
    match place {
        None => "body",
        Some(Place::Head) => "chrome (head)",
        Some(Place::Inside) => "chrome (inside)",
        Some(Place::Foot) => "chrome (foot)",
    }
}
