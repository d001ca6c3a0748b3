//! Banks: damaged anywhere, they are an error; whatever is in them, nothing panics; united in any order,
//! they are one bank.

use std::num::NonZeroUsize;

use refrain::{
    Class, Result,
    bank::{Bank, Day, Learner, SeenPages},
    base::page::PageNumber,
    chrome::Line,
    cues::Cue,
    engine::{Settings, Unobserved},
    runs::{Forget, merge_banks, prune_bank, write_bank},
    store::{TableKind, TableWriter},
    table::Shape,
    text::Prose,
};

use super::bytes::{Bytes, damage};

const NAME: &str = "fuzzed.bank";
const ONE: NonZeroUsize = NonZeroUsize::MIN;

pub fn target(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    match bytes.one() % 4 {
        0 => drop(read_all(bytes.0.to_vec())),
        1 => damaged(&mut bytes),
        2 => nonsense(&mut bytes),
        _ => united(&mut bytes),
    }
}

/// Pages of a few sites, each by a handful of bytes.
fn learn(bytes: &mut Bytes<'_>) -> Learner {
    let (mut learner, mut seen) = (Learner::default(), SeenPages::default());
    while !bytes.is_empty() {
        let page = bytes.one();
        let mut content = 1_u64;
        for _ in 0..page % 8 {
            let family = bytes.one() % 32;
            content = content.wrapping_mul(0x100_0000_01B3) ^ u64::from(family + 1);
            let prose = [Prose::None, Prose::Sentence, Prose::Passage][usize::from(family % 3)];
            let shape = Shape::new(u32::from(family), prose, family.is_multiple_of(2));
            let text = "Zeile ".repeat(usize::from(family));
            let family = u64::from(family).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            seen.push(Line { family, shape, cue: Cue::default(), wording: content as u32 }, &text);
        }
        let day = Day::from_number(u16::from(page >> 6));
        // As a hash of the text would be: pages of one key have the same lines.
        let content = content.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(page);
        seen.end_page_of(["", "a.example", "ü"][usize::from(page % 3)], content % 5, content, day);
        learner.add(&std::mem::take(&mut seen));
    }
    learner
}

fn written(learner: Learner) -> Vec<u8> {
    write_bank(
        &Settings { threads: ONE, ..Settings::default() },
        learner,
        &[],
        Vec::new(),
        &Unobserved,
    )
    .unwrap()
}

fn open(bytes: Vec<u8>) -> Result<Bank> {
    Bank::of_bytes(NAME, bytes)
}

/// Reads everything there is in a bank, and rewrites it in every way; nothing if any of it is told to be damaged.
fn read_all(bytes: Vec<u8>) -> Option<()> {
    let bank = told(open(bytes))?;
    let pruned = |forget| told(prune_bank(ONE, &bank, forget, Vec::new(), &Unobserved)).map(drop);
    // Whoever uses a bank may not have checked it.
    [
        told(bank.check()),
        told(bank.known()).map(drop),
        told(read_sites(&bank)),
        told(merge_banks(ONE, &[bank.clone(), bank.clone()], Vec::new(), &Unobserved)).map(drop),
        pruned(Forget::Before(Day::from_number(2))),
        pruned(Forget::Below(3)),
    ]
    .into_iter()
    .collect()
}

fn read_sites(bank: &Bank) -> Result<()> {
    for at in 0..bank.sites() {
        let (name, site) = bank.site_at(at)?;
        bank.site(name)?;
        let [families, repeated] = site.families();
        assert!(repeated <= families, "more families are repeated than there are");
        let mut before = None;
        for family in 0..families {
            let fingerprint = site.fingerprint(family)?;
            site.family(family)?;
            site.text(family)?;
            site.find_family(fingerprint)?;
            site.neighbours(before.unwrap_or(fingerprint), fingerprint)?;
            before = Some(fingerprint);
        }
        site.rows()?;
    }
    Ok(())
}

/// Nothing if it is told to be damaged.
fn told<T>(read: Result<T>) -> Option<T> {
    read.map_err(|error| {
        assert_eq!(error.class(), Class::Data, "{error}");
        assert!(error.to_string().starts_with(NAME), "no name: {error}");
    })
    .ok()
}

/// A byte that is flipped is seen.
fn damaged(bytes: &mut Bytes<'_>) {
    let mut changes = Bytes(bytes.some(12));
    let whole = written(learn(bytes));
    let mut file = whole.clone();
    damage(&mut file, &mut changes);
    let is_whole = file == whole;
    assert_eq!(read_all(file).is_some(), is_whole, "damage was not seen, or seen where none is");
}

/// Checksums are right, and what they are of is anything.
fn nonsense(bytes: &mut Bytes<'_>) {
    let mut changes = Bytes(bytes.some(24));
    let whole = written(learn(bytes));
    let number = |at: usize| {
        let bytes: [u8; 8] = whole[whole.len() - at..][..8].try_into().unwrap();
        usize::try_from(u64::from_le_bytes(bytes)).unwrap()
    };
    let (data, head) = (number(32), number(24));
    let mut head = whole[whole.len() - 32 - head..whole.len() - 32].to_vec();
    let mut data = whole[..data].to_vec();
    while !changes.is_empty() {
        let [at, value] = [changes.two(), u16::from(changes.one())];
        let part = if at >> 15 == 0 { &mut data } else { &mut head };
        let length = part.len();
        if let Some(byte) = part.get_mut(usize::from(at & 0x7FFF) % length.max(1)) {
            *byte = value as u8;
        }
    }
    let kind = TableKind {
        magic: whole[..12].try_into().unwrap(),
        name: "bank",
        version: u32::from_le_bytes(whole[12..16].try_into().unwrap()),
        way_out: "",
    };
    let mut file = TableWriter::new(Vec::new(), kind).unwrap();
    file.write(data.get(16..).unwrap_or_default()).unwrap();
    read_all(file.finish(&head).unwrap());
}

/// The bank of all pages is that of its parts, united in any order and with repeats.
fn united(bytes: &mut Bytes<'_>) {
    let cut = usize::from(bytes.one());
    let (mut first, mut second) = (Bytes(bytes.some(cut)), Bytes(bytes.0));
    let parts = [learn(&mut first), learn(&mut second)];
    let pages = parts.iter().map(|part| part.pages() as u64).sum::<u64>();
    let banks = parts.map(|part| open(written(part)).unwrap());
    let [a, b] = &banks;
    let merge = |banks: &[&Bank]| {
        let banks: Vec<Bank> = banks.iter().copied().cloned().collect();
        merge_banks(ONE, &banks, Vec::new(), &Unobserved).unwrap()
    };
    let whole = merge(&[a, b]);
    assert!(whole == merge(&[b, a]), "the order shows");
    let both = open(whole.clone()).unwrap();
    both.check().unwrap();
    assert!(whole == merge(&[&both, a, b, a]), "repeats show");
    assert!(both.pages()[0] <= pages && pages < u64::from(PageNumber::MAX));
    read_all(whole).unwrap();
}
