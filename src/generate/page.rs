//! Writes one page: what the site prints on every page around what this page is about.

use super::{
    dice::{Dice, mix},
    pen::Pen,
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
    pub(super) inserts: [Option<(u32, Insert)>; 4],
    pub(super) printed: u32,
}

/// What stands in the middle of a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Insert {
    Newsletter,
    Advert,
    Link,
}

/// Keys below the seed of a template: one for each thing it prints.
pub(super) mod key {
    pub(in crate::generate) const PLAN: u64 = 1;
    pub(in crate::generate) const ENTRY: u64 = 1000;
    pub(in crate::generate) const FOOT: u64 = 2000;
    pub(in crate::generate) const COUNTER: u64 = 3000;
    pub(in crate::generate) const MOST_READ: u64 = 3001;
    pub(in crate::generate) const RELATED: u64 = 3002;
    pub(in crate::generate) const NEWSLETTER: u64 = 3003;
    pub(in crate::generate) const ADVERT: u64 = 3006;
    pub(in crate::generate) const PLEA: u64 = 3007;
    pub(in crate::generate) const RIGHTS: u64 = 3008;
    pub(in crate::generate) const CRUMB: u64 = 3100;
    pub(in crate::generate) const LINK: u64 = 3200;
    pub(in crate::generate) const HEADING: u64 = 4000;
    pub(in crate::generate) const PARAMETER: u64 = 5000;
    pub(in crate::generate) const WARNING: u64 = 6000;
    pub(in crate::generate) const RETURNS: u64 = 6100;
    pub(in crate::generate) const LICENCE: u64 = 6200;
    pub(in crate::generate) const AUTHOR: u64 = 6300;
    pub(in crate::generate) const NOTICE: u64 = 7000;
    pub(in crate::generate) const AGENCY: u64 = 8000;
    pub(in crate::generate) const LABEL: u64 = 9000;
    pub(in crate::generate) const HEADLINE: u64 = 10_000;
    pub(in crate::generate) const LENGTH: u64 = 10_001;
    pub(in crate::generate) const FORM: u64 = 10_002;
    pub(in crate::generate) const PAGE: u64 = 10_003;
    pub(in crate::generate) const SERIES: u64 = 10_004;
    pub(in crate::generate) const PARAGRAPH: u64 = 20_000;
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
    pub(super) fn dice(&self) -> Dice {
        Dice::of(mix(self.site.seed, key::PAGE), u64::from(self.k))
    }

    /// So many of what there usually are `n` of.
    pub(super) fn scaled(&self, n: u32) -> u32 {
        (n * self.chrome).div_ceil(100)
    }

    pub(super) fn end(&mut self, kind: Kind) {
        self.pen.sheet.end(kind, 0);
    }

    // The site's furniture.

    pub(super) fn plan_inserts(&mut self, dice: &mut Dice) {
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

    pub(super) fn head(&mut self, dice: &mut Dice) {
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
    pub(super) fn menu_entry(&mut self, key: u64) {
        let draw = mix(self.template, key);
        if draw.is_multiple_of(5) || draw % 5 == 1 {
            self.pen.fixed(self.language, key::LABEL + (draw >> 8) % 60, 1, 2);
        } else {
            self.pen.fixed(self.template, key, 1, 3);
        }
    }

    pub(super) fn notice(&mut self) {
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

    pub(super) fn newsletter(&mut self) {
        self.pen.fixed(self.template, key::NEWSLETTER, 2, 4);
        self.end(Kind::Insert);
        let mut dice = Dice::of(self.template, key::NEWSLETTER + 1);
        self.pen.plain(&mut dice, 10, 20);
        self.end(Kind::Insert);
        self.pen.fixed(self.template, key::NEWSLETTER + 2, 1, 2);
        self.end(Kind::Insert);
    }

    pub(super) fn foot(&mut self, dice: &mut Dice) {
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
    pub(super) fn headline_of(&mut self, k: u32, version: u32) {
        let seed = mix(self.seed, own_story(self.site, k));
        self.pen.fixed(seed, key::HEADLINE + 100 * u64::from(version), 4, 10);
    }

    // What the page is about.
}
