//! Licence expressions as SPDX writes them (`MIT OR (Apache-2.0 AND ISC)`), and with the old `/` for `OR`.

/// The licences that must be accepted.
#[derive(Debug, PartialEq, Eq)]
pub enum Expression {
    /// One licence; an exception to it is left out, as it only adds rights.
    Licence(String),
    /// All of them.
    All(Vec<Expression>),
    /// One of them.
    Any(Vec<Expression>),
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    /// The problem, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let spaced = text
            .replace('(', " ( ")
            .replace(')', " ) ")
            .replace('/', " OR ");
        let mut words = Words(spaced.split_whitespace().collect());
        words.0.reverse();
        let expression = words.any()?;
        match words.0.pop() {
            None => Ok(expression),
            Some(word) => Err(format!("{word} is one too many")),
        }
    }

    /// Whether it can be satisfied with `allowed` licences alone.
    pub fn is_met(&self, allowed: &impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Licence(id) => allowed(id),
            Self::All(parts) => parts.iter().all(|part| part.is_met(allowed)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(allowed)),
        }
    }
}

/// The remaining words, the next one last.
struct Words<'a>(Vec<&'a str>);

impl Words<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let found = self.0.last() == Some(&word);
        if found {
            self.0.pop();
        }
        found
    }

    fn any(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.all()?];
        while self.takes("OR") {
            parts.push(self.all()?);
        }
        Ok(Expression::Any(parts))
    }

    fn all(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.one()?];
        while self.takes("AND") {
            parts.push(self.one()?);
        }
        Ok(Expression::All(parts))
    }

    fn one(&mut self) -> Result<Expression, String> {
        if self.takes("(") {
            let inner = self.any()?;
            return if self.takes(")") {
                Ok(inner)
            } else {
                Err("a bracket is not closed".to_owned())
            };
        }
        let licence = self.name()?;
        if self.takes("WITH") {
            self.name()?;
        }
        Ok(Expression::Licence(licence))
    }

    fn name(&mut self) -> Result<String, String> {
        match self.0.pop() {
            Some(word) if !matches!(word, "AND" | "OR" | "WITH" | "(" | ")") => Ok(word.to_owned()),
            Some(word) => Err(format!("expected a licence, found {word}")),
            None => Err("it ends too early".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(text: &str, allowed: &[&str]) -> bool {
        let expression = Expression::parse(text).unwrap();
        expression.is_met(&|id| allowed.contains(&id))
    }

    #[test]
    fn one_of_several_is_enough() {
        assert!(met("MIT OR GPL-3.0-only", &["MIT"]));
        assert!(met("Unlicense/MIT", &["MIT"]));
        assert!(!met("MIT OR GPL-3.0-only", &["ISC"]));
    }

    #[test]
    fn all_that_are_joined_are_needed() {
        assert!(met("(MIT OR Apache-2.0) AND ISC", &["MIT", "ISC"]));
        assert!(!met("(MIT OR Apache-2.0) AND ISC", &["MIT"]));
        assert!(!met("(MIT OR Apache-2.0) AND ISC", &["MIT", "Apache-2.0"]));
    }

    #[test]
    fn and_binds_closer_than_or() {
        assert!(met("MIT OR GPL-3.0-only AND ISC", &["MIT"]));
        assert!(!met("MIT AND GPL-3.0-only OR ISC", &["MIT"]));
    }

    #[test]
    fn an_exception_takes_no_right_away() {
        assert!(met("Apache-2.0 WITH LLVM-exception", &["Apache-2.0"]));
        assert!(!met("GPL-2.0-only WITH Classpath-exception-2.0", &["MIT"]));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        for text in [
            "", "MIT OR", "AND MIT", "(MIT", "MIT)", "MIT ISC", "MIT WITH", "()",
        ] {
            assert!(Expression::parse(text).is_err(), "{text}");
        }
    }
}
