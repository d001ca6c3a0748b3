//! A JSON line → the places and values of the wanted fields, without a tree and without a copy.
//!
//! One walk over the bytes finds the fields of the outer object, unescapes the strings that are
//! wanted, and skips the rest. It says nothing about what is wrong: a line that it does not
//! understand at once (broken, without a text, a wanted field twice, a name with an escape in it,
//! nested deeper than [`DEEPEST`]) is left to [`super::record`], which asks serde for the verdict
//! and the words. So this walk may give up wherever it is simpler to, but never accept what serde
//! would refuse, nor read it otherwise.
//!
//! UTF-8 is not looked at here: [`Found`] is to be believed only of a line that is.

pub(super) mod escape;
pub(super) mod mend;
pub(super) mod object;
pub(super) mod write;

use std::ops::Range;

use super::{
    Fields,
    kernel::{BLOCK, Job, Kernel},
    record::MARK_PREFIX,
};
use crate::records::json::escape::{SIMPLE, hex, unescape};

/// What may stand before a record (RFC 7464).
pub(in crate::records) const RECORD_SEPARATOR: u8 = 0x1e;

/// Levels of arrays and objects below the outer object; one bit each.
const DEEPEST: u32 = 64;

/// Where the wanted fields of a line are.
#[derive(Debug, Default)]
pub(in crate::records) struct Found {
    pub(in crate::records) text: Option<Value>,
    pub(in crate::records) id: Option<Value>,
    pub(in crate::records) site: Option<Value>,
    pub(in crate::records) url: Option<Value>,
    pub(in crate::records) date: Option<Value>,
    /// Names, without quotes, and values of the program's own fields.
    pub(in crate::records) marks: Vec<(Range<usize>, Range<usize>)>,
    /// Offset of the object's `}`.
    pub(in crate::records) close: usize,
    pub(in crate::records) has_fields: bool,
}

/// A value of a wanted field.
#[derive(Clone, Debug)]
pub(in crate::records) struct Value {
    /// All of it in the line, with its quotes.
    pub(in crate::records) span: Range<usize>,
    pub(in crate::records) kind: Kind,
}

/// What a value is, and where its characters are.
#[derive(Clone, Debug)]
pub(in crate::records) enum Kind {
    /// A string without escapes: in the line.
    Plain(Range<usize>),
    /// A string with escapes: unescaped, in the walk's `out`.
    Unescaped(Range<usize>),
    /// No string.
    Other,
}

/// What is left of the path `wanted` below a field of that name.
#[inline]
pub(in crate::records) fn below<'w>(wanted: &'w [u8], name: &[u8]) -> Option<&'w [u8]> {
    wanted.strip_prefix(name)?.strip_prefix(b".")
}

/// Objects that a path leads through at most; deeper ones are left to serde.
const DEEPEST_PATH: u32 = 16;

/// The walk over one line.
pub(in crate::records) struct Walk<'a> {
    pub(in crate::records) line: &'a [u8],
    pub(in crate::records) wanted: &'a Fields,
    /// Unescaped strings go here, from the start; it grows to hold the longest line.
    pub(in crate::records) out: &'a mut Vec<u8>,
}

impl Job for Walk<'_> {
    type Output = Option<Found>;

    /// The fields of the line; nothing if it has to be looked at more closely.
    #[inline(always)]
    fn run(self, kernel: impl Kernel) -> Option<Found> {
        // Strings stand for no more bytes than they have, and a kernel writes whole blocks.
        let room = self.line.len() + BLOCK;
        if self.out.len() < room {
            self.out.resize(room, 0);
        }
        Walker { kernel, line: self.line, at: 0, out: self.out, made: 0 }.object(self.wanted)
    }
}

struct Walker<'a, K> {
    kernel: K,
    line: &'a [u8],
    /// What comes before it has been read.
    at: usize,
    out: &'a mut [u8],
    /// Bytes of `out` that are in use.
    made: usize,
}

