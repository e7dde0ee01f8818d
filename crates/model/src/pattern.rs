//! The model's patterns: Java regular expressions that a whole text must match.

use std::sync::OnceLock;

use regex::Regex;

/// A pattern, compiled when first used.
#[derive(Debug)]
pub struct Pattern {
    /// As the model writes it; messages quote this.
    pub source: &'static str,
    regex: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(crate) const fn new(source: &'static str) -> Self {
        Self::compiled_as(source, source)
    }

    /// Compiles `regex` in place of the source, which uses features the engine lacks.
    pub(crate) const fn compiled_as(source: &'static str, regex: &'static str) -> Self {
        Self {
            source,
            regex,
            compiled: OnceLock::new(),
        }
    }

    /// Whether the whole of `text` matches; a pattern that does not compile matches nothing.
    pub fn matches(&self, text: &str) -> bool {
        let compiled = self
            .compiled
            .get_or_init(|| Regex::new(&translated(self.regex)).ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

/// In Java `\w`, `\d` and `\s` are ASCII, and the whole text is matched.
fn translated(java: &str) -> String {
    let mut out = String::from(r"\A(?:");
    let mut letters = java.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('w') => out.push_str("[0-9A-Za-z_]"),
            Some('d') => out.push_str("[0-9]"),
            Some('s') => out.push_str(r"[\t\n\x0B\f\r ]"),
            Some('S') => out.push_str(r"[^\t\n\x0B\f\r ]"),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out.push_str(r")\z");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::constraints::PATTERNS;

    #[test]
    fn every_pattern_of_the_model_compiles() {
        assert!(PATTERNS.len() > 30);
        for pattern in PATTERNS {
            Regex::new(&translated(pattern.regex))
                .unwrap_or_else(|why| panic!("{}: {why}", pattern.source));
        }
    }

    fn check(source: &'static str, good: &[&str], bad: &[&str]) {
        let pattern = PATTERNS
            .iter()
            .find(|pattern| pattern.source == source)
            .unwrap();
        for text in good {
            assert!(pattern.matches(text), "{source} takes {text:?}");
        }
        for text in bad {
            assert!(!pattern.matches(text), "{source} refuses {text:?}");
        }
    }

    #[test]
    fn patterns_match_the_whole_text() {
        check(
            r"[\w-]+_[0-9a-zA-Z]+",
            &["us-east-1_Abc123"],
            &["us-east-1", "us-east-1_Abc!", "us-east-1_Abc\n", ""],
        );
        check("[0-9]+", &["123456"], &["12a", " 12", "١٢"]);
        check(
            "^(terms-of-use|privacy-policy)$",
            &["terms-of-use"],
            &["terms-of-use-"],
        );
        check("Level[1-4]", &["Level1"], &["Level5", "Level"]);
    }

    #[test]
    fn word_characters_are_ascii_and_letters_are_unicode() {
        check(r"[\w+]+", &["a_1+"], &["é", "a-b"]);
        check(
            r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
            &["Zoë", "日本", "😀", "a@b.c"],
            &["a b", "", "a\tb"],
        );
    }

    #[test]
    fn a_hyphen_after_a_range_is_itself() {
        check("[A-Za-z0-9-_=.]+", &["aZ0-_=."], &["a+b", "a:b"]);
        check("[A-Za-z0-9-_+/=.]+", &["aZ0-_=.+/"], &["a:b"]);
    }

    #[test]
    fn a_password_may_hold_spaces_inside_only() {
        check(
            r"^[\S]+.*[\S]+$",
            &["correct horse", "ab"],
            &[" ab", "ab ", "", "a"],
        );
    }

    #[test]
    fn a_bucket_name_does_not_end_with_a_dot() {
        let source = PATTERNS
            .iter()
            .find(|pattern| pattern.source.contains("(?<!"))
            .unwrap()
            .source;
        check(source, &["logs.example", "a", ""], &["logs.", "."]);
    }
}
