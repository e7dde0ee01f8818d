//! Passwords that an administrator sets or has generated.

use cabana_api::logic::users::invitations;
use cabana_domain::pool::Pool;
use cabana_model::PasswordPolicyType;

use crate::desk::Desk;
use crate::form::{Field, Form, Group};
use crate::halt::Halt;

/// Names of the fields with the choice and the password.
const CHOICE: &str = "password_source";
const PASSWORD: &str = "password";

/// Choice between setting and generating a password.
pub fn choice(form: &Form, legend: &str) -> Group {
    form.choice(CHOICE, legend)
        .option("set", "Set a password")
        .option("generate", "Generate a password")
        .meaning("It is shown once after you submit this form.")
}

/// Field for a password that the administrator sets.
pub fn field(form: &Form, rules: &str) -> Field {
    form.text(PASSWORD, "Password")
        .kind("password")
        .autocomplete("new-password")
        .hint(rules)
}

/// A password, and whether it was generated.
pub struct Chosen {
    pub password: String,
    pub generated: bool,
}

/// Reads or generates the password. Adds a problem to the form if none was entered.
///
/// # Errors
/// If there is no such pool, or the random generator fails.
pub async fn chosen(desk: &Desk, form: &mut Form, pool: &str) -> Result<Chosen, Halt> {
    let generated = form.has(CHOICE, "generate");
    if generated {
        let cx = desk.cx();
        let pool = cx.pool(pool).await?;
        let password = invitations::new_password(&cx, &pool)?;
        return Ok(Chosen {
            password,
            generated,
        });
    }
    let password = form.raw(PASSWORD).to_owned();
    if password.is_empty() {
        form.add_problem(PASSWORD, "Enter a password, or have one generated.");
    }
    Ok(Chosen {
        password,
        generated,
    })
}

/// A pool's requirements for passwords, in a sentence.
///
/// # Errors
/// If there is no such pool.
pub async fn rules(desk: &Desk, pool: &str) -> Result<String, Halt> {
    let cx = desk.cx();
    let pool = cx.pool(pool).await?;
    Ok(sentence(&Pool::password_policy_settings(&pool)))
}

fn sentence(policy: &PasswordPolicyType) -> String {
    let parts = [
        (policy.require_numbers, "a number"),
        (policy.require_symbols, "a special character"),
        (policy.require_uppercase, "an uppercase letter"),
        (policy.require_lowercase, "a lowercase letter"),
    ];
    let needed: Vec<_> = parts
        .into_iter()
        .filter(|(on, _)| *on == Some(true))
        .map(|(_, part)| part)
        .collect();
    let length = policy.minimum_length.unwrap_or_default();
    match needed.split_last() {
        None => format!("At least {length} characters."),
        Some((last, [])) => format!("At least {length} characters, with {last}."),
        Some((last, rest)) => format!(
            "At least {length} characters, with {} and {last}.",
            rest.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_read_as_a_sentence() {
        let mut policy = PasswordPolicyType {
            minimum_length: Some(12),
            ..PasswordPolicyType::default()
        };
        assert_eq!(sentence(&policy), "At least 12 characters.");
        policy.require_numbers = Some(true);
        assert_eq!(sentence(&policy), "At least 12 characters, with a number.");
        policy.require_uppercase = Some(true);
        policy.require_lowercase = Some(true);
        assert_eq!(
            sentence(&policy),
            "At least 12 characters, with a number, an uppercase letter and a lowercase letter."
        );
    }
}
