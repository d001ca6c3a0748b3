//! Flags that several commands share.

use std::{num::NonZeroUsize, path::PathBuf};

use refrain::{
    Result,
    chrome::{BUILT_IN_SEEDS, SiteBank, seed_bank},
    cpu::Tier,
    input, pipeline, recipe,
    store::Force,
};

use super::values::{ChromeLevel, Keep, Paragraph, size, tier};

/// What `scan` and `clean` share.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Files, folders, or `-` for standard input: JSON lines or text, plain, gzip or zstd
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// Replace outputs that are there already
    #[arg(long)]
    pub(crate) force: bool,
    /// Print nothing but errors
    #[arg(short, long)]
    pub(crate) quiet: bool,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Stop at the first record that cannot be used
    #[arg(long, help_heading = "Input")]
    pub(crate) strict: bool,
    /// Write records that cannot be used to FILE, each after a line `# place: reason`
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    pub(crate) rejects: Option<PathBuf>,
    #[command(flatten)]
    rules: Rules,
}

impl Common {
    /// How to run.
    pub(crate) fn settings(&self) -> Result<pipeline::Settings> {
        self.work.settings(&self.rules, self.strict)
    }

    /// What to do about outputs that are there.
    pub(crate) fn force(&self) -> Force {
        if self.force { Force::Replace } else { Force::Refuse }
    }
}

/// What does the work.
#[derive(Debug, clap::Args)]
pub(crate) struct Work {
    /// Workers [default: as many as the machine has processors]
    #[arg(short = 'j', long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Kernels to run: portable, avx2 or avx512; all give the same [default: the best that this
    /// processor has]
    #[arg(long, value_name = "TIER", value_parser = tier)]
    cpu: Option<Tier>,
}

impl Work {
    /// How many work, with which kernels.
    pub(crate) fn workers(&self) -> pipeline::Workers {
        let available = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        pipeline::Workers {
            threads: self.threads.unwrap_or_else(available),
            tier: self.cpu.unwrap_or_default(),
        }
    }

    /// How to run.
    pub(crate) fn settings(&self, rules: &Rules, strict: bool) -> Result<pipeline::Settings> {
        let pipeline::Workers { threads, tier } = self.workers();
        let (recipe, seeds) = (rules.recipe(), rules.seed_bank()?);
        Ok(pipeline::Settings { recipe, seeds, threads, tier, strict })
    }
}

/// Where in the input things stand.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct Reading {
    /// Field of the text
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_field: String,
    /// Field of the page's id
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_field: String,
    /// Field of the site; where it is missing, the site comes from the URL
    #[arg(long, value_name = "NAME", default_value = "site")]
    site_field: String,
    /// Field of the URL
    #[arg(long, value_name = "NAME", default_value = "url")]
    url_field: String,
    /// Field of the date, compared as text
    #[arg(long, value_name = "NAME", default_value = "date")]
    date_field: String,
    /// Longest record that is read; longer ones are bad records (units: K, M, G and KiB, MiB, GiB)
    #[arg(long, value_name = "SIZE", default_value = "64MiB", value_parser = size)]
    max_record: usize,
    /// Map plain files instead of reading them; no other program may write to them meanwhile (bytes
    /// that are written turn up in the middle of a run, and cutting a mapped file short kills it)
    #[arg(long, overrides_with = "_no_mmap")]
    mmap: bool,
    /// Read plain files, also those that other programs write to; the default, and as fast
    #[arg(long = "no-mmap", overrides_with = "mmap")]
    _no_mmap: bool,
}

impl Reading {
    /// How to read.
    pub(crate) fn options(&self) -> input::Options {
        input::Options {
            fields: input::Fields {
                text: self.text_field.clone(),
                id: self.id_field.clone(),
                site: self.site_field.clone(),
                url: self.url_field.clone(),
                date: self.date_field.clone(),
            },
            max_record: self.max_record,
            map: self.mmap,
            all_columns: false,
        }
    }
}

/// What changes results.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What is chrome, what is a copy")]
#[expect(
    clippy::option_option,
    reason = "clap's way to tell no flag, a flag, and a flag with a value"
)]
pub(crate) struct Rules {
    /// What a paragraph is: a line, or lines up to a blank one
    #[arg(long, value_enum, default_value_t)]
    paragraph: Paragraph,
    /// How much evidence makes chrome
    #[arg(long, value_enum, default_value_t)]
    chrome_level: ChromeLevel,
    /// Which page of a cluster leads
    #[arg(long, value_enum, default_value_t)]
    keep: Keep,
    /// Know common chrome lines beforehand: those that come with refrain, or those of FILE, one a line
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    seeds: Option<Option<PathBuf>>,
}

impl Rules {
    fn recipe(&self) -> recipe::Recipe {
        recipe::Recipe {
            paragraph: self.paragraph.into(),
            chrome_level: self.chrome_level.into(),
            keep: self.keep.into(),
        }
    }

    fn seed_bank(&self) -> Result<Option<SiteBank>> {
        match &self.seeds {
            None => Ok(None),
            Some(None) => Ok(Some(seed_bank(BUILT_IN_SEEDS.iter().map(|(_, lines)| *lines)))),
            Some(Some(file)) => {
                input::read_lines(file).map(|lines| Some(seed_bank([lines.as_str()])))
            }
        }
    }
}
