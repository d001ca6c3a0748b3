//! Planted truth: a generated crawl is scanned, and labels and links are compared with what is known
//! of it, kind by kind. All figures are printed when one of them is not what it must be.

use refrain::engine;
mod chrome;
mod copies;

use std::{fmt::Write as _, num::NonZeroUsize, path::PathBuf, sync::LazyLock};

use refrain::{
    base::{
        page::PageNumber,
        recipe::{Recipe, Split},
    },
    engine::{Findings, Settings, Unobserved},
    generate::{Amount, GeneratedPage, Generator, Plan, Print, SiteTruth, score::Ratio},
    records::{Corpus, Options},
};

/// The crawl all tests here look at, and what the program makes of it.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    World::of(Plan { seed: 3, sites: 420, amount: Amount::Pages(4500), ..Plan::default() })
});

struct World {
    generator: Generator,
    prints: Vec<Print>,
    sites: Vec<SiteTruth>,
    findings: Findings,
}

impl World {
    fn of(plan: Plan) -> World {
        let generator = Generator::new(plan);
        let mut world_file = tempfile::NamedTempFile::with_suffix(".jsonl").expect("a file");
        generator.write(0..generator.pages(), &mut world_file).expect("room for it");
        let (mut prints, mut sites) = (Vec::new(), Vec::new());
        let mut page = GeneratedPage::default();
        for n in 0..generator.pages() {
            generator.render(n, &mut page);
            prints.push(page.print);
            sites.push(page.about);
        }
        let findings = scan(world_file.path().into());
        World { generator, prints, sites, findings }
    }

    /// Calls `each` with every page and its number.
    fn each(&self, mut each: impl FnMut(PageNumber, &GeneratedPage)) {
        let mut page = GeneratedPage::default();
        for n in 0..self.generator.pages() {
            self.generator.render(n, &mut page);
            each(n, &page);
        }
    }

    fn cluster(&self, page: PageNumber) -> Option<usize> {
        self.findings.placed(page).map(|placed| placed.cluster)
    }
}

fn scan(path: PathBuf) -> Findings {
    let corpus = Corpus::open(&[path], Options::default()).expect("a corpus");
    let settings = Settings {
        recipe: Recipe::default(),
        seeds: None,
        threads: NonZeroUsize::MIN.saturating_add(1),
        tier: refrain::base::cpu::Tier::best(),
        strict: true,
        ..Settings::default()
    };
    engine::scan(&corpus, &settings, None, &Unobserved).expect("no bad record")
}

/// What was measured, and what it must be.
#[derive(Default)]
struct Figures {
    table: String,
    wrong: bool,
}

#[derive(Clone, Copy)]
enum Bound {
    Least(f64),
    Most(f64),
    Any,
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Bound::Least(least) => value >= least,
            Bound::Most(most) => value <= most,
            Bound::Any => true,
        }
    }
}

impl Figures {
    fn add(&mut self, name: impl Into<String>, ratio: Ratio, bound: Bound) {
        self.row(&name.into(), ratio.value(), &ratio.to_string(), bound);
    }

    fn add_mean(&mut self, name: &str, mean: f64, bound: Bound) {
        self.row(name, mean, &format!("{mean:.4}"), bound);
    }

    fn row(&mut self, name: &str, value: f64, shown: &str, bound: Bound) {
        let holds = bound.holds(value);
        let mark = if holds { ' ' } else { '✗' };
        let bound = match bound {
            Bound::Least(least) => format!("at least {least}"),
            Bound::Most(most) => format!("at most {most}"),
            Bound::Any => String::new(),
        };
        writeln!(self.table, "{mark} {name:32} {shown:28} {bound}").expect("a string");
        self.wrong |= !holds;
    }

    /// Fails with all figures if one is out of its bound.
    fn check(&self) {
        assert!(!self.wrong, "\n{}", self.table);
    }
}

/// A page is the same however it is come by, and its paragraphs are the lines of its text.
#[test]
fn a_page_is_a_function_of_plan_and_number() {
    let plan = Plan { amount: Amount::Pages(300), sites: 40, ..Plan::default() };
    let (one, other) = (Generator::new(plan.clone()), Generator::new(plan.clone()));
    let mut whole = Vec::new();
    one.write(0..300, &mut whole).unwrap();
    let mut parts = Vec::new();
    for range in [200..300, 0..1, 1..200] {
        let mut part = Vec::new();
        other.write(range.clone(), &mut part).unwrap();
        parts.push((range.start, part));
    }
    parts.sort();
    let parts: Vec<u8> = parts.into_iter().flat_map(|(_, part)| part).collect();
    assert!(whole == parts);

    let mut page = GeneratedPage::default();
    for (n, line) in (0..).zip(whole.split(|&byte| byte == b'\n').filter(|line| !line.is_empty())) {
        one.render(n, &mut page);
        let json: serde_json::Value = serde_json::from_slice(line).unwrap();
        assert_eq!(json["text"], page.text());
        assert_eq!(json["id"], page.id);
        let spans: Vec<_> = refrain::text::paragraphs(page.text(), Split::default()).collect();
        let planted: Vec<_> = page.paragraphs().iter().map(|p| p.span.clone()).collect();
        assert_eq!(planted, spans);
    }

    let another = Generator::new(Plan { seed: plan.seed + 1, ..plan });
    let mut else_ = Vec::new();
    another.write(0..300, &mut else_).unwrap();
    assert!(whole != else_);
}

#[test]
fn a_plan_of_bytes_is_met_within_a_tenth() {
    for bytes in [3_000_000_u64, 20_000_000] {
        let plan = Plan { amount: Amount::Bytes(bytes), ..Plan::default() };
        let generator = Generator::new(plan);
        let written = generator.write(0..generator.pages(), &mut std::io::sink()).unwrap();
        assert!(written.abs_diff(bytes) < bytes / 10, "{written} of {bytes}");
    }
}

/// The strangest plans give pages: more sites than pages, one page, no chrome, no copies.
#[test]
fn every_plan_gives_pages() {
    for (sites, pages, chrome, copies) in
        [(50, 7, 100, 20), (1, 1, 100, 20), (3, 40, 0, 0), (2, 60, 400, 100), (1, 500, 100, 50)]
    {
        let amount = Amount::Pages(pages);
        let plan = Plan { sites, amount, chrome, copies, ..Plan::default() };
        let generator = Generator::new(plan);
        let mut page = GeneratedPage::default();
        let mut ids = std::collections::BTreeSet::new();
        for n in 0..generator.pages() {
            generator.render(n, &mut page);
            assert!(!page.text().is_empty());
            assert!(ids.insert(page.id.clone()));
        }
        assert_eq!(ids.len(), pages as usize);
    }
}
