//! Laws of an index: parts and whole, what is found, damage.

use std::path::Path;

use proptest::{collection::vec, prelude::*};
use tempfile::TempDir;

use super::{
    Added, Disposition, Entry, EntryLine, Finder, Index, IndexWriter, PagesWith, Source,
    segment::{KIND, Segment},
    write,
};
use crate::{
    base::mix,
    chrome::Mark,
    copies::{Body, Credit},
    store::Table,
    text::Word,
};

/// A page that prints words `from..to` of a story, in two paragraphs, between lines of its own.
fn page(number: u32, story: u64, from: u64, to: u64) -> Entry {
    let middle = u64::midpoint(from, to);
    let word = |n: u64| {
        let hash = mix(story * 10_000 + n);
        #[expect(clippy::cast_possible_truncation, reason = "half a hash")]
        Word { hash: hash as u32, quoted: n % 31 == 7, number: n % 17 == 3, ..Word::default() }
    };
    let mut body = Body::new();
    body.push(2, &(from..middle).map(word).collect::<Vec<_>>());
    body.push(4, &(middle..to).map(word).collect::<Vec<_>>());
    // As anchors are: of every stretch of words some, and of the same stretch the same.
    let mut anchors: Vec<u64> =
        (from..to).filter(|n| n % 5 == 0).map(|n| mix(!(story * 10_000 + n))).collect();
    anchors.sort_unstable();
    let evidence = Mark::from_byte(4).unwrap();
    let line = |family: u32, mark, words| EntryLine { family, mark, words };
    Entry {
        id: if number % 7 == 3 { String::new() } else { format!("page {number}") },
        site: format!("{}.example", number % 5),
        date: "2016-11-02".into(),
        title: format!("Story {story}"),
        credits: vec![Credit { name: format!("Wire {story}"), words: format!("By Wire {story}") }],
        url: u64::from(number % 3) * 77,
        identity: mix(u64::from(number)),
        keys: [anchors, vec![mix(story)], (0..8).map(|band| mix(story << 8 | band)).collect()],
        lines: vec![
            line(1, Mark::from_byte(1).unwrap(), 0),
            line(number, Mark::default(), 3),
            line(number + 9000, evidence, 0),
            line(7, Mark::default(), 5),
            line(number + 9001, evidence, 0),
        ],
        body,
        fate: Disposition::of_number(number % 3),
    }
}

fn add(folder: &Path, held: usize, pages: &[Entry]) -> IndexWriter {
    let mut writer = IndexWriter::open(folder, 5).unwrap().with_held(held);
    for page in pages {
        assert_eq!(writer.add(page.clone()).unwrap(), Added::New);
    }
    writer.commit().unwrap();
    writer
}

fn bytes(pages: &[Entry]) -> Vec<u8> {
    write::write(pages, Vec::new()).unwrap()
}

fn found(index: &Index, page: &Entry) -> Vec<(u32, u32)> {
    let copies = Finder::new(index).find(page).unwrap();
    copies.iter().map(|copy| (copy.page, copy.verdict.shared)).collect()
}

#[test]
fn what_was_added_is_read() {
    let folder = TempDir::new().unwrap();
    let pages: Vec<Entry> = (0..300).map(|n| page(n, u64::from(n) % 40, 0, 200)).collect();
    drop(add(folder.path(), 50_000, &pages));
    let index = Index::open(folder.path()).unwrap();
    index.check().unwrap();
    assert_eq!(index.pages(), 300);
    let mut body = Body::new();
    for (number, page) in (0..).zip(&pages) {
        assert_eq!(index.page_of(page).unwrap(), Some(number));
        assert_eq!(index.site(number).unwrap(), page.site);
        let about = index.about(number).unwrap();
        assert_eq!(
            (&about.id, &about.date, &about.title, &about.credits),
            (&page.id, &page.date, &page.title, &page.credits)
        );
        assert_eq!(about.lines, page.lines);
        index.body(number, &mut body).unwrap();
        assert_eq!(body.parts().0, page.body.parts().0);
        assert_eq!(body.hash(), page.body.hash());
        let row = index.row(number).unwrap();
        assert_eq!((row.url, row.worth), (page.url, page.body.worth));
        assert_eq!(row.fate, page.fate);
    }
    assert_eq!(index.page_of(&page(300, 1, 0, 20)).unwrap(), None);
    assert!(index.about(300).is_err());
    let mut with = PagesWith::default();
    for source in Source::ALL {
        index.pages_with(source, pages[3].keys[source as usize][0], &mut with).unwrap();
        let expected: Vec<u32> = (0..300).filter(|n| n % 40 == 3).collect();
        assert_eq!(with.iter().collect::<Vec<_>>(), expected);
        assert_eq!(with.len(), expected.len());
        for before in 0..310 {
            let theirs = expected.iter().filter(|&&page| page < before);
            assert_eq!(with.before(before), (theirs.clone().count(), theirs.max().copied()));
        }
    }
}

