//! The rows of the ways to sign in: first factors that are chosen, second factors, and their set-up.

use aws_cognito_srp::{SrpClient, User};
use cabana_testkit::Authenticator;
use serde_json::{Value, json};

use super::{AFTER, BEFORE, PASSWORD, TOKENS, Table, attributes, by_password};
use crate::challenges::code;

const SENDS: &str = "CustomMessage_Authentication";
const DONE: [&str; 2] = [AFTER, TOKENS];
const MAIL: &str = "ada@example.org";
const PHONE: &str = "+14155550100";

/// Ada with a mail address and a number, both verified.
async fn ada(table: &Table) {
    let verified = json!([
        { "Name": "email", "Value": MAIL }, { "Name": "email_verified", "Value": "true" },
        { "Name": "phone_number", "Value": PHONE }, { "Name": "phone_number_verified", "Value": "true" },
    ]);
    table.stage.user("ada").await;
    let body = json!({ "Username": "ada", "UserAttributes": verified });
    table
        .stage
        .admin("AdminUpdateUserAttributes", body)
        .await
        .ok();
}

fn texts() -> Value {
    json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" })
}

fn chosen(parameters: &Value) -> Value {
    let mut given = json!({ "USERNAME": "ada" });
    let members = given.as_object_mut().unwrap();
    members.extend(parameters.as_object().unwrap().clone());
    json!({ "AuthFlow": "USER_AUTH", "AuthParameters": given })
}

fn answer(challenge: &str, asked: &Value, answers: &Value) -> Value {
    let mut given = json!({ "USERNAME": "ada" });
    let members = given.as_object_mut().unwrap();
    members.extend(answers.as_object().unwrap().clone());
    json!({ "ChallengeName": challenge, "Session": asked["Session"], "ChallengeResponses": given })
}

#[tokio::test]
async fn the_choice_of_a_first_factor_has_its_sources() {
    let pool = json!({
        "SmsConfiguration": texts(),
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"] } },
    });
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH"] });
    let mut table = Table::with(pool, flows).await;
    ada(&table).await;
    let table = &mut table;
    let password = json!({ "PASSWORD": PASSWORD });
    for (begin, respond) in [
        ("InitiateAuth", "RespondToAuthChallenge"),
        ("AdminInitiateAuth", "AdminRespondToAuthChallenge"),
    ] {
        let list = table.row(begin, chosen(&json!({})), &[BEFORE]).await;
        let by_choice = json!({ "ANSWER": "PASSWORD", "PASSWORD": PASSWORD });
        let body = answer("SELECT_CHALLENGE", &list, &by_choice);
        table.row(respond, body, &DONE).await;
        let list = table.row(begin, chosen(&json!({})), &[BEFORE]).await;
        let body = answer("PASSWORD", &list, &password);
        table.row(respond, body, &DONE).await;
        let at_once = json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
        let all = [BEFORE, AFTER, TOKENS];
        table.row(begin, chosen(&at_once), &all).await;

        for (challenge, to) in [("EMAIL_OTP", MAIL), ("SMS_OTP", PHONE)] {
            let member = format!("{challenge}_CODE");
            let preferred = chosen(&json!({ "PREFERRED_CHALLENGE": challenge }));
            let asked = table.row(begin, preferred, &[BEFORE, SENDS]).await;
            let sent = json!({ member.as_str(): table.stage.app.code_sent_to(to).await });
            let body = answer(challenge, &asked, &sent);
            table.row(respond, body, &DONE).await;
            let list = table.row(begin, chosen(&json!({})), &[BEFORE]).await;
            let body = answer("SELECT_CHALLENGE", &list, &json!({ "ANSWER": challenge }));
            let asked = table.row(respond, body, &[SENDS]).await;
            let sent = json!({ member.as_str(): table.stage.app.code_sent_to(to).await });
            let body = answer(challenge, &asked, &sent);
            table.row(respond, body, &DONE).await;
        }
    }
    with_srp(table).await;
    with_passkey(table).await;
    without_password(table).await;
}

