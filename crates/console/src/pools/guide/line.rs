//! A line of the review: a value entered, in words.

/// A line of the review.
pub struct Line {
    pub label: &'static str,
    pub value: String,
}

pub fn line(label: &'static str, value: impl Into<String>) -> Line {
    Line {
        label,
        value: value.into(),
    }
}

/// The names that are chosen, separated by commas.
pub fn list(all: &[(bool, &str)]) -> String {
    let chosen = all.iter().filter(|(on, _)| *on);
    let chosen: Vec<_> = chosen.map(|(_, name)| *name).collect();
    match chosen.is_empty() {
        true => "None".to_owned(),
        false => chosen.join(", "),
    }
}

pub fn yes_no(on: bool) -> &'static str {
    if on { "Enabled" } else { "Disabled" }
}
