//! Generated pages: invented sites with menus, feet and rotating teasers; their own stories; wire
//! stories that several sites print whole, edited or cut; pages captured twice; three scripts.
//!
//! Everything comes from one seed, so a corpus is the same on every machine, and what was planted is
//! known: which lines are furniture, which pages print the same story.

use std::fmt::Write;

use refrain::base::SplitMix64;

/// As random as a test needs, and the same for ever.
pub(crate) struct Random(SplitMix64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(SplitMix64::new(seed))
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0.below(n)
    }

    pub(crate) fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        self.0.shuffle(list);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Latin,
    Cyrillic,
    Han,
}

/// A page, and what was planted in it.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) id: String,
    pub(crate) site: String,
    pub(crate) url: String,
    pub(crate) date: String,
    pub(crate) lines: Vec<String>,
    /// The lines that the story takes.
    pub(crate) story: std::ops::Range<usize>,
    /// Number of the wire story it prints.
    pub(crate) wire: Option<usize>,
}

impl Page {
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }

    /// As one line of JSON, without its end.
    pub(crate) fn json(&self) -> String {
        let [id, url, date, text] = [&self.id, &self.url, &self.date, &self.text()]
            .map(|s| serde_json::to_string(s).unwrap());
        format!(r#"{{"id":{id},"url":{url},"rank": 1.50,"date":{date},"text":{text},"n":[1, 2]}}"#)
    }
}

/// Pages as lines of JSON.
pub(crate) fn lines(pages: &[Page]) -> String {
    pages.iter().fold(String::new(), |mut out, page| {
        writeln!(out, "{}", page.json()).unwrap();
        out
    })
}

struct Writer {
    random: Random,
    words: Vec<String>,
    script: Script,
}

impl Writer {
    fn new(script: Script, seed: u64) -> Writer {
        let mut random = Random::new(seed);
        let words = (0..4000).map(|_| word(&mut random, script)).collect();
        Writer { random, words, script }
    }

    fn phrase(&mut self, words: usize) -> String {
        let gap = if self.script == Script::Han { "" } else { " " };
        let picked: Vec<&str> =
            (0..words).map(|_| self.words[self.random.below(self.words.len())].as_str()).collect();
        picked.join(gap)
    }

    /// A few words with a capital, as menus and headlines have them.
    fn title(&mut self, words: usize) -> String {
        capital(&self.phrase(words))
    }

    fn sentence(&mut self, words: usize) -> String {
        let stop = if self.script == Script::Han { "。" } else { "." };
        capital(&self.phrase(words)) + stop
    }

    fn paragraph(&mut self) -> String {
        let sentences = 2 + self.random.below(3);
        let gap = if self.script == Script::Han { "" } else { " " };
        let all: Vec<String> = (0..sentences)
            .map(|_| {
                let words = 9 + self.random.below(14);
                self.sentence(words)
            })
            .collect();
        all.join(gap)
    }

    fn story(&mut self) -> Vec<String> {
        let paragraphs = 5 + self.random.below(7);
        (0..paragraphs).map(|_| self.paragraph()).collect()
    }
}

fn word(random: &mut Random, script: Script) -> String {
    let syllables = 1 + random.below(3);
    (0..=syllables)
        .map(|_| match script {
            Script::Latin => {
                let onset =
                    *random.of(&["b", "d", "fl", "g", "k", "l", "m", "n", "pr", "r", "st", "v"]);
                format!("{onset}{}", random.of(&["a", "e", "i", "o", "u", "ä", "ou"]))
            }
            Script::Cyrillic => {
                let onset =
                    *random.of(&["б", "в", "г", "д", "ж", "к", "л", "м", "н", "р", "ст", "ш"]);
                format!("{onset}{}", random.of(&["а", "е", "и", "о", "у", "ы", "я"]))
            }
            Script::Han => char::from_u32(0x4E00 + random.below(2500) as u32).unwrap().to_string(),
        })
        .collect()
}

