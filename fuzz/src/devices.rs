//! Remembered devices: the numbers that an app makes for them.

use cabana_api::logic::clients::secret_hash;
use cabana_domain::Span;
use serde_json::{Value, json};

use crate::House;
use crate::api::{must_not_fail, text};

/// Lines: the verifier and its salt, in base64; the app's public number, in hexadecimal; a signature, in base64.
pub fn verifiers(_: &House) -> Vec<Vec<u8>> {
    let good = "AQID".repeat(128);
    let (salt, number, claim) = ("AQIDBAUGBwgJCgsMDQ4PEA==", "abcdef", "AAAA");
    let zeros = "AAAA".repeat(128);
    let ones = "/".repeat(512);
    let long = "AQID".repeat(129);
    [
        [good.as_str(), salt, number, claim],
        [good.as_str(), salt.trim_end_matches('='), "00abcdef", claim],
        [zeros.as_str(), salt, number, claim],
        [ones.as_str(), salt, "0", claim],
        [long.as_str(), "AA==", number, "%"],
    ]
    .map(|lines| lines.join("\n").into_bytes())
    .to_vec()
}

/// A verifier is refused, or good for a sign-in that begins; a made-up claim ends none.
pub fn verifier(house: &House, data: &[u8]) {
    let lines = text(data);
    let mut lines = lines.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    let (value, salt, number, claim) = (line(), line(), line(), line());
    // Wrong claims count: let them be forgotten.
    house.app.advance(Span::hours(1));
    let tokens = sign_in(house, None);
    let new = &tokens["AuthenticationResult"];
    let key = new["NewDeviceMetadata"]["DeviceKey"].as_str().unwrap();
    let body = json!({
        "AccessToken": new["AccessToken"], "DeviceKey": key,
        "DeviceSecretVerifierConfig": { "PasswordVerifier": value, "Salt": salt },
    });
    let confirmed = house.call("ConfirmDevice", &body, false);
    must_not_fail(&confirmed, "ConfirmDevice");
    if confirmed.status != 200 {
        assert_eq!(confirmed.kind(), "InvalidParameterException");
        return;
    }
    let asked = sign_in(house, Some(key));
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let respond = |challenge: &str, mut answers: Value| {
        answers["USERNAME"] = json!("ada");
        answers["SECRET_HASH"] = json!(hash(house));
        answers["DEVICE_KEY"] = json!(key);
        let body = json!({
            "ClientId": house.client, "ChallengeName": challenge, "Session": asked["Session"],
            "ChallengeResponses": answers,
        });
        let answer = house.call("RespondToAuthChallenge", &body, false);
        must_not_fail(&answer, challenge);
        answer
    };
    let begun = respond("DEVICE_SRP_AUTH", json!({ "SRP_A": number }));
    if begun.status != 200 {
        assert_eq!(begun.kind(), "InvalidParameterException");
        return;
    }
    let claimed = json!({
        "PASSWORD_CLAIM_SECRET_BLOCK": begun.body["ChallengeParameters"]["SECRET_BLOCK"],
        "PASSWORD_CLAIM_SIGNATURE": claim, "TIMESTAMP": "Tue Sep 5 07:05:09 UTC 2023",
    });
    let claimed = respond("DEVICE_PASSWORD_VERIFIER", claimed);
    assert_ne!(claimed.status, 200, "let in with {claim}");
}

fn hash(house: &House) -> String {
    secret_hash::compute(&house.secret, "ada", &house.client)
}

fn sign_in(house: &House, device: Option<&str>) -> Value {
    let mut parameters =
        json!({ "USERNAME": "ada", "PASSWORD": "Passw0rd!", "SECRET_HASH": hash(house) });
    if let Some(key) = device {
        parameters["DEVICE_KEY"] = json!(key);
    }
    let body = json!({
        "UserPoolId": house.pool, "ClientId": house.client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": parameters,
    });
    let answer = house.call("AdminInitiateAuth", &body, true);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}
