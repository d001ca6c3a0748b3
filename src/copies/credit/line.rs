//! What one line says about who wrote it.

use super::{
    Credit,
    lexicon::{Hints, Lexicon, ignoring_case, is_single},
};

/// Words of the longest byline or line of credit.
const LINE: usize = 16;
/// Words of the longest sentence that is a blurb.
const BLURB: usize = 60;
/// Bytes from the front of a paragraph in which a dateline ends.
const DATELINE: usize = 120;
/// Words of a place and a day.
const PLACE: usize = 9;
/// Most characters of the words that are kept.
const WORDS: usize = 120;

const DASHES: [char; 8] = ['—', '–', '-', '―', '−', '‐', '─', '_'];
const CLOSING: [char; 16] =
    ['.', '!', '?', '…', '”', '“', '"', '’', '»', '«', '。', '！', '？', '」', '』', '۔'];
const BRACKETS: [(char, char); 6] =
    [('(', ')'), ('[', ']'), ('（', '）'), ('【', '】'), ('［', '］'), ('/', '/')];
/// What stands between the parts of a byline.
const PARTS: [char; 12] = [',', '|', '•', '·', '–', '—', ';', '(', ')', '、', '｜', '，'];

/// Finds credits and keeps them.
pub(super) struct Finder<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) found: &'a mut Vec<Credit>,
}

