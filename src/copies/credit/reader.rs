//! Reads the credits of a page, paragraph by paragraph.

use super::{Credit, lexicon::Lexicon, line::Finder};
use crate::text::trim;

/// Bytes of the longest paragraph that may be a line of credit or a blurb.
const LONGEST: usize = 400;

/// What a paragraph is, where it matters for credits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stands {
    /// It is body, and may have a dateline or a mark.
    pub is_body: bool,
    /// It stands where the story begins or ends, or is known to be about who wrote it.
    pub is_near: bool,
}

/// Reads credits; one a worker.
#[derive(Debug)]
pub struct CreditReader {
    lexicon: &'static Lexicon,
    found: Vec<Credit>,
}

impl Default for CreditReader {
    fn default() -> CreditReader {
        CreditReader { lexicon: Lexicon::built_in(), found: Vec::new() }
    }
}

impl CreditReader {
    /// Reads a paragraph of the page in hand; `tokens` are those of its words, digits kept.
    pub fn read(&mut self, paragraph: &str, tokens: &[u64], stands: Stands) {
        let line = trim(paragraph);
        let mut finder = Finder { lexicon: self.lexicon, found: &mut self.found };
        if stands.is_body {
            finder.dateline(line);
            finder.mark(line);
        }
        if line.len() <= LONGEST && self.lexicon.may_credit(tokens) {
            finder.line(line, stands.is_near);
        }
    }

