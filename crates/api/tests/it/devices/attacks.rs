//! What a device must not give: a first factor, another user's sign-in, a second use.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, Engine};
use cabana_api::limits::Rates;
use cabana_domain::Span;
use cabana_testkit::TestApp;
use serde_json::{Value, json};

use super::{ADA, Ada, Kept, always};
use crate::auth::PASSWORD;

const FOREIGN: (&str, &str) = ("NotAuthorizedException", "Invalid session for the user.");
const USED: (&str, &str) = (
    "NotAuthorizedException",
    "Invalid session for the user, session can only be used once.",
);
const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

/// The order of the group: a number that is 0 in it.
fn modulus() -> Vec<u8> {
    hex::decode(crate::first_factors::srp::N).unwrap()
}

async fn bob(ada: &Ada) -> &'static str {
    let bob = "bob@example.org";
    let made = json!({ "UserPoolId": ada.pool, "Username": bob, "MessageAction": "SUPPRESS" });
    ada.app.ok("AdminCreateUser", made).await;
    let set =
        json!({ "UserPoolId": ada.pool, "Username": bob, "Password": PASSWORD, "Permanent": true });
    ada.app.ok("AdminSetUserPassword", set).await;
    bob
}

#[tokio::test]
async fn a_device_is_no_first_factor() {
    let ada = Ada::with_totp(always()).await;
    let (kept, _) = ada.remembered().await;
    let nothing = |refused: cabana_testkit::Answer| {
        refused.refused(
            "InvalidParameterException",
            "Missing required parameter Session",
        );
    };
    // Nobody has shown a password.
    nothing(ada.begin(&kept, &Value::Null).await.unwrap_err());
    let answers = json!({ "USERNAME": "nobody", "DEVICE_KEY": kept.key, "SRP_A": "abcdef" });
    nothing(ada.respond("DEVICE_SRP_AUTH", &Value::Null, answers).await);
    // Another device has, from elsewhere, or not the one that is named.
    let (other, _) = ada.remembered().await;
    ada.password(Some(&other.key)).await.ok();
    nothing(ada.begin(&kept, &Value::Null).await.unwrap_err());
    let body = json!({
        "ClientId": ada.client.id, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": ADA, "PASSWORD": PASSWORD, "DEVICE_KEY": kept.key },
    });
    let asked = ada.call_from([192, 0, 2, 1], "InitiateAuth", body).await;
    assert_eq!(asked.ok()["ChallengeName"], "DEVICE_SRP_AUTH");
    nothing(ada.begin(&kept, &Value::Null).await.unwrap_err());
    // The session of a sign-in that awaits something else.
    let asked = ada.password(None).await.ok();
    let refused = ada.begin(&kept, &asked["Session"]).await.unwrap_err();
    refused.refused(FOREIGN.0, FOREIGN.1);
    for session in ["x".repeat(20), "AYABe".repeat(40)] {
        let refused = ada.begin(&kept, &json!(session)).await.unwrap_err();
        refused.refused(FOREIGN.0, FOREIGN.1);
    }
}