impl Finder<'_> {
    fn push(&mut self, name: &str, words: &str) {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || self.found.iter().any(|credit| credit.name == name) {
            return;
        }
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        self.found.push(Credit { name, words: words.chars().take(WORDS).collect() });
    }

    /// Reads a line of few words: a byline, a credit, a blurb. `is_near` says that it stands where a story begins or ends.
    pub(super) fn line(&mut self, line: &str, hints: Hints, is_near: bool) {
        let words = line.split_whitespace().count();
        let small = line.to_lowercase();
        if words <= LINE && !hints.has(Hints::WITH) && !self.is_about_a_picture(&small) {
            let before = self.found.len();
            self.byline(line, hints, is_near);
            if self.found.len() > before {
                return;
            }
        }
        if words <= BLURB {
            self.blurb(line, &small, hints, is_near);
        }
    }

    fn is_about_a_picture(&self, small: &str) -> bool {
        let mut words = small.split(|c: char| !c.is_alphanumeric());
        words.any(|word| self.lexicon.is("photo", word))
            || !small.is_ascii()
                && self
                    .lexicon
                    .cues("photo")
                    .iter()
                    .any(|cue| cue.chars().all(is_single) && small.contains(cue.as_str()))
    }

    /// "By Ada Fernwood, Associated Press", "Reuters", "Source: AFP", "© 2031 The Associated Press."
    fn byline(&mut self, line: &str, hints: Hints, is_near: bool) {
        let lexicon = self.lexicon;
        if let Some(rest) = copyright(line) {
            if let Some((name, range)) = lexicon.named(rest).into_iter().next()
                && range.start == 0
                && lexicon.is_agency(name)
            {
                self.push(name, line);
            }
            return;
        }
        if hints.has(Hints::FROM)
            && let Some(rest) = self.behind_source(line)
        {
            self.source(rest, line);
            return;
        }
        let core = self.without_date(line);
        let has_date = core.len() < line.trim_end().len();
        // Letters may change their length with their case, so the cue is looked for in what is printed.
        let by = core.split_once(' ').and_then(|(head, rest)| {
            let head = head.trim_end_matches(':').to_lowercase();
            lexicon.is("by", &head).then_some(rest.trim())
        });
        if let Some(rest) = by {
            self.writer(rest, line);
        } else if is_near {
            self.alone(core, line, has_date);
        }
    }

    /// What stands behind "Source:".
    fn behind_source<'l>(&self, line: &'l str) -> Option<&'l str> {
        line.match_indices([':', '：']).find_map(|(at, colon)| {
            let before = line[..at].trim_end().to_lowercase();
            let is_cue = |cue: &&String| {
                before.strip_suffix(cue.as_str()).is_some_and(|rest| {
                    cue.chars().all(is_single) || !rest.ends_with(char::is_alphanumeric)
                })
            };
            self.lexicon.cues("from").iter().find(is_cue).map(|_| line[at + colon.len()..].trim())
        })
    }

    fn source(&mut self, rest: &str, line: &str) {
        let end = rest.find(['|', ';', '。', '•', '·', '\u{3000}']).unwrap_or(rest.len());
        let rest = self.without_date(rest[..end].trim().trim_end_matches(['.', ')', '）']));
        let rest = rest.trim_start_matches(['(', '（']);
        if self.names(rest, line) {
            return;
        }
        // Where words have no spaces, what follows one is another thing.
        let first = rest.split_whitespace().next().unwrap_or("");
        let outlet = if first.chars().any(is_single) { first } else { rest };
        if self.lexicon.agency(outlet).is_some() || self.is_paper(outlet) {
            self.outlet(outlet, line);
        }
    }

    /// What stands behind "By": a name and what it writes for.
    fn writer(&mut self, rest: &str, line: &str) {
        let lexicon = self.lexicon;
        if self.names(rest, line) {
            return;
        }
        let before = self.found.len();
        let parts: Vec<&str> = rest.split(PARTS).flat_map(|part| part.split(" - ")).collect();
        for part in &parts {
            let part = self.without_role(part);
            if let Some(name) = lexicon.agency(part) {
                self.push(name, line);
            } else if let Some((name, range)) = lexicon.named(part).into_iter().next_back() {
                // "Ada Fernwood Associated Press", "Associated Press reporters"
                let is_last = range.end == part.len();
                let is_first = range.start == 0 && {
                    let behind = part[range.end..].trim().to_lowercase();
                    behind.split(' ').next().is_some_and(|word| lexicon.is("role", word))
                };
                if is_last || is_first {
                    self.push(name, line);
                }
            }
        }
        if self.found.len() == before
            && let [_, .., last] = parts[..]
        {
            let last = last.trim();
            let outlet = ["Special to ", "special to ", "for "]
                .iter()
                .find_map(|cue| last.strip_prefix(cue))
                .unwrap_or(last);
            if self.is_paper(outlet) {
                self.outlet(outlet, line);
            }
        }
    }

    /// A line that is nothing but a name. A few capitals are a picture's credit as often, so they are asked for more.
    fn alone(&mut self, core: &str, line: &str, has_date: bool) {
        let bare = core.trim_start_matches(DASHES).trim().trim_end_matches(['.', ':']);
        let inside =
            BRACKETS.iter().find_map(|&(open, close)| bare.strip_prefix(open)?.strip_suffix(close));
        let is_marked = has_date || inside.is_some() || core.starts_with(DASHES);
        let bare = inside.unwrap_or(bare);
        let is_short = bare.chars().count() < 5 && !bare.chars().any(is_single);
        if is_short && !is_marked {
            return;
        }
        if !self.names(bare, line) {
            let small = bare.to_lowercase();
            let is_agency = self.lexicon.cues("agency").iter().any(|cue| {
                small.strip_suffix(cue.as_str()).is_some_and(|rest| !rest.trim().is_empty())
            });
            if is_agency && is_capitalised(bare) && bare.split_whitespace().count() <= 6 {
                self.outlet(bare, line);
            }
        }
    }

    /// A sentence that credits somebody.
    fn blurb(&mut self, line: &str, small: &str, hints: Hints, is_near: bool) {
        let lexicon = self.lexicon;
        let with = hints.has(Hints::WITH).then(|| lexicon.cues("with").iter());
        if let Some(cue) = with.and_then(|mut cues| cues.find(|cue| small.contains(cue.as_str()))) {
            let sentence = sentence(line, small, cue);
            let named = lexicon.named(sentence);
            for (name, _) in &named {
                self.push(name, sentence);
            }
            if named.is_empty() {
                self.unlisted(sentence, &sentence.to_lowercase(), cue);
            }
        }
        let selves = lexicon.cues("self");
        let first = if hints.has(Hints::FIRST) { lexicon.cues("first") } else { &[] };
        for cue in first {
            let Some((before, rest)) = around(line, small, cue) else { continue };
            let before = before.trim().to_lowercase();
            // "The novel, originally published in Paris": of what the sentence speaks, not of itself.
            let is_of_itself = before.is_empty()
                || cue.contains(char::is_whitespace)
                    && selves.iter().any(|text| before.contains(text.as_str()))
                || cue.chars().all(is_single);
            if is_of_itself && let Some(outlet) = self.printed(rest) {
                self.outlet(&outlet, line);
                break;
            }
        }
        if is_near && hints.has(Hints::AGENCY) {
            self.agency_blurb(line);
        }
    }

    /// "Quenby Wire contributed to this report.", "With files from Quenby Wire"
    fn unlisted(&mut self, line: &str, small: &str, cue: &str) {
        let Some((before, behind)) = around(line, small, cue) else { return };
        let last = before.trim_end().rsplit([',', '.', ';', '(']).next().unwrap_or("").trim();
        let last = last.strip_prefix("and ").unwrap_or(last);
        for outlet in [Some(last.to_owned()), self.printed(behind)].into_iter().flatten() {
            if self.is_paper(&outlet) {
                self.outlet(&outlet, line);
                return;
            }
        }
    }

    /// "AFP is a global news agency delivering fast, in-depth coverage."
    fn agency_blurb(&mut self, line: &str) {
        for cue in self.lexicon.cues("is") {
            let cue = format!(" {cue} ");
            let Some(at) = line.find(&cue) else { continue };
            let (subject, rest) = (line[..at].trim(), &line[at + cue.len()..]);
            let rest: String = rest.chars().take(80).collect::<String>().to_lowercase();
            let is_agency =
                self.lexicon.cues("agency").iter().any(|word| rest.contains(word.as_str()));
            if !is_agency || subject.split_whitespace().count() > 6 || !is_capitalised(subject) {
                continue;
            }
            // "Agence France-Presse (AFP)"
            let name = subject.split('(').next().unwrap_or(subject).trim_end_matches(',');
            self.outlet(name, line);
            return;
        }
    }

    /// The outlet whose name begins a text.
    fn printed(&self, rest: &str) -> Option<String> {
        let rest = rest.trim_start_matches([' ', ':', '：', '“', '"', '„', '«', '‘', '\u{a0}']);
        if let Some(title) = rest.strip_prefix('《') {
            return title.split_once('》').map(|(title, _)| title.to_owned());
        }
        if rest.chars().next().is_some_and(is_single) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
            return (name.chars().count() <= 16).then_some(name);
        }
        let mut name: Vec<&str> = Vec::new();
        for word in rest.split_whitespace() {
            let bare = word.trim_end_matches([
                '.', ',', ';', ':', ')', '(', '|', '"', '”', '“', '»', '’', '*',
            ]);
            let is_address = name.is_empty() && bare.contains('.') && bare.len() > 4;
            let links = [
                "the", "of", "and", "de", "der", "die", "das", "la", "le", "el", "&", "für", "del",
                "di",
            ];
            if !is_address && !bare.starts_with(char::is_uppercase) && !links.contains(&bare) {
                break;
            }
            if self.lexicon.is("date", &bare.to_lowercase()) && bare.starts_with(char::is_uppercase)
            {
                break;
            }
            name.push(bare);
            if bare.len() < word.len() || is_address || name.len() == 8 {
                break;
            }
        }
        while name
            .last()
            .is_some_and(|word| !word.contains('.') && !word.starts_with(char::is_uppercase))
        {
            name.pop();
        }
        (!name.is_empty()).then(|| name.join(" "))
    }

    /// Credits an outlet by the name of the lists, or as it is printed.
    fn outlet(&mut self, printed: &str, line: &str) {
        let name =
            ["The ", "the "].iter().find_map(|the| printed.strip_prefix(the)).unwrap_or(printed);
        let name = self.lexicon.agency(name).unwrap_or(name).to_owned();
        self.push(&name, line);
    }

    /// Whether a name ends as those of newspapers and agencies do.
    fn is_paper(&self, name: &str) -> bool {
        let name = name.trim().trim_end_matches(['.', ')']);
        let words = name.split_whitespace().count();
        if name.chars().any(is_single) {
            return words == 1
                && self.lexicon.cues("paper").iter().any(|cue| name.ends_with(cue.as_str()));
        }
        let last = name.rsplit(char::is_whitespace).next().unwrap_or("").to_lowercase();
        (2..=6).contains(&words) && is_capitalised(name) && self.lexicon.is("paper", &last)
    }

    /// A line without the day and the time at its end.
    fn without_date<'l>(&self, line: &'l str) -> &'l str {
        let mut rest = line.trim_end();
        loop {
            let Some((before, last)) = rest.rsplit_once(char::is_whitespace) else { return rest };
            let bare = last.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
            let is_date = bare.is_empty()
                || bare.starts_with(|c: char| c.is_ascii_digit())
                || self.lexicon.is("date", &bare);
            if !is_date {
                return rest;
            }
            rest = before.trim_end();
        }
    }

    /// A part of a byline without what the writer is there.
    fn without_role<'l>(&self, part: &'l str) -> &'l str {
        let part = part.trim();
        let small = part.to_lowercase();
        if small.len() != part.len() {
            return part;
        }
        let role =
            self.lexicon.cues("role").iter().find(|role| {
                small.strip_suffix(role.as_str()).is_some_and(|rest| rest.ends_with(' '))
            });
        role.and_then(|role| part.get(..part.len() - role.len())).map_or(part, str::trim_end)
    }

    /// Credits all agencies of a list that names nothing else: `dpa`, `dpa/AFP`, `AP, Reuters`, `dpa/lno`, `CBS/AP`.
    fn names(&mut self, list: &str, line: &str) -> bool {
        let Some(names) = self.all_names(list) else { return false };
        for name in &names {
            self.push(name, line);
        }
        !names.is_empty()
    }

    fn all_names(&self, list: &str) -> Option<Vec<String>> {
        let mut names = Vec::new();
        if let Some(name) = self.lexicon.agency(list) {
            return Some(vec![name.to_owned()]);
        }
        for part in list.split(['/', ',', ';', '–', '+', '·', '、', '|']) {
            let part = part.trim();
            for name in self.joined(part)? {
                names.push(name);
            }
        }
        (!names.is_empty()).then_some(names)
    }

    /// The agencies of a part of a list; none if it names something else.
    fn joined(&self, part: &str) -> Option<Vec<String>> {
        if let Some(name) = self.lexicon.agency(part) {
            return Some(vec![name.to_owned()]);
        }
        // "서울=연합뉴스": a place before the agency.
        if let Some((_, agency)) = part.split_once(['=', '＝']) {
            return self.joined(agency.trim());
        }
        // "ワシントン共同"
        if part.chars().any(is_single) {
            let named = self.lexicon.named(part);
            let is_last = named.last().is_some_and(|(_, range)| range.end == part.len());
            return is_last.then(|| named.into_iter().map(|(name, _)| name.to_owned()).collect());
        }
        let words: Vec<&str> = part.split_whitespace().collect();
        if let Some(at) = words.iter().position(|word| self.lexicon.is("and", &word.to_lowercase()))
            && at > 0
        {
            let mut names = self.joined(&words[..at].join(" "))?;
            names.extend(self.joined(&words[at + 1..].join(" "))?);
            return Some(names);
        }
        // A loaded of the agency, or a broadcaster beside it.
        let is_code = words.len() == 1
            && part.chars().count() <= 5
            && (part.chars().all(char::is_lowercase) || part.chars().all(char::is_uppercase));
        is_code.then(Vec::new)
    }

    /// "ASHFORD (AP) — The keeper", "Ashford, March 4 (Reuters) - The keeper", "【ワシントン共同】", "新华社北京5月4日电".
    pub(super) fn dateline(&mut self, paragraph: &str) {
        let mut end = paragraph.len().min(DATELINE);
        while !paragraph.is_char_boundary(end) {
            end -= 1;
        }
        let front = &paragraph[..end];
        let first = BRACKETS
            .iter()
            .filter_map(|&(open, close)| Some((front.find(open)?, open, close)))
            .min();
        if let Some((at, open, close)) = first
            && let Some(length) = front[at + open.len_utf8()..].find(close)
        {
            let before = front[..at].trim();
            let inside = &front[at + open.len_utf8()..at + open.len_utf8() + length];
            let until = at + open.len_utf8() + length + close.len_utf8();
            let behind = front[until..].trim_start().trim_start_matches(['.', ':']).trim_start();
            let is_dash = behind.starts_with(DASHES);
            let goes_on = is_dash
                || behind.starts_with(['=', '＝'])
                || inside.contains(['=', '＝'])
                || matches!(open, '【' | '［')
                // "МОСКВА, 4 мая. /ТАСС/." is none of "Ada Fernwood/AFP/Getty".
                || open == '/'
                    && front[..at].ends_with(char::is_whitespace)
                    && !front[until..].starts_with(char::is_alphanumeric);
            if goes_on && is_place(before) && !is_abbreviation(before, inside) {
                let words = &front[..until];
                if !self.names(inside, words)
                    && is_dash
                    && is_in_capitals(before)
                    && self.is_outlet(inside)
                {
                    self.outlet(inside, words);
                }
                return;
            }
        }
        self.plain_dateline(front);
    }

    /// "МОСКВА, 4 мая - РИА Новости. Хранитель", "dpa — Der Müller", "新华社北京5月4日电 守磨人".
    fn plain_dateline(&mut self, front: &str) {
        if front.starts_with(is_single)
            && let Some((name, range)) = self.lexicon.named(front).into_iter().next()
            && range.start == 0
            && let Some((at, sign)) =
                front.char_indices().take(32).find(|(_, c)| matches!(c, '电' | '電'))
        {
            let words = front[..at + sign.len_utf8()].to_owned();
            if !words.contains(['。', '，', '、']) {
                let name = name.to_owned();
                self.push(&name, &words);
            }
            return;
        }
        let mut start = 0;
        let mut is_lead = true;
        for (at, sign) in front.match_indices(|c: char| DASHES.contains(&c) || c == '.' || c == '/')
        {
            let piece = front[start..at].trim();
            let behind = &front[at + sign.len()..];
            let is_dash = sign.starts_with(DASHES)
                && (behind.starts_with(char::is_whitespace)
                    || front[..at].ends_with(char::is_whitespace));
            if let Some(name) = self.lexicon.agency(piece) {
                if is_lead && (start > 0 || is_dash) {
                    let (name, words) = (name.to_owned(), front[..at].to_owned());
                    self.push(&name, &words);
                }
                return;
            }
            // A place in capitals, or a day.
            is_lead &= is_in_capitals(piece) || piece.contains(|c: char| c.is_ascii_digit());
            if !is_lead || piece.split_whitespace().count() > PLACE {
                return;
            }
            start = at + sign.len();
        }
    }

    /// What a bracket in a dateline has may be called an outlet though no list has it.
    fn is_outlet(&self, inside: &str) -> bool {
        let words = inside.split_whitespace();
        let letters = inside.chars().filter(|c| c.is_alphabetic()).count();
        letters >= 3
            && words.clone().count() <= 4
            && !inside.contains(|c: char| c.is_numeric() || ".,;:".contains(c))
            && words.clone().all(|word| !self.lexicon.is("date", &word.to_lowercase()))
            && is_capitalised(inside)
    }

    /// "… said on Monday. (dpa)", "… said on Monday. — AFP"
    pub(super) fn mark(&mut self, paragraph: &str) {
        let line = paragraph.trim_end().trim_end_matches('.');
        for (open, close) in BRACKETS {
            let Some(rest) = line.strip_suffix(close) else { continue };
            let Some(at) = rest.rfind(open) else { continue };
            if line.len() - at <= DATELINE && rest[..at].trim_end().ends_with(CLOSING) {
                let inside = &rest[at + open.len_utf8()..];
                self.names(inside, &line[at..]);
            }
            return;
        }
        let Some((at, dash)) =
            line.char_indices().rev().take(40).find(|(_, c)| DASHES.contains(c) && *c != '‐')
        else {
            return;
        };
        let behind = &line[at + dash.len_utf8()..];
        if line[..at].trim_end().ends_with(CLOSING) && self.lexicon.agency(behind).is_some() {
            self.names(behind, &line[at..]);
        }
    }
}

