//! Flags of `config`.

use super::{Method, Tolerance};

const AFTER_HELP: &str = "\
Examples:
  refrain config                               the settings here, and where each comes from
  refrain config --chrome-level careful        the same with a flag
  refrain config --no-config > refrain.toml    a file to start with: it holds the defaults

The file has one line for each flag, such as text-field = \"body\", keep = \"earliest\", seeds = true,
prefer = [\"example.org\"]. It is read from the working directory. Flags win over it, and unknown
keys are errors. Runs with equal recipe ids and equal input have equal results.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    pub(crate) method: Method,
    #[command(flatten)]
    pub(crate) tolerance: Tolerance,
}
