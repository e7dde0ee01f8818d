//! The table of operations in the README, written from the ledger.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Outcome;

const BEGIN: &str = "<!-- operations: written by `cargo xtask operations` -->";
const END: &str = "<!-- /operations -->";

/// Writes the table into the README.
pub fn write(root: &Path) -> Outcome {
    let (readme, wanted) = both(root)?;
    if readme == wanted {
        return Ok("the table of operations is up to date".to_owned());
    }
    fs::write(root.join("README.md"), wanted).map_err(|error| format!("README.md: {error}"))?;
    Ok("wrote the table of operations".to_owned())
}

/// Fails if the README says anything else than the ledger.
pub fn check(root: &Path) -> Outcome {
    let (readme, wanted) = both(root)?;
    if readme == wanted {
        Ok("the table of operations says what the ledger says".to_owned())
    } else {
        Err(
            "README.md: the table of operations is out of date; run `cargo xtask operations`"
                .to_owned(),
        )
    }
}

fn both(root: &Path) -> Result<(String, String), String> {
    let read = |path: &str| {
        fs::read_to_string(root.join(path)).map_err(|error| format!("{path}: {error}"))
    };
    let readme = read("README.md")?;
    let wanted = with_table(&readme, &table(&read("crates/api/src/ledger.rs")?))?;
    Ok((readme, wanted))
}

fn with_table(readme: &str, table: &str) -> Result<String, String> {
    let (before, rest) = readme
        .split_once(BEGIN)
        .ok_or_else(|| format!("README.md has no line {BEGIN}"))?;
    let (_, after) = rest
        .split_once(END)
        .ok_or_else(|| format!("README.md has no line {END}"))?;
    Ok(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

/// One row a room, then what is not built.
fn table(ledger: &str) -> String {
    let mut rooms: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut later = Vec::new();
    for (operation, place) in ledger.lines().filter_map(row) {
        match place.strip_prefix("built ") {
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
    let built: usize = rooms.iter().map(|(_, operations)| operations.len()).sum();
    let mut out = format!(
        "\n{built} of {} operations are built. The others answer `NotImplementedException`.\n\n| room | operations |\n|---|---|\n",
        built + later.len()
    );
    for (room, mut operations) in rooms {
        operations.sort_unstable();
        let _ = writeln!(
            out,
            "| {} | {} |",
            room.replace('_', " "),
            operations.join(", ")
        );
    }
    later.sort_unstable();
    let _ = writeln!(out, "| *not yet* | {} |\n", later.join(", "));
    out
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
        let table = table(LEDGER);
        assert!(table.contains("3 of 4 operations"));
        assert!(table.contains("| groups | CreateGroup |\n| users | GetUser, SignUp |\n"));
        assert!(table.contains("| *not yet* | ListDevices |"));
    }

    #[test]
    fn only_the_marked_part_of_the_readme_changes() {
        let readme = format!("# A\n{BEGIN}\nold\n{END}\nrest\n");
        let written = with_table(&readme, "new\n").unwrap();
        assert_eq!(written, format!("# A\n{BEGIN}\nnew\n{END}\nrest\n"));
        assert!(with_table("# A\n", "new").is_err());
    }
}
