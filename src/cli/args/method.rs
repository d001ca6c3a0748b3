//! Flags of how pages are read and judged, and of what does the work.

use crate::engine;
use std::{
    fmt,
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use crate::{
    Result,
    base::{cpu::Tier, error::meant, recipe},
    chrome::{BUILT_IN_SEEDS, SeedBank, seed_bank},
    records::{self, LAYOUTS, Layout},
};
use clap::ValueEnum;

use super::{
    super::{
        config::{Merge, Seeds},
        paths::Paths,
    },
    FileArgs, INPUT, RULES, RUNNING,
    values::{ChromeLevel, Keep, Paragraph, SiteBy, TextFormat, size, size_text, threads, tier},
};

/// How pages are read and judged, and what does the work: all that commands that learn a corpus share.
#[derive(Debug, clap::Args)]
pub(crate) struct Method {
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    pub(crate) file: FileArgs,
}

/// What flags, the config file and what is usual come to.
pub(crate) struct InForce {
    pub(crate) options: records::Options,
    pub(crate) recipe: recipe::Recipe,
    pub(crate) seeds: Option<SeedBank>,
    /// Files beside the input that were read.
    pub(crate) paths: Paths,
}

impl Method {
    /// What is in force.
    pub(crate) fn in_force(&self, merge: &mut Merge) -> Result<InForce> {
        let options = self.reading.options(merge)?;
        let recipe = recipe::Recipe { reading: unusual(&options), ..self.rules.recipe(merge)? };
        let mut paths = Paths::default();
        if let Some(file) = merge.file() {
            paths.read("the config file", Path::new(file));
        }
        let seeds = self.rules.seed_bank(merge, &mut paths)?;
        Ok(InForce { options, recipe, seeds, paths })
    }

    /// How to read and how to run, whatever records cannot be used, and the files that say so.
    pub(crate) fn tolerant(&self) -> Result<(records::Options, engine::Settings, Paths)> {
        let in_force = self.in_force(&mut Merge::of(&self.file)?)?;
        let InForce { options, recipe, seeds, paths } = in_force;
        Ok((options, self.settings(recipe, seeds), paths))
    }

    /// How to run.
    pub(crate) fn settings(
        &self,
        recipe: recipe::Recipe,
        seeds: Option<SeedBank>,
    ) -> engine::Settings {
        let engine::Workers { threads, tier } = self.work.workers();
        engine::Settings { recipe, seeds, threads, tier, ..engine::Settings::default() }
    }
}

/// What does the work.
#[derive(Debug, clap::Args)]
pub(crate) struct Work {
    /// Number of worker threads [default: one per processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = threads, help_heading = RUNNING)]
    threads: Option<NonZeroUsize>,
    /// Kernels to use: portable, avx2 or avx512 [default: the best this processor has]
    ///
    /// All give the same results.
    #[arg(
        long,
        value_name = "TIER",
        value_parser = tier,
        help_heading = RUNNING,
        hide_short_help = true
    )]
    cpu: Option<Tier>,
}

impl Work {
    /// How many work, with which kernels.
    pub(crate) fn workers(&self) -> engine::Workers {
        let available = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        engine::Workers {
            threads: self.threads.unwrap_or_else(available),
            tier: self.cpu.unwrap_or_default(),
        }
    }
}

/// Where in the input things stand.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = INPUT)]
pub(crate) struct Reading {
    /// Field names of a known corpus or program; flags for single fields come first
    ///
    /// `none` looks for no such layout. Without the flag, the first record of a file that has no `text`, or neither
    /// `url` nor `site`, decides.
    #[arg(long, value_name = "NAME", value_parser = preset, hide_short_help = true)]
    preset: Option<Preset>,
    /// Field with the text; `a.b` is field b of the object a [default: text]
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Field with the id [default: id]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    id_field: Option<String>,
    /// Field with the site [default: site]
    ///
    /// Without it, the site comes from the URL.
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    site_field: Option<String>,
    /// Field with the URL [default: url]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    url_field: Option<String>,
    /// Field with the date, compared as text [default: date]
    #[arg(long, value_name = "NAME", hide_short_help = true)]
    date_field: Option<String>,
    /// What part of an address is the site: the registrable domain or the host [default: domain]
    #[arg(long, value_enum, value_name = "WHAT", hide_short_help = true)]
    site_by: Option<SiteBy>,
    /// What texts are written in [default: auto]
    ///
    /// In Markdown a block of code, a table and an item of a list are one paragraph each, and addresses are no
    /// words. Of HTML the text that it shows is read and written.
    #[arg(long, value_enum, value_name = "FORMAT", hide_short_help = true)]
    text_format: Option<TextFormat>,
    /// Longest record to read; longer ones are bad records [default: 64MiB]
    #[arg(long, value_name = "SIZE", value_parser = size, hide_short_help = true)]
    max_record: Option<usize>,
    /// Go on after a file that is damaged or cannot be read: a cut gzip file, damaged Parquet, a link to nothing
    ///
    /// What of the file comes before the damage is used. Each is named on standard error and in the summary, and the
    /// exit status is 1.
    #[arg(long, hide_short_help = true)]
    skip_damaged: bool,
    /// Map plain files instead of reading them
    ///
    /// No other program may write to the files meanwhile: written bytes can appear in the middle of a
    /// run, and a mapped file that is shortened ends it.
    #[arg(long, overrides_with = "_no_mmap", hide_short_help = true)]
    mmap: bool,
    /// Read plain files; this is the default, and as fast
    #[arg(long = "no-mmap", overrides_with = "mmap", hide_short_help = true)]
    _no_mmap: bool,
}

