//! One character at a time: what a block can't say by masks.

use super::{Folded, NUMBER, Order, SINGLE, opens};
use crate::text::{
    fold::{Class, Entry, PACKED, packed},
    scan::{Digits, Mark},
};

/// Appends the characters of the paragraph `text` that start in the bytes `from..to`, and gives the byte after
/// them; nothing if the paragraph has to be normalised first.
#[inline(always)]
pub(super) fn step(
    folded: &mut Folded,
    text: &str,
    from: usize,
    to: usize,
    digits: Digits,
    order: Order,
) -> Option<usize> {
    let bytes = text.as_bytes();
    let to = to.min(bytes.len());
    let mut carry = folded.carry;
    let mut kind = folded.kinds[carry.tokens];
    let mut i = from;
    while i < to {
        let tail = |n: usize| u32::from(bytes.get(i + n).copied().unwrap_or(0) & 0x3F);
        let byte = u32::from(bytes[i]);
        let (entry, length) = if byte < 0x80 {
            (PACKED[byte as usize], 1)
        } else if byte < 0xE0 {
            (PACKED[((byte & 0x1F) << 6 | tail(1)) as usize], 2)
        } else if byte < 0xF0 {
            (PACKED[((byte & 0xF) << 12 | tail(1) << 6 | tail(2)) as usize], 3)
        } else {
            (packed::RARE, 4)
        };
        if entry & (packed::RARE | packed::QUOTE) != 0 {
            folded.carry = carry;
            folded.kinds[carry.tokens] = kind;
            rare(folded, text, i, digits, order)?;
            carry = folded.carry;
            kind = folded.kinds[carry.tokens];
            i += length;
            continue;
        }
        let flag = |flag: u32| u64::from(entry & flag != 0);
        let (word, digit, single) = (flag(packed::WORD), flag(packed::DIGIT), flag(packed::SINGLE));
        let start = word & (carry.open ^ 1 | carry.single | single);
        let (bytes, count) = if digits == Digits::Fold && digit == 1 {
            (u32::from(b'0'), carry.digits ^ 1)
        } else {
            (entry, word + flag(packed::SECOND) + flag(packed::THIRD))
        };
        if let Some(place) = folded.bytes.get_mut(carry.used..carry.used + 4) {
            place.copy_from_slice(&bytes.to_le_bytes());
        }
        #[expect(clippy::cast_possible_truncation, reason = "LONGEST bounds it")]
        {
            folded.starts[carry.tokens] = carry.used as u32;
            kind = if start == 1 { 0 } else { kind } | digit as u8 | (single as u8) << 1;
            carry.tokens += start as usize;
            carry.used += count as usize;
        }
        folded.kinds[carry.tokens] = kind;
        (carry.open, carry.digits, carry.single) = (word, digit, single);
        i += length;
    }
    folded.carry = carry;
    Some(i)
}

/// Appends one character by the whole table.
#[inline(never)]
fn rare(folded: &mut Folded, text: &str, at: usize, digits: Digits, order: Order) -> Option<()> {
    let c = text[at..].chars().next()?;
    let entry = Entry::of(c);
    if order == Order::Check {
        if entry.composes() || (entry.reorders() && folded.after_mark == at) {
            return None;
        }
        if entry.reorders() {
            folded.after_mark = at + c.len_utf8();
        }
    }
    folded.reserve();
    entry.each(|class, c| match class {
        Class::Separator => folded.carry.end(),
        Class::Quote => {
            folded.carry.end();
            let token = u32::try_from(folded.carry.tokens - folded.notes.first).unwrap_or(u32::MAX);
            folded.notes.marks.push(Mark { token, sign: c, opens: opens(text, at) });
        }
        Class::Single => {
            folded.start(SINGLE);
            folded.carry.single = 1;
            folded.character(c);
        }
        Class::Letter => {
            folded.go_on(0);
            folded.carry.digits = 0;
            folded.character(c);
        }
        Class::Digit => {
            folded.go_on(NUMBER);
            if digits == Digits::Keep {
                folded.character(c);
            } else if folded.carry.digits == 0 {
                folded.character('0');
            }
            folded.carry.digits = 1;
        }
        Class::Mark if folded.carry.open == 1 => {
            folded.carry.digits = 0;
            folded.character(c);
        }
        Class::Mark | Class::Ignored => {}
    });
    // An expansion is at most this long; the characters after it need the room that was there.
    folded.reserve();
    Some(())
}

impl Folded {
    /// A token starts.
    fn start(&mut self, kind: u8) {
        #[expect(clippy::cast_possible_truncation, reason = "LONGEST bounds it")]
        let start = self.carry.used as u32;
        self.starts[self.carry.tokens] = start;
        self.carry.end();
        self.carry.tokens += 1;
        self.carry.open = 1;
        self.kinds[self.carry.tokens] = kind;
    }

    /// A letter or digit goes on a token, or starts one.
    fn go_on(&mut self, kind: u8) {
        if self.carry.open == 0 || self.carry.single == 1 {
            self.start(kind);
        } else {
            self.kinds[self.carry.tokens] |= kind;
        }
    }

    fn character(&mut self, c: char) {
        let length = c.len_utf8();
        c.encode_utf8(&mut self.bytes[self.carry.used..]);
        self.carry.used += length;
    }
}
