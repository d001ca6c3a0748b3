//! Runs the command as a user does, and shows what came of it. The one place that knows how.

use std::{
    ffi::OsStr,
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// No run of a test takes this long: one that does hangs.
const PATIENCE: Duration = Duration::from_mins(2);

/// A folder of a test's own, in which the command runs, so that its messages name relative paths.
pub(crate) struct Folder(tempfile::TempDir);

/// How a run ended and what it said.
pub(crate) struct Run {
    pub(crate) exit: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders that lead to it.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.read(name)).unwrap()
    }

    /// Every file below the folder `name` with its bytes, by path relative to it.
    pub(crate) fn files(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let top = self.path(name);
        let mut files = Vec::new();
        walk(&top, &mut |path, bytes| {
            files.push((path.strip_prefix(&top).unwrap().display().to_string(), bytes));
        });
        files.sort();
        files
    }

    /// Names of every file below the folder `name`.
    pub(crate) fn names(&self, name: &str) -> Vec<String> {
        self.files(name).into_iter().map(|(name, _)| name).collect()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refrain"));
        command
            .args(args)
            .current_dir(self.0.path())
            .env_remove("COLUMNS")
            .env("TMPDIR", self.0.path());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, b"")
    }

    /// Runs it with `input` on standard input.
    pub(crate) fn run_with(&self, args: &[&str], input: &[u8]) -> Run {
        finish(self.command(args), input)
    }

    /// Runs it and says what it printed; anything but exit 0 is a failure of the test.
    pub(crate) fn ok(&self, args: &[&str]) -> Run {
        let run = self.run(args);
        assert_eq!(run.exit, Some(0), "refrain {}\n{}", args.join(" "), run.shown());
        run
    }
}

/// Runs `command` to its end, feeding it `input`.
pub(crate) fn finish(mut command: Command, input: &[u8]) -> Run {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    thread::scope(|scope| {
        scope.spawn(move || {
            // A command that fails early leaves its input unread.
            let _ = stdin.write_all(input);
        });
        let out = scope.spawn(move || read_all(&mut stdout));
        let err = scope.spawn(move || read_all(&mut stderr));
        let exit = wait(&mut child);
        let stderr = String::from_utf8_lossy(&err.join().unwrap()).into_owned();
        assert!(!stderr.contains("panicked"), "a panic:\n{stderr}");
        Run { exit, stdout: out.join().unwrap(), stderr }
    })
}

/// Waits for a child that this test started, and ends it if it hangs.
pub(crate) fn wait(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("still running after {PATIENCE:?}");
        }
        thread::sleep(Duration::from_millis(4));
    }
}

/// How many times a program is killed in a test: six, or as often as `REFRAIN_KILLS` says.
pub(crate) fn kills() -> u64 {
    std::env::var("REFRAIN_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6)
}

fn read_all(from: &mut impl Read) -> Vec<u8> {
    let mut all = Vec::new();
    from.read_to_end(&mut all).unwrap();
    all
}

impl Run {
    pub(crate) fn out(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// Exit code, standard output and standard error in one, without what changes from run to run.
    pub(crate) fn shown(&self) -> String {
        let exit = self.exit.map_or("signal".into(), |code| code.to_string());
        let mut shown = format!("exit {exit}\n");
        for (name, text) in [("stdout", self.out()), ("stderr", self.stderr.as_str())] {
            let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("took ")).collect();
            if !lines.is_empty() {
                shown.push_str(&format!("--- {name}\n{}\n", lines.join("\n")));
            }
        }
        shown
    }
}

pub(crate) fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(plain: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(plain, 1).unwrap()
}

/// The decompressed bytes of a file named `name`: its ending says how it is compressed.
pub(crate) fn plain(name: &str, bytes: &[u8]) -> Vec<u8> {
    match Path::new(name).extension().and_then(OsStr::to_str) {
        Some("gz") => read_all(&mut flate2::read::MultiGzDecoder::new(bytes)),
        Some("zst") => zstd::stream::decode_all(bytes).unwrap(),
        _ => bytes.to_vec(),
    }
}

/// Calls `each` with every file below `folder`.
pub(crate) fn walk(folder: &Path, each: &mut dyn FnMut(&Path, Vec<u8>)) {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return,
        entries => entries.unwrap(),
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, each);
        } else {
            each(&path, fs::read(&path).unwrap());
        }
    }
}
