//! The attributes a person may be asked for: how each is labelled and typed in.

use super::field::Field;
use super::frame::Frame;

/// An attribute asked for on a page.
#[derive(Clone)]
pub struct Asked {
    /// Name in the pool's schema, such as `email` or `custom:team`.
    pub name: String,
    /// What was typed before.
    pub value: String,
    /// Whether it serves as the user name, so that password managers keep it with the password.
    pub identifies: bool,
}

/// How an attribute is typed in.
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

/// `email` of `requiredAttributes[email]`.
pub(super) fn in_field(field: &str) -> Option<&str> {
    field.strip_prefix("requiredAttributes[")?.strip_suffix(']')
}

/// The label; an attribute of the pool's own goes by its name.
pub(super) fn label(frame: &Frame, name: &str) -> askama::Result<String> {
    match shape(name) {
        Some(shape) => frame.say(shape.label),
        None => Ok(name
            .strip_prefix("custom:")
            .unwrap_or(name)
            .replace(['_', '-'], " ")),
    }
}

impl Frame {
    pub(super) fn attribute_fields(&self, asked: &[Asked]) -> askama::Result<Vec<Field>> {
        asked
            .iter()
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

    const STANDARD: [&str; 17] = [
        "address",
        "birthdate",
        "email",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "picture",
        "preferred_username",
        "profile",
        "updated_at",
        "website",
        "zoneinfo",
    ];

    #[test]
    fn every_standard_attribute_has_a_label_and_a_type() {
        let frame = Frame::new(Texts::english(), Brand::default());
        for name in STANDARD {
            let shape = shape(name).unwrap_or_else(|| panic!("{name} has no shape"));
            frame.say(shape.label).unwrap();
            shape.hint.map(|key| frame.say(key).unwrap());
        }
    }

    #[test]
    fn an_attribute_of_the_pools_own_goes_by_its_name() {
        let frame = Frame::new(Texts::english(), Brand::default());
        assert_eq!(label(&frame, "custom:team_name").unwrap(), "team name");
        assert_eq!(in_field("requiredAttributes[email]"), Some("email"));
        assert_eq!(in_field("password"), None);
    }
}
