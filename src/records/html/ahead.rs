//! What is still to come of a page, and which end tags are in it.

use std::cell::Cell;

use super::tags::Tag;

/// Elements whose end tags are looked for.
const LOOKED_FOR: [(Tag, &[u8]); 12] = [
    (Tag::Iframe, b"iframe"),
    (Tag::Noembed, b"noembed"),
    (Tag::Noframes, b"noframes"),
    (Tag::Noscript, b"noscript"),
    (Tag::Object, b"object"),
    (Tag::Script, b"script"),
    (Tag::Style, b"style"),
    (Tag::Template, b"template"),
    (Tag::Textarea, b"textarea"),
    (Tag::Title, b"title"),
    (Tag::Video, b"video"),
    (Tag::Xmp, b"xmp"),
];

/// The bytes of a page that were not read yet.
///
/// Looking for a name costs no more than one walk over the page, however often it is asked: what
/// was found is remembered until it is passed.
#[derive(Debug)]
pub(super) struct Ahead<'p> {
    rest: &'p Cell<&'p [u8]>,
    /// For each name how much will be left where its next end tag begins.
    ends: [Next; LOOKED_FOR.len()],
    /// The same of its next start tag.
    starts: [Next; LOOKED_FOR.len()],
}

/// Where a tag comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Unknown,
    /// So many bytes are left from where it begins.
    Left(usize),
    Never,
}

impl<'p> Ahead<'p> {
    pub(super) fn new(rest: &'p Cell<&'p [u8]>) -> Ahead<'p> {
        let ends = [Next::Unknown; LOOKED_FOR.len()];
        Ahead { rest, ends, starts: ends }
    }

    /// Whether an end tag of `tag` is still to come; yes if it is none of those that are looked for.
    pub(super) fn ends(&mut self, tag: Tag) -> bool {
        self.look(tag, true) != Next::Never
    }

    /// Whether an end tag of `tag` is still to come, and no start tag before it.
    pub(super) fn ends_before_it_begins(&mut self, tag: Tag) -> bool {
        match (self.look(tag, true), self.look(tag, false)) {
            (Next::Left(end), Next::Left(start)) => end > start,
            (end, _) => end != Next::Never,
        }
    }

    fn look(&mut self, tag: Tag, end: bool) -> Next {
        let Some(at) = LOOKED_FOR.iter().position(|(of, _)| *of == tag) else {
            return Next::Unknown;
        };
        let rest = self.rest.get();
        let known = if end { &mut self.ends[at] } else { &mut self.starts[at] };
        let is_passed = match *known {
            Next::Unknown => true,
            Next::Left(left) => left > rest.len(),
            Next::Never => false,
        };
        if is_passed {
            let found = find_tag(rest, LOOKED_FOR[at].1, end);
            *known = found.map_or(Next::Never, |at| Next::Left(rest.len() - at));
        }
        *known
    }
}

/// Where a tag of that name begins in `bytes`.
pub(super) fn find_tag(bytes: &[u8], name: &[u8], end: bool) -> Option<usize> {
    let skipped = 1 + usize::from(end);
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'<', &bytes[from..]) {
        let at = from + found;
        from = at + 1;
        if (bytes.get(from) == Some(&b'/')) != end {
            continue;
        }
        let rest = bytes.get(at + skipped..)?;
        let is_it = rest.len() >= name.len()
            && rest[..name.len()].eq_ignore_ascii_case(name)
            && rest
                .get(name.len())
                .is_none_or(|&c| matches!(c, b'>' | b'/') || super::lines::is_space(c));
        if is_it {
            return Some(at);
        }
    }
    None
}
