//! The structure that `lib.rs` draws, held: imports point down, each outside crate has the owner that
//! `Cargo.toml` names, and nothing below the edge names files, threads or a clock.
//!
//! Comments do not count (a doc link may point up), and neither do a file's own tests.
#![allow(
    clippy::indexing_slicing,
    reason = "a test that indexes wrongly fails, as it should"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module of the crate, its rank, and the modules that it may name beside those of rank 0.
/// `*` stands for every module of a lower rank.
const MODULES: &[(&str, u8, &[&str])] = &[
    ("community_id", 0, &[]),
    ("event", 0, &[]),
    ("key_pattern", 0, &[]),
    ("network", 0, &[]),
    ("observation", 0, &[]),
    ("packet", 0, &[]),
    ("redact", 0, &[]),
    ("segment", 0, &[]),
    ("verdict", 0, &[]),
    ("bus", 1, &[]),
    ("decode", 1, &[]),
    ("reassembly", 1, &[]),
    ("report", 1, &[]),
    ("resp", 1, &[]),
    ("source", 1, &[]),
    ("tls", 1, &[]),
    ("detect", 2, &["resp"]),
    ("flow", 2, &["reassembly"]),
    ("posture", 2, &[]),
    // What begins a RESP message is told by the grammar and the command table, not twice.
    ("probe", 2, &["resp"]),
    ("stats", 2, &["resp"]),
    (
        "analyzer",
        3,
        &[
            "bus",
            "detect",
            "flow",
            "posture",
            "probe",
            "reassembly",
            "resp",
            "stats",
            "tls",
        ],
    ),
    (
        "pipeline",
        4,
        &[
            "analyzer", "decode", "detect", "flow", "posture", "stats", "tls",
        ],
    ),
    ("app", 5, &["*", "cli", "config"]),
    ("cli", 5, &["*"]),
    ("config", 5, &["*", "cli"]),
];

