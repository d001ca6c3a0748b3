//! What a measurement ran on.

use std::path::Path;

use serde::Serialize;

use crate::input::read_lines;

/// A machine, as far as it says what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Name of the processor, or its architecture where the system does not tell.
    pub processor: String,
    /// Processors that this process may use.
    pub processors: usize,
    /// Operating system.
    pub system: &'static str,
}

impl Machine {
    /// This machine.
    pub fn here() -> Machine {
        let processor = field("/proc/cpuinfo", "model name")
            .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Machine { processor, processors, system: std::env::consts::OS }
    }

    /// The most memory this process has had at a time, in bytes; none where the system does not tell.
    /// Pages of mapped files that are in memory are part of it.
    pub fn peak_memory() -> Option<u64> {
        let kib = field("/proc/self/status", "VmHWM")?;
        kib.trim_end_matches("kB").trim().parse::<u64>().ok().map(|kib| kib * 1024)
    }
}

/// The value of the first line `name: value` of a system file.
fn field(path: &str, name: &str) -> Option<String> {
    let lines = read_lines(Path::new(path)).ok()?;
    lines.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_a_name_and_a_process_a_peak() {
        let machine = Machine::here();
        assert!(!machine.processor.is_empty() && machine.processors > 0);
        if cfg!(target_os = "linux") {
            let before = Machine::peak_memory().expect("linux tells");
            let held = vec![1_u8; 64 << 20];
            assert!(Machine::peak_memory().expect("linux tells") >= before.max(held.len() as u64));
        }
    }
}
