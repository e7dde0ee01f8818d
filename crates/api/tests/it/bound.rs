//! State that is carried between steps becomes invalid with a change of the credentials it started with: the
//! password, the second factor, the address, the status.

use cabana_domain::Span;
use cabana_testkit::{Answer, TestApp, TestClient};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, respond, sign_in, with_ada};
use crate::challenges::code;
use crate::srp;

pub const ADA: &str = "ada@example.org";
const PHONE: &str = "+14155550100";
pub const EXPIRED: &str = "Invalid session for the user, session is expired.";
pub const REFUSED: &str = "NotAuthorizedException";

/// Ada in a pool with second factors.
pub struct Ada {
    pub app: TestApp,
    pub pool: String,
    pub client: TestClient,
}

impl Ada {
    pub async fn new(mfa: &str) -> Self {
        let app = TestApp::new();
        let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
        let sender = json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" });
        let mut factors = json!({
            "UserPoolId": pool, "MfaConfiguration": mfa,
            "SoftwareTokenMfaConfiguration": { "Enabled": true },
        });
        // If a second factor is required, an authenticator app is the only one.
        if mfa == "OPTIONAL" {
            factors["EmailMfaConfiguration"] = json!({});
            factors["SmsMfaConfiguration"] = json!({ "SmsConfiguration": sender });
        }
        app.ok("SetUserPoolMfaConfig", factors).await;
        Self { app, pool, client }
    }

    /// An administrator's call about her.
    async fn admin(&self, operation: &str, members: Value) {
        let mut body = json!({ "UserPoolId": self.pool, "Username": ADA });
        let members = members.as_object().cloned().unwrap_or_default();
        body.as_object_mut().unwrap().extend(members);
        self.app.ok(operation, body).await;
    }

    pub async fn begin(&self) -> Value {
        let answer = sign_in(&self.app, &self.client, ADA, PASSWORD).await.ok();
        // Let the next caller come at another time.
        self.app.advance(Span::seconds(1));
        answer
    }

    async fn token(&self) -> Value {
        self.begin().await["AuthenticationResult"]["AccessToken"].clone()
    }

    async fn answer(&self, challenge: &str, session: &Value, member: &str, value: &str) -> Answer {
        let answers = json!({ "USERNAME": ADA, member: value });
        respond(&self.app, &self.client, challenge, session, answers).await
    }

    /// Sets up an authenticator app for her; returns its secret.
    async fn generator(&self) -> String {
        let access = self.token().await;
        let named = json!({ "AccessToken": access });
        let seed = self.app.ok("AssociateSoftwareToken", named).await;
        let secret = seed["SecretCode"].as_str().unwrap().to_owned();
        let shown = json!({ "AccessToken": access, "UserCode": code(&secret, &self.app) });
        self.app.ok("VerifySoftwareToken", shown).await;
        let on = json!({ "SoftwareTokenMfaSettings": { "Enabled": true } });
        self.admin("AdminSetUserMFAPreference", on).await;
        self.app.advance(Span::minutes(1));
        secret
    }

    pub async fn associate(&self, session: &Value) -> Answer {
        let body = json!({ "Session": session });
        self.app.call("AssociateSoftwareToken", body).await
    }

    pub async fn verify(&self, seed: &Value) -> Answer {
        let code = code(seed["SecretCode"].as_str().unwrap(), &self.app);
        let shown = json!({ "Session": seed["Session"], "UserCode": code });
        self.app.call("VerifySoftwareToken", shown).await
    }

    /// Continues after a set-up during the sign-in.
    pub async fn finish(&self, session: &Value) -> Answer {
        let answers = json!({ "USERNAME": ADA });
        respond(&self.app, &self.client, "MFA_SETUP", session, answers).await
    }

    async fn attribute(&self, name: &str) -> Option<String> {
        let named = json!({ "UserPoolId": self.pool, "Username": ADA });
        let user = self.app.ok("AdminGetUser", named).await;
        crate::users::attribute(&user["UserAttributes"], name)
    }
}

