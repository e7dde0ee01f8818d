//! No words for people stand in Rust, neither of mails and text messages nor of the hosted pages: they are in the Fluent
//! files. Read from the sources, except tests.
//!
//! Words are two in a row, or one alone with a capital. What only programs, the log and developers read may stay.

use std::path::Path;

use crate::literals::{Literal, literals};
use crate::{sizes, words};

/// A file that makes messages names one of these.
const OF_MESSAGES: [&str; 3] = ["MessageKind", "MessageContent {", "domain::template"];

/// Not for people: OAuth's endpoints for programs; commands and code to copy on the emulator's start page; the
/// console, in English; samples for tests of stores.
const OTHERS: [&str; 4] = [
    "crates/web/src/oauth",
    "crates/web/src/pages/emulator.rs",
    "crates/console",
    "crates/store/src/conformance",
];

/// Calls whose words are for the log, or for the developer of an app: `error_description` of OAuth is in English.
const CALLS: [&str; 7] = [
    "Fault::internal",
    "Failure::Later",
    "Failure::Never",
    "Refusal::new",
    "invalid_request",
    "map_err",
    "error",
];

/// Further words for the log and for programs. An entry whose words are gone fails.
const KEPT: [(&str, &str); 10] = [
    ("crates/api/src/logic/messages/built_in.rs", "no such text"),
    (
        "crates/api/src/logic/messages/mod.rs",
        "no mail server is set (--smtp-url)",
    ),
    (
        "crates/api/src/logic/messages/mod.rs",
        "this server cannot send text messages",
    ),
    (
        "crates/web/src/authorize/checks.rs",
        "AllowedOAuthFlowsUserPoolClient of the app client is not set",
    ),
    ("crates/web/src/authorize/grant.rs", "Bearer"),
    ("crates/web/src/authorize/refused_address.rs", "cabana dev"),
    ("crates/web/src/pages/password.rs", "required: upper;"),
    ("crates/web/src/pages/password.rs", "required: lower;"),
    ("crates/web/src/pages/password.rs", "required: digit;"),
    ("crates/web/src/texts.rs", "no such text"),
];

/// The words for people in Rust.
///
/// # Errors
/// If a source cannot be read.
pub fn violations(root: &Path) -> Result<Vec<String>, String> {
    let mut sources = Vec::new();
    sizes::collect(root, &root.join("crates"), &mut sources)?;
    sources.sort();
    let mut found = Vec::new();
    let mut kept = Vec::new();
    for file in sources {
        let name = file.strip_prefix(root).unwrap_or(&file);
        let text =
            std::fs::read_to_string(&file).map_err(|e| format!("{}: {e}", name.display()))?;
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if !is_for_people(name, code) {
            continue;
        }
        for literal in spoken(code) {
            let entry = KEPT
                .iter()
                .find(|(file, text)| name == Path::new(file) && *text == literal.text);
            match entry {
                Some(entry) => kept.push(entry),
                None => found.push(format!(
                    "texts: {}:{} says {:?}, which belongs into a Fluent file",
                    name.display(),
                    literal.line,
                    literal.text
                )),
            }
        }
    }
    let stale = KEPT.iter().filter(|entry| !kept.contains(entry));
    found.extend(stale.map(|(file, text)| format!("texts: {file} says {text:?} no more")));
    Ok(found)
}

/// Whether people read words of this file.
fn is_for_people(name: &Path, code: &str) -> bool {
    let is_test = name.ends_with("tests.rs") || name.iter().any(|part| part == "tests");
    if is_test || OTHERS.iter().any(|other| name.starts_with(other)) {
        return false;
    }
    let is_page = name.starts_with("crates/web/src");
    is_page || OF_MESSAGES.iter().any(|mark| code.contains(mark))
}

/// The literals of some code that say something to people.
fn spoken(code: &str) -> Vec<Literal<'_>> {
    let mut found = literals(code);
    found.retain(|it| says(it.text) && !it.calls.iter().any(|call| is_for_programs(call)));
    found
}

fn is_for_programs(call: &str) -> bool {
    call.starts_with("tracing::") || CALLS.contains(&call)
}

