//! Attributes on forms: label and input of each.

use super::field::Field;
use super::frame::Frame;

/// An attribute that a page asks for.
#[derive(Clone)]
pub struct Asked {
    /// Name in the pool's schema, such as `email` or `custom:team`.
    pub name: String,
    /// The value typed before.
    pub value: String,
    /// Whether it serves as the user name, so that password managers keep it with the password.
    pub identifies: bool,
}

/// The input for an attribute.
struct Shape {
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    hint: Option<&'static str>,
}

fn shape(name: &str) -> Option<Shape> {
    let of = |label, kind, autocomplete, hint| {
        Some(Shape {
            label,
            kind,
            autocomplete,
            hint,
        })
    };
    match name {
        "address" => of("attribute-address", "text", "street-address", None),
        "birthdate" => of("attribute-birthdate", "date", "bday", None),
        "email" => of("label-email", "email", "email", None),
        "family_name" => of("attribute-family-name", "text", "family-name", None),
        "gender" => of("attribute-gender", "text", "sex", None),
        "given_name" => of("attribute-given-name", "text", "given-name", None),
        "locale" => of("attribute-locale", "text", "language", Some("hint-locale")),
        "middle_name" => of("attribute-middle-name", "text", "additional-name", None),
        "name" => of("attribute-name", "text", "name", None),
        "nickname" => of("attribute-nickname", "text", "nickname", None),
        "phone_number" => of("label-phone", "tel", "tel", Some("hint-phone")),
        "picture" => of("attribute-picture", "url", "photo", Some("hint-url")),
        "preferred_username" => of("attribute-preferred-username", "text", "off", None),
        "profile" => of("attribute-profile", "url", "off", Some("hint-url")),
        "updated_at" => of(
            "attribute-updated-at",
            "text",
            "off",
            Some("hint-updated-at"),
        ),
        "website" => of("attribute-website", "url", "url", Some("hint-url")),
        "zoneinfo" => of("attribute-zoneinfo", "text", "off", Some("hint-zoneinfo")),
        _ => None,
    }
}

/// Names first, then ways to reach a person, then the rest; attributes not listed here come last.
const READING_ORDER: [&str; 17] = [
    "name",
    "given_name",
    "middle_name",
    "family_name",
    "nickname",
    "preferred_username",
    "email",
    "phone_number",
    "birthdate",
    "gender",
    "address",
    "website",
    "profile",
    "picture",
    "locale",
    "zoneinfo",
    "updated_at",
];

fn place(asked: &Asked) -> usize {
    READING_ORDER
        .iter()
        .position(|name| *name == asked.name)
        .unwrap_or(READING_ORDER.len())
}

/// `email` of `requiredAttributes[email]`.
pub(super) fn in_field(field: &str) -> Option<&str> {
    field.strip_prefix("requiredAttributes[")?.strip_suffix(']')
}

/// The label; a custom attribute is labelled with its name.
pub(super) fn label(frame: &Frame, name: &str) -> askama::Result<String> {
    match shape(name) {
        Some(shape) => frame.say(shape.label),
        None => Ok(sentence_case(name.strip_prefix("custom:").unwrap_or(name))),
    }
}

/// `team_name` as `Team name`.
fn sentence_case(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

impl Frame {
    /// The fields in reading order; attributes not listed there keep their order.
    pub(super) fn attribute_fields(&self, asked: &[Asked]) -> askama::Result<Vec<Field>> {
        let mut asked: Vec<&Asked> = asked.iter().collect();
        asked.sort_by_key(|asked| place(asked));
        asked
            .into_iter()
            .map(|asked| self.attribute_field(asked))
            .collect()
    }

    fn attribute_field(&self, asked: &Asked) -> askama::Result<Field> {
        let name = format!("requiredAttributes[{}]", asked.name);
        let field = self
            .labelled(&name, label(self, &asked.name)?, self.error_at(&name)?)
            .value(&asked.value);
        let Some(shape) = shape(&asked.name) else {
            return Ok(field);
        };
        let autocomplete = if asked.identifies {
            "username"
        } else {
            shape.autocomplete
        };
        let mode = (asked.name == "updated_at").then_some("numeric");
        let hint = shape.hint.map(|key| self.say(key)).transpose()?;
        Ok(field
            .typed(shape.kind, autocomplete, mode)
            .hint(hint)
            .multiline(asked.name == "address"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Brand;
    use crate::texts::Texts;

    #[test]
    fn every_standard_attribute_has_a_label_and_a_type() {
        let frame = Frame::new(Texts::english(), Brand::default());
        for name in READING_ORDER {
            let shape = shape(name).unwrap_or_else(|| panic!("{name} has no shape"));
            frame.say(shape.label).unwrap();
            shape.hint.map(|key| frame.say(key).unwrap());
        }
    }

    #[test]
    fn names_come_first_and_attributes_of_the_pools_own_last() {
        let mut asked: Vec<Asked> = ["custom:team", "email", "family_name", "given_name"]
            .map(|name| Asked {
                name: name.into(),
                value: String::new(),
                identifies: false,
            })
            .into();
        asked.sort_by_key(place);
        let names: Vec<_> = asked.iter().map(|asked| asked.name.as_str()).collect();
        assert_eq!(names, ["given_name", "family_name", "email", "custom:team"]);
    }

    #[test]
    fn an_attribute_of_the_pools_own_goes_by_its_name() {
        let frame = Frame::new(Texts::english(), Brand::default());
        assert_eq!(label(&frame, "custom:team_name").unwrap(), "Team name");
        assert_eq!(in_field("requiredAttributes[email]"), Some("email"));
        assert_eq!(in_field("password"), None);
    }
}
