//! What tags, roles, classes and ids say of the lines of a page, told while it is read.
//!
//! There is no tree. An element that is open knows what it and its ancestors say; a line takes what the element says that its
//! first word stands in, and counts what of it is linked. What depends on the whole page (whether a line stands before the
//! first `h1`, or outside the main part of a page that has one) is told at its end.
//!
//! Words of classes and ids count on the three innermost elements only: further out they are on wrappers of whole pages.

use super::tags::{Tag, Tags};
use crate::base::page::{Markup, Sign};

/// What an element says of what stands in it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said {
    /// By tags and roles, its ancestors' included; signs of a line, a bit each, and [`IN_MAIN`].
    pub(super) place: u64,
    /// By the words of its own class and id.
    pub(super) words: u64,
    /// It is a block, or has a class or an id.
    pub(super) counts: bool,
    /// How many elements that count it stands in, itself included.
    pub(super) depth: u32,
    /// The number of the link that it is or stands in, from 1; 0 is none.
    pub(super) link: u32,
}

const fn bit(sign: Sign) -> u64 {
    1 << sign as u8
}

/// In the main part.
const IN_MAIN: u64 = 1 << 63;

/// What a tag says.
fn of_tag(tag: Tag) -> u64 {
    match tag {
        Tag::Nav => bit(Sign::Nav),
        Tag::Header => bit(Sign::Header),
        Tag::Footer => bit(Sign::Footer),
        Tag::Aside => bit(Sign::Aside),
        Tag::Form | Tag::Search => bit(Sign::Form),
        Tag::Button => bit(Sign::Button),
        Tag::Fieldset | Tag::Legend => bit(Sign::Fieldset),
        Tag::Figcaption => bit(Sign::Caption),
        Tag::Dialog => bit(Sign::Dialog),
        Tag::H1 => bit(Sign::Heading) | bit(Sign::Title),
        Tag::H2 => bit(Sign::Heading),
        Tag::P => bit(Sign::Paragraph),
        Tag::Article => bit(Sign::Article),
        Tag::Details => bit(Sign::Details),
        Tag::Li | Tag::Dd | Tag::Dt => bit(Sign::Item),
        Tag::Table => bit(Sign::Table),
        Tag::Blockquote => bit(Sign::Quotation),
        Tag::Pre | Tag::Listing | Tag::Xmp => bit(Sign::Preformatted),
        Tag::Main => IN_MAIN,
        Tag::Label => bit(Sign::Label),
        Tag::Small => bit(Sign::Small),
        Tag::B | Tag::Strong => bit(Sign::Bold),
        _ => 0,
    }
}

/// What a role says; of several the first that is known.
fn of_role(value: &[u8]) -> u64 {
    let known = |role: &[u8]| {
        Some(match role.to_ascii_lowercase().as_slice() {
            b"navigation" | b"menu" | b"menubar" | b"menuitem" => bit(Sign::Nav),
            b"banner" => bit(Sign::Header),
            b"contentinfo" => bit(Sign::Footer),
            b"complementary" => bit(Sign::Aside),
            b"search" => bit(Sign::Form),
            b"button" => bit(Sign::Button),
            b"dialog" | b"alertdialog" => bit(Sign::Dialog),
            b"main" => IN_MAIN,
            b"article" => bit(Sign::Article),
            _ => return None,
        })
    };
    value.split(u8::is_ascii_whitespace).find_map(known).unwrap_or(0)
}

/// What a word of a class or an id says.
fn of_word(word: &[u8]) -> u64 {
    bit(match word {
        b"comment" | b"comments" | b"respond" | b"commentlist" => Sign::Comment,
        b"newsletter" | b"newsletters" | b"subscribe" | b"subscription" | b"signup" | b"optin"
        | b"mailchimp" => Sign::Newsletter,
        b"caption" | b"captions" | b"credit" | b"credits" => Sign::Credit,
        b"byline" | b"author" | b"authors" | b"bio" | b"contributor" => Sign::Byline,
        b"cta" | b"btn" | b"btns" | b"button" | b"buttons" => Sign::Action,
        b"login" | b"signin" | b"cart" | b"minicart" | b"basket" | b"account" | b"checkout"
        | b"wishlist" | b"search" => Sign::Account,
        b"date" | b"meta" | b"metadata" | b"time" | b"timestamp" | b"published" => Sign::Data,
        b"modal" | b"popup" | b"overlay" | b"lightbox" | b"tooltip" | b"toast" => Sign::Overlay,
        b"related" | b"recommended" | b"recommendations" | b"trending" | b"popular" | b"more"
        | b"recirc" | b"upsell" | b"teaser" | b"teasers" | b"promo" => Sign::Related,
        b"share" | b"sharing" | b"sharedaddy" | b"social" | b"follow" | b"facebook"
        | b"twitter" | b"addtoany" => Sign::Share,
        b"footer" | b"foot" | b"copyright" | b"legal" | b"privacy" | b"colophon" => Sign::Foot,
        b"ad" | b"ads" | b"advert" | b"advertisement" | b"sponsor" | b"sponsored" | b"sponsors" => {
            Sign::Advert
        }
        b"pager" | b"pagination" | b"prev" | b"previous" | b"next" => Sign::Pager,
        b"nav" | b"navbar" | b"navigation" | b"menu" | b"submenu" | b"megamenu" | b"dropdown" => {
            Sign::Menu
        }
        b"header" | b"logo" | b"topbar" | b"masthead" | b"branding" => Sign::Head,
        b"skip" | b"sr" | b"hidden" | b"visuallyhidden" | b"screen" => Sign::Skip,
        b"sidebar" | b"widget" | b"rail" => Sign::Side,
        b"cookie" | b"cookies" | b"consent" | b"gdpr" | b"onetrust" => Sign::Consent,
        b"tags" | b"tag" | b"tagcloud" | b"categories" | b"category" | b"topics" => Sign::Tags,
        b"breadcrumb" | b"breadcrumbs" | b"crumb" | b"crumbs" => Sign::Crumbs,
        b"article" | b"story" | b"post" | b"entry" | b"prose" | b"richtext" | b"rte"
        | b"content" | b"description" => Sign::Story,
        _ => return 0,
    })
}