/// 64 bits of a hash can be made equal; that must not make a page known which is not there.
#[test]
fn pages_whose_hashes_collide_are_two_pages() {
    let folder = TempDir::new().unwrap();
    let first = page(1, 1, 0, 60);
    let other_id = Entry { id: "another".into(), ..first.clone() };
    let mut other_text = first.clone();
    other_text.lines[2].family += 1;
    let pages = [first.clone(), other_id, other_text];
    let mut writer = add(folder.path(), usize::MAX, &pages);
    for (number, page) in (0..).zip(&pages) {
        assert_eq!(writer.index().page_of(page).unwrap(), Some(number));
        assert_eq!(writer.add(page.clone()).unwrap(), Added::Known);
    }
    let mut other_labels = first;
    other_labels.lines[2].mark = Mark::from_byte(1).unwrap();
    other_labels.body = Body::new();
    assert_eq!(writer.add(other_labels).unwrap(), Added::Known, "a bank that knows more");
}

#[test]
fn there_are_never_many_segments() {
    let folder = TempDir::new().unwrap();
    let mut writer = IndexWriter::open(folder.path(), 5).unwrap();
    let mut most = 0;
    for number in 0..200 {
        writer.add(page(number, u64::from(number), 0, 40)).unwrap();
        writer.commit().unwrap();
        most = most.max(writer.index().segments().count());
    }
    assert!((2..=5).contains(&most), "{most}");
    let there = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(there, writer.index().segments().count() + 2, "list, lock and segments");
}

#[test]
fn a_page_that_is_there_is_not_added_again() {
    let folder = TempDir::new().unwrap();
    let mut writer = add(folder.path(), usize::MAX, &[page(1, 1, 0, 90)]);
    assert_eq!(writer.add(page(1, 1, 0, 90)).unwrap(), Added::Known);
    assert_eq!(writer.add(page(2, 1, 0, 90)).unwrap(), Added::New);
    assert_eq!(writer.add(page(2, 1, 0, 90)).unwrap(), Added::Known);
    writer.commit().unwrap();
    assert_eq!(writer.index().pages(), 2);
}

#[test]
fn copies_are_found_with_their_proof() {
    let folder = TempDir::new().unwrap();
    let known = [page(1, 1, 0, 400), page(2, 2, 0, 400), page(3, 1, 300, 400)];
    let writer = add(folder.path(), 1, &known);
    let new = page(6, 1, 0, 190);
    let copies = Finder::new(writer.index()).find(&new).unwrap();
    assert_eq!(copies.iter().map(|copy| copy.page).collect::<Vec<_>>(), [0]);
    let copy = &copies[0];
    assert_eq!(copy.verdict.relation.word(), "cut");
    assert_eq!(copy.verdict.shared, 190);
    assert_eq!((copy.passages.len(), copy.passages[0].0.here), (1, (2, 4)));
    assert_eq!(copy.passages[0].0.lead, (2, 2));
    // Of the two lines that prove nothing the known page has the one of five words.
    assert_eq!((copy.beside.all.words(), copy.beside.there.words()), (8, 5));
    assert_eq!((copy.held().part, copy.held().of), (390, 396));

    // The same words have the same hash, whichever of the two pages is the new one.
    let other = TempDir::new().unwrap();
    let turned = add(other.path(), 1, &[new]);
    let back = Finder::new(turned.index()).find(&known[0]).unwrap();
    assert_eq!(back[0].passages[0].1, copy.passages[0].1);
    assert_eq!(found(turned.index(), &page(9, 5, 0, 100)), []);
}

#[test]
fn a_page_that_is_there_copies_only_those_before_it() {
    let folder = TempDir::new().unwrap();
    let pages: Vec<Entry> = (0..4).map(|n| page(n, 1, 0, 100)).collect();
    let writer = add(folder.path(), usize::MAX, &pages);
    let numbers = |n: usize| -> Vec<u32> {
        found(writer.index(), &pages[n]).iter().map(|copy| copy.0).collect()
    };
    assert_eq!([numbers(0), numbers(1), numbers(3)], [vec![], vec![0], vec![0, 1, 2]]);
}

/// A story on very many pages costs a new copy four alignments, and some copy of it is found.
#[test]
fn a_story_on_many_pages_is_compared_with_few() {
    let folder = TempDir::new().unwrap();
    let pages: Vec<Entry> = (0..500).map(|n| page(n, 1, 0, 100)).collect();
    let writer = add(folder.path(), usize::MAX, &pages);
    let copies = found(writer.index(), &page(1000, 1, 0, 100));
    assert!((3..=4).contains(&copies.len()), "{copies:?}");
    assert!(copies.iter().any(|copy| copy.0 == 499), "the last one is not among them");
}

