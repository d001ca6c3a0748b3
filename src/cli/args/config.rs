//! Flags of `config`.

use super::{Method, Tolerance};

const AFTER_HELP: &str = "\
Examples:
  refrain config                               what is in force here, and where each value comes from
  refrain config --chrome-level careful        the same with a flag
  refrain config --no-config > refrain.toml    a file to begin with: it holds what is usual

A file has one line for a flag, such as text-field = \"body\", keep = \"earliest\", seeds = true,
prefer = [\"example.org\"]. It is looked for in the working directory, flags win over it, and
unknown keys are errors. The recipe's id tells whether two runs can have other results.";

#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    pub(crate) method: Method,
    #[command(flatten)]
    pub(crate) tolerance: Tolerance,
}