/// What the words of a class or an id say, which is cut where it is written in parts.
fn of_words(value: &[u8]) -> u64 {
    /// The longest word that says something.
    const LONGEST: usize = 16;
    let (mut found, mut length) = (0, 0);
    let mut word = [0_u8; LONGEST];
    let mut was_lower = false;
    for &c in value.iter().chain(b" ") {
        if (c.is_ascii_uppercase() && was_lower) || !c.is_ascii_alphabetic() {
            found |= word.get(..length).map_or(0, of_word);
            length = 0;
        }
        if c.is_ascii_alphabetic() {
            if let Some(slot) = word.get_mut(length) {
                *slot = c.to_ascii_lowercase();
            }
            length += 1;
        }
        was_lower = c.is_ascii_lowercase();
    }
    found
}

impl Said {
    /// What an attribute of its start tag says.
    pub(super) fn attribute(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b"role" => self.place |= of_role(value),
            b"class" | b"id" => {
                self.counts = true;
                self.words |= of_words(value);
            }
            _ => {}
        }
    }

    /// What is said in an element, of which `self` is known by its attributes, in another.
    pub(super) fn within(mut self, outer: Option<&Said>, tag: Tag, is_block: bool) -> Said {
        let outer = outer.copied().unwrap_or_default();
        let mut own = self.place | of_tag(tag);
        if outer.place & (IN_MAIN | bit(Sign::Article)) != 0 {
            for (page, story) in
                [(Sign::Header, Sign::StoryHeader), (Sign::Footer, Sign::StoryFooter)]
            {
                if own & bit(page) != 0 {
                    own = own & !bit(page) | bit(story);
                }
            }
        }
        self.place = outer.place | own;
        self.counts |= is_block;
        self.depth = outer.depth + u32::from(self.counts);
        self.link = if tag == Tag::A { self.link } else { outer.link };
        self
    }
}

/// What is counted of a line.
#[derive(Clone, Copy, Debug)]
struct Row {
    start: usize,
    /// What the element says that it begins in, and those around it.
    place: u64,
    words: u64,
    depth: u32,
    /// Bytes of its words; how many are linked, in labels, small, bold.
    bytes: u32,
    linked: u32,
    label: u32,
    small: u32,
    bold: u32,
    links: u32,
    last_link: u32,
}

/// What is counted of the lines of a page that is being read.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<Row>);

/// Lines on either side whose links count.
const AROUND: usize = 12;
/// Bytes without links that make a line long.
const LONG: u32 = 100;

impl Rows {
    /// A line begins at that byte, in an element that says this.
    pub(super) fn begin(&mut self, start: usize, said: &Here) {
        self.0.push(Row {
            start,
            place: said.place,
            words: said.words,
            depth: said.depth,
            bytes: 0,
            linked: 0,
            label: 0,
            small: 0,
            bold: 0,
            links: 0,
            last_link: 0,
        });
    }

    /// A word of the last line.
    #[inline]
    pub(super) fn word(&mut self, length: usize, said: &Here) {
        let Some(row) = self.0.last_mut() else { return };
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let add = |to: &mut u32, is: bool| {
            if is {
                *to = to.saturating_add(length);
            }
        };
        add(&mut row.bytes, true);
        add(&mut row.linked, said.link != 0);
        add(&mut row.label, said.place & bit(Sign::Label) != 0);
        add(&mut row.small, said.place & bit(Sign::Small) != 0);
        add(&mut row.bold, said.place & bit(Sign::Bold) != 0);
        if said.link != 0 && said.link != row.last_link {
            row.last_link = said.link;
            row.links += 1;
        }
    }

