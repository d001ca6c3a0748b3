//! The command: flags in, terminal and exit code out. No work is done here.
//!
//! It is part of the library so that a program of another language can bring the same command. What a
//! program in Rust calls is in the other modules.

mod args;
mod bank;
mod bench;
mod clean;
mod config;
mod explain;
mod index;
mod interrupt;
mod limits;
mod manual;
mod paths;
mod progress;
mod reading;
mod report;
mod scan;
mod stream;
mod summary;
mod terminal;
mod tune;

use std::{ffi::OsString, process::ExitCode};

use crate::{Class, Error, records::is_broken_pipe};
use clap::Parser;

use args::{Args, Command};

pub use explain::{page_as_text, pair_as_text, paragraph_as_text};

/// How the process ends. Scripts rely on these numbers; `--help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Done = 0,
    /// Everything was done, but some records could not be used; the summary counts them.
    Skipped = 1,
    /// The command line makes no sense. (clap uses 2 as well.)
    Usage = 2,
    /// An input or a store cannot be used.
    Data = 3,
    /// The machine failed: disk full, no permission, no memory. Trying again may help.
    Machine = 4,
    /// Ended by SIGHUP, SIGINT or SIGTERM, as a shell numbers it.
    HungUp = 129,
    /// The second of these.
    Interrupted = 130,
    /// The last of these.
    Terminated = 143,
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Exit {
        match error.class() {
            Class::Usage => Exit::Usage,
            Class::Record | Class::Data => Exit::Data,
            Class::Machine => Exit::Machine,
            Class::Cancelled => match interrupt::status() {
                Some(129) => Exit::HungUp,
                Some(143) => Exit::Terminated,
                _ => Exit::Interrupted,
            },
        }
    }
}

/// Runs the command line `args`, of which the first is the program's name, to its end.
///
/// Prints to standard output and standard error, and takes over the signals that ask a process to end: for
/// a process that does nothing else. A signal may end the process before this returns.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    status(args).into()
}

/// The same, with the exit status as a number.
pub fn status(args: impl IntoIterator<Item = OsString>) -> u8 {
    run(args.into_iter()) as u8
}

fn run(args: impl Iterator<Item = OsString>) -> Exit {
    interrupt::watch();
    let mut args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // Help and version are errors to clap, and no failure.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    limits::raise_files();
    let voice = args.voice();
    interrupt::begins(voice, args.has_work_folder());
    if let Err(error) = args.name_inputs() {
        let exit = Exit::from(&error);
        voice.complain(&error.to_string(), exit as u8);
        return exit;
    }
    let result = match args.command {
        Command::Scan(args) => scan::run(&args, voice),
        Command::Clean(args) => clean::run(&args, voice),
        Command::Bank(args) => bank::run(&args, voice),
        Command::Index(args) => index::run(&args, voice),
        Command::Bench(args) => bench::run(&args),
        Command::Report(args) => report::run(&args, voice),
        Command::Explain(args) => explain::run(&args, voice),
        Command::Tune(args) => tune::run(&args, voice),
        Command::Config(args) => config::run(&args),
        Command::Man(args) => manual::man(&args),
        Command::Completions(args) => manual::completions(&args),
    };
    match result {
        Ok(exit) => exit,
        Err(error) if is_broken_pipe(&error) => Exit::Done,
        // Whatever failed after somebody asked for the end failed because of it.
        Err(_) if interrupt::is_asked() => {
            let exit = Exit::from(&Error::cancelled());
            interrupt::complain(exit as u8);
            exit
        }
        Err(error) => {
            let exit = Exit::from(&error);
            let way = if error.is_damage() {
                "; with --skip-damaged what can be read is used, and the run goes on with the other files"
            } else {
                ""
            };
            voice.complain(&format!("{error}{way}"), exit as u8);
            exit
        }
    }
}
