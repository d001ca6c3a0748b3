//! How many files the system lets the process have open.

use crate::{Error, Result};

/// What a run needs that keeps what does not fit the memory on disk: shelves of sites, and the inputs and outputs of
/// a stage. It does not grow with the input.
const ON_DISK: u64 = 96;
/// What any other run needs.
const IN_MEMORY: u64 = 24;
/// What is asked of the system if it allows less.
const WANTED: u64 = 4096;

/// Raises what is allowed as far as the system lets a user raise it, and no farther than is wanted.
pub(super) fn raise_files() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let most = maximum.unwrap_or(WANTED).min(WANTED);
        if current.is_some_and(|allowed| allowed < most) {
            // It may be refused; then what is allowed has to do.
            let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum });
        }
    }
}

/// Whether enough is allowed.
///
/// # Errors
///
/// *Usage* if not, with what would do.
pub(super) fn check_files(is_on_disk: bool) -> Result<()> {
    let least = if is_on_disk { ON_DISK } else { IN_MEMORY };
    match allowed() {
        Some(allowed) if allowed < least => {
            let problem = format!(
                "{allowed} are allowed and {least} are needed; allow more with `ulimit -n {least}`"
            );
            Err(Error::usage("open files", problem))
        }
        _ => Ok(()),
    }
}

/// None if there is no limit, or none that is known.
#[cfg(target_os = "linux")]
fn allowed() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> Option<u64> {
    None
}
