//! Documents of strangers: parsed within bounds, without the constructs that let two readers see different things.

use std::collections::HashSet;

use cabana_domain::Time;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uppsala::{Document, Element, NodeId, NodeKind, Parser};

use super::Flaw;

/// Longest message, in bytes, as with Cognito.
pub const LONGEST: usize = 100_000;
/// Deepest nesting. A signature within an assertion within a response needs nine levels.
const DEEPEST: u32 = 24;
const MOST_TAGS: usize = 8_000;
/// Most attributes of an element, namespace declarations among them.
const MOST_ATTRIBUTES: usize = 40;
/// Beginnings after `<`, and ends, of what has no tags and no attributes, though it may look as if it had.
const SKIPPED: [(&str, &str); 3] = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")];
/// Names of attributes that verifiers take for IDs.
const IDS: [&str; 4] = ["ID", "Id", "id", "AssertionID"];

/// Parses a message.
///
/// # Errors
/// If it is not well-formed, exceeds a bound, or has a construct that is not allowed.
pub fn parse(text: &str) -> Result<Document<'_>, Flaw> {
    let document = parse_any(text, LONGEST)?;
    checked(&document)?;
    Ok(document)
}

/// Parses a document that nobody's signature is looked for in; it may have comments.
///
/// # Errors
/// If it is not well-formed, or exceeds a bound.
pub fn parse_any(text: &str, longest: usize) -> Result<Document<'_>, Flaw> {
    if text.len() > longest {
        return Err(Flaw::TooLarge);
    }
    bounded(text)?;
    let parser = Parser::new()
        .with_forbid_dtd(true)
        .with_forbid_entities(true)
        .with_max_depth(DEEPEST);
    parser.parse(text).map_err(|_| Flaw::Malformed)
}

/// Counts before the parser does: it compares each attribute of an element with each other one.
fn bounded(text: &str) -> Result<(), Flaw> {
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        return Err(Flaw::Forbidden("a document type"));
    }
    let (mut tags, mut rest) = (0_usize, text);
    while let Some((_, markup)) = rest.split_once('<') {
        let skipped = SKIPPED
            .iter()
            .find_map(|(open, close)| Some((markup.strip_prefix(open)?, *close)));
        rest = match skipped {
            Some((within, close)) => after(within, close),
            None => {
                tags += 1;
                if tags > MOST_TAGS {
                    return Err(Flaw::Forbidden("that many elements"));
                }
                after_tag(markup)?
            }
        };
    }
    Ok(())
}

/// Counts the attributes of a tag, and returns what follows it.
fn after_tag(tag: &str) -> Result<&str, Flaw> {
    let (mut attributes, mut rest) = (0_usize, tag);
    while let Some(at) = rest.find(['>', '"', '\'']) {
        let mut marked = rest.get(at..).unwrap_or_default().chars();
        let mark = marked.next();
        rest = marked.as_str();
        let Some(quote) = mark.filter(|it| *it != '>') else {
            return Ok(rest);
        };
        attributes += 1;
        if attributes > MOST_ATTRIBUTES {
            return Err(Flaw::Forbidden("an element with that many attributes"));
        }
        rest = after(rest, quote.encode_utf8(&mut [0; 4]));
    }
    Ok("")
}

/// What follows a mark. If it is missing the parser will say so.
fn after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split_once(mark).map_or("", |(_, rest)| rest)
}

