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

/// An error with its causes, in one line.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_words = cause.to_string();
        if !words.contains(&cause_words) {
            words.push_str(": ");
            words.push_str(&cause_words);
        }
        source = cause.source();
    }
    one_line(&words)
}
