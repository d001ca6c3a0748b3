//! Finds copies: candidates from traces, the text of the candidates fetched, aligned and decided.

use super::{Settings, fetch, label::Labels, learn::Learnt, parallel};
use crate::{
    Result,
    chrome::{ChromeFamily, Mark},
    copies::{
        Aligner, Bodies, Body, Candidate, Clusters, Kinship, Link, Passage, Posting, Proposals,
        Proposer, Rule, Verdict, clusters, passages, union,
    },
    input::Corpus,
    output::{ClusterFinding, Counts, Findings, MemberFinding, Placed},
    page::{Page, PageNumber},
    recipe::{Keep, Split},
    sketch::{Banding, WideSketch},
    text::{self, Digits, Scanner, Word},
    trace::Traces,
};

/// Shortest family, in words, that proposes a pair on its own.
const FAMILY_WORDS: u32 = 20;
/// Least anchors of a page that is sketched: fewer agree by accident.
const SKETCH_ANCHORS: usize = 8;
/// Pairs verified together by one worker.
const CHUNK: usize = 256;

pub(super) fn find(
    corpus: &Corpus,
    settings: &Settings,
    learnt: Learnt,
    labels: Labels,
    near_families: usize,
) -> Result<Findings> {
    let Learnt { traces, bad, text_bytes, input_bytes } = learnt;
    let Labels { marks, mut chrome, sites } = labels;
    let proposals = propose(&traces, &marks);

    let mut texts = Texts::default();
    texts.fetch(corpus, settings, &traces, &marks, &proposals, &mut chrome)?;
    let links = verify(settings, &traces, &texts.bodies, &proposals.pairs);
    let ranks = ranks(settings.recipe.keep, &traces, &texts.bodies, &links);
    let mut aligner = Aligner::new();
    let found = clusters(
        &links,
        |page| ranks.binary_search_by_key(&page, |row| row.0).map_or(u32::MAX, |at| ranks[at].1),
        |page, lead| {
            let verdict =
                decide(&mut aligner, &traces, &texts.bodies, page.min(lead), page.max(lead))?;
            Some(if page < lead { verdict } else { verdict.flipped() })
        },
    );

    chrome.sort_by_key(|family| (std::cmp::Reverse(family.pages), family.site, family.first));
    let counts = Counts {
        input_bytes,
        text_bytes,
        bad: bad.count,
        bad_first: bad.first,
        near_families: near_families as u64,
        candidates: proposals.pairs.len() as u64,
        limits: proposals.limits,
        splits: found.splits,
        out_of_tries: found.out_of_tries,
    };
    let (clusters, placed) = prove(&mut aligner, found, &texts);
    Ok(Findings {
        recipe: settings.recipe.clone(),
        traces,
        marks,
        sites,
        chrome,
        links,
        clusters,
        placed,
        counts,
    })
}

/// Pairs that anchors, long families or sketches of what is left of the pages propose.
///
/// A page's sketch is that of its body's anchors: a sample of its shingles that depends on the text
/// alone, known since learning. So no page has to be read again to leave its chrome out.
fn propose(traces: &Traces, marks: &[Mark]) -> Proposals {
    let (mut anchors, mut families, mut bands) = (Vec::new(), Vec::new(), Vec::new());
    let mut sizes = vec![0_u32; traces.len()];
    let mut body = Vec::new();
    for page in (0..).take(traces.len()) {
        let span = traces.span(page);
        body.clear();
        traces.each_anchored(page, |number, of_paragraph| {
            if marks[span.start + number].is_evidence() {
                body.extend_from_slice(of_paragraph);
            }
        });
        body.sort_unstable();
        body.dedup();
        sizes[page as usize] = u32::try_from(body.len()).unwrap_or(u32::MAX);
        anchors.extend(body.iter().map(|&key| Posting { key, page }));
        if body.len() >= SKETCH_ANCHORS {
            Banding::Rows4.wide_keys(&WideSketch::of(&body), |_, key| {
                bands.push(Posting { key, page });
            });
        }
        for paragraph in span {
            if marks[paragraph].is_evidence() && traces.shapes()[paragraph].words() >= FAMILY_WORDS
            {
                families.push(Posting { key: traces.families()[paragraph], page });
            }
        }
    }
    // A verified pair shares a fifth of the shorter text; a twentieth of its anchors is far below.
    let needed =
        |a: PageNumber, b: PageNumber| sizes[a as usize].min(sizes[b as usize]).div_ceil(20).max(1);
    let source = |mut postings: Vec<Posting>, needed: &dyn Fn(PageNumber, PageNumber) -> u32| {
        let mut proposer = Proposer::new();
        proposer.postings(&mut postings);
        proposer.finish(needed)
    };
    union([source(anchors, &needed), source(families, &|_, _| 1), source(bands, &|_, _| 1)])
}

