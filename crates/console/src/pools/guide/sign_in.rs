//! Step "Configure sign-in experience": the names people sign in with. They cannot be changed once the pool exists.

use cabana_model::{
    AliasAttributeType, CreateUserPoolRequest, UsernameAttributeType, UsernameConfigurationType,
};

use super::line::{Line, line, list, yes_no};
use crate::form::Form;

/// The sign-in options that are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    pub username: bool,
    pub email: bool,
    pub phone: bool,
}

pub fn options(form: &Form) -> Options {
    Options {
        username: form.has("sign_in", "username"),
        email: form.has("sign_in", "email"),
        phone: form.has("sign_in", "phone_number"),
    }
}

pub fn check(form: &mut Form) {
    let chosen = options(form);
    if !(chosen.username || chosen.email || chosen.phone) {
        form.add_problem("sign_in", "Choose at least one sign-in option.");
    }
}

pub fn lines(form: &Form) -> Vec<Line> {
    let chosen = options(form);
    let names = [
        (chosen.username, "User name"),
        (chosen.email, "Email"),
        (chosen.phone, "Phone number"),
    ];
    let mut lines = vec![
        line("Provider types", "Cognito user pool"),
        line("Cognito user pool sign-in options", list(&names)),
    ];
    if chosen.username {
        lines.push(line(
            "Sign in with a preferred user name",
            yes_no(form.is_on("preferred_username")),
        ));
        lines.push(line(
            "Case sensitive user name",
            yes_no(form.is_on("case_sensitive")),
        ));
    }
    lines
}

pub fn apply(form: &Form, pool: &mut CreateUserPoolRequest) {
    let chosen = options(form);
    if chosen.username {
        let aliases = [
            (chosen.email, AliasAttributeType::Email),
            (chosen.phone, AliasAttributeType::PhoneNumber),
            (
                form.is_on("preferred_username"),
                AliasAttributeType::PreferredUsername,
            ),
        ];
        pool.alias_attributes = picked(aliases);
    } else {
        let names = [
            (chosen.email, UsernameAttributeType::Email),
            (chosen.phone, UsernameAttributeType::PhoneNumber),
        ];
        pool.username_attributes = picked(names);
    }
    pool.username_configuration = Some(UsernameConfigurationType {
        case_sensitive: chosen.username && form.is_on("case_sensitive"),
    });
}

/// The values that are chosen; `None` instead of an empty list.
pub fn picked<T, const N: usize>(all: [(bool, T); N]) -> Option<Vec<T>> {
    let wanted = all.into_iter().filter(|(wanted, _)| *wanted);
    let list: Vec<T> = wanted.map(|(_, it)| it).collect();
    (!list.is_empty()).then_some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(names: &[&str], more: &[&str]) -> CreateUserPoolRequest {
        let form = names
            .iter()
            .fold(Form::default(), |form, name| form.with("sign_in", *name));
        let form = more.iter().fold(form, |form, name| form.ticked(name, true));
        let mut pool = CreateUserPoolRequest::default();
        apply(&form, &mut pool);
        pool
    }

    #[test]
    fn beside_a_user_name_others_are_aliases() {
        let pool = request(&["username", "email"], &["preferred_username"]);
        let aliases = [
            AliasAttributeType::Email,
            AliasAttributeType::PreferredUsername,
        ];
        assert_eq!(pool.alias_attributes.as_deref(), Some(&aliases[..]));
        assert_eq!(pool.username_attributes, None);
        assert_eq!(request(&["username"], &[]).alias_attributes, None);
    }

    #[test]
    fn without_a_user_name_they_are_the_user_name() {
        let pool = request(
            &["phone_number", "email"],
            &["preferred_username", "case_sensitive"],
        );
        let names = [
            UsernameAttributeType::Email,
            UsernameAttributeType::PhoneNumber,
        ];
        assert_eq!(pool.username_attributes.as_deref(), Some(&names[..]));
        assert_eq!(pool.alias_attributes, None);
        assert!(!pool.username_configuration.unwrap().case_sensitive);
    }

    #[test]
    fn something_must_be_chosen() {
        let mut form = Form::default();
        check(&mut form);
        assert!(!form.is_fine());
    }
}
