//! Writes what a page is about: a story, a passage of another, a report, a page of a manual.

use super::{
    dice::{Dice, mix},
    page::{Insert, Writer, key, own_story},
    pen::Edits,
    truth::{Form, Kind, Print, Trap},
};

impl Writer<'_> {
    /// Ends a paragraph of the body, and prints what stands after it in the middle of the story.
    pub(super) fn end_body(&mut self, kind: Kind, story: u64) {
        self.pen.sheet.end(kind, story);
        self.printed += 1;
        for i in 0..self.inserts.len() {
            if let Some((after, insert)) = self.inserts[i]
                && after == self.printed
            {
                match insert {
                    Insert::Newsletter => self.newsletter(),
                    Insert::Advert => {
                        self.pen.fixed(self.template, key::ADVERT, 1, 1);
                        self.end(Kind::Advert);
                    }
                    Insert::Link => {
                        self.pen.fixed(self.template, key::LINK, 1, 2);
                        self.pen.sign(": ");
                        self.headline_of((11 * self.k + 5) % self.site.pages, 9);
                        self.end(Kind::Link);
                    }
                }
            }
        }
    }

    pub(super) fn story(&mut self, print: &Print) {
        let seed = mix(self.seed, print.story);
        let local = mix(self.seed, own_story(self.site, self.told));
        let is_own = print.story == own_story(self.site, self.told);
        let mut dice = Dice::of(local, key::FORM);

        // Half of the editors write another headline.
        let headline = if is_own || dice.percent(50) { local } else { seed };
        self.pen.fixed(headline, key::HEADLINE, 4, 10);
        self.pen.sheet.end(Kind::Headline, 0);
        if dice.percent(70) {
            let author = mix(local, 7) % 12;
            self.pen.fixed(self.site.seed, key::AUTHOR + author, 2, 2);
            self.pen.sign(" · ");
            self.pen.day(self.language, self.day());
            self.pen.sheet.end(Kind::Byline, 0);
        }

        let length = length(seed);
        let (printed, mut edits) = match print.form {
            Form::Whole => (length, Edits::none()),
            Form::Edited(permille) => (length, Edits::new(local, permille)),
            Form::Cut(percent) => ((length * percent).div_ceil(100), Edits::none()),
        };
        if let Form::Edited(100) = print.form {
            self.paragraph(local, 0, print.story, &mut Edits::none());
        }
        let speech = match print.trap {
            Some(Trap::Speech(speech)) => Some(speech),
            _ => None,
        };
        for i in 0..printed {
            if i == 2
                && let Some(speech) = speech
            {
                self.speech(speech);
            }
            if i == 3
                && let Some(passage) = print.passage
            {
                self.passage(passage);
            }
            self.paragraph(seed, i, print.story, &mut edits);
        }
        // A quarter of a site's own stories are follow-ups, three or so of one event.
        if is_own && self.site.pages > 5 && mix(local, key::SERIES).is_multiple_of(4) {
            let series = mix(self.site.seed, key::SERIES + u64::from(self.told / 12) * 100_000);
            let mut dice = Dice::of(series, key::PARAGRAPH);
            self.pen.paragraph(&mut dice, &mut Edits::none());
            self.end_body(Kind::Background, 0);
        }
    }

    pub(super) fn paragraph(&mut self, seed: u64, number: u32, story: u64, edits: &mut Edits) {
        let mut dice = Dice::of(seed, key::PARAGRAPH + u64::from(number));
        self.pen.paragraph(&mut dice, edits);
        self.end_body(Kind::Prose, story);
    }

    /// A long passage of another story: two fifths of it, two paragraphs or more.
    pub(super) fn passage(&mut self, story: u64) {
        let seed = mix(self.seed, story);
        let length = length(seed);
        let first = Dice::of(self.site.seed, u64::from(self.told)).below(length / 2);
        for i in first..first + length * 2 / 5 {
            self.paragraph(seed, i, story, &mut Edits::none());
        }
    }

    pub(super) fn speech(&mut self, speech: u64) {
        let seed = mix(self.seed, speech);
        for i in 0..2 {
            let mut dice = Dice::of(seed, key::PARAGRAPH + i);
            self.pen.speech(&mut dice);
            self.end_body(Kind::Quotation, 0);
        }
    }

    pub(super) fn report(&mut self, report: u64, story: u64) {
        let template = mix(self.seed, report);
        let mut today = Dice::of(mix(self.seed, story), key::PARAGRAPH);
        self.pen.fixed(template, key::HEADLINE, 2, 4);
        self.pen.space();
        self.pen.day(self.language, self.day());
        self.end_body(Kind::Headline, 0);
        let mut fixed = Dice::of(template, key::PARAGRAPH);
        let changing = fixed.between(8, 25);
        for _ in 0..fixed.between(4, 7) {
            for i in 0..fixed.between(2, 3) {
                if i > 0 {
                    self.pen.gap();
                }
                self.pen.reported(&mut fixed, &mut today, changing);
            }
            self.end_body(Kind::Report, 0);
        }
    }

    pub(super) fn manual(&mut self, story: u64) {
        let seed = mix(self.seed, story);
        let mut dice = Dice::of(seed, key::FORM);
        self.title(self.told);
        self.pen.sheet.end(Kind::Headline, 0);
        self.warning(&mut dice, 10);
        for i in 0..dice.between(1, 3) {
            self.paragraph(seed, i, story, &mut Edits::none());
        }
        self.warning(&mut dice, 15);
        if dice.percent(80) {
            self.heading(0);
            self.parameters(&mut dice);
        }
        if dice.percent(60) {
            self.heading(1);
            let mut returns = Dice::of(self.site.seed, key::RETURNS + u64::from(dice.below(12)));
            self.pen.plain(&mut returns, 6, 16);
            self.pen.sheet.end(Kind::Row, 0);
        }
        if dice.percent(50) {
            self.heading(2);
            for i in 3..3 + dice.between(1, 2) {
                self.paragraph(seed, i, story, &mut Edits::none());
            }
            self.warning(&mut dice, 10);
        }
        if dice.percent(70) {
            self.heading(3);
            for _ in 0..dice.between(2, 5) {
                let other = dice.below(self.site.pages);
                self.title(other);
                self.pen.sheet.end(Kind::Reference, 0);
            }
        }
        if dice.percent(30) {
            for i in 0..2 {
                let mut licence = Dice::of(self.site.seed, key::LICENCE + i);
                self.pen.paragraph(&mut licence, &mut Edits::none());
                self.pen.sheet.end(Kind::Licence, 0);
            }
        }
    }

    /// The name of what a manual page describes.
    pub(super) fn title(&mut self, k: u32) {
        let mut dice = Dice::of(self.site.seed, key::HEADLINE + (u64::from(k) << 20));
        if self.pen.has_spaces() {
            self.pen.identifier(&mut dice);
            self.pen.sign("()");
        } else {
            self.pen.phrase(&mut dice, 3);
        }
    }

    pub(super) fn heading(&mut self, number: u64) {
        self.pen.fixed(self.site.seed, key::HEADING + number, 1, 2);
        self.pen.sheet.end(Kind::Heading, 0);
    }

    /// A table of parameters: names that recur over the site, three descriptions in four as well.
    pub(super) fn parameters(&mut self, dice: &mut Dice) {
        for _ in 0..dice.between(2, 6) {
            let number = u64::from(dice.below(40));
            let mut name = Dice::of(self.site.seed, key::PARAMETER + 2 * number);
            self.pen.identifier(&mut name);
            self.pen.sheet.end(Kind::Row, 0);
            let mut about = Dice::of(self.site.seed, key::PARAMETER + 2 * number + 1);
            let about = if dice.percent(75) { &mut about } else { &mut *dice };
            self.pen.plain(about, 6, 20);
            self.pen.sheet.end(Kind::Row, 0);
        }
    }

    pub(super) fn warning(&mut self, dice: &mut Dice, percent: u32) {
        if dice.percent(percent) {
            let number = u64::from(dice.below(6));
            let mut warning = Dice::of(self.site.seed, key::WARNING + number);
            self.pen.plain(&mut warning, 14, 30);
            self.pen.sheet.end(Kind::Warning, 0);
        }
    }
}

/// Paragraphs of a story.
fn length(seed: u64) -> u32 {
    Dice::of(seed, key::LENGTH).between(6, 14)
}
