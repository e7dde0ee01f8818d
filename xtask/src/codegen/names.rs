//! Rust names for wire names.

/// `CallbackURLs` → `callback_urls`; keywords become raw identifiers.
pub fn field(wire: &str) -> String {
    let snake = snake(wire);
    match snake.as_str() {
        "type" | "enum" | "match" | "ref" | "use" | "mod" | "in" | "for" | "where" | "move"
        | "gen" => format!("r#{snake}"),
        _ => snake,
    }
}

/// `SignUpRequest` → `SIGN_UP_REQUEST`.
pub fn constant(wire: &str) -> String {
    snake(wire).to_uppercase()
}

/// `USER_SRP_AUTH` → `UserSrpAuth`, `phone_number` → `PhoneNumber`, `V1_0` → `V1_0`.
pub fn variant(wire: &str) -> String {
    let mut name = String::new();
    for word in wire
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let digits_meet = name.ends_with(|c: char| c.is_ascii_digit())
            && word.starts_with(|c: char| c.is_ascii_digit());
        if digits_meet {
            name.push('_');
        }
        let shouted = !word.contains(|c: char| c.is_ascii_lowercase());
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(letters.map(|c| if shouted { c.to_ascii_lowercase() } else { c }));
    }
    name
}

/// A word starts at a capital after a small letter or digit, and at the last capital of a run that is followed by small
/// letters, unless these letters are the plural of an acronym (`URLs`).
fn snake(wire: &str) -> String {
    let letters: Vec<char> = wire.replace("OAuth", "Oauth").chars().collect();
    let at = |index: usize| letters.get(index).copied();
    let small = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase());
    let capital = |c: Option<char>| c.is_some_and(|c| c.is_ascii_uppercase());
    let mut name = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(at);
        if letter.is_ascii_uppercase() && before.is_some() {
            let plural = at(index + 1) == Some('s') && !small(at(index + 2));
            let ends_run = capital(before) && small(at(index + 1)) && !plural;
            if !capital(before) || ends_run {
                name.push('_');
            }
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_snake_case_and_know_acronyms() {
        for (wire, rust) in [
            ("UserPoolId", "user_pool_id"),
            ("MFAOptions", "mfa_options"),
            ("CallbackURLs", "callback_urls"),
            (
                "AllowedOAuthFlowsUserPoolClient",
                "allowed_oauth_flows_user_pool_client",
            ),
            ("CSS", "css"),
            ("CSSVersion", "css_version"),
            ("UserMFASettingList", "user_mfa_setting_list"),
            ("SSOSession", "sso_session"),
            ("S3Bucket", "s3_bucket"),
            ("KMSKeyID", "kms_key_id"),
            (
                "PrimaryRoute53HealthCheckId",
                "primary_route53_health_check_id",
            ),
            ("UserPoolAddOns", "user_pool_add_ons"),
            ("Type", "r#type"),
        ] {
            assert_eq!(field(wire), rust);
        }
    }

    #[test]
    fn variants_are_upper_camel_case() {
        for (wire, rust) in [
            ("USER_SRP_AUTH", "UserSrpAuth"),
            ("CONFIRMED", "Confirmed"),
            ("phone_number", "PhoneNumber"),
            ("userNotification", "UserNotification"),
            ("LoginWithAmazon", "LoginWithAmazon"),
            ("V1_0", "V1_0"),
            ("TLS_V1_2_2021", "TlsV1_2_2021"),
            ("N_A", "NA"),
        ] {
            assert_eq!(variant(wire), rust);
        }
    }

    #[test]
    fn constants_are_screaming() {
        assert_eq!(constant("SignUpRequest"), "SIGN_UP_REQUEST");
    }
}
