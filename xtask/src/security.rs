//! `docs/security.md` names the tests that show what it says: each must be there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::Outcome;

/// Where the tests of a room are.
const ROOMS: [(&str, &str); 9] = [
    ("api", "crates/api"),
    ("console", "crates/console"),
    ("domain", "crates/domain"),
    ("fuzz", "fuzz"),
    ("model", "crates/model"),
    ("server", "crates/server"),
    ("store", "crates/store/"),
    ("store_sql", "crates/store-sql"),
    ("web", "crates/web"),
];

/// Fails if the page names a test that does not exist.
pub fn check(root: &Path) -> Outcome {
    let page = root.join("docs/security.md");
    let text = fs::read_to_string(&page).map_err(|e| format!("{}: {e}", page.display()))?;
    let named: BTreeSet<(&str, &str)> = named(&text).collect();
    let missing: Vec<String> = named
        .iter()
        .filter(|(room, test)| !is_there(root, room, test))
        .map(|(room, test)| format!("security: there is no test {room}::{test}"))
        .collect();
    match (named.is_empty(), missing.is_empty()) {
        (true, _) => Err("security: docs/security.md names no test".to_owned()),
        (_, false) => Err(missing.join("\n")),
        (_, true) => Ok(format!("security: {} tests are there", named.len())),
    }
}

/// Every `room::test` between back quotes.
fn named(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|quoted| quoted.split_once("::"))
        .filter(|(room, _)| ROOMS.iter().any(|(it, _)| it == room))
}

fn is_there(root: &Path, room: &str, test: &str) -> bool {
    let folder = ROOMS.iter().find(|(it, _)| *it == room);
    let head = format!("fn {test}(");
    folder.is_some_and(|(_, folder)| holds(&root.join(folder), &head))
}

/// Whether a Rust file below a folder has a test that begins like this.
fn holds(folder: &Path, head: &str) -> bool {
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, head);
        }
        let is_rust = path.extension().is_some_and(|it| it == "rs");
        is_rust && fs::read_to_string(&path).is_ok_and(|text| has_test(&text, head))
    })
}

/// Whether the function has `test]` among the lines above it, or is one of a `proptest!`.
fn has_test(text: &str, head: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    lines.iter().enumerate().any(|(at, line)| {
        let above = lines.get(at.saturating_sub(4)..at).unwrap_or_default();
        line.contains(head) && above.iter().any(|line| line.contains("test"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_named_between_back_quotes() {
        let text = "see `web::a_page`, `session::begin` and `x` or `store_sql::it`";
        let found: Vec<_> = named(text).collect();
        assert_eq!(found, [("web", "a_page"), ("store_sql", "it")]);
    }

    #[test]
    fn only_a_function_marked_as_a_test_is_one() {
        let text = "#[test]\nfn a_page() {}\n\n\n\n\n\nfn helper() {}\n";
        assert!(has_test(text, "fn a_page("));
        assert!(!has_test(text, "fn helper("));
        assert!(!has_test(text, "fn none("));
    }

    #[test]
    fn the_page_names_only_tests_that_exist() {
        check(&crate::root()).unwrap();
    }
}
