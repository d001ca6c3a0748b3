//! Generates crawls whose truth is known: which paragraphs are chrome, which pages are copies.
//!
//! ```text
//! Plan ─► Generator ─► page n: id, site, URL, date, text · kind of every paragraph · whose story it prints
//! ```
//!
//! Page n is a pure function of (plan, n), so any part of a crawl can be written alone, by many threads,
//! and a crawl of any size needs constant memory: a generator holds the words of seven invented
//! languages and about 60 bytes a site.
//!
//! A crawl has:
//!
//! * **Sites** of one page to a large share of the crawl, in six scripts, some with two templates or
//!   two languages: menus, dates, counters, breadcrumbs, a donation plea, rotating lists of the most read,
//!   related stories that do not recur, newsletter boxes and advertisement labels in the middle of
//!   stories, feet, copyright lines.
//! * **Across sites**: cookie notices, and the note of an agency under its stories.
//! * **Manuals**, whose bodies repeat warnings, rows of tables, headings and links.
//! * **Copies**: stories of agencies printed whole, edited, cut, or in part inside another story;
//!   pages captured twice; one story that very many sites print.
//! * **Traps**: stories that share a speech, daily reports that differ in their numbers, follow-ups
//!   that share their background.
//!
//! # What this module does not do
//!
//! It does not know the algorithms that find chrome or copies. [`score`] compares any labels and links
//! with the truth.

mod body;
mod dice;
mod lexicon;
mod page;
mod pen;
mod recurring;
pub mod score;
mod sites;
mod truth;

pub use lexicon::Script;
pub use recurring::{ENOUGH, Recurring};
pub use truth::{Form, Genre, Kind, Planted, Print, SiteTruth, Trap};

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, Write},
    ops::Range,
};

use crate::base::page::Page;
use dice::{gcd, inverse, mix};
use lexicon::{LANGUAGES, Lexicon};
use page::{WIDEST, Writer, form, own_story, wire_story};
use pen::{Pen, Sheet};
use sites::{Site, Sites};

/// How much to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// This number of pages.
    Pages(u32),
    /// About this number of bytes of JSON lines.
    Bytes(u64),
}

/// What to generate. Equal plans give equal pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Seed of all random numbers.
    pub seed: u64,
    /// Number of sites; no more than there are pages.
    pub sites: u32,
    /// How much.
    pub amount: Amount,
    /// Amount of chrome, in percent of the usual amount, which is about 15 of 100 characters.
    pub chrome: u32,
    /// Share of news pages that print the story of an agency, in percent.
    pub copies: u32,
    /// Number of sites that print the most printed story, if there are as many.
    pub widest: u32,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            seed: 1,
            sites: 400,
            amount: Amount::Pages(5000),
            chrome: 100,
            copies: 20,
            widest: 150,
        }
    }
}

/// A page and its truth. Its buffers are reused from page to page.
#[derive(Debug)]
pub struct GeneratedPage {
    /// Unique in the crawl.
    pub id: String,
    /// Name of the site.
    pub site: String,
    /// Address; a page that is captured twice has one address, or two.
    pub url: String,
    /// Year, month and day.
    pub date: String,
    sheet: Sheet,
    /// What is known of the site.
    pub about: SiteTruth,
    /// Whose story it prints.
    pub print: Print,
}

impl Default for GeneratedPage {
    fn default() -> GeneratedPage {
        GeneratedPage {
            id: String::new(),
            site: String::new(),
            url: String::new(),
            date: String::new(),
            sheet: Sheet::default(),
            about: SiteTruth {
                number: 0,
                pages: 0,
                genre: Genre::News,
                script: Script::Latin,
                two_templates: false,
                two_languages: false,
            },
            print: Print {
                story: 0,
                form: Form::Whole,
                passage: None,
                recaptured: false,
                trap: None,
            },
        }
    }
}

impl GeneratedPage {
    /// The text: one paragraph a line.
    pub fn text(&self) -> &str {
        &self.sheet.text
    }

    /// The paragraphs of the text, in order.
    pub fn paragraphs(&self) -> &[Planted] {
        &self.sheet.paragraphs
    }

