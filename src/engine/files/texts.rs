//! The texts that evidence needs, on disk: bodies of candidates, and samples of chrome.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Mutex, PoisonError},
};

use super::{
    Disk,
    gather::ROWS_NAME,
    marks,
    scatter::{halves, whole},
};
use crate::{
    Error, Result,
    base::{error::FirstError, page::PageNumber},
    chrome::{ChromeFamily, Mark},
    copies::{self, Body, BodyRef, Candidate, Credit, Library},
    engine::{
        Spilled, Underway,
        steps::texts::{Heading, Wanted},
    },
    store::{Kind, PileReader, extend_column, write_column},
    table::Strings,
};

const PLACES: Kind = Kind::new(*b"places  ", 3);
const SAMPLES: Kind = Kind::new(*b"samples ", 1);
const PLACES_NAME: &str = "places";
const SAMPLES_NAME: &str = "samples";
const BODIES_NAME: &str = "bodies";

/// Where the body of a page stands.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    page: PageNumber,
    /// The same for equal texts.
    text: u32,
    tokens: u32,
    paragraphs: u32,
    /// How good a print it is.
    worth: u32,
    /// Bytes of its title, which stands behind it.
    title: u32,
    /// Bytes of its credits, which stand behind that.
    credits: u32,
    at: u64,
}

impl Place {
    fn row(&self) -> [u32; 9] {
        let Place { page, text, tokens, paragraphs, worth, title, credits, at } = *self;
        let [low, high] = halves(at);
        [page, text, tokens, paragraphs, worth, title, credits, low, high]
    }

    fn of(row: [u32; 9]) -> Place {
        let [page, text, tokens, paragraphs, worth, title, credits, low, high] = row;
        Place { page, text, tokens, paragraphs, worth, title, credits, at: whole([low, high]) }
    }

    /// Bytes of all that stands at its place.
    fn bytes(&self) -> usize {
        self.body() + self.title as usize + self.credits as usize
    }

    fn body(&self) -> usize {
        Body::stored(self.tokens as usize, self.paragraphs as usize)
    }
}

/// Reads what is compared and shown, and writes it to disk.
pub(super) fn run(
    disk: &mut Disk<'_>,
    count: usize,
    pairs: &[Candidate],
    chrome: &[ChromeFamily],
    now: Underway<'_>,
) -> Result<()> {
    if disk.work.is_done("texts") {
        return Ok(());
    }
    let wanted = Wanted::of(count, pairs, chrome);
    let marks = Marks::read(disk, count, &wanted)?;

    let mut bodies = disk.work.create_pile(BODIES_NAME)?;
    let mut places: Vec<Place> = Vec::new();
    let mut texts: HashMap<u128, u32> = HashMap::new();
    let mut samples: Vec<(usize, String)> = Vec::with_capacity(chrome.len());
    let failed = FirstError::default();
    let mut piece = Vec::new();
    wanted.read(
        disk.corpus,
        disk.settings,
        now,
        |page| marks.of(page),
        |page, body, heading| {
            let Heading { title, credits } = heading;
            let credits = Credit::join(&credits);
            let next = u32::try_from(texts.len()).unwrap_or(u32::MAX);
            let text = *texts.entry(body.hash()).or_insert(next);
            piece.clear();
            body.write(&mut piece);
            piece.extend_from_slice(title.as_bytes());
            piece.extend_from_slice(credits.as_bytes());
            let (tokens, paragraphs) = body.len();
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            if let Some(at) = failed.or_keep(bodies.add(&piece)) {
                places.push(Place {
                    page,
                    text,
                    tokens: count(tokens),
                    paragraphs: count(paragraphs),
                    worth: body.worth,
                    title: count(title.len()),
                    credits: count(credits.len()),
                    at,
                });
            }
        },
        |number, text| samples.push((number, text)),
    )?;
    failed.check()?;
    disk.work.close_pile(bodies)?;

    let mut file = disk.work.create(PLACES_NAME, PLACES)?;
    write_column(&mut file, places.iter().map(Place::row))?;
    disk.work.close(file)?;
    samples.sort_unstable_by_key(|sample| sample.0);
    let mut strings = Strings::default();
    for (_, text) in &samples {
        strings.push(text);
    }
    let mut file = disk.work.create(SAMPLES_NAME, SAMPLES)?;
    strings.write(&mut file)?;
    disk.work.close(file)?;
    disk.work.finish("texts")
}

/// Marks of some pages.
struct Marks {
    pages: Vec<PageNumber>,
    ends: Vec<usize>,
    all: Vec<Mark>,
}

impl Marks {
    fn read(disk: &Disk<'_>, count: usize, wanted: &Wanted) -> Result<Marks> {
        let mut found = Marks { pages: Vec::new(), ends: Vec::new(), all: Vec::new() };
        Spilled::each_page(&disk.work, ROWS_NAME, marks::NAME, count, |page, marks| {
            if wanted.is_compared(page) {
                found.pages.push(page);
                found.all.extend_from_slice(marks);
                found.ends.push(found.all.len());
            }
        })?;
        Ok(found)
    }

