//! Banks: damaged anywhere, they are an error; united in any order, they are one bank.

use std::num::NonZeroUsize;

use refrain::{
    Class, Result,
    chrome::{Bank, Day, Learner, SeenPages},
    page::PageNumber,
    pipeline::{Forget, Settings, merge_banks, prune_bank, write_bank},
    text::Prose,
    trace::Shape,
};

use super::bytes::{Bytes, damage};

const NAME: &str = "fuzzed.bank";
const ONE: NonZeroUsize = NonZeroUsize::MIN;

pub fn target(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    match bytes.one() % 3 {
        0 => drop(told(read_all(bytes.0.to_vec()))),
        1 => damaged(&mut bytes),
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
            seen.push(u64::from(family).wrapping_mul(0x9E37_79B9_7F4A_7C15), shape, &text);
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
    write_bank(&Settings { threads: ONE, ..Settings::default() }, learner, &[], Vec::new()).unwrap()
}

fn open(bytes: Vec<u8>) -> Result<Bank> {
    Bank::of_bytes(NAME, bytes)
}

/// Reads everything there is in a bank, and rewrites it in every way.
fn read_all(bytes: Vec<u8>) -> Result<()> {
    let bank = open(bytes)?;
    bank.check()?;
    bank.known()?;
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
    merge_banks(ONE, &[bank.clone(), bank.clone()], Vec::new())?;
    for forget in [Forget::Before(Day::from_number(2)), Forget::Below(3)] {
        prune_bank(ONE, &bank, forget, Vec::new())?;
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
    assert_eq!(
        told(read_all(file)).is_some(),
        is_whole,
        "damage was not seen, or seen where none is"
    );
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
        merge_banks(ONE, &banks, Vec::new()).unwrap()
    };
    let whole = merge(&[a, b]);
    assert!(whole == merge(&[b, a]), "the order shows");
    let both = open(whole.clone()).unwrap();
    both.check().unwrap();
    assert!(whole == merge(&[&both, a, b, a]), "repeats show");
    assert!(both.pages()[0] <= pages && pages < u64::from(PageNumber::MAX));
    read_all(whole).unwrap();
}