fn capital(phrase: &str) -> String {
    let mut chars = phrase.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A site's furniture.
struct Site {
    name: String,
    script: Script,
    menu: Vec<String>,
    insert: String,
    plea: String,
    foot: Vec<String>,
    headlines: Vec<String>,
}

impl Site {
    fn new(number: usize, script: Script, writer: &mut Writer) -> Site {
        let few = |writer: &mut Writer, n: usize| -> Vec<String> {
            (0..n)
                .map(|_| {
                    let words = 1 + writer.random.below(3);
                    writer.title(words)
                })
                .collect()
        };
        Site {
            name: format!("site{number:02}.example"),
            script,
            menu: few(writer, 6),
            insert: writer.title(3),
            plea: writer.sentence(22),
            foot: few(writer, 5),
            headlines: (0..40).map(|_| writer.title(6)).collect(),
        }
    }

    /// Menu, headline, date, the story with an insert, teasers that rotate, plea, foot.
    fn page(&self, number: usize, body: &[String], writer: &mut Writer) -> Page {
        let day = 1 + number % 28;
        let mut lines = self.menu.clone();
        lines.push(writer.title(7));
        lines.push(format!("{day} March 2031, 1{}:{:02}", number % 10, number % 60));
        let start = lines.len();
        for (at, paragraph) in body.iter().enumerate() {
            if at == 2 && !number.is_multiple_of(3) {
                lines.push(self.insert.clone());
            }
            lines.push(paragraph.clone());
        }
        let end = lines.len();
        for _ in 0..4 {
            lines.push(writer.random.of(&self.headlines).clone());
        }
        lines.push(self.plea.clone());
        lines.extend(self.foot.iter().cloned());
        Page {
            id: format!("{}-{number:03}", self.name.split('.').next().unwrap()),
            site: self.name.clone(),
            url: format!("https://www.{}/story/{number}", self.name),
            date: format!("2031-03-{day:02}"),
            lines,
            story: start..end,
            wire: None,
        }
    }
}

/// As a desk prints a story: whole, with words changed and a paragraph added, or cut.
fn print(story: &[String], edition: usize, writer: &mut Writer) -> Vec<String> {
    match edition % 4 {
        0 => story.to_vec(),
        1 => {
            let mut edited: Vec<String> =
                story.iter().map(|p| p.replacen(' ', " also ", 1)).collect();
            edited.insert(1, writer.paragraph());
            edited
        }
        2 => story[..story.len().div_ceil(2)].to_vec(),
        _ => {
            let mut own = writer.story();
            own.extend(story[1..4].iter().cloned());
            own
        }
    }
}

/// `sites` sites with `pages` pages each, in an order in which the sites take turns.
pub(crate) fn corpus(seed: u64, sites: usize, pages: usize) -> Vec<Page> {
    let mut writers: Vec<Writer> = [Script::Latin, Script::Cyrillic, Script::Han]
        .into_iter()
        .map(|script| Writer::new(script, seed ^ script as u64))
        .collect();
    let of_script = |number: usize| if number % 5 < 3 { 0 } else { number % 5 - 2 };
    let sites: Vec<Site> = (0..sites)
        .map(|number| {
            let writer = &mut writers[of_script(number)];
            Site::new(number, writer.script, writer)
        })
        .collect();
    let wires: Vec<Vec<Vec<String>>> =
        writers.iter_mut().map(|w| (0..pages / 2).map(|_| w.story()).collect()).collect();

    let mut all: Vec<Page> = Vec::new();
    for number in 0..pages {
        for (at, site) in sites.iter().enumerate() {
            let script = of_script(at);
            let writer = &mut writers[script];
            assert_eq!(writer.script, site.script);
            // Every third page is a wire story; the others are the site's own.
            let wire = (number + at) % 3 == 0;
            let wire = wire.then(|| (number + at) / 3 % (pages / 2));
            let body = match wire {
                Some(story) => print(&wires[script][story], at + number, writer),
                None => writer.story(),
            };
            let mut page = site.page(number, &body, writer);
            page.wire = wire.map(|story| script * pages + story);
            // One page in eleven is captured again, with other teasers.
            let again = (number * sites.len() + at) % 11 == 5;
            let second = again.then(|| {
                let mut second = site.page(number, &body, writer);
                second.lines[site.menu.len()] = page.lines[site.menu.len()].clone();
                second.url.push_str("?utm_source=mail");
                second.id.push_str("-again");
                second.wire = page.wire;
                second
            });
            all.push(page);
            all.extend(second);
        }
    }
    all
}

/// A corpus means something only if there is something to find in it.
#[test]
fn a_corpus_is_the_same_every_time_and_has_copies() {
    let pages = corpus(1, 5, 10);
    assert_eq!(lines(&pages), lines(&corpus(1, 5, 10)));
    assert_ne!(lines(&pages), lines(&corpus(2, 5, 10)));
    let mut wires: Vec<usize> = pages.iter().filter_map(|page| page.wire).collect();
    wires.sort_unstable();
    assert!(wires.windows(2).filter(|pair| pair[0] == pair[1]).count() > 5);
    assert!(pages.iter().all(|page| page.story.len() >= 3 && page.story.end < page.lines.len()));
}