    /// What is said of every line that holds something, in order.
    pub(super) fn finish(self) -> Vec<(usize, Markup)> {
        let rows = self.0;
        let unlinked = |row: &Row| u64::from(row.bytes - row.linked);
        let all: u64 = rows.iter().map(unlinked).sum();
        let held = |is: &dyn Fn(&Row) -> bool| -> u64 {
            rows.iter().filter(|row| is(row)).map(unlinked).sum()
        };
        let title = rows.iter().position(|row| row.place & bit(Sign::Title) != 0);
        let before = title.map_or(0, |title| rows[..title].iter().map(unlinked).sum());
        let in_main = held(&|row| row.place & IN_MAIN != 0);
        let in_article = held(&|row| row.place & bit(Sign::Article) != 0);
        // What holds half of the page is no part of it that says something.
        let is_part = |sign: Sign| 2 * held(&|row| (row.place | row.words) & bit(sign) != 0) <= all;
        let void = [
            Sign::Form,
            Sign::Comment,
            Sign::Header,
            Sign::Aside,
            Sign::Nav,
            Sign::Dialog,
            Sign::Button,
            Sign::Overlay,
            Sign::Newsletter,
            Sign::Account,
            Sign::Related,
            Sign::Advert,
            Sign::Side,
            Sign::Share,
        ]
        .into_iter()
        .filter(|&sign| !is_part(sign))
        .fold(0, |void, sign| void | bit(sign));

        // Depth of the long lines, weighed by their length; in eighths.
        let long = || rows.iter().filter(|row| row.bytes - row.linked >= LONG);
        let weight: u64 = long().map(unlinked).sum();
        let depth: u64 = long().map(|row| u64::from(row.depth) * unlinked(row)).sum();
        let depth = (8 * depth).checked_div(weight);

        let mut sums = Vec::with_capacity(rows.len() + 1);
        let (mut bytes, mut linked) = (0_u64, 0_u64);
        sums.push((0, 0));
        for row in &rows {
            bytes += u64::from(row.bytes);
            linked += u64::from(row.linked);
            sums.push((bytes, linked));
        }
        let eighths =
            |part: u64, of: u64| u8::try_from((8 * part + of / 2) / of.max(1)).unwrap_or(8).min(8);
        let own = |row: &Row| eighths(row.linked.into(), row.bytes.into());

        let of_row = |(at, row): (usize, &Row)| {
            let (start, end) = (at.saturating_sub(AROUND), rows.len().min(at + AROUND + 1));
            let is_most = |part: u32| 2 * u64::from(part) > u64::from(row.bytes);
            let mut markup = Markup::of_signs((row.place | row.words) & !void & !IN_MAIN);
            markup.set(Sign::Label, is_most(row.label));
            markup.set(Sign::Small, is_most(row.small));
            markup.set(Sign::Bold, is_most(row.bold));
            markup.set(Sign::Linked, 20 * u64::from(row.linked) >= 19 * u64::from(row.bytes));
            markup.set(Sign::Unlinked, 20 * u64::from(row.linked) < u64::from(row.bytes));
            markup
                .set(Sign::BeforeTitle, title.is_some_and(|title| at < title) && 2 * before <= all);
            markup.set(Sign::HasMain, in_main > 0);
            markup.set(Sign::HasArticle, in_article > 0);
            markup.set(
                Sign::OutsideMain,
                2 * in_main >= all && in_main > 0 && row.place & IN_MAIN == 0,
            );
            markup.set(
                Sign::OutsideArticle,
                2 * in_article >= all && in_article > 0 && row.place & bit(Sign::Article) == 0,
            );
            markup.linked = own(row);
            markup.linked_around =
                eighths(sums[end].1 - sums[start].1, sums[end].0 - sums[start].0);
            markup.linked_after = rows.get(at + 1).map_or(0, own);
            markup.links = u8::try_from(row.links.min(8)).unwrap_or(8);
            let apart = depth.map_or(0, |depth| (u64::from(row.depth) * 8).abs_diff(depth) / 8);
            markup.apart = u8::try_from(apart.min(8)).unwrap_or(8);
            (row.start, markup)
        };
        rows.iter().enumerate().map(of_row).collect()
    }
}

/// What is said where a word stands.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Here {
    pub(super) place: u64,
    /// Of the innermost elements that count.
    pub(super) words: u64,
    pub(super) depth: u32,
    pub(super) link: u32,
}

/// Innermost elements whose classes count.
pub(super) const INNERMOST: usize = 3;

/// Elements that make a line or a block.
pub(super) fn is_block(tag: Tag) -> bool {
    use super::tags::{Break, break_of};
    const NO_BLOCKS: Tags = Tags::BR;
    break_of(tag) >= Break::Line && !NO_BLOCKS.contains(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_where_they_are_written_in_parts() {
        let of = |value: &str| of_words(value.as_bytes());
        for value in
            ["site-newsletter", "siteNewsletter", "x_NEWSLETTER", "newsletter2", "a newsletter b"]
        {
            assert_eq!(of(value), bit(Sign::Newsletter), "{value}");
        }
        assert_eq!(of("nav-comments"), bit(Sign::Menu) | bit(Sign::Comment));
        for value in ["", "newsletterish", "adapt", "averylongwordthatisnotlisted", "-_-"] {
            assert_eq!(of(value), 0, "{value}");
        }
    }
}
