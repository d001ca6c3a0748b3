//! Two texts beside each other: the one way to a verdict, for runs in memory and on disk, for indexes and for those who
//! ask why.

use crate::base::page::Relation;

use super::{
    align::{Aligner, Measures, Run},
    body::BodyRef,
    decide::{Basis, Kinship, Rule, Verdict},
    measure::{HalfWords, Share},
    numbers,
    whole::{self, Counts, Joined, Whole},
};

/// Compares texts; holds the buffers. One a worker.
#[derive(Debug, Default)]
pub struct Comparer {
    aligner: Aligner,
    /// Aligns whole texts, so that the index of the last evidence is kept.
    wholes: Aligner,
    joined: [Joined; 2],
    chains: Vec<(u32, u32)>,
    counts: Counts,
}

impl Comparer {
    /// A comparer with empty buffers.
    pub fn new() -> Comparer {
        Comparer::default()
    }

    /// All that a verdict is decided on. Callers that want the measures of `(a, b)` to be those of `(b, a)` always give
    /// the page that comes first first.
    ///
    /// Takes one alignment; two if the texts are about as long and much of them is no evidence.
    pub fn measure(&mut self, a: BodyRef<'_>, b: BodyRef<'_>) -> Measures {
        let found = self.aligner.align(a, b);
        let mut measures = found.measures;
        let mut of_all = Whole {
            a: a.whole_size(),
            b: b.whole_size(),
            equal: a.prints.agree(b.prints),
            bare: a.prints.body == 0 || b.prints.body == 0,
            ..Whole::default()
        };
        if !of_all.equal && of_all.may_be_near(&measures) {
            let Comparer { aligner, wholes, joined: [one, other], chains, counts } = self;
            if a.rest.words.is_empty() && b.rest.words.is_empty() {
                of_all.set(&measures, in_order(aligner, &measures, [a, b], chains));
            } else if counts.may_be_near(a, b) {
                let (a, b) = (one.of(a), other.of(b));
                let of_wholes = wholes.align(a, b).measures;
                of_all.set(&of_wholes, in_order(wholes, &of_wholes, [a, b], chains));
            }
        }
        measures.whole = of_all;
        if Rule::STANDARD.asks_for_all_numbers(&measures) {
            measures.all_numbers = numbers::of_all([a, b]);
        }
        measures
    }

    /// What the texts are to each other, if they are copies.
    pub fn compare(
        &mut self,
        rule: &Rule,
        a: BodyRef<'_>,
        b: BodyRef<'_>,
        kinship: Kinship,
    ) -> Option<Verdict> {
        rule.decide(&self.measure(a, b), kinship)
    }

    /// How many words of all the body of `here` stand in that of `there`, in whatever order: what a page has that no
    /// passage shows, digits included.
    pub fn held(&mut self, here: BodyRef<'_>, there: BodyRef<'_>) -> Share {
        if here.prints.agree(there.prints) {
            return Share::new(1, 1);
        }
        self.counts.held(here, there)
    }

    /// The runs that a verdict rests on, and the texts in which they stand: whole ones if it was found of all words.
    pub fn proof<'s>(
        &'s mut self,
        a: BodyRef<'s>,
        b: BodyRef<'s>,
        basis: Basis,
    ) -> (Vec<Run>, BodyRef<'s>, BodyRef<'s>) {
        if !basis.is_whole() {
            return (self.aligner.align(a, b).runs.to_vec(), a, b);
        }
        let Comparer { wholes, joined: [one, other], .. } = self;
        let (a, b) = (one.of(a), other.of(b));
        (wholes.align(a, b).runs.to_vec(), a, b)
    }
}

/// What two texts have in the same order, by the runs of the aligner's last call, which was of them.
fn in_order(
    aligner: &mut Aligner,
    measures: &Measures,
    [a, b]: [BodyRef<'_>; 2],
    chains: &mut Vec<(u32, u32)>,
) -> HalfWords {
    let runs = aligner.runs();
    // They are in the order of the shorter text, where they do not overlap.
    if measures.b_is_shorter {
        for run in runs.iter_mut() {
            std::mem::swap(&mut run.a, &mut run.b);
        }
    }
    let shorter = if measures.b_is_shorter { b } else { a };
    whole::in_order(runs, shorter.flags, chains)
}

impl Whole {
    /// The verdict on two texts that are one.
    pub(super) fn verdict(&self) -> Verdict {
        let (a, b) = (self.a.0, self.b.0);
        let (in_a, in_b) =
            if self.equal { (a, b) } else { (self.in_order.0.min(a), self.in_order.0.min(b)) };
        let shared = in_a.min(in_b);
        let resemblance = if self.equal {
            Share::new(a.max(b), a.max(b))
        } else {
            Share::new(shared, a.saturating_add(b).saturating_sub(shared))
        };
        let (covered_a, covered_b) = (Share::new(in_a, a), Share::new(in_b, b));
        Verdict {
            relation: Relation::Same,
            resemblance,
            containment: if b < a { covered_b } else { covered_a },
            covered_a,
            covered_b,
            shared: HalfWords(shared).words(),
            basis: if self.bare { Basis::Page } else { Basis::Body },
        }
    }
}
