//! Texts of mails and text messages, and the values put into them.
//!
//! A template is an operator's text with placeholders: `{####}` for the code or the temporary password, `{username}`,
//! and `{##text##}` for a link that reads "text". It is read once from left to right, so a user name that looks like a
//! placeholder stays a user name. In HTML the values are escaped; the template itself, link text included, is the
//! operator's own markup.

mod kind;
mod plain_text;

pub use kind::MessageKind;
pub use plain_text::plain_text;

/// A placeholder in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placeholder {
    /// `{####}`
    Code,
    /// `{username}`
    Username,
    /// `{##text##}`
    Link,
}

/// Markup of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// Bodies of mails.
    Html,
    /// Subjects and text messages.
    Plain,
}

/// Values of the placeholders. A placeholder without a value stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Values<'a> {
    pub code: Option<&'a str>,
    pub username: Option<&'a str>,
    /// Target of the link.
    pub url: Option<&'a str>,
}

/// The text with its placeholders replaced.
pub fn render(template: &str, values: Values<'_>, markup: Markup) -> String {
    let mut text = String::with_capacity(template.len());
    for piece in Pieces(template) {
        let value = match piece.kind {
            Kind::Text => None,
            Kind::Code => values.code.map(|code| markup.inserted(code)),
            Kind::Username => values.username.map(|username| markup.inserted(username)),
            Kind::Link(label) => values.url.map(|url| markup.link(label, url)),
        };
        match value {
            Some(value) => text.push_str(&value),
            None => text.push_str(piece.source),
        }
    }
    text
}

/// The needed placeholders that the template lacks, in the order given.
pub fn missing(template: &str, needed: &[Placeholder]) -> Vec<Placeholder> {
    let has = |placeholder: Placeholder| {
        Pieces(template).any(|piece| piece.placeholder() == Some(placeholder))
    };
    needed
        .iter()
        .copied()
        .filter(|placeholder| !has(*placeholder))
        .collect()
}

impl Markup {
    fn inserted(self, value: &str) -> String {
        match self {
            Markup::Plain => value.to_owned(),
            Markup::Html => escaped(value),
        }
    }

    fn link(self, label: &str, url: &str) -> String {
        match self {
            Markup::Plain => format!("{label}: {url}"),
            Markup::Html => format!("<a href=\"{}\">{label}</a>", escaped(url)),
        }
    }
}

fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\'' => text.push_str("&#39;"),
            other => text.push(other),
        }
    }
    text
}

/// A piece of a template.
struct Piece<'a> {
    source: &'a str,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Text,
    Code,
    Username,
    Link(&'a str),
}

impl Piece<'_> {
    fn placeholder(&self) -> Option<Placeholder> {
        match self.kind {
            Kind::Text => None,
            Kind::Code => Some(Placeholder::Code),
            Kind::Username => Some(Placeholder::Username),
            Kind::Link(_) => Some(Placeholder::Link),
        }
    }
}

/// Cuts the rest of a template into pieces; together they are the template.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        let rest = self.0;
        let first = rest.chars().next()?;
        let (kind, length) = placeholder_at(rest).unwrap_or_else(|| {
            // A brace that opens no placeholder is text, up to the next brace.
            let inside = rest.split_at(first.len_utf8()).1;
            (
                Kind::Text,
                first.len_utf8() + inside.find('{').unwrap_or(inside.len()),
            )
        });
        let (source, rest) = rest.split_at(length);
        self.0 = rest;
        Some(Piece { source, kind })
    }
}