impl<K: Kernel> Walker<'_, K> {
    #[inline(always)]
    fn object(mut self, wanted: &Fields) -> Option<Found> {
        let names = [&wanted.text, &wanted.id, &wanted.site, &wanted.url, &wanted.date]
            .map(String::as_bytes);
        let has_paths = names.iter().any(|name| name.contains(&b'.'));
        let mut values: [Option<Value>; 5] = Default::default();
        let mut found = Found::default();
        // What RFC 7464 puts before a record.
        if self.peek() == Some(RECORD_SEPARATOR) {
            self.at += 1;
        }
        self.spaces();
        self.expect(b'{')?;
        self.spaces();
        if self.peek() == Some(b'}') {
            // Without a text.
            return None;
        }
        loop {
            let name = self.name()?;
            let name_bytes = &self.line[name.clone()];
            let is_wanted = names.map(|wanted| is_same(wanted, name_bytes));
            let start = self.at;
            if has_paths
                && self.peek() == Some(b'{')
                && names.iter().any(|wanted| below(wanted, name_bytes).is_some())
            {
                if is_wanted.contains(&true) {
                    return None;
                }
                let rest = names.map(|wanted| below(wanted, name_bytes));
                self.inside(rest, &mut values, DEEPEST_PATH)?;
            } else {
                self.keep_or_skip(is_wanted, &mut values)?;
            }
            if name_bytes.starts_with(MARK_PREFIX.as_bytes()) {
                found.marks.push((name, start..self.at));
            }
            self.spaces();
            match self.next()? {
                b',' => self.spaces(),
                b'}' => break,
                _ => return None,
            }
        }
        found.close = self.at - 1;
        found.has_fields = true;
        self.spaces();
        if self.at < self.line.len() {
            return None;
        }
        [found.text, found.id, found.site, found.url, found.date] = values;
        Some(found)
    }

    /// An object that paths lead into, of which `wanted` is left.
    fn inside(
        &mut self,
        wanted: [Option<&[u8]>; 5],
        values: &mut [Option<Value>; 5],
        depth: u32,
    ) -> Option<()> {
        self.expect(b'{')?;
        self.spaces();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Some(());
        }
        loop {
            let name = self.name()?;
            let name = self.line.get(name)?;
            let is_wanted = wanted.map(|wanted| wanted == Some(name));
            let deeper = wanted.map(|wanted| wanted.and_then(|wanted| below(wanted, name)));
            if self.peek() == Some(b'{') && deeper.iter().any(Option::is_some) {
                if is_wanted.contains(&true) || depth == 0 {
                    return None;
                }
                self.inside(deeper, values, depth - 1)?;
            } else {
                self.keep_or_skip(is_wanted, values)?;
            }
            self.spaces();
            match self.next()? {
                b',' => self.spaces(),
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    /// A value: kept in every place that its name is wanted for, or passed over. A place that is taken already needs a
    /// closer look.
    #[inline(always)]
    fn keep_or_skip(
        &mut self,
        is_wanted: [bool; 5],
        values: &mut [Option<Value>; 5],
    ) -> Option<()> {
        if !is_wanted.contains(&true) {
            return self.skip();
        }
        let value = self.value()?;
        for (slot, _) in values.iter_mut().zip(is_wanted).filter(|(_, is)| *is) {
            if slot.replace(value.clone()).is_some() {
                return None;
            }
        }
        Some(())
    }

    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.line.get(self.at).copied()
    }

    #[inline(always)]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline(always)]
    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    #[inline(always)]
    fn spaces(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    /// A name without escapes, the colon after it, and the spaces around that.
    #[inline(always)]
    fn name(&mut self) -> Option<Range<usize>> {
        self.expect(b'"')?;
        let start = self.at;
        self.plain();
        let end = self.at;
        self.expect(b'"')?;
        self.spaces();
        self.expect(b':')?;
        self.spaces();
        Some(start..end)
    }

    /// A block of the line from here, ended by zeros if the line is shorter.
    #[inline(always)]
    fn with_block<T>(&self, look: impl FnOnce(&[u8; BLOCK]) -> T) -> T {
        let rest = self.line.get(self.at..).unwrap_or_default();
        if let Some(block) = rest.first_chunk() { look(block) } else { look(&padded(rest)) }
    }

    /// Goes to the next quote, backslash or control character, or to the end.
    #[inline(always)]
    fn plain(&mut self) {
        loop {
            let step = self.with_block(|block| self.kernel.first_special(block));
            self.at += step;
            if step < BLOCK {
                return;
            }
        }
    }

    /// A wanted value.
    #[inline(always)]
    fn value(&mut self) -> Option<Value> {
        let start = self.at;
        let kind = if self.peek()? == b'"' {
            self.at += 1;
            self.plain();
            if self.peek()? == b'\\' {
                Kind::Unescaped(self.unescape(start + 1)?)
            } else {
                Kind::Plain(start + 1..self.at)
            }
        } else {
            self.skip()?;
            return Some(Value { span: start..self.at, kind: Kind::Other });
        };
        self.expect(b'"')?;
        Some(Value { span: start..self.at, kind })
    }

    /// Unescapes the string that begins at `start` and has its first escape here; ends at its quote.
    #[inline(always)]
    fn unescape(&mut self, start: usize) -> Option<Range<usize>> {
        let first = self.made;
        let plain = &self.line[start..self.at];
        self.out.get_mut(first..first + plain.len())?.copy_from_slice(plain);
        self.made += plain.len();
        loop {
            let rest = self.line.get(self.at..)?;
            let room = self.out.get_mut(self.made..)?.first_chunk_mut()?;
            let step = if let Some(block) = rest.first_chunk() {
                self.kernel.unescape(block, room)
            } else {
                self.kernel.unescape(&padded(rest), room)
            };
            self.at += step.taken;
            self.made += step.made;
            if step.stopped {
                match self.peek()? {
                    b'"' => return Some(first..self.made),
                    b'\\' => self.escape()?,
                    _ => return None,
                }
            }
        }
    }

    /// Unescapes the escape that stands here. Of the form `\u`, those that follow at once too: some
    /// writers leave no other character in a word.
    #[inline(always)]
    fn escape(&mut self) -> Option<()> {
        let next = *self.line.get(self.at + 1)?;
        if next != b'u' {
            let simple = *SIMPLE.get(usize::from(next)).filter(|&&byte| byte != 0)?;
            *self.out.get_mut(self.made)? = simple;
            self.made += 1;
            self.at += 2;
            return Some(());
        }
        while let [b'\\', b'u', digits @ ..] = self.line.get(self.at..)? {
            let (char, length) = unescape(digits)?;
            self.at += 2 + length;
            self.made += char.encode_utf8(self.out.get_mut(self.made..)?).len();
        }
        Some(())
    }

    /// A string whose characters nobody asks for; begins after its quote.
    #[inline(always)]
    fn skip_string(&mut self) -> Option<()> {
        loop {
            self.plain();
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    b'u' => {
                        hex(self.line.get(self.at..)?)?;
                        self.at += 4;
                    }
                    next if SIMPLE.get(usize::from(next)).is_some_and(|&byte| byte != 0) => {}
                    _ => return None,
                },
                _ => return None,
            }
        }
    }

    /// A value of any kind that nobody asks for.
    #[inline(always)]
    fn skip(&mut self) -> Option<()> {
        // A bit for each open level, the innermost lowest: an object, not an array.
        let (mut objects, mut depth) = (0_u64, 0);
        loop {
            let mut opened = false;
            match self.next()? {
                b'"' => self.skip_string()?,
                open @ (b'{' | b'[') => {
                    self.spaces();
                    // The closing bracket is two after the opening one, of either kind.
                    if self.peek()? == open + 2 {
                        self.at += 1;
                    } else if depth == DEEPEST {
                        return None;
                    } else {
                        objects = objects << 1 | u64::from(open == b'{');
                        depth += 1;
                        opened = true;
                    }
                }
                b't' => self.word(b"rue")?,
                b'f' => self.word(b"alse")?,
                b'n' => self.word(b"ull")?,
                // What some writers give for numbers that JSON cannot say.
                b'N' => self.word(b"aN")?,
                b'I' => self.word(b"nfinity")?,
                first @ (b'-' | b'0'..=b'9') => self.number(first)?,
                _ => return None,
            }
            // What closes here, until another value follows.
            while !opened {
                if depth == 0 {
                    return Some(());
                }
                self.spaces();
                match (self.next()?, objects & 1) {
                    (b',', _) => {
                        self.spaces();
                        opened = true;
                    }
                    (b'}', 1) | (b']', 0) => {
                        objects >>= 1;
                        depth -= 1;
                    }
                    _ => return None,
                }
            }
            if objects & 1 == 1 {
                self.expect(b'"')?;
                self.skip_string()?;
                self.spaces();
                self.expect(b':')?;
                self.spaces();
            }
        }
    }

    #[inline(always)]
    fn word(&mut self, rest: &[u8]) -> Option<()> {
        let follows = self.line.get(self.at..)?.starts_with(rest);
        self.at += rest.len();
        follows.then_some(())
    }

    /// The rest of a number after its first byte.
    #[inline(always)]
    fn number(&mut self, first: u8) -> Option<()> {
        let leading = if first == b'-' { self.next()? } else { first };
        match leading {
            b'I' if first == b'-' => return self.word(b"nfinity"),
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Some(())
    }

    #[inline(always)]
    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    #[inline(always)]
    fn some_digits(&mut self) -> Option<()> {
        let start = self.at;
        self.digits();
        (self.at > start).then_some(())
    }
}

/// The last bytes of a line, ended by zeros, which are no part of a string.
#[inline(always)]
fn padded(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    block
}

/// Equal, told by the first byte where it can be.
#[inline(always)]
fn is_same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.first() == b.first() && a == b
}
