//! The answers of an independent SRP client.

use aws_cognito_srp::{SrpClient, TrackedDevice, User, VerificationParameters};
use serde_json::{Value, json};

/// The answers to PASSWORD_VERIFIER.
pub fn answers(srp: &SrpClient<User>, asked: &Value) -> Value {
    assert_eq!(asked["ChallengeName"], "PASSWORD_VERIFIER", "{asked}");
    let [block, user, salt, b] =
        ["SECRET_BLOCK", "USER_ID_FOR_SRP", "SALT", "SRP_B"].map(|it| parameter(asked, it));
    claim(user, srp.verify(block, user, salt, b).unwrap())
}

/// The answers to DEVICE_PASSWORD_VERIFIER, but for the key of the device.
pub fn device_answers(srp: &SrpClient<TrackedDevice>, asked: &Value) -> Value {
    let name = &asked["ChallengeName"];
    assert_eq!(name, "DEVICE_PASSWORD_VERIFIER", "{asked}");
    let [block, user, salt, b] =
        ["SECRET_BLOCK", "USERNAME", "SALT", "SRP_B"].map(|it| parameter(asked, it));
    claim(user, srp.verify(block, salt, b).unwrap())
}

fn parameter<'a>(asked: &'a Value, name: &str) -> &'a str {
    asked["ChallengeParameters"][name].as_str().unwrap()
}

fn claim(user: &str, claim: VerificationParameters) -> Value {
    json!({
        "USERNAME": user, "TIMESTAMP": claim.timestamp,
        "PASSWORD_CLAIM_SECRET_BLOCK": claim.password_claim_secret_block,
        "PASSWORD_CLAIM_SIGNATURE": claim.password_claim_signature,
    })
}