/// What stands behind the sign of copyright and its years.
fn copyright(line: &str) -> Option<&str> {
    let signs = ["©", "(c)", "(C)", "Copyright", "copyright", "COPYRIGHT"];
    let mut rest = line;
    let claimed = |rest: &'_ str| {
        signs.iter().find_map(|sign| {
            let behind = rest.strip_prefix(sign)?;
            (*sign == "©" || !behind.starts_with(char::is_alphanumeric))
                .then_some(rest.len() - behind.len())
        })
    };
    while let Some(length) = claimed(rest) {
        rest = rest[length..].trim_start();
    }
    if rest.len() == line.len() {
        return None;
    }
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || " ,-–\u{a0}".contains(c));
    let words = ["by ", "The ", "the "].iter();
    Some(words.fold(rest, |rest, word| rest.strip_prefix(word).unwrap_or(rest)))
}

/// What stands before and behind a cue; `small` is the line in small letters.
fn around<'l>(line: &'l str, small: &str, cue: &str) -> Option<(&'l str, &'l str)> {
    // Few letters change their length with their case.
    let at = if small.len() == line.len() {
        small.find(cue)?
    } else {
        ignoring_case(line, cue).next()?
    };
    Some((line.get(..at)?, line.get(at + cue.len()..)?))
}