/// The placeholder at the start of the text, and its length in bytes.
fn placeholder_at(text: &str) -> Option<(Kind<'_>, usize)> {
    const CODE: &str = "{####}";
    const USERNAME: &str = "{username}";
    const LINK: (&str, &str) = ("{##", "##}");
    if text.starts_with(CODE) {
        return Some((Kind::Code, CODE.len()));
    }
    if text.starts_with(USERNAME) {
        return Some((Kind::Username, USERNAME.len()));
    }
    let (label, _) = text.strip_prefix(LINK.0)?.split_once(LINK.1)?;
    let length = LINK.0.len() + label.len() + LINK.1.len();
    (!label.is_empty() && !label.contains('{')).then_some((Kind::Link(label), length))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const VALUES: Values<'_> = Values {
        code: Some("123456"),
        username: Some("ann"),
        url: Some("https://login.example/confirmUser?a=1&b=2"),
    };

    #[test]
    fn placeholders_are_replaced_wherever_they_stand() {
        for (template, text) in [
            ("{####}", "123456"),
            ("{username}{####}{username}", "ann123456ann"),
            (
                "Hello {username}, your code is {####}.",
                "Hello ann, your code is 123456.",
            ),
            ("no placeholder", "no placeholder"),
            ("", ""),
            (
                "Bitte hier: {##Jetzt bestätigen##}!",
                "Bitte hier: Jetzt bestätigen: https://login.example/confirmUser?a=1&b=2!",
            ),
        ] {
            assert_eq!(render(template, VALUES, Markup::Plain), text);
        }
    }

    #[test]
    fn what_only_resembles_a_placeholder_stays() {
        for text in [
            "{###}",
            "{ ####}",
            "{Username}",
            "{username",
            "{",
            "}",
            "{}",
            "{##",
            "{####",
            "{##a",
            "{##a##",
            "{##a#}",
        ] {
            assert_eq!(render(text, VALUES, Markup::Html), text);
        }
        assert_eq!(render("{{####}}", VALUES, Markup::Plain), "{123456}");
        assert_eq!(
            render("{## {####} ##}", VALUES, Markup::Plain),
            "{## 123456 ##}"
        );
    }

    #[test]
    fn links_become_anchors_in_html() {
        let expected = "<p><a href=\"https://login.example/confirmUser?a=1&amp;b=2\">Verify <b>now</b></a></p>";
        assert_eq!(
            render("<p>{##Verify <b>now</b>##}</p>", VALUES, Markup::Html),
            expected
        );
    }

    #[test]
    fn values_cannot_break_out_of_html() {
        let values = Values {
            code: Some("<&>'\""),
            username: Some("<script>"),
            url: Some("x\" onclick=\"y"),
        };
        let expected =
            "&lt;&amp;&gt;&#39;&quot; &lt;script&gt; <a href=\"x&quot; onclick=&quot;y\">go</a>";
        assert_eq!(
            render("{####} {username} {##go##}", values, Markup::Html),
            expected
        );
        assert_eq!(render("{####}", values, Markup::Plain), "<&>'\"");
    }

    #[test]
    fn values_that_look_like_placeholders_are_not_replaced_again() {
        let values = Values {
            username: Some("{####}"),
            ..VALUES
        };
        assert_eq!(
            render("{username}: {####}", values, Markup::Plain),
            "{####}: 123456"
        );
    }

    #[test]
    fn a_placeholder_without_a_value_stays() {
        let text = "{####} {username} {##go##}";
        assert_eq!(render(text, Values::default(), Markup::Html), text);
    }

    #[test]
    fn missing_placeholders_are_named() {
        use Placeholder::{Code, Link, Username};
        assert_eq!(missing("Hi", &[Username, Code]), [Username, Code]);
        assert_eq!(missing("{username}", &[Username, Code]), [Code]);
        assert_eq!(missing("{####}{username}", &[Username, Code]), []);
        assert_eq!(missing("{####}", &[Link]), [Link]);
        assert_eq!(missing("{##a##}", &[Link]), []);
        assert_eq!(missing("{##a##}", &[Code]), [Code]);
    }

    proptest! {
        #[test]
        fn without_values_every_text_stays_as_it_is(text in "([{}#a-c ä]|\\{####\\}|\\{username\\}|\\{##|##\\}){0,30}") {
            prop_assert_eq!(render(&text, Values::default(), Markup::Html), text);
        }

        #[test]
        fn arbitrary_values_leave_no_markup_in_html(value in "\\PC*") {
            let values = Values { code: Some(&value), username: Some(&value), url: None };
            let text = render("{####}{username}", values, Markup::Html);
            prop_assert!(!text.contains(['<', '>', '"', '\'']));
        }
    }
}
