//! The machine of a measurement.

use std::path::Path;

use serde::Serialize;

use crate::records::read_lines;

/// A machine, as far as the system describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// Name of the processor, or its architecture if the system gives no name.
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

    /// Peak memory of this process in bytes, mapped pages in memory included; `None` if the system does
    /// not report it.
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