#[tokio::test]
async fn a_proof_is_good_once_and_for_its_own_sign_in() {
    let ada = Ada::with_totp(always()).await;
    let (kept, _) = ada.remembered().await;
    let asked = async || ada.password(Some(&kept.key)).await.ok()["Session"].clone();
    let (one, other) = (asked().await, asked().await);
    let (session, claim) = ada.begin(&kept, &one).await.unwrap();
    ada.claim(&other, &claim)
        .await
        .refused(FOREIGN.0, FOREIGN.1);
    let changed = |name: &str, value: Value| {
        let mut changed = claim.clone();
        changed[name] = value;
        changed
    };
    let later = changed("TIMESTAMP", json!("Tue Sep 5 07:05:09 UTC 2023"));
    ada.claim(&session, &later).await.refused(WRONG.0, WRONG.1);
    let block = changed("PASSWORD_CLAIM_SECRET_BLOCK", json!("AAAA"));
    ada.claim(&session, &block).await.refused(WRONG.0, WRONG.1);
    // A wrong one leaves the session good for another.
    ada.claim(&session, &claim).await.ok();
    ada.claim(&session, &claim).await.refused(USED.0, USED.1);
    let refused = ada.begin(&kept, &one).await.unwrap_err();
    refused.refused(USED.0, USED.1);
    // Nor does it go on with the block of the password, or the other way round.
    ada.respond("PASSWORD_VERIFIER", &Value::Null, claim)
        .await
        .refused(WRONG.0, WRONG.1);
    ada.app.advance(Span::minutes(4));
    let refused = ada.begin(&kept, &other).await.unwrap_err();
    assert_eq!(
        refused.message(),
        "Invalid session for the user, session is expired."
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_answers_at_once_one_signs_in() {
    let mut ada = Ada::with(TestApp::limited(Rates::OFF), always()).await;
    ada.set_up_totp().await;
    let ada = Arc::new(ada);
    let (kept, _) = ada.remembered().await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    let (session, claim) = ada.begin(&kept, &asked["Session"]).await.unwrap();
    let answers = (0..100).map(|_| {
        let (ada, session, claim) = (ada.clone(), session.clone(), claim.clone());
        tokio::spawn(async move { ada.claim(&session, &claim).await })
    });
    let answers: Vec<_> = answers.collect();
    let mut signed_in = 0;
    for answer in answers {
        let answer = answer.await.unwrap();
        match answer.status {
            200 => signed_in += 1,
            _ => answer.refused(USED.0, USED.1),
        }
    }
    assert_eq!(signed_in, 1);
}

#[tokio::test]
async fn a_device_belongs_to_its_user() {
    let ada = Ada::new(always()).await;
    let bob = bob(&ada).await;
    let (kept, tokens) = ada.remembered().await;
    // As if Bob had none.
    let body = ada.password_of(bob, Some(&kept.key)).await.ok();
    let of_bob = &body["AuthenticationResult"];
    assert!(of_bob["NewDeviceMetadata"]["DeviceKey"].is_string());
    let none = ("ResourceNotFoundException", "Device does not exist.");
    let access = &of_bob["AccessToken"];
    for operation in ["GetDevice", "ForgetDevice"] {
        let body = json!({ "AccessToken": access, "DeviceKey": kept.key });
        ada.app.call(operation, body).await.refused(none.0, none.1);
    }
    let status = ada.status(access, &kept.key, "not_remembered").await;
    status.refused(none.0, none.1);
    let listed = ada.app.ok("ListDevices", json!({ "AccessToken": access }));
    assert_eq!(listed.await["Devices"].as_array().unwrap().len(), 1);
    // Nor does anybody confirm a device of another sign-in.
    let (_, mut body) = ada.confirmation(of_bob);
    body["AccessToken"] = tokens["AccessToken"].clone();
    let refused = ada.app.call("ConfirmDevice", body).await;
    refused.refused("InvalidParameterException", "Invalid device key given.");
    let (_, mut body) = ada.confirmation(&ada.signed_in().await);
    body["AccessToken"] = tokens["AccessToken"].clone();
    let refused = ada.app.call("ConfirmDevice", body).await;
    refused.refused("InvalidParameterException", "Invalid device key given.");
}

#[tokio::test]
async fn a_sign_in_names_one_device_and_goes_on_with_that() {
    let ada = Ada::with_totp(always()).await;
    let (kept, _) = ada.remembered().await;
    let (other, _) = ada.remembered().await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    let refused = ada.begin(&other, &asked["Session"]).await.unwrap_err();
    refused.refused("InvalidParameterException", "Invalid device key given.");
    let (session, mut claim) = ada.begin(&kept, &asked["Session"]).await.unwrap();
    claim["DEVICE_KEY"] = json!(other.key);
    let refused = ada.claim(&session, &claim).await;
    refused.refused("InvalidParameterException", "Invalid device key given.");
    // A second factor of a sign-in on one device, answered with another.
    let opt_in = json!({ "ChallengeRequiredOnNewDevice": false });
    ada.configure(opt_in).await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let refused = ada.totp(&asked["Session"], Some(&other.key)).await;
    refused.refused("InvalidParameterException", "Invalid device key given.");
}

#[tokio::test]
async fn a_device_forgotten_in_the_middle_of_a_sign_in_opens_nothing() {
    let ada = Ada::with_totp(always()).await;
    let (kept, tokens) = ada.remembered().await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    let (session, claim) = ada.begin(&kept, &asked["Session"]).await.unwrap();
    let body = json!({ "AccessToken": tokens["AccessToken"], "DeviceKey": kept.key });
    ada.app.ok("ForgetDevice", body).await;
    let none = ("ResourceNotFoundException", "Device does not exist.");
    ada.claim(&session, &claim).await.refused(none.0, none.1);
    let refused = ada.begin(&kept, &asked["Session"]).await.unwrap_err();
    refused.refused(none.0, none.1);
    // Set to not remembered: it has nothing to prove any more.
    let (kept, tokens) = ada.remembered().await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    let (session, claim) = ada.begin(&kept, &asked["Session"]).await.unwrap();
    let access = &tokens["AccessToken"];
    ada.status(access, &kept.key, "not_remembered").await.ok();
    ada.claim(&session, &claim)
        .await
        .refused(FOREIGN.0, FOREIGN.1);
}

#[tokio::test]
async fn wrong_claims_count_as_wrong_second_factors() {
    let ada = Ada::with_totp(always()).await;
    let (kept, _) = ada.remembered().await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    let thief = Kept {
        secret: "guessed".to_owned(),
        ..kept.clone()
    };
    let (session, wrong) = ada.begin(&thief, &asked["Session"]).await.unwrap();
    for _ in 0..5 {
        ada.claim(&session, &wrong).await.refused(WRONG.0, WRONG.1);
    }
    let locked = ("NotAuthorizedException", "Password attempts exceeded");
    ada.claim(&session, &wrong)
        .await
        .refused(locked.0, locked.1);
    ada.prove(&kept, &asked["Session"])
        .await
        .refused(locked.0, locked.1);
    // The codes of the authenticator app share the count; the password has its own.
    let other = ada.password(None).await.ok();
    ada.totp(&other["Session"], None)
        .await
        .refused(locked.0, locked.1);
    let asked = ada.password(Some(&kept.key)).await.ok();
    ada.prove(&kept, &asked["Session"]).await.ok();
}

#[tokio::test]
async fn numbers_that_fix_the_key_and_verifiers_of_a_wrong_size_are_refused() {
    let ada = Ada::new(always()).await;
    let tokens = ada.signed_in().await;
    let (kept, body) = ada.confirmation(&tokens);
    let with = |verifier: Option<Vec<u8>>, salt: Option<Vec<u8>>| {
        let mut body = body.clone();
        let config = &mut body["DeviceSecretVerifierConfig"];
        if let Some(verifier) = verifier {
            config["PasswordVerifier"] = json!(BASE64_STANDARD.encode(verifier));
        }
        if let Some(salt) = salt {
            config["Salt"] = json!(BASE64_STANDARD.encode(salt));
        }
        body
    };
    let zero_with_sign = [vec![0], modulus()].concat();
    for (body, member) in [
        (with(Some(vec![0; 384]), None), "PasswordVerifier"),
        (with(Some(modulus()), None), "PasswordVerifier"),
        (with(Some(zero_with_sign), None), "PasswordVerifier"),
        (with(Some(vec![1; 16]), None), "PasswordVerifier"),
        (with(Some(vec![1; 386]), None), "PasswordVerifier"),
        (with(Some(vec![0xff; 384]), None), "PasswordVerifier"),
        (with(None, Some(Vec::new())), "Salt"),
        (with(None, Some(vec![1; 65])), "Salt"),
    ] {
        let refused = ada.app.call("ConfirmDevice", body).await;
        let message = format!("{member} is not a valid value.");
        refused.refused("InvalidParameterException", &message);
    }
    for (member, value) in [
        ("DeviceSecretVerifierConfig", Value::Null),
        ("DeviceSecretVerifierConfig", json!({})),
        ("DeviceSecretVerifierConfig", json!({ "Salt": "AAAA" })),
        (
            "DeviceSecretVerifierConfig",
            json!({ "Salt": "AAAA", "PasswordVerifier": "no base64!" }),
        ),
    ] {
        let mut body = body.clone();
        body[member] = value;
        let refused = ada.app.call("ConfirmDevice", body).await;
        assert_eq!(refused.kind(), "InvalidParameterException");
    }
    // Nothing was stored. Without padding it is a good one.
    let mut bare = body.clone();
    for member in ["PasswordVerifier", "Salt"] {
        let text = body["DeviceSecretVerifierConfig"][member].as_str().unwrap();
        let bytes = BASE64_STANDARD.decode(text).unwrap();
        bare["DeviceSecretVerifierConfig"][member] = json!(BASE64_STANDARD_NO_PAD.encode(bytes));
    }
    ada.app.ok("ConfirmDevice", bare).await;
    let asked = ada.password(Some(&kept.key)).await.ok();
    for zero in ["0".to_owned(), "00".repeat(384), hex::encode(modulus())] {
        let answers = json!({ "DEVICE_KEY": kept.key, "SRP_A": zero });
        let refused = ada
            .respond("DEVICE_SRP_AUTH", &asked["Session"], answers)
            .await;
        refused.refused("InvalidParameterException", "SRP_A is not a valid value.");
    }
    ada.prove(&kept, &asked["Session"]).await.ok();
}
