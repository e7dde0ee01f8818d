//! The table of operations in `docs/operations.md` and their count in the README, written from the ledger.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Outcome;

const BEGIN: &str = "<!-- operations: written by `cargo xtask operations` -->";
const END: &str = "<!-- /operations -->";

/// A document with a marked part: its current text and its target text.
struct Document {
    path: &'static str,
    is: String,
    wanted: String,
}

/// Writes the marked parts.
pub fn write(root: &Path) -> Outcome {
    let mut written = Vec::new();
    for document in documents(root)? {
        if document.is != document.wanted {
            fs::write(root.join(document.path), document.wanted)
                .map_err(|error| format!("{}: {error}", document.path))?;
            written.push(document.path);
        }
    }
    Ok(match written.as_slice() {
        [] => "what is said of the operations is up to date".to_owned(),
        written => format!("wrote {}", written.join(" and ")),
    })
}

/// Fails if a document differs from the ledger, or if no test calls an operation that is built.
pub fn check(root: &Path) -> Outcome {
    untested(root)?;
    let stale = |document: &Document| document.is != document.wanted;
    match documents(root)?.iter().find(|document| stale(document)) {
        None => Ok("the documents say of the operations what the ledger says".to_owned()),
        Some(document) => Err(format!(
            "{}: what it says of the operations is out of date; run `cargo xtask operations`",
            document.path
        )),
    }
}

/// Fails if no test of the API names a built operation: they call each by its name, over the wire.
fn untested(root: &Path) -> Result<(), String> {
    let path = root.join("crates/api/src/ledger.rs");
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut tests = String::new();
    gather(&root.join("crates/api/tests"), &mut tests)?;
    let missing: Vec<&str> = built_without(&text, &tests).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "crates/api/tests calls nowhere: {}",
            missing.join(", ")
        )),
    }
}

fn built_without<'a>(ledger: &'a str, tests: &str) -> impl Iterator<Item = &'a str> {
    let built = ledger.lines().filter_map(row);
    let built = built.filter(|(_, state)| state.starts_with("built "));
    built
        .map(|(operation, _)| operation)
        .filter(move |operation| !tests.contains(&format!("\"{operation}\"")))
}

/// Appends all Rust files below a folder.
fn gather(folder: &Path, text: &mut String) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            gather(&path, text)?;
        } else if path.extension().is_some_and(|it| it == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap_or_default());
        }
    }
    Ok(())
}

fn documents(root: &Path) -> Result<Vec<Document>, String> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let text = read("crates/api/src/ledger.rs")?;
    let ledger = Ledger::read(&text);
    let parts = [
        (
            "README.md",
            format!("{} [Which ones](docs/operations.md).\n", ledger.count()),
        ),
        ("docs/operations.md", ledger.table()),
    ];
    let document = |(path, part): (&'static str, String)| {
        let is = read(path)?;
        let wanted = with_part(path, &is, &part)?;
        Ok(Document { path, is, wanted })
    };
    parts.into_iter().map(document).collect()
}

fn with_part(path: &str, text: &str, part: &str) -> Result<String, String> {
    let (before, rest) = text
        .split_once(BEGIN)
        .ok_or_else(|| format!("{path} has no line {BEGIN}"))?;
    let (_, after) = rest
        .split_once(END)
        .ok_or_else(|| format!("{path} has no line {END}"))?;
    Ok(format!("{before}{BEGIN}\n{part}{END}{after}"))
}

/// The built operations, room by room, and the others.
struct Ledger<'a> {
    rooms: Vec<(&'a str, Vec<&'a str>)>,
    later: Vec<&'a str>,
}

impl<'a> Ledger<'a> {
    fn read(text: &'a str) -> Self {
        let mut rooms: Vec<(&str, Vec<&str>)> = Vec::new();
        let mut later = Vec::new();
        for (operation, state) in text.lines().filter_map(row) {
            match state.strip_prefix("built ") {
                Some(place) => {
                    let room = place.split("::").next().unwrap_or(place);
                    match rooms.iter_mut().find(|(name, _)| *name == room) {
                        Some((_, operations)) => operations.push(operation),
                        None => rooms.push((room, vec![operation])),
                    }
                }
                None => later.push(operation),
            }
        }
        rooms.sort_unstable();
        for (_, operations) in &mut rooms {
            operations.sort_unstable();
        }
        later.sort_unstable();
        Self { rooms, later }
    }

    fn count(&self) -> String {
        let built: usize = self.rooms.iter().map(|(_, it)| it.len()).sum();
        format!(
            "{built} of {} operations are built. The others answer `NotImplementedException`.",
            built + self.later.len()
        )
    }

    /// One row per room, then the operations that are not built.
    fn table(&self) -> String {
        let mut out = format!("\n{}\n\n| room | operations |\n|---|---|\n", self.count());
        for (room, operations) in &self.rooms {
            let room = room.replace('_', " ");
            let _ = writeln!(out, "| {room} | {} |", operations.join(", "));
        }
        let _ = writeln!(out, "| *not yet* | {} |\n", self.later.join(", "));
        out
    }
}

/// The operation of a line of the ledger, and its state and place.
fn row(line: &str) -> Option<(&str, &str)> {
    let (operation, rest) = line.trim().strip_suffix(';')?.split_once(": ")?;
    Some((operation, rest.split_once(',')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEDGER: &str = "operations! {\n    SignUp: built users::sign_up, UserCreation, Public;\n    GetUser: built users::get_user, UserRead, Token;\n    CreateGroup: built groups::create_group, UserPoolResourceUpdate, Write;\n    ListDevices: later devices, UserResourceRead, Token;\n}\n";

    #[test]
    fn the_table_has_a_row_for_each_room_and_one_for_what_is_missing() {
        let ledger = Ledger::read(LEDGER);
        assert!(ledger.count().starts_with("3 of 4 operations"));
        let table = ledger.table();
        assert!(table.contains(&ledger.count()));
        assert!(table.contains("| groups | CreateGroup |\n| users | GetUser, SignUp |\n"));
        assert!(table.contains("| *not yet* | ListDevices |"));
    }

    #[test]
    fn a_built_operation_that_no_test_calls_is_named() {
        let tests = "app.ok(\"SignUp\", x); app.call(\"CreateGroup\", y); // GetUser";
        let missing: Vec<_> = built_without(LEDGER, tests).collect();
        assert_eq!(missing, ["GetUser"]);
    }

    #[test]
    fn the_documents_are_true_and_every_built_operation_is_called_by_a_test() {
        check(&crate::root()).unwrap();
    }

    #[test]
    fn only_the_marked_part_of_a_document_changes() {
        let text = format!("# A\n{BEGIN}\nold\n{END}\nrest\n");
        let written = with_part("A.md", &text, "new\n").unwrap();
        assert_eq!(written, format!("# A\n{BEGIN}\nnew\n{END}\nrest\n"));
        assert!(with_part("A.md", "# A\n", "new").is_err());
    }
}
