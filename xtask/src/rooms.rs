//! Checks which room of a crate may not import which other.
//!
//! Read from the sources: a room is a module at the root of a crate; it imports another if it names it by `crate::`.
//! Comments and attributes do not count.

use std::path::Path;

use crate::sizes;

/// A room, and the rooms of the same crate that it must not import.
struct Wall {
    /// The crate's folder below `crates/`.
    krate: &'static str,
    room: &'static str,
    never: &'static [&'static str],
}

const WALLS: &[Wall] = &[
    Wall {
        krate: "api",
        room: "logic",
        never: &["ops", "dispatch", "http_entry"],
    },
    // An operation never calls another one.
    Wall {
        krate: "api",
        room: "ops",
        never: &["ops", "dispatch", "http_entry"],
    },
    Wall {
        krate: "web",
        room: "pages",
        never: &["visit", "authorize", "hosted", "oauth", "site"],
    },
    Wall {
        krate: "web",
        room: "visit",
        never: &["authorize", "hosted", "oauth"],
    },
    Wall {
        krate: "web",
        room: "authorize",
        never: &["hosted", "oauth"],
    },
    Wall {
        krate: "web",
        room: "oauth",
        never: &["hosted"],
    },
    Wall {
        krate: "web",
        room: "hosted",
        never: &["oauth"],
    },
];

/// Lists imports through a wall, and walls around rooms that do not exist.
///
/// # Errors
/// If a source file cannot be read.
pub fn violations(root: &Path) -> Result<Vec<String>, String> {
    let mut broken = Vec::new();
    for wall in WALLS {
        let folder = root.join("crates").join(wall.krate).join("src");
        let (room, alone) = (
            folder.join(wall.room),
            folder.join(format!("{}.rs", wall.room)),
        );
        let mut sources = Vec::new();
        sizes::collect(root, &folder, &mut sources)?;
        sources.retain(|file| file.starts_with(&room) || *file == alone);
        if sources.is_empty() {
            broken.push(format!("layers: {} has no room {}", wall.krate, wall.room));
        }
        for file in sources {
            let name = file.strip_prefix(root).unwrap_or(&file).display();
            let text = std::fs::read_to_string(&file).map_err(|e| format!("{name}: {e}"))?;
            let through = imported(&text)
                .into_iter()
                .filter(|it| wall.never.contains(&it.as_str()));
            broken.extend(through.map(|it| format!("layers: {name} must not import {it}")));
        }
    }
    Ok(broken)
}

/// The rooms that a source names by `crate::`, each once.
fn imported(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut rooms = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let names = match rest.strip_prefix('{') {
            Some(group) => top_names(group),
            None => vec![first_name(rest)],
        };
        rooms.extend(names);
    }
    rooms.sort();
    rooms.dedup();
    rooms
}

/// The first names of a group of imports, up to its closing brace.
fn top_names(group: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut depth, mut fresh) = (0, true);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            _ if letter.is_whitespace() => {}
            _ if fresh => {
                names.push(first_name(group.get(at..).unwrap_or_default()));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn first_name(path: &str) -> String {
    path.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_in_paths_and_groups_and_not_in_comments() {
        let text = "use crate::hosted::page;\nuse crate::{\n    lang, oauth::{self, token},\n};\n// crate::visit\nfn f() { crate::site::find() }\n";
        assert_eq!(imported(text), ["hosted", "lang", "oauth", "site"]);
    }

    #[test]
    fn no_room_imports_through_a_wall() {
        assert_eq!(violations(&crate::root()).unwrap(), Vec::<String>::new());
    }
}
