//! One line of the review: what was entered, in words.

/// One line of what was entered.
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

/// Those that are chosen, with commas.
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
