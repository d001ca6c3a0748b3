//! Builds the folding table of `text::fold`: for every character its class and its folded form.
//!
//! Folding is NFKC, then case folding, then what readers of a script take for equal, until nothing changes. Case
//! folding is lower(upper(c)), which
//! is what full case folding gives for every script that has cases (ß → SS → ss). The table is made
//! from the toolchain's Unicode tables, whose version is part of the recipe id.
//!
//! Taken for equal are forms that keyboards and styles differ in, not spellings: the alefs of Arabic, its yehs, kafs and
//! heh with two dots, as search engines fold them; the accents of Greek, which capitals do without. Vowel points of Arabic
//! and Hebrew and the tatweel are not there at all.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

use unicode_normalization::{
    IsNormalized, UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
    is_nfc_quick,
};

// These numbers are read by `src/text/fold.rs`.
const SEPARATOR: u32 = 0;
const LETTER: u32 = 1;
const DIGIT: u32 = 2;
const SINGLE: u32 = 3;
const MARK: u32 = 4;
const IGNORED: u32 = 5;
const QUOTE: u32 = 6;
const EXPANDS: u32 = 7;
const CLASS_SHIFT: u32 = 24;
const COMPOSES: u32 = 1 << 28;
const REORDERS: u32 = 1 << 29;

// And these of `PACKED` too: what a kernel is told of a character, above three folded bytes.
const WORD: u32 = 1 << 24;
const SECOND: u32 = 1 << 25;
const THIRD: u32 = 1 << 26;
const IS_DIGIT: u32 = 1 << 27;
const IS_SINGLE: u32 = 1 << 28;
const IS_QUOTE: u32 = 1 << 29;
const RARE: u32 = 1 << 30;

fn fold(c: char) -> String {
    let mut now: String = c.to_string();
    loop {
        let folded = now.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc();
        let next: String = folded.flat_map(equal).nfkc().collect();
        if next == now {
            return now;
        }
        now = next;
    }
}

/// What readers take a character for.
fn equal(c: char) -> Vec<char> {
    let one = match u32::from(c) {
        // Alef with madda, hamza above, hamza below, wasla.
        0x0622 | 0x0623 | 0x0625 | 0x0671 => '\u{627}',
        // Alef maksura and the Persian yeh.
        0x0649 | 0x06CC => '\u{64A}',
        // The Persian kaf.
        0x06A9 => '\u{643}',
        // Teh marbuta, the Urdu heh, ae.
        0x0629 | 0x06C1 | 0x06D5 => '\u{647}',
        // Greek letters without tonos, varia, perispomeni and breathings.
        0x0370..=0x03FF | 0x1F00..=0x1FFF => {
            let plain = std::iter::once(c)
                .nfd()
                .filter(|mark| !matches!(u32::from(*mark), 0x300 | 0x301 | 0x313 | 0x314 | 0x342));
            return plain.nfc().collect();
        }
        _ => c,
    };
    vec![one]
}

/// Scripts that put no space between words: one token per character.
fn is_unspaced(c: u32) -> bool {
    matches!(c,
        0x0E01..=0x0EFF            // Thai, Lao
        | 0x1000..=0x109F          // Myanmar
        | 0x1780..=0x17FF          // Khmer
        | 0x1950..=0x19DF          // Tai Le, New Tai Lue
        | 0x1A20..=0x1AAF          // Tai Tham
        | 0x3005..=0x3007          // iteration mark, closing mark, ideographic zero
        | 0x3021..=0x3029          // Hangzhou numerals
        | 0x3031..=0x3035
        | 0x3038..=0x303C
        | 0x3041..=0x30FF          // Hiragana, Katakana
        | 0x3105..=0x312F          // Bopomofo
        | 0x31A0..=0x31BF
        | 0x31F0..=0x31FF
        | 0x3400..=0x4DBF          // Han
        | 0x4E00..=0x9FFF
        | 0xA000..=0xA4CF          // Yi
        | 0xA9E0..=0xA9FF          // Myanmar extended
        | 0xAA60..=0xAA7F
        | 0xF900..=0xFAFF
        | 0x1AFF0..=0x1B16F        // kana extended
        | 0x20000..=0x3FFFF)
}

fn is_ignored(c: u32) -> bool {
    matches!(c,
        0x0591..=0x05BD | 0x05BF | 0x05C1 | 0x05C2 | 0x05C4 | 0x05C5 | 0x05C7   // points of Hebrew
        | 0x0610..=0x061A | 0x0640 | 0x064B..=0x0652 | 0x0656..=0x065F | 0x0670 // and Arabic, tatweel
        | 0x06D6..=0x06DC | 0x06DF..=0x06E4 | 0x06E7 | 0x06E8 | 0x06EA..=0x06ED
        | 0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F
        | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFF8 | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
        | 0xE0000..=0xE0FFF)
}

fn is_quote(c: u32) -> bool {
    matches!(c,
        0x22 | 0xAB | 0xBB | 0x201C..=0x201F | 0x2039 | 0x203A | 0x300C..=0x300F | 0x301D..=0x301F)
}

