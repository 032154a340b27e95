//! What is compiled in keeps to `deny.toml`: licences, sources, no wildcard versions. Works offline,
//! so that it runs wherever the tests run; `cargo deny` says the same, and more, where it is installed.
#![allow(
    clippy::indexing_slicing,
    reason = "a test that indexes wrongly fails, as it should"
)]

use std::process::Command;

use serde_json::Value;

#[test]
fn every_crate_has_an_allowed_licence_and_comes_from_the_registry() {
    let allowed = allowed_licences();
    let mut wrong = Vec::new();
    for package in metadata()["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("name");
        let licence = package["license"].as_str().unwrap_or("(none)");
        if !satisfied(licence, &allowed) {
            wrong.push(format!("{name}: licence {licence}"));
        }
        let source = package["source"].as_str();
        if source.is_some_and(|s| !s.starts_with("registry+https://github.com/rust-lang/")) {
            wrong.push(format!("{name}: source {source:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "not allowed by deny.toml:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_direct_dependency_names_a_version() {
    for package in metadata()["packages"].as_array().expect("packages") {
        if package["source"].is_null() {
            for dependency in package["dependencies"].as_array().expect("dependencies") {
                assert_ne!(
                    dependency["req"], "*",
                    "{} has no version",
                    dependency["name"]
                );
            }
        }
    }
}

#[test]
fn licence_expressions_are_read_as_spdx_says() {
    let allowed = [
        "MIT".to_owned(),
        "Apache-2.0 WITH LLVM-exception".to_owned(),
    ];
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("MIT/Apache-2.0", true),
        ("(GPL-2.0-only OR MIT) AND MIT", true),
        ("(GPL-2.0-only OR MIT) AND BSD-3-Clause", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("Apache-2.0", false),
        // AND binds tighter than OR.
        ("MIT OR MIT AND GPL-3.0-only", true),
        ("", false),
    ] {
        assert_eq!(satisfied(expression, &allowed), expected, "{expression}");
    }
}

fn metadata() -> Value {
    // Only this platform's crates: those of others need not even be downloaded.
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .args(["--filter-platform", &host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON")
}

fn allowed_licences() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/deny.toml");
    let text = std::fs::read_to_string(path).expect("deny.toml");
    let table: toml::Table = toml::from_str(&text).expect("deny.toml is TOML");
    table["licenses"]["allow"]
        .as_array()
        .expect("licenses.allow")
        .iter()
        .map(|licence| licence.as_str().expect("a string").to_owned())
        .collect()
}

/// Whether one may choose only `allowed` licences and still satisfy the SPDX expression. The `/` of
/// old manifests means OR.
fn satisfied(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    any(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut result = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        result |= all(words, allowed);
    }
    result
}

fn all(words: &mut Words<'_>, allowed: &[String]) -> bool {
    let mut result = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        result &= one(words, allowed);
    }
    result
}

fn one(words: &mut Words<'_>, allowed: &[String]) -> bool {
    if words.next_if_eq(&"(").is_some() {
        let inner = any(words, allowed);
        return words.next() == Some(")") && inner;
    }
    let Some(licence) = words.next() else {
        return false;
    };
    let mut licence = licence.to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    allowed.contains(&licence)
}
