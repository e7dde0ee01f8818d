//! Step "Configure sign-up experience": self-registration, verification, attributes.

use cabana_model::{
    AdminCreateUserConfigType, AttributeDataType, CreateUserPoolRequest,
    NumberAttributeConstraintsType, SchemaAttributeType, StringAttributeConstraintsType,
    UserAttributeUpdateSettingsType, VerifiedAttributeType as Verified,
};

use super::line::{Line, line, yes_no};
use super::security;
use super::sign_in::{self, picked};
use crate::form::Form;

/// Attributes that a pool may require, in the order of the guide.
pub const ADDITIONAL: [&str; 17] = [
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
/// Most custom attributes of a pool.
const MOST_ROWS: usize = 50;
/// Empty rows for custom attributes after those that were filled in.
const SPARE_ROWS: usize = 5;

pub fn beginning(form: Form) -> Form {
    let chosen = sign_in::options(&form);
    let recovers = security::ways(&form);
    let by_phone = !chosen.email
        && (chosen.phone
            || recovers == [cabana_model::RecoveryOptionNameType::VerifiedPhoneNumber]);
    let verify = if by_phone { "phone_number" } else { "email" };
    form.with("self_registration", "on")
        .with("auto_verify", "on")
        .with("verify", verify)
        .with("keep_original", "on")
        .with("keep_what", verify)
}

/// Number of rows for custom attributes.
pub fn rows(form: &Form) -> usize {
    let rows = form.get("custom_rows").parse().unwrap_or(0);
    MOST_ROWS.min(rows)
}

/// Number of rows up to the last one in which anything was entered.
pub fn used_rows(form: &Form) -> usize {
    let is_used = |row: &usize| {
        ["name", "min", "max"]
            .iter()
            .any(|it| form.is_on(&field(*row, it)))
    };
    let last = (0..rows(form)).rev().find(is_used);
    last.map_or(0, |last| last + 1)
}

/// The form with further empty rows after those that were used.
pub fn with_spare_rows(form: Form) -> Form {
    let known = rows(&form);
    let wanted = MOST_ROWS.min(used_rows(&form) + SPARE_ROWS).max(known);
    let form = form
        .without("custom_rows")
        .with("custom_rows", wanted.to_string());
    (known..wanted).fold(form, |form, row| form.with(&field(row, "mutable"), "on"))
}

/// Name of a field of a custom attribute.
pub fn field(row: usize, what: &str) -> String {
    format!("custom.{row}.{what}")
}

/// Attributes that must be required because people sign in or recover their account with them.
pub fn required_by_choices(form: &Form) -> Vec<&'static str> {
    let chosen = sign_in::options(form);
    // If people may sign in with either, they need to have only one of them.
    let either = !chosen.username && chosen.email && chosen.phone;
    let mut required = Vec::new();
    if chosen.email && !either {
        required.push("email");
    }
    if chosen.phone && !either {
        required.push("phone_number");
    }
    if required.is_empty() && !either {
        match security::ways(form).as_slice() {
            [cabana_model::RecoveryOptionNameType::VerifiedEmail] => required.push("email"),
            [cabana_model::RecoveryOptionNameType::VerifiedPhoneNumber] => {
                required.push("phone_number");
            }
            _ => {}
        }
    }
    required
}

fn required(form: &Form) -> Vec<&str> {
    let mut all: Vec<&str> = required_by_choices(form);
    let more = form.all("required");
    all.extend(ADDITIONAL.into_iter().filter(|name| more.contains(name)));
    let mut seen = std::collections::HashSet::new();
    all.retain(|name| seen.insert(*name));
    all
}

/// Attributes that are verified when somebody signs up.
pub fn verified(form: &Form) -> Option<Vec<Verified>> {
    of_choice(form, "auto_verify", "verify")
}

fn of_choice(form: &Form, switch: &str, choice: &str) -> Option<Vec<Verified>> {
    let choice = form.get(choice);
    let both = choice == "both";
    let wanted = picked([
        (both || choice == "phone_number", Verified::PhoneNumber),
        (both || choice == "email", Verified::Email),
    ]);
    wanted.filter(|_| form.is_on(switch))
}

