//! Writes one page: what the site prints on every page around what this page is about.

use super::{
    dice::{Dice, mix},
    pen::{Edits, Pen},
    sites::Site,
    truth::{Form, Genre, Kind, Print, Trap},
};

/// A page that is being written.
pub(super) struct Writer<'a> {
    pub(super) pen: Pen<'a>,
    pub(super) site: &'a Site,
    /// Number of the page in its site.
    pub(super) k: u32,
    /// Number of the page whose story it prints: its own, or the one it captures again.
    pub(super) told: u32,
    /// Seed of the plan.
    pub(super) seed: u64,
    /// How much chrome, as a share of what is usual, in hundredths.
    pub(super) chrome: u32,
    /// Seed of the template and its language.
    pub(super) template: u64,
    /// Seed of the language.
    pub(super) language: u64,
    /// Inserts still to be printed: after so many paragraphs of the body, which.
    inserts: [Option<(u32, Insert)>; 4],
    printed: u32,
}

/// What stands in the middle of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Insert {
    Newsletter,
    Advert,
    Link,
}

/// Keys below the seed of a template: one for each thing it prints.
mod key {
    pub(super) const PLAN: u64 = 1;
    pub(super) const ENTRY: u64 = 1000;
    pub(super) const FOOT: u64 = 2000;
    pub(super) const COUNTER: u64 = 3000;
    pub(super) const MOST_READ: u64 = 3001;
    pub(super) const RELATED: u64 = 3002;
    pub(super) const NEWSLETTER: u64 = 3003;
    pub(super) const ADVERT: u64 = 3006;
    pub(super) const PLEA: u64 = 3007;
    pub(super) const RIGHTS: u64 = 3008;
    pub(super) const CRUMB: u64 = 3100;
    pub(super) const LINK: u64 = 3200;
    pub(super) const HEADING: u64 = 4000;
    pub(super) const PARAMETER: u64 = 5000;
    pub(super) const WARNING: u64 = 6000;
    pub(super) const RETURNS: u64 = 6100;
    pub(super) const LICENCE: u64 = 6200;
    pub(super) const AUTHOR: u64 = 6300;
    pub(super) const NOTICE: u64 = 7000;
    pub(super) const AGENCY: u64 = 8000;
    pub(super) const LABEL: u64 = 9000;
    pub(super) const HEADLINE: u64 = 10_000;
    pub(super) const LENGTH: u64 = 10_001;
    pub(super) const FORM: u64 = 10_002;
    pub(super) const PAGE: u64 = 10_003;
    pub(super) const SERIES: u64 = 10_004;
    pub(super) const PARAGRAPH: u64 = 20_000;
}

/// Number of a site's own story.
pub(super) fn own_story(site: &Site, k: u32) -> u64 {
    1 << 62 | u64::from(site.number) << 32 | u64::from(k)
}

/// Number of an agency's story.
pub(super) fn wire_story(language: usize, number: u32) -> u64 {
    1 << 61 | (language as u64) << 32 | u64::from(number)
}

/// Number of the story that all print.
pub(super) const WIDEST: u64 = 1 << 60;

