//! The second factor that a sign-in asks for: one row for each case of Cognito's documentation, over the wire.

use cabana_domain::Span;
use serde_json::{Value, json};

use crate::challenges::code;
use crate::users::{ANN, PASSWORD, Scene};

const PHONE: &str = "+14155550100";
const SMS: &str = "SMS_MFA";
const TOTP: &str = "SOFTWARE_TOKEN_MFA";
const EMAIL: &str = "EMAIL_OTP";
const TOKENS: &str = "tokens";
/// Recovery by mail, then by text; the other way round; and by administrators only.
const BY_MAIL: &[&str] = &["verified_email", "verified_phone_number"];
const BY_TEXT: &[&str] = &["verified_phone_number", "verified_email"];
const BY_NOBODY: &[&str] = &["admin_only"];

/// A case.
struct Case {
    /// MfaConfiguration.
    mode: &'static str,
    /// Recovery mechanisms, best first.
    recovery: &'static [&'static str],
    /// Factors that the pool offers.
    offers: &'static [&'static str],
    /// Attributes of the user: `email`, `phone_number`.
    has: &'static [&'static str],
    /// Whether the user has registered an authenticator app.
    registered: bool,
    /// The factor that the user has switched on, and whether it is the preferred one.
    on: Option<(&'static str, bool)>,
    asked: &'static str,
}

/// A pool that requires a factor, recovers by nobody, and offers all; a user with nothing.
const USUAL: Case = Case {
    mode: "ON",
    recovery: BY_NOBODY,
    offers: &[SMS, TOTP, EMAIL],
    has: &[],
    registered: false,
    on: None,
    asked: "",
};

async fn factors(scene: &Scene, mode: &str, offers: &[&str]) {
    let mut config = json!({ "MfaConfiguration": mode });
    if offers.contains(&TOTP) {
        config["SoftwareTokenMfaConfiguration"] = json!({ "Enabled": true });
    }
    if offers.contains(&EMAIL) {
        config["EmailMfaConfiguration"] = json!({ "Subject": "Code", "Message": "It is {####}" });
    }
    if offers.contains(&SMS) {
        let sender = json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" });
        config["SmsMfaConfiguration"] = json!({ "SmsConfiguration": sender });
    }
    scene.admin("SetUserPoolMfaConfig", config).await.ok();
}

/// Ann, as the case has her.
async fn scene(case: &Case) -> Scene {
    let ways = case.recovery.iter().zip(1..);
    let ways: Vec<_> = ways
        .map(|(name, priority)| json!({ "Name": name, "Priority": priority }))
        .collect();
    let pool = json!({ "AccountRecoverySetting": { "RecoveryMechanisms": ways } });
    let scene = Scene::new(pool, json!({})).await;
    // Factors that are not offered in the end serve to prepare the user.
    factors(&scene, "OPTIONAL", &[SMS, TOTP, EMAIL]).await;
    let all = json!({ "email": ANN, "phone_number": PHONE });
    let has = all.as_object().unwrap().clone().into_iter();
    let has = has.filter(|(name, _)| case.has.contains(&name.as_str()));
    scene.user("ann", Value::Object(has.collect())).await;
    if case.registered {
        let token = json!({ "AccessToken": scene.token("ann").await });
        let seed = scene.app.ok("AssociateSoftwareToken", token.clone()).await;
        let secret = seed["SecretCode"].as_str().unwrap().to_owned();
        let mut shown = token;
        shown["UserCode"] = json!(code(&secret, &scene.app));
        scene.app.ok("VerifySoftwareToken", shown).await;
    }
    if let Some((factor, preferred)) = case.on {
        let member = match factor {
            SMS => "SMSMfaSettings",
            EMAIL => "EmailMfaSettings",
            _ => "SoftwareTokenMfaSettings",
        };
        let wish = json!({ "Enabled": true, "PreferredMfa": preferred });
        let body = json!({ "Username": "ann", member: wish });
        scene.admin("AdminSetUserMFAPreference", body).await.ok();
    }
    if case.mode == "OFF" || !case.offers.contains(&SMS) {
        // Text messages stay a factor until second factors are off.
        factors(&scene, "OFF", &[]).await;
    }
    if case.mode != "OFF" {
        factors(&scene, case.mode, case.offers).await;
    }
    scene.app.advance(Span::minutes(1));
    scene
}

/// What a sign-in answers: tokens, a fault, or a challenge with the factors it offers.
async fn asked(scene: &Scene) -> String {
    let answer = scene.sign_in("ann", PASSWORD).await;
    if answer.status != 200 {
        return answer.kind().to_owned();
    }
    let answer = answer.ok();
    let Some(name) = answer["ChallengeName"].as_str() else {
        return TOKENS.to_owned();
    };
    let parameters = &answer["ChallengeParameters"];
    let offered = ["MFAS_CAN_CHOOSE", "MFAS_CAN_SETUP"];
    let offered = offered.iter().find_map(|it| parameters[it].as_str());
    match offered {
        Some(list) => format!("{name} {list}"),
        None => name.to_owned(),
    }
}

async fn check(cases: &[Case]) {
    for (number, case) in cases.iter().enumerate() {
        let scene = scene(case).await;
        assert_eq!(asked(&scene).await, case.asked, "case {number}");
    }
}

#[tokio::test]
async fn a_pool_without_second_factors_asks_for_none() {
    check(&[Case {
        mode: "OFF",
        has: &["email", "phone_number"],
        registered: true,
        on: Some((TOTP, true)),
        asked: TOKENS,
        ..USUAL
    }])
    .await;
}

