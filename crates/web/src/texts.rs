//! Texts of the pages, in the reader's language.
//!
//! Sentences are in `i18n/<language>/*.ftl` (Project Fluent), embedded in the binary. A text that is missing or lacks a
//! value is an error and never a blank; `tests/pages/texts.rs` checks that every key in use exists and every key is
//! used.

use std::fmt;
use std::sync::LazyLock;

use askama::filters::{Html, HtmlSafe, escape};
use cabana_api::texts::Language;
use fluent_bundle::{FluentArgs, FluentValue};
use http::{HeaderMap, header};

/// English, file by file: the fallback of every other language.
const EN: [&str; 9] = [
    include_str!("../i18n/en/common.ftl"),
    include_str!("../i18n/en/errors.ftl"),
    include_str!("../i18n/en/attributes.ftl"),
    include_str!("../i18n/en/sign-in.ftl"),
    include_str!("../i18n/en/sign-up.ftl"),
    include_str!("../i18n/en/password.ftl"),
    include_str!("../i18n/en/mfa.ftl"),
    include_str!("../i18n/en/passkeys.ftl"),
    include_str!("../i18n/en/emulator.ftl"),
];

static ENGLISH: LazyLock<Language> = LazyLock::new(|| Language::load("en", &EN));

/// Languages besides English, in any order.
static OTHERS: LazyLock<Vec<Language>> = LazyLock::new(Vec::new);

/// The texts of one language. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Texts(&'static Language);

impl Texts {
    /// English.
    pub fn english() -> Self {
        Self(&ENGLISH)
    }

    /// The language of a `lang` parameter, else the best match of an `Accept-Language` header, else English.
    pub fn negotiate(lang: Option<&str>, accept_language: Option<&str>) -> Self {
        let codes: Vec<&str> = std::iter::once(ENGLISH.code())
            .chain(OTHERS.iter().map(Language::code))
            .collect();
        let code = choose(&codes, lang, accept_language);
        Self(
            OTHERS
                .iter()
                .find(|other| Some(other.code()) == code)
                .unwrap_or(&ENGLISH),
        )
    }

    /// The best match of a request's `Accept-Language` header, else English.
    pub fn accepted(headers: &HeaderMap) -> Self {
        Self::preferred(None, headers)
    }

    /// The language that was chosen, else the best match of the `Accept-Language` header, else English.
    pub fn preferred(chosen: Option<&str>, headers: &HeaderMap) -> Self {
        let accept = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        Self::negotiate(chosen, accept)
    }

    /// The BCP 47 tag for the `lang` attribute.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// A text without values.
    pub fn say(self, key: &str) -> askama::Result<String> {
        self.find(key, None)
    }

