//! A run that is asked to end: by Ctrl-C, by who ends the machine, or because its terminal is gone.
//!
//! The first signal has the run cancelled, which ends it at its next piece of work. One that has not ended soon after,
//! because it waits for a stream or for the disk, is ended here, and so is one that is told a second time. Either way its
//! temporary files and folders are removed first.

use std::sync::{
    OnceLock,
    atomic::{AtomicI32, Ordering},
};

use super::terminal::Verbosity;

/// The signal that asked for the end; 0 if none did.
static ASKED: AtomicI32 = AtomicI32::new(0);

/// How the command speaks, and whether a folder was named from which it can go on. Unknown until the flags are read.
static COMMAND: OnceLock<(Verbosity, bool)> = OnceLock::new();

/// How a run ends that a signal has ended, as a shell tells it: 128 and the signal's number.
const BY_SIGNAL: i32 = 128;

/// Whether the run is to end.
pub(super) fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed) != 0
}

/// The exit status of a run that was asked to end, if it was.
pub(super) fn status() -> Option<u8> {
    let signal = ASKED.load(Ordering::Relaxed);
    if signal == 0 { None } else { u8::try_from(BY_SIGNAL + signal).ok() }
}

/// Says how the command speaks, and whether a folder was named from which it can go on.
pub(super) fn begins(voice: Verbosity, has_work_folder: bool) {
    let _ = COMMAND.set((voice, has_work_folder));
}

/// Says that the run has ended so, with this exit status.
pub(super) fn complain(status: u8) {
    let (voice, has_work_folder) = *COMMAND.get().unwrap_or(&(Verbosity::PLAIN, false));
    voice.complain(&told(has_work_folder), status);
}

/// What is said of a run that ended so.
fn told(has_work_folder: bool) -> String {
    let name = match ASKED.load(Ordering::Relaxed) {
        #[cfg(unix)]
        signal_hook::consts::SIGTERM => "ended by SIGTERM",
        #[cfg(unix)]
        signal_hook::consts::SIGHUP => "ended, as its terminal is gone",
        _ => "interrupted",
    };
    let left = if has_work_folder {
        "the work folder stays: the same command goes on from the last finished stage"
    } else {
        "temporary files are removed, and outputs are as they were"
    };
    format!("{name}; {left}")
}

#[cfg(not(unix))]
pub(super) fn watch() {}

/// Listens for signals from now on. It comes before everything else, so that a run never ends but as is told here.
#[cfg(unix)]
pub(super) fn watch() {
    use signal_hook::{
        consts::{SIGHUP, SIGINT, SIGTERM},
        iterator::Signals,
    };
    use std::{sync::mpsc::channel, thread, time::Duration};

    /// How long a run is given to end by itself.
    const PATIENCE: Duration = Duration::from_millis(400);

    let mut wanted = vec![SIGINT, SIGTERM];
    if !is_ignored(SIGHUP) {
        wanted.push(SIGHUP);
    }
    // Without handlers a signal ends the process as it always would.
    let Ok(mut signals) = Signals::new(wanted) else { return };
    let (send, told) = channel();
    thread::spawn(move || {
        for signal in signals.forever() {
            // The first one counts.
            let _ = ASKED.compare_exchange(0, signal, Ordering::Relaxed, Ordering::Relaxed);
            let _ = send.send(());
        }
    });
    thread::spawn(move || {
        if told.recv().is_err() {
            return;
        }
        // A second signal, or the end of patience.
        let _ = told.recv_timeout(PATIENCE);
        crate::store::remove_temporary();
        let status = status().unwrap_or(1);
        complain(status);
        std::process::exit(status.into());
    });
}

/// Whether whoever began the run has the signal ignored, as `nohup` does.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let Ok(about) = crate::records::read_lines("/proc/self/status".as_ref()) else {
        return false;
    };
    let ignored = about.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
