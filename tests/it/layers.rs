//! The shape of the source: data flows down the list of modules, dependencies point up it, and what
//! only some modules may do is done nowhere else.

use std::path::Path;

use crate::command::walk;

/// Lowest layer first. A module may use itself and whatever stands before it, nothing else.
const LAYERS: [&str; 19] = [
    "base", "text", "sketch", "store", "records", "cues", "table", "chrome", "copies", "bank",
    "index", "engine", "evidence", "runs", "report", "generate", "bench", "cli", "main",
];

/// The same within `engine`. Its `mod.rs` holds the calls that others make, and stands above all.
const ENGINE: [&str; 14] = [
    "bad", "budget", "settings", "observer", "parallel", "fetch", "pages", "findings", "shard",
    "steps", "store", "held", "files", "run",
];

/// What stands before a module and yet is none of its business.
const FORBIDDEN: [(&str, &[&str]); 3] =
    [("sketch", &["text"]), ("records", &["sketch"]), ("cues", &["records", "store", "sketch"])];

/// A source file: its path below `src`, its module, its text.
struct File {
    path: String,
    module: String,
    text: String,
}

impl File {
    /// What is built into the crate: unit tests stand at the end of a file or in files of their own.
    fn code(&self) -> &str {
        let is_test = ["/tests.rs", "/planted.rs"].iter().any(|end| self.path.ends_with(end));
        if is_test || self.path.contains("/tests/") {
            return "";
        }
        self.text.split("#[cfg(test)]\nmod tests {").next().unwrap()
    }

    /// Numbered lines of code, without what is said in comments.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.code().lines()).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// How many modules it stands in, its own counted.
    fn depth(&self) -> usize {
        let path = self.path.trim_end_matches(".rs").trim_end_matches("/mod");
        if ["lib", "main"].contains(&path) { 0 } else { path.split('/').count() }
    }

    fn is(&self, modules: &[&str]) -> bool {
        modules.contains(&self.module.as_str())
    }
}

fn sources() -> Vec<File> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&src, &mut |path, bytes| {
        let below = path.strip_prefix(&src).unwrap();
        let module =
            below.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
        let path = below.to_str().unwrap().to_owned();
        files.push(File { path, module, text: String::from_utf8(bytes).unwrap() });
    });
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(files.len() > 50, "{} is not the source", src.display());
    files
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| *layer == name)
}

/// Paths below the crate that `code` names, groups taken apart: of `crate::{a::X, b::{Y, Z}}` it is
/// `a::X`, `b::Y` and `b::Z`. `depth` is how many modules the file stands in, its own counted: a path
/// of as many `super::` begins at the crate.
fn used(code: &str, depth: usize) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, root) in code.match_indices("crate::").chain(code.match_indices("refrain::")) {
        if begins_path(code, at) {
            tree(&code[at + root.len()..], "", &mut paths);
        }
    }
    let inline = inline_modules(code);
    for (at, _) in code.match_indices("super::").filter(|&(at, _)| begins_path(code, at)) {
        let line = code[..at].matches('\n').count();
        let mut climbing = Vec::new();
        tree(&code[at..], "", &mut climbing);
        paths.extend(climbing.iter().filter_map(|path| {
            let steps = path.split("::").take_while(|step| *step == "super").count();
            let below = path.splitn(steps + 1, "::").nth(steps)?;
            (steps == depth.saturating_add(inline[line])).then(|| below.to_owned())
        }));
    }
    paths
}

/// Whether nothing before `at` makes another word or a longer path of it.
fn begins_path(code: &str, at: usize) -> bool {
    !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
}

/// For each line of formatted code how many modules with a body it stands in.
fn inline_modules(code: &str) -> Vec<usize> {
    let mut open: Vec<&str> = Vec::new();
    code.lines()
        .map(|line| {
            let word = line.trim_start();
            let indent = &line[..line.len() - word.len()];
            if word == "}" && open.last() == Some(&indent) {
                open.pop();
            }
            let depth = open.len();
            let of_module = word.strip_prefix("pub ").unwrap_or(word);
            let of_module = of_module.split_once(") ").map_or(of_module, |(_, rest)| rest);
            if of_module.starts_with("mod ") && word.ends_with('{') {
                open.push(indent);
            }
            depth
        })
        .collect()
}

