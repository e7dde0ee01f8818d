//! Problems, each in one line for a terminal or a log.

/// A problem, in one line that says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Problem(pub String);

impl Problem {
    /// A problem with this description.
    pub fn new(words: impl AsRef<str>) -> Self {
        Self(one_line(words.as_ref()))
    }
}

/// The text in one line for a terminal or a log: names that users chose may contain line breaks and control sequences.
pub fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
