//! Flags of `man` and `completions`.

use std::path::PathBuf;

use clap::ValueEnum;

const MAN_EXAMPLES: &str = "\
Examples:
  refrain man | man -l -                           read the page of refrain
  refrain man clean | man -l -                     read the page of refrain clean
  refrain man bank-learn | man -l -                read the page of refrain bank learn
  refrain man -o ~/.local/share/man/man1           install all pages";

const COMPLETION_EXAMPLES: &str = "\
Examples:
  source <(refrain completions bash)
  refrain completions bash > ~/.local/share/bash-completion/completions/refrain
  refrain completions zsh > ~/.zfunc/_refrain
  refrain completions fish > ~/.config/fish/completions/refrain.fish
  refrain completions powershell >> $PROFILE";

#[derive(Debug, clap::Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct ManArgs {
    /// Command whose page to print [default: refrain itself]
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    pub(crate) command: Option<String>,
    /// Write all pages into DIR
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Replace pages that exist
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = COMPLETION_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// Shell to print completions for
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
}
