//! Step "Configure security requirements": passwords, second factors, recovery.

use cabana_model::{
    AccountRecoverySettingType, CreateUserPoolRequest, EmailMfaConfigType, PasswordPolicyType,
    RecoveryOptionNameType as Way, RecoveryOptionType, SetUserPoolMfaConfigRequest,
    SmsMfaConfigType, SoftwareTokenMfaConfigType, UserPoolMfaType, UserPoolPolicyType,
};

use super::line::{Line, line, list, yes_no};
use super::messages::sms_configuration;
use crate::form::Form;

/// Requirements for passwords, as options of the field `needed`.
const NEEDED: [(&str, &str); 4] = [
    ("numbers", "At least 1 number"),
    ("symbols", "At least 1 special character"),
    ("uppercase", "At least 1 uppercase letter"),
    ("lowercase", "At least 1 lowercase letter"),
];

pub fn beginning(form: Form) -> Form {
    let form = form
        .with("policy", "default")
        .with("min_length", "8")
        .with("temporary_days", "7")
        .with("mfa", "ON")
        .with("mfa_methods", "totp")
        .with("recovery", "on")
        .with("recovery_by", "email");
    NEEDED
        .iter()
        .fold(form, |form, (name, _)| form.with("needed", *name))
}

pub fn check(form: &mut Form) {
    if form.get("policy") == "custom" {
        for (name, range, text) in [
            ("min_length", 6..=99, "Enter the minimum length."),
            ("temporary_days", 1..=365, "Enter a number of days."),
        ] {
            form.demand(name, text);
            form.number(name, range);
        }
        form.number("history", 0..=24);
    }
    if uses_mfa(form) && form.all("mfa_methods").is_empty() {
        form.add_problem("mfa_methods", "Choose at least one MFA method.");
    }
    if mode(form).is_none() {
        form.add_problem("mfa", "Choose how MFA is enforced.");
    }
    if form.is_on("recovery") && ways(form).is_empty() {
        form.add_problem("recovery_by", "Choose how recovery messages are delivered.");
    }
    if uses_mfa(form) && form.has("mfa_methods", "email") && ways(form) == [Way::VerifiedEmail] {
        form.add_problem(
            "recovery_by",
            "With email as an MFA method, recovery cannot use email only.",
        );
    }
}

fn mode(form: &Form) -> Option<UserPoolMfaType> {
    form.get("mfa").parse().ok()
}

/// Whether a second factor is required or optional.
pub fn uses_mfa(form: &Form) -> bool {
    mode(form).is_some_and(|mode| mode != UserPoolMfaType::Off)
}

/// Whether a second factor comes by text message.
pub fn texts_codes(form: &Form) -> bool {
    uses_mfa(form) && form.has("mfa_methods", "sms")
}

/// Recovery methods, in order of preference.
pub fn ways(form: &Form) -> Vec<Way> {
    if !form.is_on("recovery") {
        return vec![Way::AdminOnly];
    }
    match form.get("recovery_by") {
        "email" => vec![Way::VerifiedEmail],
        "sms" => vec![Way::VerifiedPhoneNumber],
        "email_sms" => vec![Way::VerifiedEmail, Way::VerifiedPhoneNumber],
        "sms_email" => vec![Way::VerifiedPhoneNumber, Way::VerifiedEmail],
        _ => Vec::new(),
    }
}

fn policy(form: &Form) -> PasswordPolicyType {
    let custom = form.get("policy") == "custom";
    let number = |name: &str| form.get(name).parse::<i32>().ok().filter(|_| custom);
    let needs = |name: &str| Some(!custom || form.has("needed", name));
    PasswordPolicyType {
        minimum_length: number("min_length").or(Some(8)),
        require_numbers: needs("numbers"),
        require_symbols: needs("symbols"),
        require_uppercase: needs("uppercase"),
        require_lowercase: needs("lowercase"),
        temporary_password_validity_days: number("temporary_days").or(Some(7)),
        password_history_size: number("history").filter(|size| *size > 0),
    }
}