pub fn check(form: &mut Form) {
    let preferred_signs_in = sign_in::options(form).username && form.is_on("preferred_username");
    if preferred_signs_in && form.has("required", "preferred_username") {
        form.add_problem(
            "required",
            "preferred_username cannot be required while people may sign in with it.",
        );
    }
    if form.is_on("auto_verify") && verified(form).is_none() {
        form.add_problem("verify", "Choose what is verified.");
    }
    if form.is_on("keep_original") {
        let kept = of_choice(form, "keep_original", "keep_what").unwrap_or_default();
        let verified = verified(form).unwrap_or_default();
        if kept.is_empty() || kept.iter().any(|it| !verified.contains(it)) {
            form.add_problem(
                "keep_what",
                "Only attributes that Cognito verifies can keep their value while an update is pending.",
            );
        }
    }
    for row in 0..rows(form) {
        check_row(form, row);
    }
}

fn check_row(form: &mut Form, row: usize) {
    let name = form.get(&field(row, "name")).to_owned();
    if name.is_empty() {
        return;
    }
    if name.chars().count() > 20 || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        form.add_problem(
            &field(row, "name"),
            "A name has 1 to 20 characters, without spaces.",
        );
    }
    let twin = (0..row).any(|other| form.get(&field(other, "name")) == name);
    if twin {
        form.add_problem(&field(row, "name"), "Another attribute has this name.");
    }
    let limit = |form: &Form, what: &str| {
        let text = form.get(&field(row, what)).to_owned();
        let lengths = form.get(&field(row, "type")) != "Number";
        let right = match text.parse::<i64>() {
            Ok(number) => !lengths || (0..=2048).contains(&number),
            Err(_) => text.is_empty(),
        };
        right.then(|| text.parse::<i64>().ok())
    };
    let limits = ["min", "max"].map(|what| limit(form, what));
    for (what, limit) in ["min", "max"].into_iter().zip(limits) {
        if limit.is_none() {
            form.add_problem(
                &field(row, what),
                "Enter a whole number; the length of a string is at most 2048.",
            );
        }
    }
    if let [Some(Some(min)), Some(Some(max))] = limits
        && min > max
    {
        form.add_problem(&field(row, "max"), "The maximum is below the minimum.");
    }
}

fn custom(form: &Form, row: usize) -> Option<SchemaAttributeType> {
    let given = |what: &str| form.given(&field(row, what));
    let number = form.get(&field(row, "type")) == "Number";
    let (min, max) = (given("min"), given("max"));
    Some(SchemaAttributeType {
        name: Some(given("name")?),
        attribute_data_type: Some(match number {
            true => AttributeDataType::Number,
            false => AttributeDataType::String,
        }),
        mutable: Some(form.is_on(&field(row, "mutable"))),
        number_attribute_constraints: number.then(|| NumberAttributeConstraintsType {
            min_value: min.clone(),
            max_value: max.clone(),
        }),
        string_attribute_constraints: (!number).then_some(StringAttributeConstraintsType {
            min_length: min,
            max_length: max,
        }),
        ..SchemaAttributeType::default()
    })
}

/// A required standard attribute.
pub fn required_attribute(name: &str) -> SchemaAttributeType {
    SchemaAttributeType {
        name: Some(name.to_owned()),
        required: Some(true),
        mutable: Some(true),
        ..SchemaAttributeType::default()
    }
}

pub fn apply(form: &Form, pool: &mut CreateUserPoolRequest) {
    pool.admin_create_user_config = Some(AdminCreateUserConfigType {
        allow_admin_create_user_only: Some(!form.is_on("self_registration")),
        ..AdminCreateUserConfigType::default()
    });
    pool.auto_verified_attributes = verified(form);
    let kept = of_choice(form, "keep_original", "keep_what");
    pool.user_attribute_update_settings = kept.map(|kept| UserAttributeUpdateSettingsType {
        attributes_require_verification_before_update: Some(kept),
    });
    let standard = required(form).into_iter().map(required_attribute);
    let own = (0..rows(form)).filter_map(|row| custom(form, row));
    pool.schema = Some(standard.chain(own).collect());
}

