//! `docs/security.md` names the tests that prove its statements: each must exist and assert something.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::Outcome;

/// Location of the tests of each room.
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
/// Folders with functions that make assertions for tests.
const SHARED: [&str; 2] = ["testkit", "crates/store/src/conformance"];
/// Words that can make a test fail.
const ASSERTIONS: [&str; 5] = [
    "assert",
    "panic!",
    "unwrap_err()",
    "expect_err(",
    "unreachable!",
];
/// Most calls between a test and its assertion.
const DEPTH: u32 = 2;

/// Functions by name, with the text of every function of that name.
type Functions = BTreeMap<String, String>;

/// Fails if the page names a test that does not exist, or one that cannot fail.
pub fn check(root: &Path) -> Outcome {
    let page = root.join("docs/security.md");
    let text = fs::read_to_string(&page).map_err(|e| format!("{}: {e}", page.display()))?;
    let named: BTreeSet<(&str, &str)> = named(&text).collect();
    if named.is_empty() {
        return Err("security: docs/security.md names no test".to_owned());
    }
    let mut wrong = Vec::new();
    for (room, folder) in ROOMS {
        let mut functions = Functions::new();
        for folder in SHARED.into_iter().chain([folder]) {
            gather(&root.join(folder), &mut functions);
        }
        for (_, test) in named.iter().filter(|(it, _)| *it == room) {
            if !holds(&root.join(folder), &format!("fn {test}(")) {
                wrong.push(format!("security: there is no test {room}::{test}"));
            } else if !asserts(&functions, test, DEPTH) {
                wrong.push(format!("security: {room}::{test} asserts nothing"));
            }
        }
    }
    match wrong.is_empty() {
        false => Err(wrong.join("\n")),
        true => Ok(format!(
            "security: {} tests are there and assert",
            named.len()
        )),
    }
}

/// Whether a function can fail by an assertion, its own or that of a function it calls.
fn asserts(functions: &Functions, name: &str, depth: u32) -> bool {
    let Some(body) = functions.get(name) else {
        return false;
    };
    let called = || body.split(|it: char| !it.is_alphanumeric() && it != '_');
    ASSERTIONS.iter().any(|word| body.contains(word))
        || (depth > 0 && called().any(|it| it != name && asserts(functions, it, depth - 1)))
}

/// Collects the functions of all Rust files below a folder.
fn gather(folder: &Path, functions: &mut Functions) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, functions);
        } else if path.extension().is_some_and(|it| it == "rs") {
            split(&fs::read_to_string(&path).unwrap_or_default(), functions);
        }
    }
}

/// Adds the functions of a file: each reaches to the line that closes it at its own indent.
fn split(text: &str, functions: &mut Functions) {
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((head, rest)) = line.split_once("fn ") else {
            continue;
        };
        let name: String = rest
            .chars()
            .take_while(|it| it.is_alphanumeric() || *it == '_')
            .collect();
        let indent = head.len() - head.trim_start().len();
        let end = format!("{:indent$}}}", "");
        let body = lines.clone().take_while(|line| *line != end);
        let body: Vec<&str> = body.collect();
        functions
            .entry(name)
            .or_default()
            .push_str(&body.join("\n"));
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
    fn a_test_asserts_itself_or_by_what_it_calls() {
        let text = "#[test]\nfn one() {\n    assert!(true);\n}\nfn two() {\n    one();\n}\nfn three() {\n    let x = 1;\n}\n";
        let mut functions = Functions::new();
        split(text, &mut functions);
        assert!(asserts(&functions, "one", 0));
        assert!(asserts(&functions, "two", 1) && !asserts(&functions, "two", 0));
        assert!(!asserts(&functions, "three", 3) && !asserts(&functions, "four", 3));
    }

    #[test]
    fn the_page_names_only_tests_that_exist_and_assert() {
        check(&crate::root()).unwrap();
    }
}