/// The texts that evidence needs.
#[derive(Default)]
struct Texts {
    bodies: Bodies,
    /// First line of evidence of every page in `bodies`, ascending by page.
    titles: Vec<(PageNumber, String)>,
}

/// What is wanted of one page.
struct Fetched {
    body: Option<(Body, String)>,
    /// Texts of chrome families that come first on this page.
    chrome: Vec<String>,
}

impl Texts {
    /// Longest title kept, in characters.
    const TITLE: usize = 100;

    /// Reads the bodies of all candidates and the first occurrence of every family of chrome.
    fn fetch(
        &mut self,
        corpus: &Corpus,
        settings: &Settings,
        traces: &Traces,
        marks: &[Mark],
        proposals: &Proposals,
        chrome: &mut [ChromeFamily],
    ) -> Result<()> {
        let mut compared: Vec<PageNumber> =
            proposals.pairs.iter().flat_map(|pair| [pair.a, pair.b]).collect();
        compared.sort_unstable();
        compared.dedup();
        chrome.sort_by_key(|family| family.first);
        let shown: Vec<(PageNumber, u32)> = chrome.iter().map(|family| family.first).collect();
        let mut wanted: Vec<PageNumber> =
            compared.iter().copied().chain(shown.iter().map(|&(page, _)| page)).collect();
        wanted.sort_unstable();
        wanted.dedup();

        let split = settings.recipe.paragraph;
        let mut filled = 0;
        fetch::fetch(
            corpus,
            settings.threads,
            &wanted,
            Reader::new,
            |reader, page, content| {
                let body = compared
                    .binary_search(&page)
                    .is_ok()
                    .then(|| reader.body(content, split, &marks[traces.span(page)]));
                let first = shown.partition_point(|row| row.0 < page);
                let spans: Vec<_> = text::paragraphs(&content.text, split).collect();
                let chrome = shown[first..]
                    .iter()
                    .take_while(|row| row.0 == page)
                    .map(|&(_, at)| {
                        let span = spans.get(at as usize).cloned().unwrap_or_default();
                        content.text[span].trim().to_owned()
                    })
                    .collect();
                Fetched { body, chrome }
            },
            |page, fetched| {
                if let Some((body, title)) = fetched.body {
                    self.bodies.push(page, &body);
                    self.titles.push((page, title));
                }
                for text in fetched.chrome {
                    chrome[filled].text = text;
                    filled += 1;
                }
            },
        )
    }

    fn title(&self, page: PageNumber) -> &str {
        let at = self.titles.binary_search_by_key(&page, |row| row.0);
        at.map_or("", |at| &self.titles[at].1)
    }
}

/// Turns pages into the words that are compared; one a worker.
pub(super) struct Reader {
    scanner: Scanner,
    quoted: Vec<(u32, u32)>,
    words: Vec<Word>,
}

impl Reader {
    pub(super) fn new() -> Reader {
        Reader { scanner: Scanner::new(), quoted: Vec::new(), words: Vec::new() }
    }

    /// The evidence of a page and its first line.
    pub(super) fn body(&mut self, page: &Page<'_>, split: Split, marks: &[Mark]) -> (Body, String) {
        let mut body = Body::new();
        let mut title = String::new();
        let mut spans = text::paragraphs(&page.text, split).peekable();
        for (number, mark) in (0..).zip(marks) {
            let Some(span) = spans.next() else { break };
            if !mark.is_evidence() {
                continue;
            }
            let paragraph = &page.text[span];
            let next = spans.peek().map(|span| &page.text[span.clone()]);
            self.words(paragraph, next.is_some_and(text::is_attribution));
            // A body of a thousand million words has no room for more; what fits is compared.
            body.push(number, &self.words);
            if title.is_empty() {
                title = paragraph.trim().chars().take(Texts::TITLE).collect();
            }
        }
        (body, title)
    }

    fn words(&mut self, paragraph: &str, attributed: bool) {
        self.scanner.scan(paragraph, Digits::Keep);
        let tokens = self.scanner.tokens();
        self.scanner.quoted(attributed, &mut self.quoted);
        self.words.clear();
        let mut quoted = self.quoted.iter().peekable();
        for (i, &token) in tokens.iter().enumerate() {
            while quoted.next_if(|range| range.1 as usize <= i).is_some() {}
            #[expect(clippy::cast_possible_truncation, reason = "32 bits tell words apart")]
            self.words.push(Word {
                hash: token as u32,
                quoted: quoted.peek().is_some_and(|range| range.0 as usize <= i),
                number: self.scanner.is_number(i),
                single: self.scanner.is_single(i),
            });
        }
    }
}

