//! Step "Configure message delivery": the sender of mails, and text messages.

use cabana_domain::formats::looks_like_email;
use cabana_model::{
    CreateUserPoolRequest, EmailConfigurationType, EmailSendingAccountType, RecoveryOptionNameType,
    SmsConfigurationType, VerifiedAttributeType,
};

use super::line::{Line, line};
use super::{security, sign_up};
use crate::form::Form;

pub fn beginning(form: Form) -> Form {
    form.with("mail", "server")
}

/// Whether any of the choices needs text messages.
pub fn uses_sms(form: &Form) -> bool {
    security::texts_codes(form)
        || security::ways(form).contains(&RecoveryOptionNameType::VerifiedPhoneNumber)
        || sign_up::verified(form)
            .is_some_and(|it| it.contains(&VerifiedAttributeType::PhoneNumber))
}

pub fn check(form: &mut Form) {
    match form.get("mail") {
        "server" => {}
        "own" => {
            let from = form.demand("from_address", "Enter the FROM email address.");
            if !from.is_empty() && !looks_like_email(&from) {
                form.add_problem("from_address", "This is not an email address.");
            }
            let name = form.get("from_name");
            if name.contains(['"', '<', '>', '\\']) || name.contains(char::is_control) {
                form.add_problem(
                    "from_name",
                    "A name cannot contain quotation marks, angle brackets or backslashes.",
                );
            }
            let reply_to = form.get("reply_to").to_owned();
            if !reply_to.is_empty() && !looks_like_email(&reply_to) {
                form.add_problem("reply_to", "This is not an email address.");
            }
        }
        _ => form.add_problem("mail", "Choose an email provider."),
    }
}

fn sender(form: &Form) -> Option<String> {
    let address = form.given("from_address")?;
    Some(match form.given("from_name") {
        Some(name) => format!("\"{name}\" <{address}>"),
        None => address,
    })
}

fn email(form: &Form) -> EmailConfigurationType {
    let own = form.get("mail") == "own";
    EmailConfigurationType {
        email_sending_account: Some(EmailSendingAccountType::CognitoDefault),
        from: sender(form).filter(|_| own),
        reply_to_email_address: form.given("reply_to").filter(|_| own),
        ..EmailConfigurationType::default()
    }
}

/// Role ARN that Cognito requires for text messages; this server does not use it.
pub fn sms_configuration(account: &str) -> SmsConfigurationType {
    SmsConfigurationType {
        sns_caller_arn: Some(format!("arn:aws:iam::{account}:role/cabana-sms")),
        ..SmsConfigurationType::default()
    }
}

pub fn apply(form: &Form, account: &str, pool: &mut CreateUserPoolRequest) {
    pool.email_configuration = Some(email(form));
    pool.sms_configuration = uses_sms(form).then(|| sms_configuration(account));
}

pub fn lines(form: &Form) -> Vec<Line> {
    let email = email(form);
    let provider = match form.get("mail") {
        "own" => "Send email with this server's mail settings and a custom sender",
        _ => "Send email with this server's mail settings",
    };
    let mut lines = vec![line("Email provider", provider)];
    lines.extend(email.from.map(|from| line("FROM", from)));
    lines.extend(
        email
            .reply_to_email_address
            .map(|to| line("REPLY-TO email address", to)),
    );
    if uses_sms(form) {
        lines.push(line("SMS", "Text messages of this server"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_of_its_own_needs_an_address() {
        let mut form = Form::default().with("mail", "own");
        check(&mut form);
        assert!(!form.is_fine());
        let mut form = Form::default()
            .with("mail", "own")
            .with("from_address", "help@example.com")
            .with("from_name", "Help desk");
        check(&mut form);
        assert!(form.is_fine());
        assert_eq!(
            email(&form).from.as_deref(),
            Some("\"Help desk\" <help@example.com>")
        );
        let server = form.without("mail").with("mail", "server");
        assert_eq!(email(&server).from, None);
    }

    #[test]
    fn text_messages_are_set_up_only_where_they_are_used() {
        let form = security::beginning(Form::default());
        assert!(!uses_sms(&form));
        assert!(uses_sms(&form.with("mfa_methods", "sms")));
    }
}