    /// Whom the page credits, each once, in the order of the page. The reader is ready for the next page.
    pub fn finish(&mut self) -> Vec<Credit> {
        std::mem::take(&mut self.found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Digits, Scanner};

    fn names(paragraph: &str, is_near: bool) -> Vec<String> {
        let (mut reader, mut scanner) = (CreditReader::default(), Scanner::new());
        scanner.scan(paragraph, Digits::Keep);
        reader.read(paragraph, scanner.tokens(), Stands { is_body: true, is_near });
        reader.finish().into_iter().map(|credit| credit.name).collect()
    }

    #[test]
    fn credits_are_what_a_page_prints() {
        for (paragraph, expected) in [
            // Datelines.
            ("ASHFORD, Kent (AP) — The keeper of the mill said so.", &["Associated Press"][..]),
            ("Ashford, March 4 (Reuters) - The keeper of the mill said so.", &["Reuters"]),
            ("ASHFORD, March 4. (EUROPA PRESS) - El molinero lo dijo.", &["Europa Press"]),
            ("Köln (dpa/AFP) – Der Müller hat es gesagt.", &["dpa", "Agence France-Presse"]),
            ("(ANSA) - ROMA, 04 MAG - Il mugnaio lo ha detto.", &["ANSA"]),
            ("ASHFORD (Quenby Wire) — The keeper of the mill said so.", &["Quenby Wire"]),
            ("【ワシントン共同】水車小屋の番人がそう話した。", &["Kyodo"]),
            ("(서울=연합뉴스) 방앗간 주인이 그렇게 말했다.", &["Yonhap"]),
            ("新华社北京5月4日电 守磨人这样说。", &["Xinhua"]),
            ("МОСКВА, 4 мая. /ТАСС/. Мельник так сказал.", &["TASS"]),
            ("МОСКВА, 4 мая - РИА Новости. Мельник так сказал.", &["RIA Novosti"]),
            ("القاهرة (رويترز) - قال صاحب الطاحونة ذلك.", &["Reuters"]),
            // Marks.
            ("Der Müller hat es am Montag gesagt. (dpa/lno)", &["dpa"]),
            ("The keeper said so on Monday. — AFP", &["Agence France-Presse"]),
            ("水車小屋の番人がそう話した。（共同）", &["Kyodo"]),
            // Bylines and lines of credit.
            ("By Ada Fernwood, Associated Press", &["Associated Press"]),
            ("By ADA FERNWOOD Associated Press Writer", &["Associated Press"]),
            ("By Lena Orrick, Quenby Wire", &["Quenby Wire"]),
            ("Reuters", &["Reuters"]),
            ("The Associated Press", &["Associated Press"]),
            ("CBS/AP November 9, 2031, 7:30 PM", &["CBS News", "Associated Press"]),
            ("By REUTERS on", &["Reuters"]),
            ("Quelle: dpa", &["dpa"]),
            ("4 May 2031 | Source: AFP", &["Agence France-Presse"]),
            ("来源：人民日报 2031-05-04", &["人民日报"]),
            ("Von Ada Fernwood, dpa", &["dpa"]),
            ("© 2031 The Associated Press. All rights reserved.", &["Associated Press"]),
            ("Copyright 2031 Reuters", &["Reuters"]),
            ("Harbour News Agency", &["Harbour News Agency"]),
            // Blurbs.
            ("The Associated Press contributed to this report.", &["Associated Press"]),
            ("Quenby Wire contributed to this report.", &["Quenby Wire"]),
            (
                "© 2031 Harbour Post. All rights reserved. AFP contributed to this report.",
                &["Agence France-Presse"],
            ),
            ("With files from The Canadian Press and Reuters", &["Canadian Press", "Reuters"]),
            ("By Australian Associated Press", &["Australian Associated Press"]),
            (
                "This story was originally published by Harbour Post on May 4, 2031.",
                &["Harbour Post"],
            ),
            ("This article was first published in the Valley Courier.", &["Valley Courier"]),
            ("Dieser Text erschien zuerst bei Hafenblatt.", &["Hafenblatt"]),
            ("本文首发于《河谷周报》，作者授权转载。", &["河谷周报"]),
            (
                "AFP is a global news agency delivering fast coverage of events.",
                &["Agence France-Presse"],
            ),
            (
                "Dunmarsh Regional is a regional news agency that delivers reports from the coast.",
                &["Dunmarsh Regional"],
            ),
        ] {
            assert_eq!(names(paragraph, true), expected, "{paragraph}");
        }
    }

    #[test]
    fn nobody_is_credited_where_nothing_says_it() {
        for paragraph in [
            "The keeper told Reuters on Monday that he would go.",
            "The Associated Press building stands by the river, as everybody in the town knows.",
            "The mill (built in 1820) — the oldest of the town.",
            "He used an AP course to get in.",
            "By Ada Fernwood",
            "By Ada Fernwood, Staff Writer",
            "Source: Bureau of Mills and Rivers",
            "© 2031 The New York Times Company",
            "Ada Fernwood/AFP/Getty",
            "AP",
            "Ada Fernwood/AP",
            "AP Photo/Ada Fernwood",
            "Photo: Reuters",
            "Voters stand in line at the mill. Ada Fernwood, AFP/Getty Images",
            "The mill of Ashford, in a picture of 2031. © 2031 Reuters",
            "© 2031 Harbour Post. All rights reserved.",
            "The novel was originally published in Paris in 1950.",
            "First published on May 4, 2031",
            "This story was first published in 2031.",
            "ASHFORD (May 4) — The keeper of the mill said so.",
            "The rule of the Environmental Mill Agency (EMA) applies.",
            "He works for the American Paper Association (APA).",
            "American Paper Association (APA) — which he founded — paid for it.",
            "AP-style reporting was taught there, and Reuters-style as well.",
            "",
            "—",
            "(",
            "( )",
        ] {
            assert_eq!(names(paragraph, true), [""; 0], "{paragraph}");
        }
        // What is said in the middle of a story is about somebody.
        assert_eq!(names("Reuters", false), [""; 0]);
        assert_eq!(
            names("Dunmarsh Regional is a regional news agency with forty offices.", false),
            [""; 0]
        );
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(paragraph in r"(By |Source: |© |\(AP\)|AFP|-|—|[.:/()【】《》]|first published in |is a |新华社|电|İ|[a-zA-Z漢é ]){0,30}") {
            for credit in names(&paragraph, true) {
                proptest::prop_assert!(!credit.is_empty() && !credit.contains(['\t', '\n']));
            }
        }
    }
}