/// Whether a literal holds words.
fn says(literal: &str) -> bool {
    let text = without_escapes(literal);
    if text.contains('<') && text.contains('>') {
        return !words::visible(&text).is_empty();
    }
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let alone = matches!(tokens.as_slice(), [only] if is_capitalized(only));
    let mut pairs = tokens.iter().zip(tokens.iter().skip(1));
    alone || pairs.any(|(one, next)| is_word(one) && is_word(next))
}

fn is_word(token: &str) -> bool {
    let bare = token.trim_matches(['.', ',', ':', ';', '!', '?', '…', '(', ')', '“', '”']);
    let small = bare.strip_prefix(char::is_uppercase).unwrap_or(bare);
    let inner = |it: char| it.is_lowercase() || ['\'', '’'].contains(&it);
    ["a", "I", "A"].contains(&bare)
        || (bare.chars().count() > 1
            && small.chars().all(inner)
            && bare.starts_with(char::is_alphabetic)
            && bare.ends_with(char::is_lowercase))
}

fn is_capitalized(token: &str) -> bool {
    let is_name = words::NAMES.contains(&token);
    token.starts_with(char::is_uppercase) && token.len() > 2 && is_word(token) && !is_name
}

/// Without escapes and the placeholders of a format.
fn without_escapes(literal: &str) -> String {
    let mut text = String::new();
    let mut letters = literal.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.push(letters.next().filter(|it| *it == '"').unwrap_or(' ')),
            other => text.push(other),
        }
    }
    let text = text.replace("{{", " ").replace("}}", " ");
    let mut kept = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        kept.push_str(before);
        kept.push(' ');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_titles_and_words_in_markup_are_seen() {
        for literal in [
            "Enter this code to sign in: {####}",
            "Test mail",
            "Welcome",
            "Confirm!",
            "sign in",
            "I am here",
            "don't go",
            "{name}\\nSee you",
            "<p>Hello {name}</p>",
            "<a title=\\\"Home\\\">",
        ] {
            assert!(says(literal), "{literal}");
        }
    }

    #[test]
    fn names_codes_and_headers_are_no_words() {
        for literal in [
            "",
            "a",
            "OK",
            "identity/",
            "mail-sign-in-subject",
            "{{##{label}##}}",
            "{####}",
            "sender's",
            "Accept-Language",
            "text/plain; charset=utf-8",
            "img-src 'self' data:",
            "no-cache, no-store, max-age=0, must-revalidate",
            "<svg class=\\\"i\\\"><path d=\\\"{{ path }}\\\"/></svg>",
            "{date} {h:02}:{m:02} UTC",
        ] {
            assert!(!says(literal), "{literal}");
        }
    }

    #[test]
    fn what_goes_to_the_log_or_to_programs_may_stay() {
        let of = |code| spoken(code).len();
        assert_eq!(of("tracing::warn!(%why, \"not sent to anybody\")"), 0);
        assert_eq!(of("Err(Fault::internal(\"never sent at all\"))"), 0);
        assert_eq!(
            of("Refusal::new(kind, format!(\"{x} is missing here\"))"),
            0
        );
        assert_eq!(of("subject: \"Test mail\".to_owned()"), 1);
        assert_eq!(of("let body = format!(\"Your code is {code}\");"), 1);
    }

    #[test]
    fn files_that_make_messages_and_those_of_the_pages_are_read() {
        let reads = |name: &str, code| is_for_people(Path::new(name), code);
        assert!(reads("crates/web/src/reply.rs", ""));
        assert!(!reads("crates/web/src/oauth/revoke.rs", ""));
        assert!(!reads("crates/api/src/logic/users/mod.rs", ""));
        let code = "Some(MessageContent { subject })";
        assert!(reads("crates/api/src/ops/users/new.rs", code));
        assert!(!reads("crates/server/src/jobs/mail/tests.rs", code));
    }

    #[test]
    fn nothing_is_said_in_rust() {
        assert_eq!(violations(&crate::root()).unwrap(), Vec::<String>::new());
    }
}