    fn of(&self, page: PageNumber) -> &[Mark] {
        let Ok(at) = self.pages.binary_search(&page) else { return &[] };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.all[start..self.ends[at]]
    }
}

/// The bodies of candidates.
pub(super) struct Texts {
    places: Vec<Place>,
    path: std::path::PathBuf,
    /// What headings are read from: opened once, for there is one for each page of a cluster.
    headings: Mutex<Option<PileReader>>,
    /// The first thing that went wrong while texts were read.
    failed: FirstError,
}

impl Texts {
    /// Opens the texts, and gives the families of chrome theirs.
    pub(super) fn read(disk: &Disk<'_>, chrome: &mut [ChromeFamily]) -> Result<Texts> {
        let mut rows: Vec<[u32; 9]> = Vec::new();
        let mut block = Vec::new();
        let mut file = disk.work.open_file(PLACES_NAME, PLACES)?;
        extend_column(&mut file, &mut block, &mut rows)?;
        let mut file = disk.work.open_file(SAMPLES_NAME, SAMPLES)?;
        let samples = Strings::read(&mut file, &mut block)?;
        if samples.len() != chrome.len() {
            return Err(file.bad("has another number of samples than there are families"));
        }
        for (at, family) in chrome.iter_mut().enumerate() {
            samples.get(at).clone_into(&mut family.text);
        }
        Ok(Texts {
            places: rows.into_iter().map(Place::of).collect(),
            path: disk.work.path(BODIES_NAME),
            headings: Mutex::default(),
            failed: FirstError::default(),
        })
    }

    /// The pages that have a body, ascending.
    pub(super) fn pages(&self) -> impl Iterator<Item = PageNumber> + '_ {
        self.places.iter().map(|place| place.page)
    }

    /// First line of a page's evidence.
    pub(super) fn title(&self, page: PageNumber) -> String {
        let Some(place) = self.place(page).filter(|place| place.title > 0) else {
            return String::new();
        };
        let end = place.body() + place.title as usize;
        self.heading(place, place.body()..end)
    }

    /// Who a page says its text is by.
    pub(super) fn credits(&self, page: PageNumber) -> Vec<Credit> {
        let Some(place) = self.place(page).filter(|place| place.credits > 0) else {
            return Vec::new();
        };
        let start = place.body() + place.title as usize;
        Credit::split(&self.heading(place, start..place.bytes()))
    }

    /// A part of what stands at a place.
    fn heading(&self, place: &Place, part: Range<usize>) -> String {
        let read = || {
            let mut piece = Vec::new();
            let mut headings = self.headings.lock().unwrap_or_else(PoisonError::into_inner);
            let file = match &mut *headings {
                Some(file) => file,
                none => none.insert(PileReader::open(&self.path)?),
            };
            file.read(place.at, place.bytes(), &mut piece)?;
            Ok(String::from_utf8_lossy(&piece[part]).into_owned())
        };
        self.failed.or_keep(read()).unwrap_or_default()
    }

    /// Whether all texts could be read.
    pub(super) fn check(&self) -> Result<()> {
        self.failed.check()
    }

    fn place(&self, page: PageNumber) -> Option<&Place> {
        let at = self.places.binary_search_by_key(&page, |place| place.page).ok()?;
        self.places.get(at)
    }
}

/// Two bodies that were read, and what reads them.
#[derive(Debug, Default)]
pub(in crate::engine) struct BodyPair {
    file: Option<PileReader>,
    piece: Vec<u8>,
    bodies: copies::BodyPair,
}

impl Texts {
    /// Reads the body of a page.
    fn body(
        &self,
        page: PageNumber,
        (file, piece): (&mut Option<PileReader>, &mut Vec<u8>),
        body: &mut Body,
    ) -> Option<()> {
        let place = self.place(page)?;
        let read = || {
            let file = match file {
                Some(file) => file,
                none => none.insert(PileReader::open(&self.path)?),
            };
            file.read(place.at, place.bytes(), piece)?;
            let length = (place.tokens as usize, place.paragraphs as usize);
            if body.read(length, &piece[..place.body()]) {
                return Ok(());
            }
            let name = self.path.display().to_string();
            Err(Error::data(name, "has a text that makes no sense; run again"))
        };
        self.failed.or_keep(read())
    }
}

impl Library for Texts {
    type BodyPair = BodyPair;

    fn text(&self, page: PageNumber) -> Option<u32> {
        self.place(page).map(|place| place.text)
    }

    fn tokens(&self, page: PageNumber) -> usize {
        self.place(page).map_or(0, |place| place.tokens as usize)
    }

    fn worth(&self, page: PageNumber) -> u32 {
        self.place(page).map_or(0, |place| place.worth)
    }

    fn load_pair<'d>(
        &'d self,
        loaded: &'d mut BodyPair,
        a: PageNumber,
        b: PageNumber,
    ) -> Option<(BodyRef<'d>, BodyRef<'d>)> {
        let BodyPair { file, piece, bodies } = loaded;
        bodies.load_pair(a, b, |page, body| self.body(page, (file, piece), body))
    }
}
