//! Pages tell faults apart by their reason, never by a text: that would break with another wording or language.
//!
//! Read from the sources of the crates that show pages, except tests. A message may be shown, but not compared,
//! searched or borrowed for either.

use std::path::Path;

use crate::{Outcome, sizes, spoken, words};

/// Crates that show pages.
const CRATES: [&str; 2] = ["web", "console"];

/// Calls that compare or search a text.
const SEARCHES: [&str; 9] = [
    "contains(",
    "starts_with(",
    "ends_with(",
    "strip_prefix(",
    "strip_suffix(",
    "split_once(",
    "find(",
    "eq(",
    "eq_ignore_ascii_case(",
];

/// Calls that return the same text in another form.
const FORMS: [&str; 9] = [
    "as_ref()",
    "as_str()",
    "clone()",
    "into_owned()",
    "to_string()",
    "to_owned()",
    "to_lowercase()",
    "to_ascii_lowercase()",
    "trim()",
];

/// Fails if a page compares a fault's text, or if words for people stand outside the Fluent files: in a template of the
/// hosted pages, or in Rust.
pub fn check(root: &Path) -> Outcome {
    let mut broken = violations(root)?;
    broken.extend(words::violations(root)?);
    broken.extend(spoken::violations(root)?);
    if broken.is_empty() {
        Ok("texts: pages match faults by their reason; words of hosted pages and messages are in Fluent files".to_owned())
    } else {
        Err(broken.join("\n"))
    }
}

fn violations(root: &Path) -> Result<Vec<String>, String> {
    let mut sources = Vec::new();
    for krate in CRATES {
        let folder = root.join("crates").join(krate).join("src");
        sizes::collect(root, &folder, &mut sources)?;
    }
    let mut broken = Vec::new();
    for file in sources {
        let name = file.strip_prefix(root).unwrap_or(&file).display();
        let text = std::fs::read_to_string(&file).map_err(|e| format!("{name}: {e}"))?;
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        broken.extend(compared(code).into_iter().map(|place| {
            format!("texts: {name} compares a fault's text, instead of its reason: {place}")
        }));
    }
    Ok(broken)
}

/// The places where a message is compared, searched or borrowed.
fn compared(text: &str) -> Vec<String> {
    let code: String = text
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(str::split_whitespace)
        .flat_map(|word| [word, " "])
        .collect();
    let code = code.replace(" .", ".");
    let mut places = Vec::new();
    for (at, _) in code.match_indices(".message") {
        let (before, after) = code.split_at(at);
        let after = after.strip_prefix(".message").unwrap_or_default();
        if after.starts_with(|it: char| it.is_alphanumeric() || it == '_' || it == '(') {
            continue;
        }
        let start = before
            .rfind(|it: char| !(it.is_alphanumeric() || it == '_' || it == '.'))
            .map_or(0, |it| it + 1);
        let (before, receiver) = before.split_at(start);
        let is_of_fault = receiver.ends_with("fault");
        let lent = is_of_fault && before.ends_with('&');
        if lent || is_judged(before, after) {
            places.push(format!("{receiver}.message"));
        }
    }
    places
}

/// Whether the code around a text compares or searches it.
fn is_judged(before: &str, after: &str) -> bool {
    let before = before.trim_end_matches(['&', '*', ' ']);
    let mut after = after;
    while let Some(rest) = after.strip_prefix('.') {
        if SEARCHES.iter().any(|call| rest.starts_with(call)) {
            return true;
        }
        let Some(rest) = FORMS.iter().find_map(|form| rest.strip_prefix(form)) else {
            break;
        };
        after = rest;
    }
    let after = after.trim_start();
    let compares = |it: &str| ["==", "!="].contains(&it);
    compares(after.get(..2).unwrap_or_default())
        || ["==", "!=", "match", "matches!("]
            .iter()
            .any(|it| before.ends_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_be_shown_and_not_compared() {
        let shown = "form.add_problem(field, fault.message.to_string());\nlet text = fault.message;\nemail.message = read();\nerror.message().contains(it)";
        assert_eq!(compared(shown), Vec::<String>::new());
        for judged in [
            "fault.message == other",
            "it.message == fault.message",
            "if other != self.fault.message {",
            "fault\n    .message\n    .to_ascii_lowercase()\n    .contains(word)",
            "matches!(fault.message.as_ref(), \"a\")",
            "match fault.message.as_ref() {",
            "in_words(&fault.message)",
            "it.message.contains(\"'clientSecret'\")",
        ] {
            assert!(!compared(judged).is_empty(), "{judged}");
        }
    }

    #[test]
    fn no_page_compares_a_faults_text() {
        assert_eq!(violations(&crate::root()).unwrap(), Vec::<String>::new());
    }
}