    /// The page as the program reads it.
    pub fn page(&self) -> Page<'_> {
        Page {
            id: Some(Cow::Borrowed(&self.id)),
            site: Cow::Borrowed(&self.site),
            url: Some(Cow::Borrowed(&self.url)),
            date: Some(Cow::Borrowed(&self.date)),
            text: Cow::Borrowed(self.text()),
            layout: None,
        }
    }

    /// Appends the page as a line of JSON.
    pub fn json(&self, out: &mut Vec<u8>) {
        let fields =
            [("id", &self.id), ("site", &self.site), ("url", &self.url), ("date", &self.date)];
        let mut before: &[u8] = b"{\"";
        for (name, value) in fields {
            out.extend_from_slice(before);
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\":\"");
            out.extend_from_slice(value.as_bytes());
            before = b"\",\"";
        }
        out.extend_from_slice(b"\",\"text\":\"");
        let mut rest = self.text().as_bytes();
        // There is no backslash and no other control character in a generated text.
        while let Some(at) = memchr::memchr2(b'\n', b'"', rest) {
            out.extend_from_slice(&rest[..at]);
            out.extend_from_slice(if rest[at] == b'"' { b"\\\"" } else { b"\\n" });
            rest = &rest[at + 1..];
        }
        out.extend_from_slice(rest);
        out.extend_from_slice(b"\"}\n");
    }
}

/// Writes the pages of a plan.
pub struct Generator {
    plan: Plan,
    pages: u32,
    sites: Sites,
    lexicons: Vec<Lexicon>,
    /// Page n is in slot (n · stride + offset) mod pages, so that sites mix as in a crawl.
    stride: u64,
    /// What the stride times is 1, mod pages: the way back from slots.
    back: u64,
    offset: u64,
}

impl std::fmt::Debug for Generator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generator")
            .field("plan", &self.plan)
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}

impl Generator {
    /// Makes up the words and the sites of a plan: some milliseconds.
    pub fn new(plan: Plan) -> Generator {
        let lexicons: Vec<Lexicon> = (0..LANGUAGES).map(Lexicon::new).collect();
        match plan.amount {
            Amount::Pages(pages) => Generator::with_pages(plan, pages, lexicons),
            Amount::Bytes(bytes) => {
                let pages = |mean: u64| u32::try_from(bytes.div_ceil(mean)).unwrap_or(u32::MAX);
                let guess = Generator::with_pages(plan, pages(4000), lexicons);
                let mean = guess.mean_bytes();
                Generator::with_pages(guess.plan, pages(mean), guess.lexicons)
            }
        }
    }

    fn with_pages(plan: Plan, pages: u32, lexicons: Vec<Lexicon>) -> Generator {
        let sites = Sites::new(&plan, pages);
        let of = u64::from(pages.max(1));
        let mut stride = (mix(plan.seed, 1) % of).max(1);
        while gcd(stride, of) != 1 {
            stride += 1;
        }
        let offset = mix(plan.seed, 2) % of;
        let back = inverse(stride % of, of);
        Generator { plan, pages, sites, lexicons, stride, back, offset }
    }

    /// Mean length of a line, from a sample.
    fn mean_bytes(&self) -> u64 {
        const SAMPLE: u32 = 1000;
        let (mut page, mut line) = (GeneratedPage::default(), Vec::new());
        let sample = SAMPLE.min(self.pages).max(1);
        for n in 0..sample {
            self.render(n % self.pages.max(1), &mut page);
            page.json(&mut line);
        }
        (line.len() as u64 / u64::from(sample)).max(1)
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Number of pages.
    pub fn pages(&self) -> u32 {
        self.pages
    }

    /// Number of sites.
    pub fn sites(&self) -> u32 {
        self.sites.len()
    }

    /// The numbers of a site's pages, in the order in which the site has them.
    ///
    /// # Panics
    ///
    /// If there is no such site.
    pub fn pages_of(&self, site: u32) -> impl Iterator<Item = u32> + '_ {
        let of = u64::from(self.pages);
        self.sites.slots(site).map(move |slot| {
            let n = (u64::from(slot) + of - self.offset) % of * self.back % of;
            u32::try_from(n).unwrap_or(u32::MAX)
        })
    }