async fn with_srp(table: &mut Table) {
    let user = User::new(table.stage.pool.as_str(), "ada", PASSWORD);
    let srp = SrpClient::new(user, &table.stage.client.id, None);
    let a = srp.get_auth_parameters().a;
    let body = chosen(&json!({ "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": a }));
    let asked = table.row("InitiateAuth", body, &[BEFORE]).await;
    let body = super::claim(&srp, &asked);
    table.row("RespondToAuthChallenge", body, &DONE).await;
}

async fn with_passkey(table: &mut Table) {
    let at_once = json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    let all = [BEFORE, AFTER, TOKENS];
    let tokens = table.row("InitiateAuth", chosen(&at_once), &all).await;
    let token = &tokens["AuthenticationResult"]["AccessToken"];
    let body = json!({ "AccessToken": token });
    let started = table.row("StartWebAuthnRegistration", body, &[]).await;
    let authenticator = Authenticator::at("http://localhost:9229");
    let credential = authenticator.create(&started["CredentialCreationOptions"]);
    let body = json!({ "AccessToken": token, "Credential": credential });
    table.row("CompleteWebAuthnRegistration", body, &[]).await;

    let preferred = chosen(&json!({ "PREFERRED_CHALLENGE": "WEB_AUTHN" }));
    let asked = table.row("InitiateAuth", preferred, &[BEFORE]).await;
    let options = &asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"];
    let options = serde_json::from_str(options.as_str().unwrap()).unwrap();
    let sub = super::super::claims(token)["sub"].clone();
    let used = authenticator.get(&options, sub.as_str().unwrap());
    let given = json!({ "CREDENTIAL": used.to_string() });
    let body = answer("WEB_AUTHN", &asked, &given);
    table.row("RespondToAuthChallenge", body, &DONE).await;
}

async fn without_password(table: &mut Table) {
    let body = json!({ "Username": "fay", "UserAttributes": attributes("fay") });
    let sources = ["PreSignUp_SignUp", "CustomMessage_SignUp"];
    let signed_up = table.row("SignUp", body, &sources).await;
    let code = table.stage.app.code_sent_to("fay@example.org").await;
    let body =
        json!({ "Username": "fay", "ConfirmationCode": code, "Session": signed_up["Session"] });
    let sources = ["PostConfirmation_ConfirmSignUp"];
    let confirmed = table.row("ConfirmSignUp", body, &sources).await;
    let body = json!({ "AuthFlow": "USER_AUTH", "Session": confirmed["Session"],
        "AuthParameters": { "USERNAME": "fay" } });
    let sources = [BEFORE, AFTER, TOKENS];
    table.row("InitiateAuth", body, &sources).await;
}

