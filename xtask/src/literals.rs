//! The string literals of Rust source, with the calls around each.

/// A string literal.
pub struct Literal<'s> {
    /// Its line, from 1.
    pub line: usize,
    /// Between the quotes, as written.
    pub text: &'s str,
    /// The functions and macros whose arguments it is part of, outermost first, such as `tracing::warn!`.
    pub calls: Vec<String>,
}

/// The literals of a source file; none of its comments.
pub fn literals(source: &str) -> Vec<Literal<'_>> {
    let mut found = Vec::new();
    let (mut calls, mut word, mut is_over) = (Vec::new(), String::new(), false);
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let at = source.len() - rest.len();
        let fresh = word.is_empty() || is_over;
        if let Some(after) = past_comment(rest) {
            (rest, is_over) = (after, true);
            continue;
        }
        if let Some((text, after)) = string_at(rest, fresh) {
            let line = source.get(..at).unwrap_or_default().matches('\n').count() + 1;
            let calls = calls.clone();
            found.push(Literal { line, text, calls });
            word.clear();
            rest = after;
            continue;
        }
        if let Some(after) = past_character(rest) {
            word.clear();
            rest = after;
            continue;
        }
        match first {
            '(' | '[' | '{' => calls.push(std::mem::take(&mut word)),
            ')' | ']' | '}' => {
                calls.pop();
                word.clear();
            }
            _ if first.is_whitespace() => {}
            _ if first.is_alphanumeric() || ['_', ':', '!'].contains(&first) => {
                if is_over {
                    word.clear();
                }
                word.push(first);
            }
            _ => word.clear(),
        }
        is_over = first.is_whitespace();
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
    }
    found
}

/// The code after the comment at its start.
fn past_comment(code: &str) -> Option<&str> {
    if code.starts_with("//") {
        return Some(
            code.find('\n')
                .and_then(|end| code.get(end..))
                .unwrap_or_default(),
        );
    }
    let mut rest = code.strip_prefix("/*")?;
    let mut depth = 1;
    while depth > 0 {
        let next = rest.find(['*', '/'])?;
        rest = rest.get(next..)?;
        if let Some(after) = rest.strip_prefix("/*") {
            (depth, rest) = (depth + 1, after);
        } else if let Some(after) = rest.strip_prefix("*/") {
            (depth, rest) = (depth - 1, after);
        } else {
            rest = rest.get(1..)?;
        }
    }
    Some(rest)
}

/// The string at the start of the code, and the code after it. `fresh` if no name precedes, of which an `r` could be
/// the last letter.
fn string_at(code: &str, fresh: bool) -> Option<(&str, &str)> {
    if let Some(inside) = code.strip_prefix('"') {
        let mut escaped = false;
        let end = inside.find(|it: char| {
            let is_end = it == '"' && !escaped;
            escaped = it == '\\' && !escaped;
            is_end
        })?;
        return Some((inside.get(..end)?, inside.get(end + 1..)?));
    }
    let raw = ["r", "br", "cr"]
        .iter()
        .find_map(|prefix| code.strip_prefix(prefix))
        .filter(|_| fresh)?;
    let inside = raw.trim_start_matches('#');
    let end = format!("\"{}", "#".repeat(raw.len() - inside.len()));
    inside.strip_prefix('"')?.split_once(&end)
}

/// The code after the character at its start; `None` if it is none, or a lifetime.
fn past_character(code: &str) -> Option<&str> {
    let inside = code.strip_prefix('\'')?;
    if let Some(escape) = inside.strip_prefix('\\') {
        let mark = escape.chars().next()?;
        return Some(escape.get(mark.len_utf8()..)?.split_once('\'')?.1);
    }
    let only = inside.chars().next()?;
    inside.get(only.len_utf8()..)?.strip_prefix('\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        literals(source).iter().map(|it| it.text).collect()
    }

    #[test]
    fn strings_of_every_form_are_found() {
        assert_eq!(
            texts(r####"f("a b", r"c\", br#"d "e" f"#, b"g\"h", for_r("i"), "j\\")"####),
            ["a b", "c\\", "d \"e\" f", "g\\\"h", "i", "j\\\\"]
        );
        assert_eq!(texts("\"a \\\n  b\""), ["a \\\n  b"]);
    }

    #[test]
    fn comments_characters_and_lifetimes_are_none() {
        let source = "// \"a\"\n/* \"b\" /* \"c\" */ \"d\" */ fn f<'a>(x: &'a str) { ['\"', '\\'', '\\u{22}', 'é'] \"e\" }";
        assert_eq!(texts(source), ["e"]);
        assert_eq!(texts("let r = r#type; \"a\" // it's"), ["a"]);
    }

    #[test]
    fn a_literal_knows_its_line_and_the_calls_around_it() {
        let source = "fn f() {\n    tracing::warn!(why = %it.map_err(|_| \"a\"), \"b\");\n    Some (\"c\");\n    let x = if y { \"d\" };\n    #[error(\"e\")]\n}\n";
        let found: Vec<(usize, &str, String)> = literals(source)
            .iter()
            .map(|it| (it.line, it.text, it.calls.join(">")))
            .collect();
        let at = |line, text, calls: &str| (line, text, calls.to_owned());
        assert_eq!(
            found,
            [
                at(2, "a", ">tracing::warn!>map_err"),
                at(2, "b", ">tracing::warn!"),
                at(3, "c", ">Some"),
                at(4, "d", ">y"),
                at(5, "e", ">>error"),
            ]
        );
    }
}