    /// Writes page `n` into `page`, replacing what was there. Warm, it does not allocate.
    ///
    /// # Panics
    ///
    /// If there is no such page.
    pub fn render(&self, n: u32, page: &mut GeneratedPage) {
        assert!(n < self.pages, "page {n} of {}", self.pages);
        let slot = (u64::from(n) * self.stride + self.offset) % u64::from(self.pages);
        let (site, k) = self.sites.at(u32::try_from(slot).unwrap_or(0));
        let recaptured = site.pages > 5 && k % 31 == 19;
        let told = k - u32::from(recaptured);
        let language = site.language(told);
        let lexicon = &self.lexicons[language];

        page.print = self.print(site, told, language);
        page.print.recaptured = recaptured;
        page.about = SiteTruth {
            number: site.number,
            pages: site.pages,
            genre: site.genre,
            script: lexicon.typography.script,
            two_templates: site.templates > 1,
            two_languages: site.languages[0] != site.languages[1],
        };
        page.sheet.clear();
        let straight = site.straight && language == 0;
        let pen = Pen { lexicon, sheet: &mut page.sheet, straight };
        let chrome = self.plan.chrome;
        let mut writer = Writer::new(pen, site, (k, told), (self.plan.seed, chrome));
        writer.write(&page.print);
        let day = writer.day();

        // Half of the second captures are of a print view, which has an address of its own.
        let view = if recaptured && k / 31 % 2 == 1 { "print/" } else { "" };
        let host = if mix(site.seed, u64::from(told)) % 16 == 3 { "news" } else { "www" };
        for text in [&mut page.id, &mut page.site, &mut page.url, &mut page.date] {
            text.clear();
        }
        // Writing to a string does not fail.
        let _ = write!(page.id, "{}-{k}", site.number);
        let _ = write!(page.site, "site{}.example", site.number);
        let _ = write!(page.url, "https://{host}.site{}.example/{view}{told}", site.number);
        let (year, month, date) = (2031 + day / 360, day / 30 % 12 + 1, day % 30 + 1);
        let _ = write!(page.date, "{year}-{month:02}-{:02}", date.min(28));
    }

    /// Whose story page `told` of a site prints.
    fn print(&self, site: &Site, told: u32, language: usize) -> Print {
        let own = Print {
            story: own_story(site, told),
            form: Form::Whole,
            passage: None,
            recaptured: false,
            trap: None,
        };
        if site.genre == Genre::Manual {
            return own;
        }
        let of_agency = if told == 0 && site.prints_widest {
            Some(WIDEST)
        } else {
            site.wire(told, self.plan.copies).map(|number| {
                let offered = self.sites.offered[language];
                let from = mix(site.seed, language as u64) % u64::from(offered);
                let number = (from + u64::from(number)) % u64::from(offered);
                wire_story(language, u32::try_from(number).unwrap_or(0))
            })
        };
        match of_agency {
            Some(WIDEST) => {
                Print { story: WIDEST, form: form(site, told).unwrap_or(Form::Whole), ..own }
            }
            Some(story) => match form(site, told) {
                Some(form) => Print { story, form, ..own },
                None => Print { passage: Some(story), ..own },
            },
            None if told % 23 == 7 && site.pages > 5 => {
                // Half of the sites have reports of their own, half take those of an agency.
                let kind = u64::from(told / 23 % 3);
                let of = if site.number.is_multiple_of(2) { site.number } else { u32::MAX };
                let report = 1 << 59 | u64::from(of) << 8 | (language as u64) << 4 | kind;
                Print { trap: Some(Trap::Report(report)), ..own }
            }
            None if told % 29 == 11 => {
                let speeches = u64::from(self.sites.offered[language] / 4 + 1);
                let speech = mix(site.seed, u64::from(told)) % speeches;
                let speech = 1 << 58 | (language as u64) << 32 | speech;
                Print { trap: Some(Trap::Speech(speech)), ..own }
            }
            None => own,
        }
    }

    /// Writes pages as lines of JSON. Returns how many bytes.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    ///
    /// # Panics
    ///
    /// If `pages` ends after the last page.
    pub fn write(&self, pages: Range<u32>, out: &mut impl Write) -> io::Result<u64> {
        let (mut page, mut line, mut written) = (GeneratedPage::default(), Vec::new(), 0);
        for n in pages {
            self.render(n, &mut page);
            line.clear();
            page.json(&mut line);
            out.write_all(&line)?;
            written += line.len() as u64;
        }
        Ok(written)
    }
}
