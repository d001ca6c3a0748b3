//! The rows of the evidence files: one definition for those who write them and those who read them
//! back.

use std::{
    borrow::Cow,
    fmt::{self, Write as _},
};

use memchr::{memchr, memchr3};
use serde::{Deserialize, Serialize};

use crate::{
    base::page::{Kind, Place, Relation},
    copies::{ClusterCredit, Passage, Share},
};

/// A row of `pages.jsonl`: a usable page, in input order.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PageRow<'a> {
    /// Its id; `#` and its number from 1 if the record has none.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its site; "" if nothing tells it.
    #[serde(borrow)]
    pub site: Cow<'a, str>,
    /// Number of its paragraphs.
    pub paragraphs: usize,
    /// Numbers of those that are chrome, from 0, ascending.
    pub chrome: Vec<usize>,
    /// Number of its cluster, if it is in one.
    pub cluster: Option<usize>,
    /// Id of its lead; none for a lead and for a page in no cluster.
    #[serde(borrow)]
    pub lead: Option<Cow<'a, str>>,
    /// Relation to its lead.
    pub relation: Option<Relation>,
}

/// A row of `chrome.jsonl`: a family of chrome on a site, those on most pages first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChromeRow<'a> {
    /// The site.
    #[serde(borrow)]
    pub site: Cow<'a, str>,
    /// One of its wordings.
    #[serde(borrow)]
    pub text: Cow<'a, str>,
    /// Distinct pages of the site that have it.
    pub pages: u32,
    /// Distinct pages of the site.
    pub of: u32,
    /// Where in its pages it stands.
    #[serde(rename = "where")]
    pub place: Place,
    /// What it is.
    pub kind: Kind,
    /// Number of its wordings.
    pub variants: u32,
}

/// A row of `clusters.jsonl`: a lead and its copies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClusterRow<'a> {
    /// Its number, from 0 in the order of the leads.
    pub cluster: usize,
    /// Id of the page that is kept.
    #[serde(borrow)]
    pub lead: Cow<'a, str>,
    /// Who its pages say the text is by: those that most of them name first.
    #[serde(borrow)]
    pub credit: Vec<CreditRow<'a>>,
    /// The others, in input order.
    #[serde(borrow)]
    pub pages: Vec<MemberRow<'a>>,
}

/// An agency or an outlet in a [`ClusterRow`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CreditRow<'a> {
    /// Its name: of one that is listed always the same, of another as it is printed.
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// The words that say so; of several the most frequent.
    #[serde(borrow)]
    pub words: Cow<'a, str>,
    /// Pages of the cluster that say so.
    pub pages: u32,
}

impl<'a> From<&'a ClusterCredit> for CreditRow<'a> {
    fn from(credit: &'a ClusterCredit) -> CreditRow<'a> {
        let ClusterCredit { name, words, pages } = credit;
        CreditRow { name: name.into(), words: words.into(), pages: *pages }
    }
}

/// A copy in a [`ClusterRow`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MemberRow<'a> {
    /// The page's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its site.
    #[serde(borrow)]
    pub site: Cow<'a, str>,
    /// What it is to the lead.
    pub relation: Relation,
    /// Shared text, as a share of all text of both.
    pub resemblance: Decimal,
    /// Shared text, as a share of the shorter one.
    pub containment: Decimal,
    /// What is shared, in the order of the page.
    pub shared: Vec<SharedRow>,
}

/// A passage in a [`MemberRow`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedRow {
    /// Its first and last paragraph in the page.
    pub here: (u32, u32),
    /// Its first and last paragraph in the lead.
    pub lead: (u32, u32),
    /// Shared words.
    pub words: u32,
}

impl From<&Passage> for SharedRow {
    fn from(passage: &Passage) -> SharedRow {
        SharedRow { here: passage.here, lead: passage.lead, words: passage.words }
    }
}

/// A row of what `index find` writes: a page and the known pages that it copies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FoundRow<'a> {
    /// The page's id; `#` and its number from 1 if the record has none.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its site.
    #[serde(borrow)]
    pub site: Cow<'a, str>,
    /// The known pages: most shared words first, then those that were added earlier.
    #[serde(borrow)]
    pub copies: Vec<KnownRow<'a>>,
}

