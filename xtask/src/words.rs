//! No visible word stands in a template of the hosted pages: all texts are in the Fluent files, so that a language is
//! one file.

use std::path::{Path, PathBuf};

/// Attributes that people see or hear.
const ATTRIBUTES: [&str; 9] = [
    "alt",
    "title",
    "aria-label",
    "placeholder",
    // The script shows or announces these.
    "data-busy",
    "data-copied",
    "data-met",
    "data-show",
    "data-hide",
];
/// Names, which no language changes.
pub const NAMES: [&str; 1] = ["Cabana"];

/// The words in the templates of the hosted pages.
///
/// # Errors
/// If a template cannot be read.
pub fn violations(root: &Path) -> Result<Vec<String>, String> {
    let mut templates = Vec::new();
    collect(&root.join("crates/web/templates"), &mut templates)?;
    let mut found = Vec::new();
    for file in templates {
        let name = file.strip_prefix(root).unwrap_or(&file).display();
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{name}: {e}"))?;
        let words = visible(&text).into_iter();
        found.extend(
            words.map(|word| {
                format!("texts: {name} says {word:?}, which belongs into a Fluent file")
            }),
        );
    }
    Ok(found)
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |e: std::io::Error| format!("{}: {e}", folder.display());
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            collect(&path, into)?;
        } else {
            into.push(path);
        }
    }
    Ok(())
}

/// The words that a template shows by itself, between its tags and in attributes.
pub fn visible(template: &str) -> Vec<String> {
    let bare = without(template, "{%", "%}");
    let bare = without(&bare, "{{", "}}");
    let bare = without(&bare, "{#", "#}");
    let mut shown = String::new();
    for (number, part) in bare.split('<').enumerate() {
        let Some((tag, text)) = part.split_once('>').filter(|_| number > 0) else {
            shown.push_str(part);
            continue;
        };
        let tag = tag.replace(char::is_whitespace, " ");
        let is_button = tag.starts_with("input ") && tag.contains(" type=\"submit\"");
        let button = Some("value").filter(|_| is_button);
        for attribute in ATTRIBUTES.into_iter().chain(button) {
            let start = format!(" {attribute}=\"");
            let value = tag
                .split_once(&start)
                .and_then(|(_, rest)| rest.split_once('"'));
            shown.push_str(value.map_or("", |(value, _)| value));
            shown.push(' ');
        }
        shown.push_str(text);
        shown.push(' ');
    }
    let words = shown.split(|it: char| !it.is_alphabetic());
    words
        .filter(|word| word.chars().count() > 1 && !NAMES.contains(word))
        .map(str::to_owned)
        .collect()
}

fn without(text: &str, start: &str, end: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(start) {
        kept.push_str(before);
        kept.push(' ');
        rest = after.split_once(end).map_or("", |(_, rest)| rest);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_between_tags_and_in_attributes_are_seen() {
        let fine = r#"<!doctype html><p class="note">{{ frame.say("x")? }} · {% if a %}<a href="b" aria-label="{{ c }}">Cabana</a>{% endif %}</p>"#;
        assert_eq!(visible(fine), Vec::<String>::new());
        assert_eq!(visible("<p>Hello {{ name }}</p>"), ["Hello"]);
        assert_eq!(visible(r#"<img alt="A logo" src="x">"#), ["logo"]);
        let button = "<input type=\"submit\"\n value=\"Sign in\" data-busy=\"Wait\">";
        assert_eq!(visible(button), ["Wait", "Sign", "in"]);
        assert_eq!(
            visible("<input type=\"hidden\" value=\"yes\">"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_templates_of_the_hosted_pages_say_nothing_themselves() {
        assert_eq!(violations(&crate::root()).unwrap(), Vec::<String>::new());
    }
}
