//! The log line of a refused request: enough for whoever connects an app, and no secret.

use std::fmt::{self, Display, Write};

use super::errors::{Kind, Refusal};
use crate::visit::Visit;

/// Longest logged value, in characters.
const LONGEST: usize = 300;

/// An untrusted value as one word of a log line: quoted and escaped unless it is plain.
pub struct Shown<'v>(pub &'v str);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\');
        let cut = self.0.chars().nth(LONGEST).is_some();
        let shown = || self.0.chars().take(LONGEST);
        if shown().all(is_plain) && !self.0.is_empty() {
            shown().try_for_each(|c| f.write_char(c))?;
        } else {
            f.write_char('"')?;
            shown().try_for_each(|c| write!(f, "{}", c.escape_default()))?;
            f.write_char('"')?;
        }
        if cut { f.write_char('…') } else { Ok(()) }
    }
}

/// Logs the refusal at `info`. `client` is the id in the request, whether such a client exists or not. Requests over a
/// rate limit are not logged, so that they cost no more.
pub fn log(visit: &Visit, client: Option<&str>, refusal: &Refusal) {
    if refusal.kind == Kind::TooManyRequests {
        return;
    }
    let client = client.map(|id| tracing::field::display(Shown(id)));
    let (parameter, value) = match &refusal.blamed {
        Some((name, value)) => (Some(*name), Some(tracing::field::display(Shown(value)))),
        None => (None, None),
    };
    tracing::info!(
        endpoint = %Shown(&visit.endpoint),
        error = %refusal.kind.as_str(),
        description = refusal.description.as_deref(),
        client,
        pool = %visit.site.pool.id,
        parameter,
        value,
        request_id = %visit.info.id,
        "request refused"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stranger_sent_stays_one_word_of_one_line() {
        let shown = |text: &str| Shown(text).to_string();
        assert_eq!(shown("https://a.example/b?c=d"), "https://a.example/b?c=d");
        assert_eq!(shown(""), "\"\"");
        assert_eq!(shown("a b\n\"c\u{1b}[0m"), "\"a b\\n\\\"c\\u{1b}[0m\"");
        assert_eq!(shown(&"x".repeat(301)), format!("{}…", "x".repeat(300)));
    }
}