#[tokio::test]
async fn a_mailed_code_proves_the_address_it_was_sent_to_and_no_other() {
    let ada = Ada::new("OPTIONAL").await;
    let access = ada.token().await;
    let on = json!({ "AccessToken": access, "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    ada.app.ok("SetUserMFAPreference", on).await;
    let asked = ada.begin().await;
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let sent = ada.app.code_sent_to(ADA).await;
    let other = json!([{ "Name": "email", "Value": "ceo@bigcorp.example" }]);
    let other = json!({ "AccessToken": access, "UserAttributes": other });
    ada.app.ok("UpdateUserAttributes", other).await;
    let answers = json!({ "USERNAME": "ceo@bigcorp.example", "EMAIL_OTP_CODE": sent });
    let answer = respond(
        &ada.app,
        &ada.client,
        "EMAIL_OTP",
        &asked["Session"],
        answers,
    )
    .await;
    answer.refused(
        "CodeMismatchException",
        "Invalid code or auth state for the user.",
    );
    let named = json!({ "AccessToken": access });
    let user = ada.app.ok("GetUser", named).await;
    let flag = crate::users::attribute(&user["UserAttributes"], "email_verified");
    assert_eq!(flag.as_deref(), Some("false"));
}

#[tokio::test]
async fn a_code_by_text_proves_the_number_it_was_sent_to_and_no_other() {
    let ada = Ada::new("OPTIONAL").await;
    let number =
        |value: &str| json!({ "UserAttributes": [{ "Name": "phone_number", "Value": value }] });
    ada.admin("AdminUpdateUserAttributes", number(PHONE)).await;
    let on = json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } });
    ada.admin("AdminSetUserMFAPreference", on).await;
    let asked = ada.begin().await;
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
    let sent = ada.app.code_sent_to(PHONE).await;
    ada.admin("AdminUpdateUserAttributes", number("+14155550199"))
        .await;
    let answer = ada
        .answer("SMS_MFA", &asked["Session"], "SMS_MFA_CODE", &sent)
        .await;
    answer.refused(
        "CodeMismatchException",
        "Invalid code or auth state for the user.",
    );
    let verified = ada.attribute("phone_number_verified").await;
    assert_ne!(verified.as_deref(), Some("true"));
    // With the old number restored, the code is right.
    ada.admin("AdminUpdateUserAttributes", number(PHONE)).await;
    ada.answer("SMS_MFA", &asked["Session"], "SMS_MFA_CODE", &sent)
        .await
        .ok();
    assert_eq!(
        ada.attribute("phone_number_verified").await.as_deref(),
        Some("true")
    );
}

/// Every change that invalidates earlier state.
fn changes() -> Vec<(&'static str, Value)> {
    let password =
        |permanent: bool| json!({ "Password": "Another-horse2", "Permanent": permanent });
    vec![
        ("AdminSetUserPassword", password(true)),
        ("AdminSetUserPassword", password(false)),
        ("AdminResetUserPassword", json!({})),
        ("AdminUserGlobalSignOut", json!({})),
        ("AdminDisableUser", json!({})),
        ("AdminDeleteSoftwareToken", json!({})),
        (
            "AdminSetUserMFAPreference",
            json!({ "SoftwareTokenMfaSettings": { "Enabled": false } }),
        ),
    ]
}

#[tokio::test]
async fn a_sign_in_under_way_ends_with_any_change_of_password_factor_or_status() {
    for (operation, members) in changes() {
        let ada = Ada::new("OPTIONAL").await;
        ada.admin(
            "AdminUpdateUserAttributes",
            json!({ "UserAttributes": [{ "Name": "email_verified", "Value": "true" }] }),
        )
        .await;
        let secret = ada.generator().await;
        let asked = ada.begin().await;
        assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
        ada.admin(operation, members).await;
        if operation == "AdminDisableUser" {
            ada.admin("AdminEnableUser", json!({})).await;
        }
        let right = code(&secret, &ada.app);
        let answer = ada
            .answer(
                "SOFTWARE_TOKEN_MFA",
                &asked["Session"],
                "SOFTWARE_TOKEN_MFA_CODE",
                &right,
            )
            .await;
        assert_eq!(answer.body["message"], EXPIRED, "{operation}");
        assert_eq!(answer.kind(), REFUSED, "{operation}");
    }
}

#[tokio::test]
async fn a_sign_in_under_way_ends_when_its_user_changes_the_password_or_signs_out_everywhere() {
    for operation in ["ChangePassword", "GlobalSignOut"] {
        let ada = Ada::new("OPTIONAL").await;
        let access = ada.token().await;
        ada.admin(
            "AdminSetUserMFAPreference",
            json!({ "EmailMfaSettings": { "Enabled": true } }),
        )
        .await;
        let asked = ada.begin().await;
        let sent = ada.app.code_sent_to(ADA).await;
        let body = match operation {
            "ChangePassword" => {
                json!({ "AccessToken": access, "PreviousPassword": PASSWORD, "ProposedPassword": "Another-horse2" })
            }
            _ => json!({ "AccessToken": access }),
        };
        ada.app.ok(operation, body).await;
        let answer = ada
            .answer("EMAIL_OTP", &asked["Session"], "EMAIL_OTP_CODE", &sent)
            .await;
        assert_eq!(answer.body["message"], EXPIRED, "{operation}");
    }
}

