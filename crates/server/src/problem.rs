//! A problem as one line for a terminal or a log.

/// One thing that is wrong, in one line that says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Problem(pub String);

impl Problem {
    /// From words.
    pub fn new(words: impl AsRef<str>) -> Self {
        Self(one_line(words.as_ref()))
    }
}

/// The same in one line for a terminal or a log: names that people chose may have line breaks and worse in them.
pub fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}
