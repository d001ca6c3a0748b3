//! The `refrain` command. Flags, printing and exit codes are in [`cli`]; all work is in the library.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(std::env::args_os()).into()
}