/// A known page in a [`FoundRow`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KnownRow<'a> {
    /// Its id, or its URL; `#` and its number from 1 if the record had neither.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its site.
    #[serde(borrow)]
    pub site: Cow<'a, str>,
    /// Its date as its record says it.
    #[serde(borrow)]
    pub date: Cow<'a, str>,
    /// Its number in the index, from 0.
    pub page: u32,
    /// What the page is to it.
    pub relation: Relation,
    /// Shared text, as a share of all text of both.
    pub resemblance: Decimal,
    /// Shared text, as a share of the shorter one.
    pub containment: Decimal,
    /// How much of all the page's body it has.
    pub held: Decimal,
    /// Cleaning dropped it when it was added: it is no reason to drop the page. Not written if not so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dropped: bool,
    /// What is shared, in the order of the page.
    pub shared: Vec<KnownPassageRow>,
}

/// A passage in a [`KnownRow`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KnownPassageRow {
    /// Its first and last paragraph in the page.
    pub here: (u32, u32),
    /// Its first and last paragraph in the known page.
    pub known: (u32, u32),
    /// Shared words.
    pub words: u32,
    /// A hash of them, 16 digits of base 16.
    pub hash: String,
}

/// A row of `pairs.tsv`: a verified pair. It is shown as a line without its end.
#[derive(Clone, Debug)]
pub struct PairRow<'a> {
    /// Ids of both pages, without tabs and line ends.
    pub ids: [Cow<'a, str>; 2],
    /// What one is to the other.
    pub relation: Relation,
    /// Shared text, as a share of all text of both.
    pub resemblance: Decimal,
    /// Shared text, as a share of the shorter one.
    pub containment: Decimal,
    /// Shared words.
    pub shared: u32,
}

impl<'a> PairRow<'a> {
    /// Reads a line without its end; `None` if it is no such row.
    pub fn parse(line: &'a str) -> Option<PairRow<'a>> {
        let mut cells = line.split('\t');
        let row = PairRow {
            ids: [of_cell(cells.next()?)?, of_cell(cells.next()?)?],
            relation: Relation::named(cells.next()?)?,
            resemblance: Decimal::parse(cells.next()?)?,
            containment: Decimal::parse(cells.next()?)?,
            shared: cells.next()?.parse().ok()?,
        };
        cells.next().is_none().then_some(row)
    }
}

impl fmt::Display for PairRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Each cell as text: with millions of rows, what formats anything costs more than the cells.
        for id in &self.ids {
            f.write_str(&one_cell(id))?;
            f.write_str("\t")?;
        }
        f.write_str(self.relation.word())?;
        for share in [self.resemblance, self.containment] {
            f.write_str("\t")?;
            share.fmt(f)?;
        }
        f.write_str("\t")?;
        self.shared.fmt(f)
    }
}

/// What would end a cell, and the letter that stands for it behind a backslash; the backslash itself, so that two
/// ids never give one cell.
const ESCAPES: [(char, char); 4] = [('\\', '\\'), ('\t', 't'), ('\n', 'n'), ('\r', 'r')];

/// An id as a cell.
fn one_cell(id: &str) -> Cow<'_, str> {
    if memchr3(b'\t', b'\n', b'\r', id.as_bytes()).is_none()
        && memchr(b'\\', id.as_bytes()).is_none()
    {
        return id.into();
    }
    let mut cell = String::with_capacity(id.len() + 2);
    for letter in id.chars() {
        match ESCAPES.iter().find(|escape| escape.0 == letter) {
            Some((_, name)) => cell.extend(['\\', *name]),
            None => cell.push(letter),
        }
    }
    cell.into()
}

/// The id that a cell stands for; none if a backslash is followed by what it is never written before.
fn of_cell(cell: &str) -> Option<Cow<'_, str>> {
    if memchr(b'\\', cell.as_bytes()).is_none() {
        return Some(cell.into());
    }
    let mut id = String::with_capacity(cell.len());
    let mut letters = cell.chars();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            let name = letters.next()?;
            id.push(ESCAPES.iter().find(|escape| escape.1 == name)?.0);
        } else {
            id.push(letter);
        }
    }
    Some(id.into())
}