#[tokio::test]
async fn where_factors_are_optional_those_that_the_user_switched_on_are_asked_for() {
    let optional = |has, registered, on, asked| Case {
        mode: "OPTIONAL",
        has,
        registered,
        on,
        asked,
        ..USUAL
    };
    let both: &[&str] = &["email", "phone_number"];
    check(&[
        optional(&[], true, Some((TOTP, false)), TOTP),
        optional(both, true, Some((SMS, true)), SMS),
        optional(both, true, Some((EMAIL, true)), EMAIL),
        optional(both, false, Some((SMS, false)), SMS),
        optional(both, false, None, TOKENS),
        // Registered, but not switched on: SetUserMFAPreference does that.
        optional(both, true, None, TOKENS),
    ])
    .await;
}

#[tokio::test]
async fn where_a_factor_is_required_a_preferred_one_goes_first() {
    let both: &[&str] = &["email", "phone_number"];
    let preferred = |factor, asked| Case {
        has: both,
        registered: true,
        on: Some((factor, true)),
        asked,
        ..USUAL
    };
    check(&[
        preferred(SMS, SMS),
        preferred(TOTP, TOTP),
        preferred(EMAIL, EMAIL),
    ])
    .await;
}

#[tokio::test]
async fn where_a_factor_is_required_a_registered_app_counts_though_it_is_not_switched_on() {
    let registered = |recovery, offers, has, asked| Case {
        recovery,
        offers,
        has,
        registered: true,
        asked,
        ..USUAL
    };
    let all: &[&str] = &[SMS, TOTP, EMAIL];
    check(&[
        registered(BY_NOBODY, all, &[], TOTP),
        registered(BY_MAIL, all, &["email"], TOTP),
        registered(BY_NOBODY, &[TOTP, EMAIL], &["phone_number"], TOTP),
        registered(
            BY_NOBODY,
            all,
            &["phone_number"],
            r#"SELECT_MFA_TYPE ["SMS_MFA","SOFTWARE_TOKEN_MFA"]"#,
        ),
        registered(
            BY_TEXT,
            all,
            &["email", "phone_number"],
            r#"SELECT_MFA_TYPE ["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#,
        ),
        registered(
            BY_NOBODY,
            all,
            &["email", "phone_number"],
            r#"SELECT_MFA_TYPE ["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#,
        ),
    ])
    .await;
}

#[tokio::test]
async fn where_a_factor_is_required_an_address_is_one_unless_it_recovers_the_account() {
    let without = |recovery, offers, has, asked| Case {
        recovery,
        offers,
        has,
        asked,
        ..USUAL
    };
    let (all, both): (&[&str], &[&str]) = (&[SMS, TOTP, EMAIL], &["email", "phone_number"]);
    let refused = "InvalidParameterException";
    let set_up = r#"MFA_SETUP ["SOFTWARE_TOKEN_MFA"]"#;
    check(&[
        // One attribute, and it recovers the account.
        without(BY_MAIL, &[SMS, EMAIL], &["email"], refused),
        without(BY_TEXT, &[SMS, EMAIL], &["phone_number"], refused),
        // Cognito's documentation has a refusal here, too; an authenticator app is a way out.
        without(BY_MAIL, all, &["email"], set_up),
        // One attribute that can be used.
        without(BY_TEXT, all, &["email"], EMAIL),
        without(BY_MAIL, all, &["phone_number"], SMS),
        without(BY_NOBODY, all, &["email"], EMAIL),
        without(BY_NOBODY, all, &["phone_number"], SMS),
        // Its factor is off.
        without(BY_NOBODY, &[SMS, TOTP], &["email"], set_up),
        without(BY_NOBODY, &[TOTP, EMAIL], &["phone_number"], set_up),
        without(BY_NOBODY, &[SMS], &["email"], refused),
        without(BY_NOBODY, &[EMAIL], &["phone_number"], refused),
        // Both attributes.
        without(
            BY_NOBODY,
            all,
            both,
            r#"SELECT_MFA_TYPE ["SMS_MFA","EMAIL_OTP"]"#,
        ),
        without(BY_MAIL, all, both, SMS),
        without(BY_TEXT, all, both, EMAIL),
        without(BY_NOBODY, &[SMS, TOTP], both, SMS),
        without(BY_NOBODY, &[TOTP, EMAIL], both, EMAIL),
    ])
    .await;
}

#[tokio::test]
async fn who_has_nothing_sets_a_factor_up_but_not_the_way_of_recovery() {
    let nothing = |recovery, offers, asked| Case {
        recovery,
        offers,
        asked,
        ..USUAL
    };
    let all: &[&str] = &[SMS, TOTP, EMAIL];
    check(&[
        nothing(
            BY_NOBODY,
            all,
            r#"MFA_SETUP ["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#,
        ),
        nothing(
            BY_MAIL,
            all,
            r#"MFA_SETUP ["SMS_MFA","SOFTWARE_TOKEN_MFA"]"#,
        ),
        nothing(
            BY_TEXT,
            all,
            r#"MFA_SETUP ["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#,
        ),
        nothing(BY_NOBODY, &[SMS], r#"MFA_SETUP ["SMS_MFA"]"#),
        nothing(BY_NOBODY, &[TOTP], r#"MFA_SETUP ["SOFTWARE_TOKEN_MFA"]"#),
        nothing(BY_TEXT, &[SMS], "InvalidParameterException"),
    ])
    .await;
}