/// Aligns and decides every pair; pairs with the same longer text follow each other.
fn verify(settings: &Settings, traces: &Traces, bodies: &Bodies, pairs: &[Candidate]) -> Vec<Link> {
    let mut order: Vec<(PageNumber, PageNumber)> =
        pairs.iter().map(|pair| (pair.a, pair.b)).collect();
    order.sort_unstable_by_key(|&(a, b)| {
        let longer = if bodies.len_words(a) > bodies.len_words(b) { a } else { b };
        (longer, a, b)
    });
    let chunks: Vec<&[(PageNumber, PageNumber)]> = order.chunks(CHUNK).collect();
    let numbers: Vec<usize> = (0..chunks.len()).collect();
    let found = parallel::map(settings.threads, &numbers, Aligner::new, |aligner, chunk| {
        chunks[chunk]
            .iter()
            .filter_map(|&(a, b)| {
                let verdict = decide(aligner, traces, bodies, a, b)?;
                Some(Link { a, b, verdict })
            })
            .collect::<Vec<Link>>()
    });
    let mut links: Vec<Link> = found.into_iter().flatten().collect();
    links.sort_unstable_by_key(|link| (link.a, link.b));
    links
}

fn decide(
    aligner: &mut Aligner,
    traces: &Traces,
    bodies: &Bodies,
    a: PageNumber,
    b: PageNumber,
) -> Option<Verdict> {
    let alignment = aligner.align(bodies.get(a)?, bodies.get(b)?);
    Rule::STUDY.decide(&alignment.measures, kinship(traces, a, b))
}

/// What is known of two pages before they are compared.
pub(super) fn kinship(traces: &Traces, a: PageNumber, b: PageNumber) -> Kinship {
    let (page, other) = (traces.page(a), traces.page(b));
    if page.site != other.site {
        Kinship::Across
    } else if page.url != 0 && page.url == other.url {
        Kinship::SameUrl
    } else {
        Kinship::Within
    }
}

/// For every linked page its rank by the keep rule, 0 for the one to lead if it can. Ascending by
/// page.
fn ranks(keep: Keep, traces: &Traces, bodies: &Bodies, links: &[Link]) -> Vec<(PageNumber, u32)> {
    let mut pages: Vec<PageNumber> = links.iter().flat_map(|link| [link.a, link.b]).collect();
    pages.sort_unstable();
    pages.dedup();
    // A page without a date comes after those that have one.
    let date = |page| {
        let date = traces.date(page);
        (date.is_empty(), date)
    };
    let length = |page| std::cmp::Reverse(bodies.len_words(page));
    match keep {
        Keep::First => {}
        Keep::Longest => pages.sort_by_key(|&page| (length(page), date(page), page)),
        Keep::Earliest => pages.sort_by_key(|&page| (date(page), length(page), page)),
    }
    let mut ranks: Vec<(PageNumber, u32)> = pages.into_iter().zip(0..).collect();
    ranks.sort_unstable();
    ranks
}

/// Adds the shared passages to every member, and lists who is where.
fn prove(
    aligner: &mut Aligner,
    found: Clusters,
    texts: &Texts,
) -> (Vec<ClusterFinding>, Vec<(PageNumber, Placed)>) {
    let mut placed = Vec::new();
    let mut proven = Vec::new();
    for (cluster, of) in found.clusters.into_iter().enumerate() {
        placed.push((of.lead, Placed { cluster, member: None }));
        let mut members = Vec::new();
        for member in of.members {
            placed.push((member.page, Placed { cluster, member: Some(members.len()) }));
            members.push(MemberFinding {
                page: member.page,
                verdict: member.verdict,
                passages: shared(aligner, &texts.bodies, member.page, of.lead),
            });
        }
        proven.push(ClusterFinding {
            lead: of.lead,
            title: texts.title(of.lead).to_owned(),
            members,
        });
    }
    placed.sort_unstable_by_key(|row| row.0);
    (proven, placed)
}

fn shared(
    aligner: &mut Aligner,
    bodies: &Bodies,
    page: PageNumber,
    lead: PageNumber,
) -> Vec<Passage> {
    let mut out = Vec::new();
    if let (Some(here), Some(there)) = (bodies.get(page), bodies.get(lead)) {
        let mut runs = aligner.align(here, there).runs.to_vec();
        passages(&mut runs, here, there, &mut out);
    }
    out
}