/// Of very many that were dropped and one that was kept that one is met, wherever it stands among them.
#[test]
fn a_page_that_was_kept_is_met_among_many_that_were_dropped() {
    for kept in [0, 77, 499] {
        let folder = TempDir::new().unwrap();
        let fate = |n| if n == kept { Disposition::Kept } else { Disposition::Dropped };
        let of = |n| Entry { fate: fate(n), ..page(n, 1, 0, 100) };
        let writer = add(folder.path(), usize::MAX, &(0..500).map(of).collect::<Vec<_>>());
        let mut finder = Finder::new(writer.index());
        let copies = finder.find(&page(1000, 1, 0, 100)).unwrap();
        let met: Vec<u32> = copies
            .iter()
            .filter(|copy| copy.fate == Disposition::Kept)
            .map(|copy| copy.page)
            .collect();
        assert_eq!(met, [kept]);
        assert!(copies.len() <= 5);
        assert_eq!(finder.fate(&of(kept)).unwrap(), Disposition::Kept);
        assert_eq!(finder.fate(&page(1000, 1, 0, 100)).unwrap(), Disposition::Unsaid);
    }
}

/// What is remembered of a key on very many pages is what they say.
#[test]
fn a_finder_says_the_same_again() {
    let folder = TempDir::new().unwrap();
    let pages: Vec<Entry> = (0..1100).map(|n| page(n, 1, 0, 40)).collect();
    let writer = add(folder.path(), usize::MAX, &pages);
    let mut finder = Finder::new(writer.index());
    let new = [page(2000, 1, 0, 40), page(2001, 1, 0, 40), page(2000, 1, 0, 40)];
    for page in [&new[0], &new[1], &pages[2], &pages[700], &new[2]] {
        let copies = finder.find(page).unwrap();
        let copies: Vec<_> = copies.iter().map(|copy| (copy.page, copy.verdict.shared)).collect();
        assert_eq!(copies, found(writer.index(), page), "{}", page.id);
    }
    assert!(!found(writer.index(), &new[0]).is_empty());
}

#[test]
fn one_writes_and_many_read() {
    let folder = TempDir::new().unwrap();
    let mut writer = add(folder.path(), usize::MAX, &[page(1, 1, 0, 100)]);
    let reader = Index::open(folder.path()).unwrap();
    let refused = IndexWriter::open(folder.path(), 5).unwrap_err().to_string();
    assert!(refused.contains("another run is at work here"), "{refused}");
    for number in 2..30 {
        writer.add(page(number, 1, 0, 100)).unwrap();
        writer.commit().unwrap();
        assert!(Index::open(folder.path()).unwrap().pages() >= number - 1);
    }
    // What it opened is gone from the folder and still answers.
    assert_eq!(reader.pages(), 1);
    assert_eq!(found(&reader, &page(99, 1, 0, 100)), [(0, 100)]);
    drop(writer);
    let other = IndexWriter::open(folder.path(), 6).unwrap_err().to_string();
    assert!(other.contains("cut in another way"), "{other}");
}

/// A list that is read just before its segments are united and removed is no error.
#[test]
fn readers_open_while_segments_go() {
    let folder = TempDir::new().unwrap();
    let mut writer = add(folder.path(), usize::MAX, &[page(0, 1, 0, 40)]);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let read = || {
            let mut pages = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let now = Index::open(folder.path()).unwrap().pages();
                assert!(now >= pages, "{now} after {pages}");
                pages = now;
            }
        };
        let readers = [scope.spawn(read), scope.spawn(read)];
        for number in 1..400 {
            if readers.iter().any(std::thread::ScopedJoinHandle::is_finished) {
                break;
            }
            writer.add(page(number, 1, 0, 40)).unwrap();
            writer.commit().unwrap();
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

/// All that can be asked of a segment.
fn ask(bytes: Vec<u8>) -> crate::Result<Vec<String>> {
    let segment = Segment::new(Table::of_bytes("s", bytes, KIND)?)?;
    let mut said = Vec::new();
    let mut body = Body::new();
    for page in 0..segment.pages() {
        let row = segment.row(page)?;
        segment.body(&row, &mut body)?;
        said.push(format!("{:?} {:?} {:?}", segment.about(&row)?, segment.site(&row)?, body));
    }
    let mut pages = Vec::new();
    for source in Source::ALL {
        let records = segment.pages_with(source, mix(1))?;
        pages.extend((0..records.len()).filter_map(|at| records.page(at)));
        let mut walk = segment.walk(source as usize);
        while let Some(record) = walk.peek()? {
            said.push(format!("{record:?}"));
            walk.take();
        }
    }
    let records = segment.pages_of(mix(1))?;
    pages.extend((0..records.len()).filter_map(|at| records.page(at)));
    said.push(format!("{pages:?}"));
    Ok(said)
}

#[test]
fn a_flipped_byte_or_a_cut_is_an_error_and_never_another_answer() {
    let whole = bytes(&[page(1, 1, 0, 60), page(2, 1, 0, 40), page(3, 2, 0, 50)]);
    ask(whole.clone()).unwrap();
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (at % 8);
        assert!(ask(flipped).is_err(), "byte {at}");
        assert!(ask(whole[..at].to_vec()).is_err(), "{at} bytes");
    }
}

