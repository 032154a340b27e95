//! Which server versions are behind, by a dated table.
//!
//! The table holds, a branch, the first release with every security fix known on [`AS_OF`]; the
//! sources are the release notes of Redis (2026-07-23: 6.2.23, 7.2.15, 7.4.10, 8.2.8, 8.4.5, 8.6.5,
//! 8.8.1) and Valkey (2026-07-21: 7.2.14, 8.0.10, 8.1.9, 9.0.5, 9.1.1). Branches that are missing
//! below the newest get no fixes any more. A distribution may mend an old version under its old
//! number, which no packet shows; the words say so.

use crate::observation::Software;

/// Day of the table.
pub(super) const AS_OF: &str = "2026-07-25";

/// How a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has the fixes of its branch, or is newer than the table.
    Current,
    /// Its branch has fixes that it lacks: the first release with them.
    Behind((u32, u32, u32)),
    /// Its branch gets no fixes any more.
    Unsupported,
}

/// How a version stands; `None` for software that is not in the table.
pub(super) fn standing(software: &Software) -> Option<Standing> {
    let branches = match software.name.as_str() {
        "redis" => REDIS,
        "valkey" => VALKEY,
        _ => return None,
    };
    let mut parts = software.version.split(['.', '-']);
    let mut part = || parts.next()?.parse::<u32>().ok();
    let version = (part()?, part()?, part().unwrap_or(0));
    let branch = branches
        .iter()
        .find(|(major, minor, _)| (*major, *minor) == (version.0, version.1));
    Some(match branch {
        Some(&fixed) if version < fixed => Standing::Behind(fixed),
        Some(_) => Standing::Current,
        None if branches.last().is_some_and(|&newest| version > newest) => Standing::Current,
        None => Standing::Unsupported,
    })
}

/// Day of the table of client libraries.
pub(super) const LIBRARIES_AS_OF: &str = "2026-11-24";

/// The published flaw that a client library of this version has, and where it ends.
///
/// `name` as CLIENT SETINFO sends it: a suffix in brackets tells of wrappers. Only flaws of
/// releases that can name themselves are here: SETINFO came with Redis 7.2 in 2023, and what is
/// older sends no version, as redis-py with CVE-2023-28858 and -28859 (mended in 4.5.4, before it told
/// its own in 5.0). Sources: GHSA-92cp-5422-2mw7 (CVE-2025-29923); issue 1252 of redis-rs (2024-07-04)
/// and its change log of 0.27.4 (2024-10-09).
pub(super) fn library_flaw(name: &str, version: &[u32]) -> Option<&'static str> {
    let name = name.split('(').next().unwrap_or(name).trim();
    LIBRARY_FLAWS
        .iter()
        .find(|flaw| {
            flaw.name.eq_ignore_ascii_case(name)
                && version >= flaw.from.as_slice()
                && version < flaw.fixed.as_slice()
        })
        .map(|flaw| flaw.text)
}

struct LibraryFlaw {
    name: &'static str,
    from: [u32; 3],
    fixed: [u32; 3],
    text: &'static str,
}

/// By branch.
const LIBRARY_FLAWS: &[LibraryFlaw] = &[
    LibraryFlaw {
        name: "go-redis",
        from: [9, 5, 1],
        fixed: [9, 5, 5],
        text: "replies may be mixed up, CVE-2025-29923, fixed in 9.5.5",
    },
    LibraryFlaw {
        name: "go-redis",
        from: [9, 6, 0],
        fixed: [9, 6, 3],
        text: "replies may be mixed up, CVE-2025-29923, fixed in 9.6.3",
    },
    // The advisory says 9.7.3; its authors confirm the fix in 9.7.2.
    LibraryFlaw {
        name: "go-redis",
        from: [9, 7, 0],
        fixed: [9, 7, 2],
        text: "replies may be mixed up, CVE-2025-29923, fixed in 9.7.3",
    },
    // Of its blocking connections; which kind it is, no packet tells.
    LibraryFlaw {
        name: "redis-rs",
        from: [0, 0, 0],
        fixed: [0, 27, 4],
        text: "replies may be mixed up after a timeout, its issue 1252, fixed in 0.27.4",
    },
];

const REDIS: &[(u32, u32, u32)] = &[
    (6, 2, 23),
    (7, 2, 15),
    (7, 4, 10),
    (8, 2, 8),
    (8, 4, 5),
    (8, 6, 5),
    (8, 8, 1),
];

const VALKEY: &[(u32, u32, u32)] = &[(7, 2, 14), (8, 0, 10), (8, 1, 9), (9, 0, 5), (9, 1, 1)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flaws_of_client_libraries_are_told_by_branch() {
        let has = |name, version: &[u32]| library_flaw(name, version).is_some();
        assert!(has("go-redis", &[9, 7, 0]));
        assert!(has("go-redis(,go1.22.1)", &[9, 6, 2]));
        assert!(has("go-redis", &[9, 5, 4]));
        assert!(!has("go-redis", &[9, 5, 5]));
        assert!(!has("go-redis", &[9, 7, 3]));
        assert!(!has("go-redis", &[9, 18, 0]));
        assert!(!has("redis-py", &[9, 7, 0]));
        assert!(has("redis-rs", &[0, 25, 3]) && has("redis-rs", &[0, 27, 3]));
        assert!(!has("redis-rs", &[0, 27, 4]) && !has("redis-rs", &[1, 0, 0]));
    }

    #[test]
    fn versions_are_judged_within_their_branch() {
        let standing = |name: &str, version: &str| {
            standing(&Software {
                name: name.to_owned(),
                version: version.to_owned(),
            })
        };
        assert_eq!(
            standing("redis", "7.2.14"),
            Some(Standing::Behind((7, 2, 15)))
        );
        assert_eq!(standing("redis", "7.2.15"), Some(Standing::Current));
        assert_eq!(standing("redis", "7.4.10"), Some(Standing::Current));
        assert_eq!(
            standing("redis", "7.4.9"),
            Some(Standing::Behind((7, 4, 10)))
        );
        assert_eq!(standing("redis", "7.0.15"), Some(Standing::Unsupported));
        assert_eq!(standing("redis", "8.8.1"), Some(Standing::Current));
        assert_eq!(standing("redis", "9.0.0"), Some(Standing::Current));
        assert_eq!(standing("redis", "255.255.255"), Some(Standing::Current));
        assert_eq!(
            standing("valkey", "8.1.3"),
            Some(Standing::Behind((8, 1, 9)))
        );
        assert_eq!(standing("valkey", "9.0.5-rc1"), Some(Standing::Current));
        assert_eq!(standing("dragonfly", "1.0.0"), None);
        assert_eq!(standing("redis", "unstable"), None);
    }
}