fn checked(document: &Document<'_>) -> Result<(), Flaw> {
    let mut ids = HashSet::new();
    for node in document.descendants(document.root()) {
        match document.node_kind(node) {
            Some(NodeKind::Comment(_)) => return Err(Flaw::Forbidden("a comment")),
            Some(NodeKind::ProcessingInstruction(_)) => {
                return Err(Flaw::Forbidden("a processing instruction"));
            }
            Some(NodeKind::CData(_)) => return Err(Flaw::Forbidden("a CDATA section")),
            Some(NodeKind::Element(element)) => {
                // Namespaces in XML forbids it, the parser does not. Canonicalization does not show it, so that an element
                // of what is signed could be taken out of its namespace, and would not be read.
                let mut declared = element.namespace_declarations.iter();
                if declared.any(|(prefix, namespace)| !prefix.is_empty() && namespace.is_empty()) {
                    return Err(Flaw::Forbidden("a prefix without a namespace"));
                }
                for attribute in &element.attributes {
                    let name = &attribute.name;
                    let local = name.local_name.as_ref();
                    // They would be inherited by what is signed within.
                    if name.prefix.as_deref() == Some("xml") && !matches!(local, "lang" | "space") {
                        return Err(Flaw::Forbidden("an attribute such as xml:base or xml:id"));
                    }
                    if IDS.contains(&local) && !ids.insert(attribute.value.to_string()) {
                        return Err(Flaw::Forbidden("an ID twice"));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Reads a document's elements.
#[derive(Clone, Copy)]
pub struct Reader<'d, 'x>(pub &'d Document<'x>);

impl<'d, 'x> Reader<'d, 'x> {
    pub fn root(self) -> Option<NodeId> {
        self.0.document_element()
    }

    pub fn element(self, node: NodeId) -> Option<&'d Element<'x>> {
        self.0.element(node)
    }

    pub fn is(self, node: NodeId, namespace: &str, name: &str) -> bool {
        self.element(node).is_some_and(|it| {
            it.name.local_name == name && it.name.namespace_uri.as_deref() == Some(namespace)
        })
    }

    /// Child elements.
    pub fn elements(self, node: NodeId) -> impl Iterator<Item = NodeId> + use<'d, 'x> {
        let children = self.0.children(node).into_iter();
        children.filter(move |it| self.element(*it).is_some())
    }

    /// Child elements of a name.
    pub fn children(
        self,
        node: NodeId,
        namespace: &str,
        name: &str,
    ) -> impl Iterator<Item = NodeId> {
        self.elements(node)
            .filter(move |it| self.is(*it, namespace, name))
    }

    /// The one child element of a name; `None` if there is none, or more than one.
    pub fn only(self, node: NodeId, namespace: &str, name: &str) -> Option<NodeId> {
        let mut found = self.children(node, namespace, name);
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// The only child element of a name that may be missing.
    ///
    /// # Errors
    /// If there are several.
    pub fn at_most_one(
        self,
        node: NodeId,
        namespace: &str,
        name: &'static str,
    ) -> Result<Option<NodeId>, Flaw> {
        let mut found = self.children(node, namespace, name);
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(Flaw::Structure(name)),
            (first, None) => Ok(first),
        }
    }

    /// All elements of a name in the document.
    pub fn all(self, namespace: &str, name: &str) -> Vec<NodeId> {
        let all = self.0.descendants(self.0.root()).into_iter();
        all.filter(|it| self.is(*it, namespace, name)).collect()
    }

    /// An attribute without a namespace; an empty one counts as absent.
    pub fn attribute(self, node: NodeId, name: &str) -> Option<&'d str> {
        let attributes = &self.element(node)?.attributes;
        let found = attributes
            .iter()
            .find(|it| it.name.namespace_uri.is_none() && it.name.local_name == name)?;
        Some(found.value.as_ref()).filter(|it| !it.is_empty())
    }

    /// The text of an element, without the white space around it: all of it, as parts of it would be another text. Only
    /// what XML calls white space: to a provider, a name with another blank at its end may be somebody else's.
    pub fn text(self, node: NodeId) -> String {
        let text = self.0.text_content_deep(node);
        text.trim_matches([' ', '\t', '\r', '\n']).to_owned()
    }
}

/// A time as SAML writes it.
pub fn time(text: &str) -> Option<Time> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    Some(Time::from_seconds(at.unix_timestamp()))
}

/// The same the other way round.
pub fn written(at: Time) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at.seconds()).ok();
    at.and_then(|it| it.format(&Rfc3339).ok())
        .unwrap_or_default()
}

/// Text in XML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
