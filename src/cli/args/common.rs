//! Flags that several commands share.

use crate::engine;
use std::path::PathBuf;

use crate::{
    Error, Result,
    engine::{LEAST_MEMORY, MostBad},
    records,
    store::{AtomicFile, Force},
};

use super::{
    super::{config::Merge, limits, paths::Paths, terminal::Verbosity},
    INPUT, Method, RUNNING,
    values::{Progress, most_bad, size},
};

/// What `scan` and `clean` share.
#[derive(Debug, clap::Args)]
pub(crate) struct Common {
    /// Files, folders, or `-` for standard input [default: what is piped in]
    ///
    /// JSON lines, text, CSV, Parquet, HTML, WARC, ARC or WET; plain or compressed. A name with `*`, `?` or `[` in it
    /// stands for the files that match it.
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    #[command(flatten)]
    from: FilesFrom,
    /// Replace outputs that exist
    #[arg(long)]
    pub(crate) force: bool,
    #[command(flatten)]
    pub(crate) said: Said,
    #[command(flatten)]
    pub(crate) method: Method,
    /// Limit the memory of the run; what does not fit is kept on disk [default: no limit]
    ///
    /// The limit is for the whole process, without mapped input. Units: K, M, G, KiB, MiB, GiB.
    #[arg(long, value_name = "SIZE", value_parser = size, help_heading = RUNNING, display_order = 0)]
    memory: Option<usize>,
    /// Keep the run's own files in DIR, so that a killed run can continue
    ///
    /// Give the same command again: it continues after the last finished stage.
    #[arg(long = "work", value_name = "DIR", help_heading = RUNNING, display_order = 0)]
    work_folder: Option<PathBuf>,
    /// Stop at the first bad record
    #[arg(long, help_heading = INPUT, conflicts_with = "max_bad", hide_short_help = true)]
    pub(crate) strict: bool,
    #[command(flatten)]
    tolerance: Tolerance,
    /// Write bad records to FILE, each after a line `# place: reason`
    #[arg(long, value_name = "FILE", help_heading = INPUT, hide_short_help = true)]
    pub(crate) rejects: Option<PathBuf>,
}

impl Common {
    /// Puts the inputs that are named otherwise among the others.
    pub(crate) fn name_inputs(&mut self) -> Result<()> {
        self.from.name(&mut self.inputs)
    }

    /// How to read and how to run, and the paths that all commands with these flags have.
    pub(crate) fn in_force(
        &self,
        voice: Verbosity,
    ) -> Result<(records::Options, engine::Settings, Paths)> {
        let memory = self.memory.map(|bytes| bytes as u64);
        limits::check_files(memory.is_some() || self.work_folder.is_some())?;
        if memory.is_some_and(|bytes| bytes < LEAST_MEMORY) {
            let problem = format!("the least that would do is {}MiB", LEAST_MEMORY >> 20);
            return Err(Error::usage("--memory", problem));
        }
        let mut merge = Merge::of(&self.method.file)?;
        let in_force = self.method.in_force(&mut merge)?;
        let settings = engine::Settings {
            memory,
            work: self.work_folder.clone(),
            most_bad: self.tolerance.most_bad(&mut merge)?,
            strict: self.strict,
            ..self.method.settings(in_force.recipe, in_force.seeds)
        };
        if let Some(name) = merge.file() {
            voice.note(&format!("flags beside those given are from {name}"));
        }
        let mut paths = in_force.paths;
        paths.inputs(&self.inputs);
        paths.write_any("--rejects", self.rejects.as_deref());
        paths.work_in(self.work_folder.as_deref());
        // What is read again and again may take a sixteenth of the memory to be decompressed.
        let most_window = memory.map(|bytes| bytes / 16);
        Ok((records::Options { most_window, ..in_force.options }, settings, paths))
    }

    /// A folder for what is on disk was named.
    pub(crate) fn has_work_folder(&self) -> bool {
        self.work_folder.is_some()
    }

    /// The file for records that cannot be used, if one is named.
    pub(crate) fn open_rejects(&self) -> Result<Option<AtomicFile>> {
        self.rejects.as_ref().map(|path| AtomicFile::create(path, self.force())).transpose()
    }

    /// What to do about outputs that are there.
    pub(crate) fn force(&self) -> Force {
        Force::if_asked(self.force)
    }
}

/// Inputs that stand in a list.
#[derive(Debug, clap::Args)]
pub(crate) struct FilesFrom {
    /// Also read the inputs that FILE lists; `-` for standard input
    ///
    /// A path a line, or each ended by a zero byte.
    #[arg(long, value_name = "FILE", help_heading = INPUT, hide_short_help = true)]
    files_from: Option<PathBuf>,
}

impl FilesFrom {
    /// Puts them, and what patterns stand for, into `inputs`.
    pub(crate) fn name(&self, inputs: &mut Vec<PathBuf>) -> Result<()> {
        *inputs = records::named_inputs(inputs, self.files_from.as_deref())?;
        Ok(())
    }

    /// Nothing is named.
    pub(crate) fn is_empty(&self) -> bool {
        self.files_from.is_none()
    }
}

/// What is said beside the results.
#[derive(Debug, clap::Args)]
pub(crate) struct Said {
    /// Print errors only
    #[arg(short, long)]
    quiet: bool,
    /// How to show progress, on standard error
    #[arg(long, value_enum, value_name = "HOW", default_value_t, hide_short_help = true)]
    progress: Progress,
}

impl Said {
    pub(crate) fn voice(&self) -> Verbosity {
        let voice = if self.quiet { Verbosity::PLAIN.quiet() } else { Verbosity::PLAIN };
        match self.progress {
            Progress::Auto => voice.with_bars(),
            Progress::Json => voice.json(),
            Progress::None => voice,
        }
    }
}

/// How many bad records are borne.
#[derive(Debug, clap::Args)]
pub(crate) struct Tolerance {
    /// Stop when more records than this are bad: a count or a share [default: 1%]
    ///
    /// A share is of the records read so far, but of 1,000 at least.
    #[arg(
        long,
        value_name = "COUNT|SHARE%",
        value_parser = most_bad,
        help_heading = INPUT,
        hide_short_help = true
    )]
    max_bad: Option<MostBad>,
}

impl Tolerance {
    pub(crate) fn most_bad(&self, merge: &mut Merge) -> Result<MostBad> {
        let flag = self.max_bad.as_ref();
        merge.value("max-bad", flag, most_bad, MostBad::to_string, MostBad::default())
    }
}

/// Which config file is read.
#[derive(Debug, clap::Args)]
pub(crate) struct FileArgs {
    /// Read settings from FILE; flags win over it [default: refrain.toml, if it exists]
    #[arg(long, value_name = "FILE", help_heading = RUNNING, hide_short_help = true)]
    pub(crate) config: Option<PathBuf>,
    /// Read no settings file
    #[arg(long, conflicts_with = "config", help_heading = RUNNING, hide_short_help = true)]
    pub(crate) no_config: bool,
}