/// Damage that a checksum does not see, for whoever made it made the checksum as well.
#[test]
fn what_makes_no_sense_is_an_error_and_no_panic() {
    let pages = [page(1, 1, 0, 60), page(2, 1, 0, 40)];
    let whole = bytes(&pages);
    let table = Table::of_bytes("s", whole, KIND).unwrap();
    let (head, data) = (table.head().to_vec(), table.get(0, table.data_len()).unwrap().to_vec());
    let remade = |data: &[u8], head: &[u8]| {
        let mut writer = crate::store::TableWriter::new(Vec::new(), KIND).unwrap();
        writer.write(&data[16..]).unwrap();
        ask(writer.finish(head).unwrap())
    };
    remade(&data, &head).unwrap();
    for at in 0..head.len() {
        for bit in [0, 3, 7] {
            let mut flipped = head.clone();
            flipped[at] ^= 1 << bit;
            let _ = remade(&data, &flipped);
        }
    }
    for at in 16..data.len() {
        let mut flipped = data.clone();
        flipped[at] ^= 1 << (at % 8);
        let _ = remade(&flipped, &head);
    }
}

/// Numbers that ask for room or for pages that are not there are refused before either is.
#[test]
fn numbers_beyond_the_file_are_refused() {
    let pages: Vec<Entry> = (0..3).map(|n| page(n, 1, 0, 60)).collect();
    let table = Table::of_bytes("s", bytes(&pages), KIND).unwrap();
    let (head, data) = (table.head().to_vec(), table.get(0, table.data_len()).unwrap().to_vec());
    let opened = |data: &[u8], head: &[u8]| {
        let mut writer = crate::store::TableWriter::new(Vec::new(), KIND).unwrap();
        writer.write(&data[16..]).unwrap();
        Segment::new(Table::of_bytes("s", writer.finish(head).unwrap(), KIND)?)
    };
    let number = |at: usize| u64::from_le_bytes(head[8 * at..8 * at + 8].try_into().unwrap());
    // Pages, words, sites, and of each source the records and the bits of the directory.
    for at in [0, 2, 5, 9, 11, 13, 15, 17, 19, 21, 23] {
        for much in [30_u64, 1 << 31, 1 << 60, u64::MAX] {
            let mut head = head.clone();
            let value = if at >= 11 && at % 4 == 3 {
                much.min(40)
            } else {
                number(at).saturating_add(much.saturating_mul(4096))
            };
            head[8 * at..8 * at + 8].copy_from_slice(&value.to_le_bytes());
            assert!(opened(&data, &head).is_err(), "number {at}: {value}");
        }
    }
    // A page that the segment has not got.
    let mut elsewhere = data.clone();
    elsewhere[usize::try_from(number(8)).unwrap() + 8] = 200;
    assert!(opened(&elsewhere, &head).unwrap().walk(0).peek().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn parts_united_are_the_whole(
        stories in vec((0..6_u64, 0..100_u64, 20..120_u64), 1..40),
        cuts in vec(0..40_usize, 0..5),
        held in prop_oneof![Just(1_usize), Just(20_000), Just(usize::MAX)],
    ) {
        let pages: Vec<Entry> = (0..).zip(&stories).map(|(n, &(story, from, words))| page(n, story, from, from + words)).collect();
        let folder = TempDir::new().unwrap();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(pages.len())).collect();
        cuts.extend([0, pages.len()]);
        cuts.sort_unstable();
        for part in cuts.windows(2) {
            drop(add(folder.path(), held, &pages[part[0]..part[1]]));
        }
        let before = Index::open(folder.path()).unwrap();
        let new = page(1000, 1, 0, 150);
        let found_before = found(&before, &new);
        let mut writer = IndexWriter::open(folder.path(), 5).unwrap();
        writer.compact().unwrap();
        prop_assert_eq!(writer.index().segments().count(), 1);
        prop_assert_eq!(found(writer.index(), &new), found_before);
        let path = folder.path().join(format!("{:010}-{:010}.segment", 0, pages.len()));
        prop_assert!(std::fs::read(path).unwrap() == bytes(&pages), "other bytes");
    }
}
