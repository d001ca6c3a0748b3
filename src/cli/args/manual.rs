//! Flags of `man` and `completions`.

use std::path::PathBuf;

use clap::ValueEnum;

const MAN_EXAMPLES: &str = "\
Examples:
  refrain man | man -l -                           read the page of refrain
  refrain man clean | man -l -                     that of refrain clean
  refrain man -o ~/.local/share/man/man1           keep all of them for man";

const COMPLETION_EXAMPLES: &str = "\
Examples:
  source <(refrain completions bash)
  refrain completions bash > ~/.local/share/bash-completion/completions/refrain
  refrain completions zsh > ~/.zfunc/_refrain
  refrain completions fish > ~/.config/fish/completions/refrain.fish";

#[derive(Debug, clap::Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct ManArgs {
    /// The command whose page is printed; without it the page of refrain
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    pub(crate) command: Option<String>,
    /// Write the pages of all commands into DIR
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Replace pages that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = COMPLETION_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell that is to know the flags
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}
