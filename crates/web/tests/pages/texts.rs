//! No text is missing, none is unused.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use cabana_web::texts::Texts;

fn read_all(dir: &Path, ending: &str, into: &mut String) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            read_all(&path, ending, into)?;
        } else if path.extension().is_some_and(|found| found == ending) {
            into.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn all(dir: &str, ending: &str) -> String {
    let mut text = String::new();
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(dir);
    assert!(
        read_all(&dir, ending, &mut text).is_ok(),
        "cannot read {}",
        dir.display()
    );
    text
}

fn defined() -> BTreeSet<String> {
    let ftl = all("i18n/en", "ftl");
    let keys = ftl
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
    keys.filter_map(|line| Some(line.split_once(" =")?.0.to_owned()))
        .collect()
}

/// Everything in quotes that looks like a key.
fn quoted(source: &str) -> BTreeSet<String> {
    let key_like = |text: &&str| {
        text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    };
    source
        .split('"')
        .filter(key_like)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_text_is_used() {
    let source = all("src", "rs") + &all("templates", "html");
    let unused: Vec<_> = defined()
        .into_iter()
        .filter(|key| !source.contains(&format!("\"{key}\"")))
        .collect();
    assert!(unused.is_empty(), "not used anywhere: {unused:?}");
}

#[test]
fn every_text_asked_for_by_name_exists() {
    // Without white space, since a call may span several lines.
    let source: String = (all("src", "rs") + &all("templates", "html"))
        .split_whitespace()
        .collect();
    let defined = defined();
    let mut asked = BTreeSet::new();
    for call in [".say(\"", ".with(\"", ".rich(\""] {
        asked.extend(
            source
                .split(call)
                .skip(1)
                .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())),
        );
    }
    asked.remove("no-such-text");
    assert!(
        asked.len() > 100,
        "only {} found: has the way of asking changed?",
        asked.len()
    );
    let missing: Vec<_> = asked.difference(&defined).collect();
    assert!(missing.is_empty(), "asked for but not there: {missing:?}");
}

#[test]
fn every_key_in_a_table_of_keys_exists() {
    let families = [
        "error-",
        "label-",
        "attribute-",
        "hint-",
        "page-",
        "notice-",
        "rule-",
        "factor-",
    ];
    let defined = defined();
    let in_tables = quoted(&all("src/pages", "rs"));
    let missing: Vec<_> = in_tables
        .iter()
        .filter(|key| {
            families.iter().any(|family| key.starts_with(family)) && !defined.contains(*key)
        })
        .collect();
    assert!(missing.is_empty(), "in a table but not there: {missing:?}");
}

#[test]
fn a_text_is_never_blank() {
    for key in defined() {
        // A text with values refuses to render without them; that is as good as not being blank.
        assert!(
            Texts::english()
                .say(&key)
                .map_or(true, |text| !text.trim().is_empty()),
            "{key} is blank"
        );
    }
}