impl Reading {
    /// How to read.
    pub(crate) fn options(&self, merge: &mut Merge) -> Result<records::Options> {
        let usual = records::Options::default();
        let flag = self.preset.as_ref();
        let asked = merge.value("preset", flag, preset, ToString::to_string, Preset::Told)?;
        let layout = match asked {
            Preset::Named(layout) => Some(layout),
            Preset::Told | Preset::None => None,
        };
        let base = layout.map_or(usual.fields, |layout| layout.fields());
        let mut field = |key, flag: &Option<String>, usual| {
            let name = |text: &str| Ok(text.to_owned());
            merge.value(key, flag.as_ref(), name, String::clone, usual)
        };
        let fields = records::Fields {
            text: field("text-field", &self.text_field, base.text.clone())?,
            id: field("id-field", &self.id_field, base.id.clone())?,
            site: field("site-field", &self.site_field, base.site.clone())?,
            url: field("url-field", &self.url_field, base.url.clone())?,
            date: field("date-field", &self.date_field, base.date.clone())?,
        };
        let site_by = one_of(merge, "site-by", self.site_by.as_ref())?.into();
        let text_format = one_of(merge, "text-format", self.text_format.as_ref())?.into();
        let flag = self.max_record.as_ref();
        let max_record =
            merge.value("max-record", flag, size, |&n| size_text(n), usual.max_record)?;
        let skip_damaged = merge.truth("skip-damaged", self.skip_damaged)?;
        let tell_layout = asked == Preset::Told && fields == base;
        let map = self.mmap;
        Ok(records::Options {
            fields,
            layout,
            tell_layout,
            site_by,
            max_record,
            map,
            text_format,
            all_columns: false,
            outputs: Vec::new(),
            skip_damaged,
            most_window: None,
        })
    }
}

/// Which layout is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preset {
    /// That of a file's first record.
    Told,
    /// None but the usual one.
    None,
    Named(Layout),
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Preset::Told => "auto",
            Preset::None => "none",
            Preset::Named(layout) => layout.name,
        })
    }
}

fn preset(name: &str) -> std::result::Result<Preset, String> {
    match name {
        "auto" => Ok(Preset::Told),
        "none" => Ok(Preset::None),
        name => Layout::named(name).map(Preset::Named).ok_or_else(|| {
            let names = LAYOUTS.map(|layout| layout.name);
            match meant(name, names) {
                Some(meant) => format!("no such preset; did you mean `{meant}`?"),
                None => format!("no such preset (there are: auto, none, {})", names.join(", ")),
            }
        }),
    }
}

/// What of the input is read otherwise than usual: it says what the pages are, so it is part of the
/// recipe.
fn unusual(options: &records::Options) -> Vec<String> {
    let usual = records::Options::default();
    let (here, there) = (&options.fields, &usual.fields);
    let mut unusual = Vec::new();
    for (key, name, usual) in [
        ("text-field", &here.text, &there.text),
        ("id-field", &here.id, &there.id),
        ("site-field", &here.site, &there.site),
        ("url-field", &here.url, &there.url),
        ("date-field", &here.date, &there.date),
    ] {
        if name != usual {
            unusual.push(format!("{key}={name}"));
        }
    }
    if !options.tell_layout && unusual.is_empty() && options.layout.is_none() {
        unusual.push("preset=none".to_owned());
    }
    if options.text_format != usual.text_format {
        let format = match options.text_format {
            records::TextFormat::Auto => "auto",
            records::TextFormat::Text => "text",
            records::TextFormat::Markdown => "markdown",
            records::TextFormat::Html => "html",
        };
        unusual.push(format!("text-format={format}"));
    }
    if options.site_by != usual.site_by {
        unusual.push("site-by=host".to_owned());
    }
    if options.max_record != usual.max_record {
        unusual.push(format!("max-record={}", options.max_record));
    }
    unusual
}