fn class(c: char) -> u32 {
    let code = u32::from(c);
    if is_ignored(code) {
        IGNORED
    } else if is_quote(code) {
        QUOTE
    } else if is_combining_mark(c) {
        MARK
    } else if is_unspaced(code) && (c.is_alphanumeric() || c == '\u{30FC}') && !c.is_ascii() {
        // Thai, Lao, Khmer and Myanmar digits are digits like any other.
        if c.is_numeric() && !matches!(code, 0x3005..=0x303C) { DIGIT } else { SINGLE }
    } else if c.is_numeric() {
        DIGIT
    } else if c.is_alphabetic() || c == '_' {
        LETTER
    } else {
        SEPARATOR
    }
}

/// The entry of `c` for kernels: its folded UTF-8 and what it does, or `RARE` if that takes more than
/// a look at `c` alone or gives more bytes than it had.
fn packed(c: char, flags: u32) -> u32 {
    let folded = fold(c);
    let all = |wanted: u32| folded.chars().all(|one| class(one) == wanted);
    if flags & (COMPOSES | REORDERS) != 0 || class(c) == IGNORED || folded.is_empty() {
        return RARE;
    }
    if all(SEPARATOR) {
        return 0;
    }
    if folded.len() > c.len_utf8() {
        return RARE;
    }
    let kind = if all(LETTER) {
        WORD
    } else if all(DIGIT) {
        WORD | IS_DIGIT
    } else if folded.chars().count() == 1 && all(SINGLE) && c.len_utf8() == 3 {
        WORD | IS_SINGLE
    } else if folded.chars().count() == 1 && all(QUOTE) {
        return IS_QUOTE;
    } else {
        return RARE;
    };
    let more = [0, SECOND, SECOND | THIRD][folded.len() - 1];
    let bytes = folded.bytes().rev().fold(0, |bytes, byte| bytes << 8 | u32::from(byte));
    kind | more | bytes
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");

    let mut expansions: Vec<u32> = Vec::new();
    let mut known: BTreeMap<String, u32> = BTreeMap::new();
    let mut entry = |c: char| -> u32 {
        // The half-width voiced mark ﾞ composes only once it is folded, and a folded form may end in
        // a mark that the next one passes, so the edges of every form are asked.
        let folded = fold(c);
        let mut flags = 0;
        let normal: String = std::iter::once(c).nfkc().collect();
        let edges = |form: &str| form.chars().next().into_iter().chain(form.chars().last());
        for edge in edges(&folded).chain(edges(&normal)).chain([c]).collect::<Vec<_>>() {
            if is_nfc_quick(std::iter::once(edge)) == IsNormalized::Maybe {
                flags |= COMPOSES;
            }
            if canonical_combining_class(edge) != 0 {
                flags |= REORDERS;
            }
        }
        if class(c) == IGNORED {
            return flags | IGNORED << CLASS_SHIFT;
        }
        let mut chars = folded.chars();
        let packed = match (chars.next(), chars.next()) {
            // What ends a token needs no form; the rest is kept as a distance, so that blocks of
            // characters that fold to themselves are one block.
            (Some(one), None) if class(one) == SEPARATOR => 0,
            (Some(one), None) => {
                class(one) << CLASS_SHIFT | u32::from(one).wrapping_sub(u32::from(c)) & 0x1F_FFFF
            }
            _ => {
                let start = *known.entry(folded.clone()).or_insert_with(|| {
                    let start = u32::try_from(expansions.len()).expect("a short table");
                    expansions.push(u32::try_from(folded.chars().count()).expect("short"));
                    expansions
                        .extend(folded.chars().map(|c| class(c) << CLASS_SHIFT | u32::from(c)));
                    start
                });
                EXPANDS << CLASS_SHIFT | start
            }
        };
        flags | packed
    };

    let mut blocks: Vec<Vec<u32>> = Vec::new();
    let mut index: Vec<usize> = Vec::new();
    for high in 0..0x1100_u32 {
        let block: Vec<u32> =
            (0..256).map(|low| char::from_u32(high << 8 | low).map_or(0, &mut entry)).collect();
        let at = blocks.iter().position(|b| *b == block).unwrap_or_else(|| {
            blocks.push(block);
            blocks.len() - 1
        });
        index.push(at);
    }

    let bmp: Vec<u32> = (0..0x1_0000_u32)
        .map(|code| {
            let flags = blocks[index[code as usize >> 8]][code as usize & 0xFF];
            char::from_u32(code).map_or(0, |c| packed(c, flags))
        })
        .collect();

    let mut out = String::new();
    let _ = writeln!(out, "pub(in crate::text) static PACKED: [u32; 65536] = {bmp:?};");
    let _ = writeln!(out, "pub(super) static INDEX: [u8; {}] = {index:?};", index.len());
    let _ =
        writeln!(out, "pub(super) static ENTRIES: [[u32; 256]; {}] = {blocks:?};", blocks.len());
    let _ = writeln!(
        out,
        "pub(super) static EXPANSIONS: [u32; {}] = {expansions:?};",
        expansions.len()
    );
    let path = Path::new(&env::var_os("OUT_DIR").expect("set by cargo")).join("fold_table.rs");
    fs::write(path, out).expect("OUT_DIR can be written");
}