pub fn lines(form: &Form) -> Vec<Line> {
    let custom = form.get("policy") == "custom";
    let policy = policy(form);
    let needed = NEEDED.map(|(name, text)| (!custom || form.has("needed", name), text));
    let days = policy.temporary_password_validity_days.unwrap_or_default();
    let mut lines = vec![
        line(
            "Password policy mode",
            if custom { "Custom" } else { "Cognito defaults" },
        ),
        line(
            "Password minimum length",
            format!("{} characters", policy.minimum_length.unwrap_or_default()),
        ),
        line("Password requirements", list(&needed)),
        line(
            "Temporary passwords set by administrators expire in",
            format!("{days} days"),
        ),
    ];
    lines.extend(policy.password_history_size.map(|size| {
        line(
            "Prevent use of previous passwords",
            format!("the last {size}"),
        )
    }));
    lines.push(line("MFA enforcement", enforcement(form)));
    if uses_mfa(form) {
        let methods = [
            (form.has("mfa_methods", "totp"), "Authenticator apps"),
            (form.has("mfa_methods", "sms"), "SMS message"),
            (form.has("mfa_methods", "email"), "Email message"),
        ];
        lines.push(line("MFA methods", list(&methods)));
    }
    let recovers = form.is_on("recovery");
    lines.push(line("Self-service account recovery", yes_no(recovers)));
    if recovers {
        lines.push(line(
            "Delivery method for user account recovery messages",
            delivery(form),
        ));
    }
    lines
}

fn enforcement(form: &Form) -> &'static str {
    match mode(form) {
        Some(UserPoolMfaType::On) => "Require MFA",
        Some(UserPoolMfaType::Optional) => "Optional MFA",
        _ => "No MFA",
    }
}

fn delivery(form: &Form) -> &'static str {
    match form.get("recovery_by") {
        "sms" => "SMS only",
        "email_sms" => "Email if available, otherwise SMS",
        "sms_email" => "SMS if available, otherwise email",
        _ => "Email only",
    }
}

pub fn apply(form: &Form, pool: &mut CreateUserPoolRequest) {
    pool.policies = Some(UserPoolPolicyType {
        password_policy: Some(policy(form)),
        sign_in_policy: None,
    });
    let ranked = ways(form).into_iter().zip(1..);
    let mechanisms = ranked.map(|(name, priority)| RecoveryOptionType { name, priority });
    pool.account_recovery_setting = Some(AccountRecoverySettingType {
        recovery_mechanisms: Some(mechanisms.collect()),
    });
}

/// Request that sets the second factors, if any are chosen: CreateUserPool cannot set all of them.
pub fn mfa_request(form: &Form, account: &str) -> Option<SetUserPoolMfaConfigRequest> {
    let on = |name: &str| form.has("mfa_methods", name);
    let request = SetUserPoolMfaConfigRequest {
        mfa_configuration: mode(form),
        software_token_mfa_configuration: on("totp").then_some(SoftwareTokenMfaConfigType {
            enabled: Some(true),
        }),
        sms_mfa_configuration: on("sms").then(|| SmsMfaConfigType {
            sms_configuration: Some(sms_configuration(account)),
            sms_authentication_message: None,
        }),
        email_mfa_configuration: on("email").then(EmailMfaConfigType::default),
        ..SetUserPoolMfaConfigRequest::default()
    };
    uses_mfa(form).then_some(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_fine_and_asks_for_an_authenticator() {
        let mut form = beginning(Form::default());
        check(&mut form);
        assert!(form.is_fine());
        let request = mfa_request(&form, "000000000000").unwrap();
        assert_eq!(request.mfa_configuration, Some(UserPoolMfaType::On));
        assert!(request.software_token_mfa_configuration.is_some());
        assert!(request.sms_mfa_configuration.is_none());
    }

    #[test]
    fn the_default_policy_does_not_read_the_custom_one() {
        let form = beginning(Form::default())
            .without("needed")
            .without("min_length")
            .with("min_length", "99");
        assert_eq!(policy(&form).minimum_length, Some(8));
        assert_eq!(policy(&form).require_symbols, Some(true));
        let custom = form.without("policy").with("policy", "custom");
        assert_eq!(policy(&custom).minimum_length, Some(99));
        assert_eq!(policy(&custom).require_symbols, Some(false));
    }

    #[test]
    fn recovery_is_ranked_and_may_be_left_to_administrators() {
        let form = Form::default().with("recovery_by", "sms_email");
        assert_eq!(ways(&form), [Way::AdminOnly]);
        let form = form.with("recovery", "on");
        let mut pool = CreateUserPoolRequest::default();
        apply(&form, &mut pool);
        let setting = pool.account_recovery_setting.unwrap();
        let ranked = setting.recovery_mechanisms.unwrap();
        let ranked: Vec<_> = ranked.iter().map(|it| (it.priority, it.name)).collect();
        assert_eq!(
            ranked,
            [(1, Way::VerifiedPhoneNumber), (2, Way::VerifiedEmail)]
        );
    }

    #[test]
    fn a_factor_must_be_chosen_where_one_is_asked_for() {
        let mut form = beginning(Form::default()).without("mfa_methods");
        check(&mut form);
        assert!(!form.is_fine());
        let mut none = form.without("mfa").with("mfa", "OFF");
        assert_eq!(mfa_request(&none, "0"), None);
        none = Form::default();
        check(&mut none);
        assert!(!none.is_fine(), "nothing chosen at all");
    }
}
