//! Lengths of files and functions. Long files fail; long functions are only reported.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::Outcome;

const FILE_LINES: usize = 400;
const OPERATION_LINES: usize = 110;
const FUNCTION_LINES: usize = 60;

/// Folders without hand-written files.
const SKIPPED: &[&str] = &["target", "node_modules", "crates/model/src/gen"];

/// Fails if a hand-written source file has more than 400 lines.
pub fn check(root: &Path) -> Outcome {
    let mut files = Vec::new();
    collect(root, root, &mut files)?;
    files.sort();
    let (mut long_files, mut told) = (String::new(), String::new());
    for path in &files {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
        judge(
            path.strip_prefix(root).unwrap_or(path),
            &text,
            &mut long_files,
            &mut told,
        );
    }
    let told = format!("{told}sizes: {} files", files.len());
    if long_files.is_empty() {
        Ok(told)
    } else {
        Err(format!(
            "{told}\n{long_files}sizes: files of more than {FILE_LINES} lines"
        ))
    }
}

/// Collects the hand-written source files below a folder.
///
/// # Errors
/// If a folder cannot be read.
pub fn collect(root: &Path, folder: &Path, into: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries {
        let entry = entry.map_err(|e| format!("{}: {e}", folder.display()))?;
        let (path, kind) = (
            entry.path(),
            entry
                .file_type()
                .map_err(|e| format!("{}: {e}", folder.display()))?,
        );
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let skipped = path
            .strip_prefix(root)
            .is_ok_and(|inner| SKIPPED.iter().any(|skipped| inner.ends_with(skipped)));
        if kind.is_dir() && !hidden && !skipped {
            collect(root, &path, into)?;
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
    Ok(())
}

fn judge(path: &Path, text: &str, long_files: &mut String, told: &mut String) {
    let lines = text.lines().count();
    if lines > FILE_LINES {
        let _ = writeln!(long_files, "{}: {lines} lines", path.display());
    } else if path.starts_with("crates/api/src/ops") && lines > OPERATION_LINES {
        let _ = writeln!(
            told,
            "{}: {lines} lines in an operation's file",
            path.display()
        );
    }
    for (line, name, length) in long_functions(text) {
        let _ = writeln!(told, "{}:{line}: {name} has {length} lines", path.display());
    }
}

/// Line, name and length of the functions that are longer than they should be. Source is assumed to be formatted: a
/// function ends at the next closing brace that is indented like its head.
fn long_functions(text: &str) -> Vec<(usize, &str, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut long = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function_name(line) else {
            continue;
        };
        if line.ends_with(';') || line.ends_with('}') {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let alike = |line: &&&str| line.len() - line.trim_start().len() == indent;
        // The head of a declaration without a body ends at `) -> T;`.
        let is_end = |line: &&&str| alike(line) && (line.trim() == "}" || line.ends_with(';'));
        let length = lines
            .iter()
            .skip(at)
            .position(|line| is_end(&line))
            .map_or(0, |last| last + 1);
        if length > FUNCTION_LINES {
            long.push((at + 1, name, length));
        }
    }
    long
}

fn function_name(line: &str) -> Option<&str> {
    let (before, after) = line
        .trim_start()
        .split_once("fn ")
        .filter(|(_, after)| after.contains(['(', '<']))?;
    let word = |word: &str| {
        matches!(
            word,
            "pub" | "async" | "const" | "pub(crate)" | "pub(super)"
        )
    };
    let head = before.split_whitespace().all(word);
    head.then(|| after.split(['(', '<']).next()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(path: &str, text: &str) -> (String, String) {
        let (mut long_files, mut told) = (String::new(), String::new());
        judge(Path::new(path), text, &mut long_files, &mut told);
        (long_files, told)
    }

    #[test]
    fn a_file_fails_from_401_lines_on() {
        assert_eq!(
            judged("a.rs", &"x\n".repeat(400)),
            (String::new(), String::new())
        );
        assert_eq!(
            judged("a.rs", &"x\n".repeat(401)),
            ("a.rs: 401 lines\n".to_owned(), String::new())
        );
    }

    #[test]
    fn operations_are_told_from_111_lines_on() {
        let path = "crates/api/src/ops/users/get_user.rs";
        assert_eq!(judged(path, &"x\n".repeat(110)).1, "");
        assert_eq!(
            judged(path, &"x\n".repeat(111)).1,
            format!("{path}: 111 lines in an operation's file\n")
        );
    }

    #[test]
    fn long_functions_are_told() {
        let function = |lines: usize| {
            format!(
                "impl A {{\n    pub async fn walk<T>(\n        self,\n    ) {{\n{}    }}\n}}\n",
                "        x;\n".repeat(lines)
            )
        };
        assert_eq!(long_functions(&function(56)), []);
        assert_eq!(long_functions(&function(57)), [(2, "walk", 61)]);
    }

    #[test]
    fn heads_without_a_body_have_no_length() {
        let text = format!(
            "trait A {{\n    fn a(\n        &self,\n    ) -> T;\n{}    fn b() {{}}\n}}\n",
            "    // more\n".repeat(80)
        );
        assert_eq!(long_functions(&text), []);
    }

    #[test]
    fn a_long_file_in_the_tree_fails_unless_generated() {
        let root = std::env::temp_dir().join(format!("cabana-sizes-{}", std::process::id()));
        for folder in ["src", "crates/model/src/gen", "target"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
            std::fs::write(root.join(folder).join("a.rs"), "x\n".repeat(500)).unwrap();
        }
        let outcome = check(&root);
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(
            outcome.unwrap_err(),
            "sizes: 1 files\nsrc/a.rs: 500 lines\nsizes: files of more than 400 lines"
        );
    }
}