/// A share with four decimals, rounded down by integer arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(u32);

impl Decimal {
    /// What a share is counted in.
    pub const WHOLE: u32 = 10_000;

    /// The share in ten-thousandths.
    pub const fn parts(self) -> u32 {
        self.0
    }

    /// As it is shown: one digit, a point, four digits.
    fn parse(text: &str) -> Option<Decimal> {
        let (whole, parts) = text.split_once('.')?;
        if parts.len() != 4 || !parts.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        match (whole, parts.parse().ok()?) {
            ("0", parts) => Some(Decimal(parts)),
            ("1", 0) => Some(Decimal(Decimal::WHOLE)),
            _ => None,
        }
    }
}

impl From<Share> for Decimal {
    fn from(share: Share) -> Decimal {
        let of = u64::from(share.of.max(1));
        let parts = u64::from(share.part) * u64::from(Decimal::WHOLE) / of;
        Decimal(u32::try_from(parts).unwrap_or(u32::MAX).min(Decimal::WHOLE))
    }
}

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / f64::from(Decimal::WHOLE))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let share = f64::deserialize(deserializer)?;
        if !(0.0..=1.0).contains(&share) {
            return Err(serde::de::Error::custom("a share that is not from 0 to 1"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1")]
        Ok(Decimal((share * f64::from(Decimal::WHOLE)).round() as u32))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |of: u32| char::from_digit(self.0 / of % 10, 10).unwrap_or('0');
        let digits = [digit(Decimal::WHOLE), '.', digit(1000), digit(100), digit(10), digit(1)];
        digits.into_iter().try_for_each(|digit| f.write_char(digit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_back_as_they_were_written() {
        for parts in 0..=Decimal::WHOLE {
            let share = Decimal(parts);
            assert_eq!(Decimal::parse(&share.to_string()), Some(share));
            let json = serde_json::to_string(&share).expect("a number");
            assert_eq!(serde_json::from_str::<Decimal>(&json).expect("a share"), share);
        }
        for bad in ["", "1", "0.5", "1.0001", "2.0000", "0.+123", "0.12345", "-0.1234"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
        assert!(serde_json::from_str::<Decimal>("1.5").is_err());
    }

    #[test]
    fn pairs_have_six_cells() {
        let row = PairRow {
            ids: ["a\tb".into(), "c\\d".into()],
            relation: Relation::Cut,
            resemblance: Decimal(12),
            containment: Decimal(9_999),
            shared: 7,
        };
        let line = row.to_string();
        assert_eq!(line, "a\\tb\tc\\\\d\tcut\t0.0012\t0.9999\t7");
        for bad in ["", "a\tb\tcut\t0.1000\t0.1000", "a\tb\tkin\t0.1000\t0.1000\t7"] {
            assert!(PairRow::parse(bad).is_none(), "{bad}");
        }
        for bad in ["a\\", "a\\x"] {
            assert!(PairRow::parse(&line.replacen("a\\t", bad, 1)).is_none(), "{bad}");
        }
        assert!(PairRow::parse(&format!("{line}\t")).is_none());
    }

    proptest::proptest! {
        #[test]
        fn pairs_come_back_as_they_were_written(
            a in "[ab\\\\tnr\t\n\r]{0,8}",
            b in "[ab\\\\tnr\t\n\r]{0,8}",
        ) {
            let row = PairRow {
                ids: [a.as_str().into(), b.as_str().into()],
                relation: Relation::Cut,
                resemblance: Decimal(12),
                containment: Decimal(9_999),
                shared: 7,
            };
            let line = row.to_string();
            proptest::prop_assert_eq!(line.split(['\t', '\n', '\r']).count(), 6);
            let read = PairRow::parse(&line).expect("a row");
            proptest::prop_assert_eq!(read.ids, row.ids);
        }
    }
}