/// What changes results.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = RULES)]
#[expect(
    clippy::option_option,
    reason = "clap's way to tell no flag, a flag, and a flag with a value"
)]
struct Rules {
    /// How much evidence a line needs to be chrome [default: balanced]
    #[arg(long, value_enum, value_name = "LEVEL")]
    chrome_level: Option<ChromeLevel>,
    /// Which page of a cluster to keep as its lead [default: longest]
    #[arg(long, value_enum, value_name = "WHICH")]
    keep: Option<Keep>,
    /// Prefer pages of SITE as leads
    ///
    /// Several sites: give the flag again, or separate them by commas; earlier ones win.
    #[arg(long, value_name = "SITE", value_delimiter = ',', hide_short_help = true)]
    prefer: Vec<String>,
    /// Leave SITE alone: none of its text is chrome, none of its pages is dropped
    #[arg(long, value_name = "SITE", value_delimiter = ',', hide_short_help = true)]
    never: Vec<String>,
    /// Leave chrome of KIND in
    ///
    /// Kinds: navigation, plea, subscription, cookie, share, comment, legal, related, byline, agency, advert, account, other.
    /// Several: give the flag again, or separate them by commas.
    #[arg(long, value_name = "KIND", value_delimiter = ',', hide_short_help = true)]
    keep_kind: Vec<String>,
    /// Start with known chrome lines: the built-in lists, or FILE with one line each
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    seeds: Option<Option<PathBuf>>,
    /// What separates paragraphs [default: line]
    #[arg(long, value_enum, value_name = "WHAT", hide_short_help = true)]
    paragraph: Option<Paragraph>,
}

impl Rules {
    fn recipe(&self, merge: &mut Merge) -> Result<recipe::Recipe> {
        let paragraph = one_of(merge, "paragraph", self.paragraph.as_ref())?;
        let level = one_of(merge, "chrome-level", self.chrome_level.as_ref())?;
        let keep = one_of(merge, "keep", self.keep.as_ref())?;
        let prefer = merge.sites("prefer", &self.prefer)?;
        let mut never = merge.sites("never", &self.never)?;
        let keep_kind = merge.kinds("keep-kind", &self.keep_kind)?;
        // They are equal before this rule, so their order means nothing.
        never.sort_unstable();
        never.dedup();
        Ok(recipe::Recipe {
            paragraph: paragraph.into(),
            chrome_level: level.into(),
            keep: keep.into(),
            prefer,
            never,
            keep_kind,
            reading: Vec::new(),
        })
    }

    fn seed_bank(&self, merge: &mut Merge, paths: &mut Paths) -> Result<Option<SeedBank>> {
        let flag = self.seeds.as_ref().map(|seeds| match seeds {
            None => Seeds::BuiltIn,
            Some(path) => Seeds::File(path.display().to_string()),
        });
        match merge.seeds(flag)? {
            Seeds::None => Ok(None),
            Seeds::BuiltIn => Ok(Some(seed_bank(BUILT_IN_SEEDS.iter().map(|(_, lines)| *lines)))),
            Seeds::File(path) => {
                paths.read("the list of known lines", Path::new(&path));
                records::read_lines(path.as_ref()).map(|lines| Some(seed_bank([lines.as_str()])))
            }
        }
    }
}

/// One of the words that a flag may have.
fn one_of<T: ValueEnum + Clone + Default>(
    merge: &mut Merge,
    key: &'static str,
    flag: Option<&T>,
) -> Result<T> {
    let name = |value: &T| {
        let value = value.to_possible_value();
        value.map(|value| value.get_name().to_owned()).unwrap_or_default()
    };
    let names: Vec<String> = T::value_variants().iter().map(name).collect();
    let read = |text: &str| {
        T::from_str(text, false).map_err(|_| match meant(text, names.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("must be one of {}", names.join(", ")),
        })
    };
    merge.value(key, flag, read, name, T::default())
}