#[tokio::test]
async fn second_factors_have_their_sources() {
    let mail = json!({ "EmailConfiguration": { "EmailSendingAccount": "DEVELOPER",
        "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/a@example.org" } });
    let mut table = Table::with(mail, json!({})).await;
    ada(&table).await;
    let table = &mut table;
    let mut config = json!({
        "UserPoolId": table.stage.pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true }, "EmailMfaConfiguration": {},
        "SmsMfaConfiguration": { "SmsConfiguration": texts() },
    });
    table
        .stage
        .app
        .ok("SetUserPoolMfaConfig", config.clone())
        .await;

    let all = [BEFORE, AFTER, TOKENS];
    let tokens = table
        .row("InitiateAuth", by_password("ada", PASSWORD), &all)
        .await;
    let token = &tokens["AuthenticationResult"]["AccessToken"];
    let body = json!({ "AccessToken": token });
    let app = table.row("AssociateSoftwareToken", body, &[]).await;
    let secret = app["SecretCode"].as_str().unwrap().to_owned();
    // A row is a second later than the one before.
    let shown = |table: &Table| code(&secret, &table.stage.app);
    table.stage.app.advance(cabana_domain::Span::minutes(1));
    let body = json!({ "AccessToken": token, "UserCode": shown(table) });
    table.row("VerifySoftwareToken", body, &[]).await;
    let on = json!({ "Enabled": true });
    let body = json!({ "AccessToken": token, "SoftwareTokenMfaSettings": on });
    table.row("SetUserMFAPreference", body, &[]).await;
    table.stage.app.advance(cabana_domain::Span::minutes(1));
    let asked = table
        .row("InitiateAuth", by_password("ada", PASSWORD), &[BEFORE])
        .await;
    let given = json!({ "SOFTWARE_TOKEN_MFA_CODE": shown(table) });
    let body = answer("SOFTWARE_TOKEN_MFA", &asked, &given);
    table.row("RespondToAuthChallenge", body, &DONE).await;

    let body = json!({ "Username": "ada", "SoftwareTokenMfaSettings": { "Enabled": false },
        "SMSMfaSettings": on, "EmailMfaSettings": on });
    table.row("AdminSetUserMFAPreference", body, &[]).await;
    for (factor, challenge, to) in [
        ("SMS_MFA", "SMS_MFA", PHONE),
        ("EMAIL_OTP", "EMAIL_OTP", MAIL),
    ] {
        let asked = table
            .row("InitiateAuth", by_password("ada", PASSWORD), &[BEFORE])
            .await;
        assert_eq!(asked["ChallengeName"], "SELECT_MFA_TYPE");
        let body = answer("SELECT_MFA_TYPE", &asked, &json!({ "ANSWER": factor }));
        let asked = table.row("RespondToAuthChallenge", body, &[SENDS]).await;
        let member = format!("{challenge}_CODE");
        let sent = json!({ member.as_str(): table.stage.app.code_sent_to(to).await });
        let body = answer(challenge, &asked, &sent);
        table.row("AdminRespondToAuthChallenge", body, &DONE).await;
    }

    config["MfaConfiguration"] = json!("ON");
    table.stage.app.ok("SetUserPoolMfaConfig", config).await;
    set_up(table).await;
}

/// A user without any address, who sets up codes by mail after choosing a password.
async fn set_up(table: &mut Table) {
    let body = json!({ "Username": "dan", "MessageAction": "SUPPRESS", "TemporaryPassword": "Temporary-1" });
    table
        .row("AdminCreateUser", body, &["PreSignUp_AdminCreateUser"])
        .await;
    let recovery = json!({ "RecoveryMechanisms": [{ "Name": "admin_only", "Priority": 1 }] });
    let body = json!({ "UserPoolId": table.stage.pool, "AccountRecoverySetting": recovery,
        "LambdaConfig": super::everything() });
    table.stage.app.ok("UpdateUserPool", body).await;
    let asked = table
        .row("InitiateAuth", by_password("dan", "Temporary-1"), &[BEFORE])
        .await;
    let as_dan = |challenge: &str, asked: &Value, answers: &Value| {
        let mut body = answer(challenge, asked, answers);
        body["ChallengeResponses"]["USERNAME"] = json!("dan");
        body
    };
    let new = json!({ "NEW_PASSWORD": PASSWORD });
    let body = as_dan("NEW_PASSWORD_REQUIRED", &asked, &new);
    let asked = table.row("AdminRespondToAuthChallenge", body, &[]).await;
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    let body = as_dan("MFA_SETUP", &asked, &json!({ "email": "dan@example.org" }));
    let asked = table.row("RespondToAuthChallenge", body, &[SENDS]).await;
    let sent = json!({ "EMAIL_OTP_CODE": table.stage.app.code_sent_to("dan@example.org").await });
    let body = as_dan("EMAIL_OTP", &asked, &sent);
    let sources = [AFTER, "TokenGeneration_NewPasswordChallenge"];
    table.row("RespondToAuthChallenge", body, &sources).await;
}