/// The sentence of a line that has a cue.
fn sentence<'l>(line: &'l str, small: &str, cue: &str) -> &'l str {
    let Some((before, behind)) = around(line, small, cue) else { return line };
    let ends = [". ", "! ", "? ", ".) "];
    let start =
        ends.iter().filter_map(|end| Some(before.rfind(end)? + end.len())).max().unwrap_or(0);
    let stop =
        ends.iter().filter_map(|end| Some(behind.find(end)? + 1)).min().unwrap_or(behind.len());
    line[start..line.len() - behind.len() + stop].trim()
}

/// Whether what stands before a bracket may be a place, with a day: "ASHFORD, Kent", "Paris, 4 mai", "", but not "The mill".
fn is_place(before: &str) -> bool {
    let mut words = before.split_whitespace();
    let first = words.clone().next().unwrap_or("").to_lowercase();
    let is_short = words.clone().count() <= PLACE;
    let is_name = is_in_capitals(before)
        || before.contains(|c: char| c.is_ascii_digit())
        || words.all(|word| !word.starts_with(char::is_lowercase) || word.chars().count() <= 3);
    is_short
        && is_name
        && !before.starts_with(char::is_lowercase)
        && !["the", "a", "an", "der", "die", "das"].contains(&first.as_str())
}

/// Whether a bracket shortens the words before it: "American Paper Association (APA)".
fn is_abbreviation(before: &str, inside: &str) -> bool {
    let initials = before.split_whitespace().filter_map(|word| word.chars().next());
    let initials: String = initials.filter(|c| c.is_uppercase()).collect();
    inside.chars().count() > 1 && initials.ends_with(inside)
}

/// Whether a name begins with a capital, or with a letter that has none.
fn is_capitalised(name: &str) -> bool {
    name.chars().next().is_some_and(|c| c.is_uppercase() || c.is_alphabetic() && !c.is_lowercase())
}

/// Whether the first word of a place is in capitals throughout.
fn is_in_capitals(place: &str) -> bool {
    let word = place.split(|c: char| !c.is_alphabetic()).next().unwrap_or("");
    word.chars().count() >= 3 && word.chars().all(char::is_uppercase)
}