fn named(form: &Form, switch: &str, choice: &str) -> &'static str {
    match of_choice(form, switch, choice).as_deref() {
        Some([Verified::Email]) => "Email address",
        Some([Verified::PhoneNumber]) => "Phone number",
        Some(_) => "Email address or phone number",
        None => "None",
    }
}

pub fn lines(form: &Form) -> Vec<Line> {
    let custom = (0..rows(form)).filter_map(|row| custom(form, row)?.name);
    let custom: Vec<_> = custom.map(|name| format!("custom:{name}")).collect();
    let or_none = |text: String| {
        if text.is_empty() {
            "None".to_owned()
        } else {
            text
        }
    };
    vec![
        line("Self-registration", yes_no(form.is_on("self_registration"))),
        line("Attributes to verify", named(form, "auto_verify", "verify")),
        line(
            "Active attribute values when an update is pending",
            named(form, "keep_original", "keep_what"),
        ),
        line("Required attributes", or_none(required(form).join(", "))),
        line("Custom attributes", or_none(custom.join(", "))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun(names: &[&str]) -> Form {
        let form = names
            .iter()
            .fold(Form::default(), |form, name| form.with("sign_in", *name));
        beginning(security::beginning(form))
    }

    #[test]
    fn the_guides_choice_requires_the_address_and_the_name() {
        let form = begun(&["username", "email"]).with("required", "name");
        let mut pool = CreateUserPoolRequest::default();
        apply(&form, &mut pool);
        let schema = pool.schema.unwrap();
        let names: Vec<_> = schema.iter().filter_map(|it| it.name.as_deref()).collect();
        assert_eq!(names, ["email", "name"]);
        assert_eq!(pool.auto_verified_attributes, Some(vec![Verified::Email]));
    }

    #[test]
    fn who_may_give_either_must_give_neither() {
        assert!(required_by_choices(&begun(&["email", "phone_number"])).is_empty());
        assert_eq!(required_by_choices(&begun(&["username"])), ["email"]);
        assert_eq!(begun(&["phone_number"]).get("verify"), "phone_number");
    }

    #[test]
    fn rows_are_checked_and_empty_ones_dropped() {
        let mut form = with_spare_rows(begun(&["email"]))
            .with("custom.0.name", "team")
            .with("custom.0.min", "9")
            .with("custom.0.max", "3");
        check(&mut form);
        assert!(!form.is_fine());
        let mut pool = CreateUserPoolRequest::default();
        apply(&form, &mut pool);
        assert_eq!(pool.schema.unwrap().len(), 2);
        let mut form = with_spare_rows(begun(&["email"])).with("custom.0.name", "two words");
        check(&mut form);
        assert!(!form.is_fine());
    }

    #[test]
    fn there_are_spare_rows_after_those_that_were_used() {
        let form = with_spare_rows(begun(&["email"]));
        assert_eq!((rows(&form), used_rows(&form)), (SPARE_ROWS, 0));
        // One that was sent stays as it was, without a tick.
        let sent = Form::default()
            .with("custom_rows", "2")
            .with("custom.1.min", "3");
        let form = with_spare_rows(sent);
        assert_eq!((rows(&form), used_rows(&form)), (2 + SPARE_ROWS, 2));
        assert!(!form.is_on("custom.1.mutable") && form.is_on("custom.2.mutable"));
        let full = Form::default()
            .with("custom_rows", "50")
            .with("custom.49.name", "last");
        assert_eq!(rows(&with_spare_rows(full)), MOST_ROWS);
    }

    #[test]
    fn only_what_is_verified_keeps_its_value() {
        let mut form = begun(&["email"])
            .without("keep_what")
            .with("keep_what", "both");
        check(&mut form);
        assert!(!form.is_fine());
    }
}
