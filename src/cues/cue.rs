//! What one paragraph says of itself, in four bytes.

use crate::base::page::Kind;

/// What a paragraph's words and signs say it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cue(u32);

const KIND: u32 = 16;
const PHRASES: u32 = 1 << 20;
const MARKED: u32 = 1 << 21;
const SURE: u32 = 1 << 22;
const STOP: u32 = 23;
const LINKS: u32 = 1 << 27;
const DATED: u32 = 1 << 28;
const STORY: u32 = 1 << 29;
const ENDS_OPEN: u32 = 1 << 30;
const FOOT: u32 = 1 << 31;

/// What a [`Cue`] is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a bit each in the packed form")]
pub(super) struct Parts {
    pub points: i32,
    pub kind: Kind,
    pub has_phrases: bool,
    pub is_sure: bool,
    pub stop_words: u32,
    pub is_links: bool,
    pub is_dated: bool,
    pub is_story: bool,
    pub ends_open: bool,
    pub is_foot: bool,
}

impl Cue {
    /// One bit of evidence in [points](Cue::points).
    pub const BIT: i32 = 1024;
    /// Stop words are counted up to here.
    pub const MOST_STOP_WORDS: u32 = 15;
    /// A paragraph's tokens are looked at up to here.
    pub const TOKENS: usize = 32;

    pub(super) fn of(parts: &Parts) -> Cue {
        let points = parts.points.clamp(i32::from(i16::MIN), i32::from(i16::MAX));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let points = u32::from(points as i16 as u16);
        let flag = |is: bool, bit: u32| if is { bit } else { 0 };
        Cue(points
            | (parts.kind as u32) << KIND
            | flag(parts.has_phrases, PHRASES)
            | flag(parts.is_sure, SURE)
            | parts.stop_words.min(Cue::MOST_STOP_WORDS) << STOP
            | flag(parts.is_links, LINKS)
            | flag(parts.is_dated, DATED)
            | flag(parts.is_story, STORY)
            | flag(parts.ends_open, ENDS_OPEN)
            | flag(parts.is_foot, FOOT))
    }

    /// Its four bytes, for a file.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// The cue of these [`bits`](Cue::bits).
    pub fn from_bits(bits: u32) -> Cue {
        Cue(bits)
    }

    /// How much the paragraph by itself looks like chrome: the logarithm of the odds to base 2, in units of 1/1024,
    /// positive for chrome; 0 if nothing is known.
    pub fn points(self) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "the lower half")]
        let points = self.0 as u16;
        i32::from(points.cast_signed())
    }

    /// What its words say it would be as chrome; [`Kind::Other`] if no word tells.
    pub fn kind(self) -> Kind {
        Kind::of_number(self.0 >> KIND & 15)
    }

    /// It has words or phrases of the lists.
    pub fn has_phrases(self) -> bool {
        self.0 & PHRASES != 0
    }

    /// The markup of the line by itself speaks for chrome, by a bit and more.
    pub fn is_marked(self) -> bool {
        self.0 & MARKED != 0
    }

    /// The same cue with points of the markup of the line added.
    #[must_use]
    pub(super) fn with_markup(self, points: i32) -> Cue {
        let marked = if points >= Cue::BIT { MARKED } else { 0 };
        let points = (self.points() + points).clamp(i32::from(i16::MIN), i32::from(i16::MAX));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
        let points = u32::from(points as i16 as u16);
        Cue(self.0 & !0xFFFF | points | marked)
    }

    /// It has a phrase of its kind that hardly anything but chrome has.
    pub fn is_sure(self) -> bool {
        self.0 & SURE != 0
    }

    /// Stop words of the listed languages among its first tokens, up to [`Cue::MOST_STOP_WORDS`].
    pub fn stop_words(self) -> u32 {
        self.0 >> STOP & 15
    }

    /// Two separators and more stand in it: a row of links.
    pub fn is_links(self) -> bool {
        self.0 & LINKS != 0
    }

    /// It has a date or a time of day.
    pub fn is_dated(self) -> bool {
        self.0 & DATED != 0
    }

    /// It has two words and more of those that stories are told with.
    pub fn is_story(self) -> bool {
        self.0 & STORY != 0
    }

    /// It ends in a colon or in three dots.
    pub fn ends_open(self) -> bool {
        self.0 & ENDS_OPEN != 0
    }

    /// It claims a copyright: a foot begins or goes on here.
    pub fn is_foot(self) -> bool {
        self.0 & FOOT != 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_come_back(
            points in -40_000..40_000_i32, markup in -40_000..40_000_i32, kind in 0..13_u32, stop_words in 0..40_u32,
            flags in any::<[bool; 7]>(),
        ) {
            let [is_sure, is_links, is_dated, is_story, ends_open, is_foot, has_phrases] = flags;
            let kind = Kind::of_number(kind);
            let parts = Parts {
                points, kind, has_phrases, is_sure, stop_words, is_links, is_dated, is_story, ends_open, is_foot,
            };
            let cue = Cue::from_bits(Cue::of(&parts).bits());
            prop_assert_eq!(cue.points(), points.clamp(-32_768, 32_767));
            prop_assert_eq!((cue.kind(), cue.is_marked()), (kind, false));
            let marked = cue.with_markup(markup);
            prop_assert_eq!(marked.points(), (cue.points() + markup).clamp(-32_768, 32_767));
            prop_assert_eq!(marked.is_marked(), markup >= Cue::BIT);
            for cue in [cue, marked] {
                prop_assert_eq!((cue.kind(), cue.stop_words()), (kind, stop_words.min(15)));
                prop_assert_eq!(
                    [
                        cue.is_sure(), cue.is_links(), cue.is_dated(), cue.is_story(), cue.ends_open(), cue.is_foot(),
                        cue.has_phrases(),
                    ],
                    flags
                );
            }
        }
    }
}