/// How page `told` of a site prints the story of an agency.
pub(super) fn form(site: &Site, told: u32) -> Option<Form> {
    match Dice::of(mix(site.seed, key::FORM), u64::from(told)).below(100) {
        0..35 => Some(Form::Whole),
        35..45 => Some(Form::Edited(20)),
        45..55 => Some(Form::Edited(50)),
        55..65 => Some(Form::Edited(100)),
        65..75 => Some(Form::Cut(30)),
        75..85 => Some(Form::Cut(50)),
        _ => None,
    }
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        pen: Pen<'a>,
        site: &'a Site,
        (k, told): (u32, u32),
        (seed, chrome): (u64, u32),
    ) -> Writer<'a> {
        let language = site.language(told);
        let number = if site.templates == 1 { 0 } else { mix(site.seed, u64::from(told)) % 2 };
        Writer {
            pen,
            site,
            k,
            told,
            seed,
            chrome,
            template: mix(site.seed, 16 * language as u64 + number + 2),
            language: mix(seed, 0x6C61_6E67_0000 + language as u64),
            inserts: [None; 4],
            printed: 0,
        }
    }

    /// Writes the page.
    pub(super) fn write(&mut self, print: &Print) {
        let mut dice = self.dice();
        let is_news = self.site.genre == Genre::News;
        if is_news && self.chrome > 0 {
            self.plan_inserts(&mut dice);
        }
        self.head(&mut dice);
        match (self.site.genre, print.trap) {
            (Genre::Manual, _) => self.manual(print.story),
            (_, Some(Trap::Report(report))) => self.report(report, print.story),
            _ => self.story(print),
        }
        let is_wire = print.story >> 60 == 1 || print.story >> 61 == 1;
        if is_wire && self.site.credits && self.chrome > 0 {
            // Six agencies a language; a story is always the same one's.
            let agency = mix(print.story, key::AGENCY) % 6;
            let mut dice = Dice::of(self.language, key::AGENCY + agency);
            self.pen.plain(&mut dice, 20, 28);
            self.pen.sheet.end(Kind::Agency, 0);
        }
        self.foot(&mut dice);
        self.pen.sheet.finish();
    }

    /// What differs from page to page.
    fn dice(&self) -> Dice {
        Dice::of(mix(self.site.seed, key::PAGE), u64::from(self.k))
    }

    /// So many of what there usually are `n` of.
    fn scaled(&self, n: u32) -> u32 {
        (n * self.chrome).div_ceil(100)
    }

    fn end(&mut self, kind: Kind) {
        self.pen.sheet.end(kind, 0);
    }

    // The site's furniture.

    fn plan_inserts(&mut self, dice: &mut Dice) {
        let mut template = Dice::of(self.template, key::PLAN);
        let (boxes, adverts) = (template.percent(60), template.percent(50));
        let places = [1, 2, 4].map(|from| from + dice.below(3));
        if boxes && dice.percent(80) {
            self.inserts[0] = Some((places[1], Insert::Newsletter));
        }
        if adverts {
            self.inserts[1] = Some((places[0], Insert::Advert));
            self.inserts[2] = dice.percent(60).then_some((places[2], Insert::Advert));
        }
        self.inserts[3] = dice.percent(30).then_some((places[2] + 1, Insert::Link));
    }

    fn head(&mut self, dice: &mut Dice) {
        let mut template = Dice::of(self.template, key::PLAN + 1);
        let notice_first = self.site.notice.filter(|_| template.percent(50));
        if notice_first.is_some() {
            self.notice();
        }
        let entries = self.scaled(template.between(6, 16));
        let in_one_line = template.percent(15);
        for entry in 0..entries {
            self.menu_entry(key::ENTRY + u64::from(entry));
            if in_one_line && entry + 1 < entries {
                self.pen.sign(" | ");
            } else {
                self.end(Kind::Menu);
            }
        }
        if self.chrome == 0 {
            return;
        }
        if template.percent(70) {
            self.pen.day(self.language, self.day());
            self.end(Kind::Day);
        }
        if template.percent(50) {
            let key = if template.percent(50) { key::COUNTER } else { key::COUNTER + 500 };
            self.pen.fixed(self.template, key, 2, 4);
            self.pen.sign(": ");
            let count = dice.below(90_000);
            self.pen.grouped(count);
            self.end(Kind::Counter);
        }
        if template.percent(60) {
            let section = mix(self.template, u64::from(self.told)) % 5;
            self.pen.fixed(self.template, key::CRUMB, 1, 1);
            self.pen.sign(" > ");
            self.pen.fixed(self.template, key::CRUMB + 1 + section, 1, 2);
            self.end(Kind::Crumb);
        }
    }

    /// An entry of a menu: two in five are the same on many sites of the language.
    fn menu_entry(&mut self, key: u64) {
        let draw = mix(self.template, key);
        if draw.is_multiple_of(5) || draw % 5 == 1 {
            self.pen.fixed(self.language, key::LABEL + (draw >> 8) % 60, 1, 2);
        } else {
            self.pen.fixed(self.template, key, 1, 3);
        }
    }

    fn notice(&mut self) {
        let (Some(vendor), true) = (self.site.notice, self.chrome > 0) else { return };
        let key = key::NOTICE + 10 * u64::from(vendor);
        let mut dice = Dice::of(self.language, key);
        self.pen.plain(&mut dice, 14, 20);
        self.pen.gap();
        self.pen.plain(&mut dice, 12, 18);
        self.end(Kind::Notice);
        for button in 1..=2 {
            self.pen.fixed(self.language, key + button, 1, 3);
            self.end(Kind::Notice);
        }
    }

    fn newsletter(&mut self) {
        self.pen.fixed(self.template, key::NEWSLETTER, 2, 4);
        self.end(Kind::Insert);
        let mut dice = Dice::of(self.template, key::NEWSLETTER + 1);
        self.pen.plain(&mut dice, 10, 20);
        self.end(Kind::Insert);
        self.pen.fixed(self.template, key::NEWSLETTER + 2, 1, 2);
        self.end(Kind::Insert);
    }

    fn foot(&mut self, dice: &mut Dice) {
        if self.chrome == 0 {
            return;
        }
        let mut template = Dice::of(self.template, key::PLAN + 2);
        if template.percent(60) {
            let mut plea = Dice::of(self.template, key::PLEA);
            for i in 0..plea.between(3, 5) {
                if i > 0 {
                    self.pen.gap();
                }
                self.pen.plain(&mut plea, 12, 26);
            }
            self.end(Kind::Plea);
        }
        let is_news = self.site.genre == Genre::News;
        if template.percent(60) && self.site.pages > 5 && is_news {
            self.pen.fixed(self.template, key::RELATED, 1, 3);
            self.end(Kind::Foot);
            for i in 0..self.scaled(3) {
                let other = (7 * self.k + 13 * i + 1) % self.site.pages;
                self.headline_of(other, i + 1);
                self.end(Kind::Related);
            }
        }
        if template.percent(60) && self.site.pages > 5 && is_news {
            self.pen.fixed(self.template, key::MOST_READ, 1, 3);
            self.end(Kind::Foot);
            // Every six pages two of five make place for new ones.
            let newest = 2 * (self.k / 6) + 5;
            for i in 0..self.scaled(5) {
                self.headline_of(newest.saturating_sub(i) % self.site.pages, 0);
                self.end(Kind::Teaser);
            }
        }
        for entry in 0..self.scaled(template.between(4, 10)) {
            self.menu_entry(key::FOOT + u64::from(entry));
            self.end(Kind::Foot);
        }
        self.pen.sign("© ");
        self.pen.number(2031 + self.day() / 360);
        self.pen.sign(" ");
        self.pen.fixed(self.site.seed, key::RIGHTS, 1, 2);
        self.pen.sign(". ");
        self.pen.fixed(self.language, key::RIGHTS, 3, 4);
        self.pen.sign(".");
        self.end(Kind::Rights);
        let notice_first = Dice::of(self.template, key::PLAN + 1).percent(50);
        if !notice_first {
            self.notice();
        }
        if dice.percent(10) {
            // A line that comes and goes.
            self.pen.fixed(self.template, key::RIGHTS + 50, 2, 4);
            self.end(Kind::Foot);
        }
    }

    /// The day the page is of, counted from the first of a year.
    pub(super) fn day(&self) -> u32 {
        let days = self.told * 5 / 7 % 700;
        days + if self.k == self.told { 0 } else { 3 }
    }

    /// The headline of another page of the site, or other words for it.
    fn headline_of(&mut self, k: u32, version: u32) {
        let seed = mix(self.seed, own_story(self.site, k));
        self.pen.fixed(seed, key::HEADLINE + 100 * u64::from(version), 4, 10);
    }

    // What the page is about.

    /// Ends a paragraph of the body, and prints what stands after it in the middle of the story.
    fn end_body(&mut self, kind: Kind, story: u64) {
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

    fn story(&mut self, print: &Print) {
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

    fn paragraph(&mut self, seed: u64, number: u32, story: u64, edits: &mut Edits) {
        let mut dice = Dice::of(seed, key::PARAGRAPH + u64::from(number));
        self.pen.paragraph(&mut dice, edits);
        self.end_body(Kind::Prose, story);
    }

    /// A long passage of another story: two fifths of it, two paragraphs or more.
    fn passage(&mut self, story: u64) {
        let seed = mix(self.seed, story);
        let length = length(seed);
        let first = Dice::of(self.site.seed, u64::from(self.told)).below(length / 2);
        for i in first..first + length * 2 / 5 {
            self.paragraph(seed, i, story, &mut Edits::none());
        }
    }

    fn speech(&mut self, speech: u64) {
        let seed = mix(self.seed, speech);
        for i in 0..2 {
            let mut dice = Dice::of(seed, key::PARAGRAPH + i);
            self.pen.speech(&mut dice);
            self.end_body(Kind::Quotation, 0);
        }
    }

    fn report(&mut self, report: u64, story: u64) {
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

    fn manual(&mut self, story: u64) {
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
    fn title(&mut self, k: u32) {
        let mut dice = Dice::of(self.site.seed, key::HEADLINE + (u64::from(k) << 20));
        if self.pen.has_spaces() {
            self.pen.identifier(&mut dice);
            self.pen.sign("()");
        } else {
            self.pen.phrase(&mut dice, 3);
        }
    }

    fn heading(&mut self, number: u64) {
        self.pen.fixed(self.site.seed, key::HEADING + number, 1, 2);
        self.pen.sheet.end(Kind::Heading, 0);
    }

    /// A table of parameters: names that recur over the site, three descriptions in four as well.
    fn parameters(&mut self, dice: &mut Dice) {
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

    fn warning(&mut self, dice: &mut Dice, percent: u32) {
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