#[tokio::test]
async fn a_mailed_code_ends_when_the_factor_is_switched_off() {
    let ada = Ada::new("OPTIONAL").await;
    let wish = |on: bool| json!({ "EmailMfaSettings": { "Enabled": on } });
    ada.admin("AdminSetUserMFAPreference", wish(true)).await;
    let asked = ada.begin().await;
    let sent = ada.app.code_sent_to(ADA).await;
    ada.admin("AdminSetUserMFAPreference", wish(false)).await;
    let answer = ada
        .answer("EMAIL_OTP", &asked["Session"], "EMAIL_OTP_CODE", &sent)
        .await;
    answer.refused(REFUSED, EXPIRED);
}

#[tokio::test]
async fn a_factor_that_the_pool_offers_no_more_is_not_answered() {
    let ada = Ada::new("OPTIONAL").await;
    ada.admin(
        "AdminSetUserMFAPreference",
        json!({ "EmailMfaSettings": { "Enabled": true } }),
    )
    .await;
    let asked = ada.begin().await;
    let sent = ada.app.code_sent_to(ADA).await;
    let only = json!({
        "UserPoolId": ada.pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
    });
    ada.app.ok("SetUserPoolMfaConfig", only).await;
    let answer = ada
        .answer("EMAIL_OTP", &asked["Session"], "EMAIL_OTP_CODE", &sent)
        .await;
    answer.refused(REFUSED, "Invalid session for the user.");
}

#[tokio::test]
async fn a_pool_that_drops_a_factor_asks_for_less_where_it_is_optional_and_lets_nobody_in_where_it_demands_one()
 {
    let ada = Ada::new("OPTIONAL").await;
    ada.generator().await;
    let offer = async |mode: &str, apps: bool| {
        let factors = json!({
            "UserPoolId": ada.pool, "MfaConfiguration": mode, "EmailMfaConfiguration": {},
            "SoftwareTokenMfaConfiguration": { "Enabled": apps },
        });
        ada.app.ok("SetUserPoolMfaConfig", factors).await;
    };
    offer("OPTIONAL", false).await;
    assert!(ada.begin().await["AuthenticationResult"].is_object());
    offer("ON", false).await;
    sign_in(&ada.app, &ada.client, ADA, PASSWORD).await.refused(
        "InvalidParameterException",
        "A second factor is required and the user has none that can be used.",
    );
    // It was only switched off in the pool.
    offer("OPTIONAL", true).await;
    assert_eq!(ada.begin().await["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn a_new_password_is_not_chosen_with_an_older_temporary_one() {
    let ada = Ada::new("OPTIONAL").await;
    let temporary = |password: &str| json!({ "Password": password, "Permanent": false });
    ada.admin("AdminSetUserPassword", temporary(PASSWORD)).await;
    let asked = ada.begin().await;
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    ada.admin("AdminSetUserPassword", temporary("Temporary-2"))
        .await;
    let answer = ada
        .answer(
            "NEW_PASSWORD_REQUIRED",
            &asked["Session"],
            "NEW_PASSWORD",
            "Thiefs-horse3",
        )
        .await;
    answer.refused(REFUSED, EXPIRED);
}

#[tokio::test]
async fn a_secret_block_ends_with_the_password_it_was_made_for() {
    let ada = Ada::new("OPTIONAL").await;
    let user = aws_cognito_srp::User::new(&ada.pool, ADA, PASSWORD);
    let srp = aws_cognito_srp::SrpClient::new(user, &ada.client.id, None);
    let parameters = json!({ "USERNAME": ADA, "SRP_A": srp.get_auth_parameters().a });
    let begun = json!({ "AuthFlow": "USER_SRP_AUTH", "ClientId": ada.client.id, "AuthParameters": parameters });
    let begun = ada.app.ok("InitiateAuth", begun).await;
    let answers = srp::answers(&srp, &begun);
    // The same password set again counts as another one: its salt is new.
    ada.admin(
        "AdminSetUserPassword",
        json!({ "Password": PASSWORD, "Permanent": true }),
    )
    .await;
    let answer = respond(
        &ada.app,
        &ada.client,
        "PASSWORD_VERIFIER",
        &Value::Null,
        answers,
    )
    .await;
    answer.refused(REFUSED, "Incorrect username or password.");
}