/// Reads one path or group at the start of `code`; gives what follows it.
fn tree<'c>(code: &'c str, above: &str, paths: &mut Vec<String>) -> &'c str {
    let mut code = code.trim_start();
    if let Some(group) = code.strip_prefix('{') {
        code = group;
        loop {
            code = tree(code, above, paths).trim_start();
            code = code.strip_prefix(',').unwrap_or(code).trim_start();
            if let Some(rest) = code.strip_prefix('}') {
                return rest;
            }
            assert!(!code.is_empty() && !code.starts_with(';'), "a group that does not end");
        }
    }
    let end =
        code.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*').unwrap_or(code.len());
    let (name, mut rest) = code.split_at(end);
    let path = if above.is_empty() { name.to_owned() } else { format!("{above}::{name}") };
    if let Some(below) = rest.strip_prefix("::")
        && below.trim_start().starts_with(|c: char| c.is_alphabetic() || "_{*".contains(c))
    {
        return tree(below, &path, paths);
    }
    if let Some(alias) = rest.strip_prefix(" as ") {
        let end = alias.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(alias.len());
        rest = &alias[end..];
    }
    paths.push(path);
    rest
}

fn none(wrong: &[String], what: &str) {
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

/// Lines that hold one of `words` in files that may not.
fn lines_with(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    for file in sources().iter().filter(|file| !file.is(allowed)) {
        for (number, line) in file.lines() {
            if words.iter().any(|word| line.contains(word)) {
                wrong.push(format!("src/{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    wrong
}

#[test]
fn groups_of_imports_are_taken_apart() {
    let code =
        "use crate::{\n    Error, a::X,\n    b::{self, c::{Y, Z as W}, D},\n};\ncrate::e::f(1)";
    assert_eq!(used(code, 1), ["Error", "a::X", "b::self", "b::c::Y", "b::c::Z", "b::D", "e::f"]);
    assert_eq!(used("xcrate::no; a::crate::no; pub(crate) fn", 1), [""; 0]);
}

#[test]
fn paths_that_climb_to_the_crate_are_seen() {
    let two = "use super::{Near, super::cli::X};";
    assert_eq!((used(two, 2), used(two, 3)), (vec!["cli::X".to_owned()], Vec::new()));
    let three = "use super::{a, super::super::{out, cli::{Y, Z}}};\nsuper::super::super::cli::f()";
    assert_eq!(used(three, 3), ["out", "cli::Y", "cli::Z", "cli::f"]);
    assert_eq!(used(three, 4), [""; 0]);
    let inline = "use super::a;\nmod tests {\n    use super::super::b;\n    mod more {\n        use super::super::super::c;\n    }\n}\nuse super::d;";
    assert_eq!(used(inline, 1), ["a", "b", "c", "d"]);
}

#[test]
fn dependencies_point_one_way() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in sources() {
        let Some(from) = layer(&file.module) else {
            assert_eq!(file.path, "lib.rs", "a module without a layer");
            continue;
        };
        let forbidden: &[&str] =
            FORBIDDEN.iter().find(|(module, _)| *module == file.module).map_or(&[], |(_, f)| f);
        let code: Vec<&str> = file.lines().map(|(_, line)| line).collect();
        for path in used(&code.join("\n"), file.depth()) {
            let name = path.split("::").next().unwrap();
            let Some(to) = layer(name) else { continue };
            seen += 1;
            if from < to || forbidden.contains(&name) {
                wrong.push(format!("src/{}: `{}` uses `{path}`", file.path, file.module));
            }
        }
    }
    assert!(seen > 100, "only {seen} uses were seen");
    none(&wrong, "dependencies that point the wrong way");
}

/// Every path within `engine`, whether it goes by a file or by a name that `engine` hands on.
#[test]
fn files_of_the_engine_point_one_way() {
    let all = sources();
    let face = all.iter().find(|file| file.path == "engine/mod.rs").unwrap();
    let handed_on: Vec<(String, String)> = face
        .code()
        .split(';')
        .filter_map(|statement| {
            statement.rsplit_once("use ").filter(|(before, _)| before.contains("pub"))
        })
        .flat_map(|(_, path)| {
            let mut paths = Vec::new();
            tree(path, "", &mut paths);
            paths
        })
        .filter_map(|path| {
            let (module, item) = (path.split("::").next()?, path.split("::").last()?);
            Some((item.to_owned(), module.to_owned()))
        })
        .collect();
    assert!(handed_on.contains(&("Settings".to_owned(), "settings".to_owned())));
    let place = |module: &str| ENGINE.iter().position(|name| *name == module);
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for file in all.iter().filter(|file| file.module == "engine" && file.path != "engine/mod.rs") {
        let from = file.path.split('/').nth(1).unwrap().trim_end_matches(".rs");
        if from == "law" {
            continue;
        }
        let from = place(from).unwrap_or_else(|| panic!("src/{} has no place", file.path));
        let code: Vec<&str> = file.lines().map(|(_, line)| line).collect();
        let code = code.join("\n");
        let from_crate = used(&code, usize::MAX);
        let mut inside: Vec<String> = used(&code, file.depth());
        inside.retain(|path| path.starts_with("engine::"));
        // Paths that climb to `engine` and no further.
        let climbing = used(&code, file.depth() - 1);
        let climbing = climbing.into_iter().filter(|path| !from_crate.contains(path));
        inside.extend(climbing.map(|path| format!("engine::{path}")));
        for path in inside {
            let name = path.split("::").nth(1).unwrap_or("");
            let module = handed_on.iter().find(|(item, _)| item == name);
            let Some(to) = place(module.map_or(name, |(_, module)| module)) else { continue };
            seen += 1;
            if from < to {
                wrong.push(format!("src/{}: uses `{path}`", file.path));
            }
        }
    }
    assert!(seen > 60, "only {seen} uses were seen");
    none(&wrong, "files of the engine that point the wrong way");
}

/// Unit tests may use more of the crate, but nothing above their module either.
#[test]
fn unit_tests_point_the_same_way() {
    let mut wrong = Vec::new();
    for file in sources() {
        let Some(from) = layer(&file.module) else { continue };
        for path in used(&file.text, file.depth()) {
            if layer(path.split("::").next().unwrap()).is_some_and(|to| from < to) {
                wrong.push(format!("src/{}: `{}` uses `{path}`", file.path, file.module));
            }
        }
    }
    none(&wrong, "dependencies that point the wrong way");
}

#[test]
fn every_module_has_a_layer() {
    let sources = sources();
    for module in LAYERS {
        assert!(sources.iter().any(|file| file.module == module), "no module `{module}`");
    }
}

/// Only the vector kernels and the mapped reader hold `unsafe`.
#[test]
fn unsafe_stands_where_the_design_allows_it() {
    const ALLOWED: [&str; 5] = [
        "src/text/kernel/",
        "src/sketch/kernel/",
        "src/records/kernel/",
        "src/records/map.rs",
        "src/store/map.rs",
    ];
    let wrong: Vec<String> =
        lines_with(&["unsafe {", "unsafe fn", "unsafe impl", "(unsafe_code"], &[])
            .into_iter()
            .filter(|line| !ALLOWED.iter().any(|allowed| line.starts_with(allowed)))
            .collect();
    none(&wrong, "unsafe code");
}

#[test]
fn only_the_command_prints() {
    let printing = ["println!", "print!", "dbg!", "stdout()", "stderr()"];
    none(&lines_with(&printing, &["cli"]), "printing");
}

#[test]
fn only_those_who_read_or_write_open_files() {
    let opening = ["std::fs", "fs_err", "fs::", "File::", "OpenOptions", "tempfile"];
    let wrong: Vec<String> = lines_with(&opening, &["records", "store", "evidence", "report"])
        .into_iter()
        // Files that `store` writes are not opened by those who ask for them.
        .filter(|line| !line.contains("AtomicFile::"))
        .collect();
    none(&wrong, "opening files");
}

#[test]
fn every_file_opens_with_what_it_is() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("src/{}", file.path))
        .collect();
    none(&wrong, "files that do not say what they are");
}