/// What only the edge may name. `source` opens files and interfaces, and only that.
const EDGE_ONLY: &[&str] = &[
    "std::fs",
    "std::thread",
    "std::process",
    "std::env",
    "std::net::Tcp",
    "std::net::Udp",
    "Instant::now",
    "SystemTime",
    "std::io::stdout",
    "std::io::stderr",
    "std::io::stdin",
];

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for file in sources() {
        let Some((name, rank, below)) = entry(&file.module) else {
            wrong.push(format!(
                "{}: module {} is not in the table of this test",
                file.path, file.module
            ));
            continue;
        };
        for (line, used) in file.crate_paths() {
            let Some((_, used_rank, _)) = entry(&used) else {
                continue; // a macro or a re-export of the crate root
            };
            let allowed = used == name
                || used_rank == 0
                || below.contains(&used.as_str())
                || (below.contains(&"*") && used_rank < rank);
            if !allowed {
                wrong.push(format!("{}:{line}: {name} names {used}", file.path));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "imports that do not point down:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn each_outside_crate_is_named_only_by_its_owner() {
    let owners = crate_owners();
    assert!(owners.len() > 20, "Cargo.toml was read: {owners:?}");
    let mut wrong = Vec::new();
    for file in sources() {
        for (name, paths) in &owners {
            let owned = paths
                .iter()
                .any(|p| file.path.starts_with(p.trim_end_matches(".rs")));
            if paths.is_empty() || owned {
                continue;
            }
            if file.code.contains(&format!("super::{name}")) {
                continue; // a module of ours with the crate's name
            }
            if let Some(line) = file.line_naming(&format!("{name}::")) {
                wrong.push(format!("{}:{line}: {name} belongs to {paths:?}", file.path));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "crates outside their owner (Cargo.toml):\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_core_knows_no_files_threads_or_clock() {
    let mut wrong = Vec::new();
    for file in sources() {
        let rank = entry(&file.module).map_or(0, |(_, rank, _)| rank);
        if rank == 5 {
            continue;
        }
        for word in EDGE_ONLY {
            if file.module == "source" && matches!(*word, "std::fs" | "std::io::stdin") {
                continue;
            }
            if let Some(line) = file.line_naming(word) {
                wrong.push(format!("{}:{line}: {word}", file.path));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "belongs to the edge:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn tcp_does_not_know_what_it_carries() {
    for file in sources() {
        if !matches!(file.module.as_str(), "flow" | "reassembly") {
            continue;
        }
        for (number, line) in file.code.lines().enumerate() {
            for word in line.split(|c: char| !c.is_alphanumeric()) {
                let carried = ["resp", "redis", "tls", "ssl"]
                    .contains(&word.to_lowercase().as_str())
                    || ["Resp", "Redis", "Tls"].iter().any(|start| {
                        word.strip_prefix(start)
                            .is_some_and(|rest| rest.starts_with(char::is_uppercase))
                    });
                assert!(!carried, "{}:{}: names {word}", file.path, number + 1);
            }
        }
    }
}

#[test]
fn comments_strings_and_tests_are_told_from_code() {
    let code = code_of(
        "a(); // crate::x\n/* crate::y */ b(\"//\", '\"'); /// crate::z\nc('\\'');\n#[cfg(test)]\nmod tests { d(); }\n",
    );
    assert_eq!(code, "a(); \n b(\"//\", '\"'); \nc('\\'');\n");
}

/// One file of `src`, its own tests and all comments taken out.
struct Source {
    /// From the package's root: `src/flow/table.rs`.
    path: String,
    /// `flow`; `lib` and `main` are entered as such.
    module: String,
    code: String,
}

impl Source {
    /// Every `crate::name` with its line; `use crate::{a, b::c}` names both.
    fn crate_paths(&self) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        for start in ["crate::", "resp_sniff::"] {
            for (at, _) in self.code.match_indices(start) {
                if self.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                {
                    continue;
                }
                let line = self.code[..at].matches('\n').count() + 1;
                let rest = &self.code[at + start.len()..];
                let names = match rest.strip_prefix('{') {
                    Some(group) => top_level_names(group),
                    None => vec![identifier(rest)],
                };
                found.extend(names.into_iter().map(|name| (line, name)));
            }
        }
        found
    }

    /// First line that names `word` as a whole path segment.
    fn line_naming(&self, word: &str) -> Option<usize> {
        let at = self.code.match_indices(word).find(|(at, _)| {
            !self.code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
        })?;
        Some(self.code[..at.0].matches('\n').count() + 1)
    }
}

fn entry(module: &str) -> Option<(&'static str, u8, &'static [&'static str])> {
    MODULES.iter().copied().find(|(name, _, _)| *name == module)
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    collect(&root.join("src"), &mut files);
    assert!(files.len() > 10, "src was read");
    files
        .into_iter()
        .filter(|file| !is_test_only(file))
        .filter_map(|file| {
            let path = file.strip_prefix(root).expect("below the root");
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            let module = parts.get(1)?.trim_end_matches(".rs").to_owned();
            // The crate root only declares modules; the program calls `app`.
            (module != "lib" && module != "main").then(|| Source {
                path: parts.join("/"),
                module,
                code: code_of(&fs::read_to_string(&file).expect("a source file")),
            })
        })
        .collect()
}

/// Tests in a file of their own: `tests.rs`, or what its parent declares under `#[cfg(test)]`.
fn is_test_only(file: &Path) -> bool {
    if file
        .components()
        .any(|c| c.as_os_str() == "tests" || c.as_os_str() == "tests.rs")
    {
        return true;
    }
    let (Some(folder), Some(name)) = (file.parent(), file.file_stem()) else {
        return false;
    };
    let name = name.to_string_lossy();
    [folder.join("mod.rs"), folder.with_extension("rs")]
        .iter()
        .any(|parent| {
            let text = fs::read_to_string(parent).unwrap_or_default();
            text.contains(&format!("#[cfg(test)]\nmod {name};"))
                || text.contains(&format!("#[cfg(test)]\npub(crate) mod {name};"))
        })
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Crate names as code writes them, with the `src/` paths of their comment in `Cargo.toml`; no path:
/// anybody's.
fn crate_owners() -> BTreeMap<String, Vec<String>> {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .expect("Cargo.toml");
    let dependencies = manifest
        .split("[dependencies]")
        .nth(1)
        .expect("dependencies");
    let dependencies = dependencies
        .split("\n[")
        .next()
        .expect("up to the next table");
    dependencies
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.split_once(" = ")?;
            let comment = rest.split_once('#').map_or("", |(_, comment)| comment);
            let paths = comment
                .split([' ', ',', ':'])
                .filter(|word| word.starts_with("src/"))
                .map(str::to_owned)
                .collect();
            Some((name.replace('-', "_"), paths))
        })
        .collect()
}

fn identifier(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// The names at the first level of a `use` group whose opening brace is passed.
fn top_level_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (0, Vec::new(), true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            c if start && (c.is_alphanumeric() || c == '_') => {
                names.push(identifier(&group[at..]));
                start = false;
            }
            _ => {}
        }
    }
    names
}

/// Source text without comments and without what follows `#[cfg(test)] mod tests`.
fn code_of(text: &str) -> String {
    let text = text
        .find("\n#[cfg(test)]\nmod ")
        .map_or(text, |at| &text[..=at]);
    let (mut code, mut rest) = (String::new(), text);
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
            continue;
        } else if rest.starts_with("/*") {
            rest = rest.find("*/").map_or("", |end| &rest[end + 2..]);
            continue;
        } else if c == '"' {
            quoted(rest)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\''") {
            rest[1..]
                .find('\'')
                .map_or(rest.len(), |end| end + 2)
                .max(if rest.starts_with("'\\''") { 4 } else { 3 })
        } else {
            c.len_utf8()
        };
        code.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    code
}

/// Length of the string literal that `text` starts with.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
