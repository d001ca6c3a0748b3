//! The `refrain` command. All of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    refrain::cli::main(std::env::args_os())
}