    /// A text with values.
    pub fn with(self, key: &str, values: &[(&str, FluentValue<'_>)]) -> askama::Result<String> {
        let args: FluentArgs<'_> = values.iter().cloned().collect();
        self.find(key, Some(&args))
    }

    /// A text whose values are markup: links and emphasis inside a sentence.
    pub fn rich(self, key: &str, values: &[(&str, Markup)]) -> askama::Result<Markup> {
        // Private-use characters hold the places of the markup while the sentence around them is escaped.
        let places: Vec<char> = ('\u{E000}'..='\u{E0FF}').take(values.len()).collect();
        let held = values
            .iter()
            .zip(&places)
            .map(|((name, _), place)| (*name, place.to_string().into()));
        let sentence = Markup::text(&self.with(key, &held.collect::<Vec<_>>())?).0;
        let fill = |html: String, ((_, value), place): (&(&str, Markup), &char)| {
            html.replace(*place, &value.0)
        };
        let html = values.iter().zip(&places).fold(sentence, fill);
        Ok(Markup(html))
    }

    fn find(self, key: &str, args: Option<&FluentArgs<'_>>) -> askama::Result<String> {
        let found = self.0.say(key, args).or_else(|| ENGLISH.say(key, args));
        found
            .unwrap_or_else(|| Err("no such text".to_owned()))
            .map_err(|why| askama::Error::custom(format!("text {key}: {why}")))
    }
}

/// HTML that is safe to print as it is.
#[derive(Clone)]
pub struct Markup(String);

impl Markup {
    /// Plain text, escaped.
    pub fn text(text: &str) -> Self {
        match escape(text, Html) {
            Ok(escaped) => Self(escaped.to_string()),
            Err(never) => match never {},
        }
    }

    /// Emphasized text, such as the address a code went to.
    pub fn strong(text: &str) -> Self {
        Self(format!("<strong>{}</strong>", Self::text(text)))
    }

    /// Code.
    pub fn code(text: &str) -> Self {
        Self(format!(
            "<code translate=\"no\">{}</code>",
            Self::text(text)
        ))
    }

    /// A link.
    pub fn link(href: &str, text: &str) -> Self {
        Self(format!(
            "<a href=\"{}\">{}</a>",
            Self::text(href),
            Self::text(text)
        ))
    }

    /// A link that opens in a new tab, for pages that answer a form and cannot be returned to.
    pub fn link_in_new_tab(href: &str, text: &str) -> Self {
        Self(format!(
            "<a href=\"{}\" target=\"_blank\" rel=\"noopener\">{}</a>",
            Self::text(href),
            Self::text(text)
        ))
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// Picks among `available` codes; `None` if none of the requested languages is available.
fn choose<'a>(
    available: &[&'a str],
    lang: Option<&str>,
    accept_language: Option<&str>,
) -> Option<&'a str> {
    let mut wanted: Vec<(&str, f32)> = accept_language
        .unwrap_or_default()
        .split(',')
        .filter_map(weighted)
        .collect();
    wanted.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    lang.into_iter()
        .chain(wanted.into_iter().map(|(tag, _)| tag))
        .find_map(|tag| matching(available, tag))
}

/// `pt-BR;q=0.8` as its tag and weight; `None` when refused (`q=0`) or malformed.
fn weighted(item: &str) -> Option<(&str, f32)> {
    let (tag, weight) = item.split_once(';').unwrap_or((item, "q=1"));
    let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
    (weight > 0.0).then_some((tag.trim(), weight))
}

/// The same tag, or else one with the same primary language.
fn matching<'a>(available: &[&'a str], tag: &str) -> Option<&'a str> {
    fn primary(tag: &str) -> &str {
        tag.split(['-', '_']).next().unwrap_or(tag)
    }
    let exact = available.iter().find(|code| code.eq_ignore_ascii_case(tag));
    exact
        .or_else(|| {
            available
                .iter()
                .find(|code| primary(code).eq_ignore_ascii_case(primary(tag)))
        })
        .copied()
}

#[cfg(test)]
mod tests {
    use fluent_bundle::FluentResource;
    use fluent_bundle::concurrent::FluentBundle;

    use super::*;

    #[test]
    fn every_file_parses_and_no_key_stands_twice() {
        let mut bundle: FluentBundle<FluentResource> =
            FluentBundle::new_concurrent(vec!["en".parse().unwrap()]);
        for source in EN {
            let resource = FluentResource::try_new(source.to_owned())
                .map_err(|(_, errors)| errors)
                .unwrap();
            bundle.add_resource(resource).unwrap();
        }
    }

    #[test]
    fn the_parameter_wins_then_the_heaviest_header_entry_then_the_primary_language() {
        let available = ["en", "de", "pt-BR"];
        assert_eq!(choose(&available, Some("de"), Some("en")), Some("de"));
        assert_eq!(
            choose(&available, None, Some("fr, en;q=0.3, de;q=0.9")),
            Some("de")
        );
        assert_eq!(choose(&available, None, Some("pt;q=0.5")), Some("pt-BR"));
        assert_eq!(choose(&available, Some("xx"), Some("de-AT")), Some("de"));
        assert_eq!(choose(&available, None, Some("de;q=0, *;q=bad")), None);
        assert_eq!(Texts::negotiate(Some("xx"), None).code(), "en");
    }

    #[test]
    fn a_missing_text_or_value_is_an_error() {
        assert!(Texts::english().say("no-such-text").is_err());
        assert!(Texts::english().say("title-page").is_err());
    }

    #[test]
    fn markup_goes_in_and_everything_around_it_is_escaped() {
        let values = [
            ("page", Markup::strong("a<b")),
            ("app", Markup::link("/x?a=1&b=2", "go")),
        ];
        let html = Texts::english()
            .rich("title-page", &values)
            .unwrap()
            .to_string();
        assert_eq!(
            html,
            "<strong>a&#60;b</strong> · <a href=\"/x?a=1&#38;b=2\">go</a>"
        );
    }
}
