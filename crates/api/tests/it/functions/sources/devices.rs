//! The rows of remembered devices.

use aws_cognito_srp::{SrpClient, TrackedDevice, UntrackedDevice};
use serde_json::{Value, json};

use super::{AFTER, BEFORE, PASSWORD, TOKENS, Table, everything};
use crate::srp::device_answers;

fn sign_in(device: Option<&str>) -> Value {
    let mut parameters = json!({ "USERNAME": "hal", "PASSWORD": PASSWORD });
    if let Some(key) = device {
        parameters["DEVICE_KEY"] = json!(key);
    }
    json!({ "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters })
}

fn answer(challenge: &str, asked: &Value, mut answers: Value, key: &str) -> Value {
    answers["USERNAME"] = json!("hal");
    answers["DEVICE_KEY"] = json!(key);
    json!({ "ChallengeName": challenge, "Session": asked["Session"], "ChallengeResponses": answers })
}

/// A user whose new device is told to the function, and is remembered.
pub async fn devices(table: &mut Table) {
    let body = json!({
        "UserPoolId": table.stage.pool, "AutoVerifiedAttributes": ["email"], "LambdaConfig": everything(),
        "DeviceConfiguration": {
            "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false,
        },
    });
    table.stage.app.ok("UpdateUserPool", body).await;
    table.stage.user("hal").await;
    let told = async |table: &Table| {
        let calls = table.stage.functions.take();
        let after = calls.iter().find(|it| it.trigger == "PostAuthentication");
        after.unwrap().event["request"]["newDeviceUsed"].clone()
    };
    let signed_in = table.stage.public("InitiateAuth", sign_in(None)).await;
    let tokens = signed_in.ok()["AuthenticationResult"].clone();
    assert_eq!(told(table).await, true);

    let text = |name: &str| tokens["NewDeviceMetadata"][name].as_str().unwrap();
    let (key, group) = (text("DeviceKey"), text("DeviceGroupKey"));
    let device = UntrackedDevice::new(&table.stage.pool, group, key);
    let made = SrpClient::new(device, &table.stage.client.id, None).get_password_verifier();
    let body = json!({
        "AccessToken": tokens["AccessToken"], "DeviceKey": key,
        "DeviceSecretVerifierConfig": { "PasswordVerifier": made.verifier, "Salt": made.salt },
    });
    table.row("ConfirmDevice", body, &[]).await;

    let asked = table
        .row("InitiateAuth", sign_in(Some(key)), &[BEFORE])
        .await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let device = TrackedDevice::new(&table.stage.pool, group, key, &made.password);
    let srp = SrpClient::new(device, &table.stage.client.id, None);
    let begin = json!({ "SRP_A": srp.get_auth_parameters().a });
    let body = answer("DEVICE_SRP_AUTH", &asked, begin, key);
    let begun = table.row("RespondToAuthChallenge", body, &[]).await;
    let claim = device_answers(&srp, &begun);
    let body = answer("DEVICE_PASSWORD_VERIFIER", &begun, claim, key);
    let sources = [AFTER, "TokenGeneration_AuthenticateDevice"];
    table.row("RespondToAuthChallenge", body, &sources).await;

    // A device that is not asked for its proof.
    let body = json!({ "DeviceKey": key, "AccessToken": tokens["AccessToken"] });
    table.row("ForgetDevice", body, &[]).await;
    let all = [BEFORE, AFTER, TOKENS];
    table.row("InitiateAuth", sign_in(None), &all).await;
}
