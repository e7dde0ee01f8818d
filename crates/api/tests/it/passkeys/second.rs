//! A passkey as both factors.

use cabana_api::limits::Rates;
use cabana_domain::Span;
use cabana_testkit::{Authenticator, TestApp};
use serde_json::{Value, json};

use super::{ADA, Ada, Asked, ORIGIN};
use crate::auth::{PASSWORD, sign_in};
use crate::challenges::code;
use crate::sessions::claims;

impl Ada {
    /// Sets the pool's second factors: authenticator apps, and passkeys as they are to be taken.
    async fn second_factors(&self, mode: &str, passkeys: &str) {
        let mut body = json!({
            "UserPoolId": self.pool, "MfaConfiguration": mode,
            "WebAuthnConfiguration": { "FactorConfiguration": passkeys },
        });
        if mode != "OFF" {
            body["SoftwareTokenMfaConfiguration"] = json!({ "Enabled": true });
        }
        self.app.ok("SetUserPoolMfaConfig", body).await;
    }

    async fn set(&self, settings: Value) {
        self.call("SetUserMFAPreference", settings).await.ok();
    }

    /// Registers an authenticator app and makes it her second factor.
    async fn add_app(&self) {
        let seed = self.call("AssociateSoftwareToken", json!({})).await.ok();
        let digits = code(seed["SecretCode"].as_str().unwrap(), &self.app);
        self.call("VerifySoftwareToken", json!({ "UserCode": digits }))
            .await
            .ok();
        self.set(json!({ "SoftwareTokenMfaSettings": { "Enabled": true } }))
            .await;
        self.app.advance(Span::minutes(1));
    }

    /// What a sign-in with the password leads to: a challenge, an error, or `tokens`.
    async fn by_password(&self) -> String {
        let answer = sign_in(&self.app, &self.client, ADA, PASSWORD).await;
        match answer.status {
            200 => answer.body["ChallengeName"]
                .as_str()
                .unwrap_or("tokens")
                .to_owned(),
            _ => answer.message().to_owned(),
        }
    }

    /// What USER_AUTH offers.
    async fn offered(&self) -> Value {
        self.begin(ADA, json!({})).await.ok()["AvailableChallenges"].clone()
    }
}

const SINGLE: &str = "SINGLE_FACTOR";
const MULTI: &str = "MULTI_FACTOR_WITH_USER_VERIFICATION";
const NO_FACTOR: &str = "A second factor is required and the user has none that can be used.";

#[tokio::test]
async fn the_table_of_passkeys_and_second_factors_holds() {
    let mut authenticator = Authenticator::at(ORIGIN);
    let ada = Ada::new().await;
    ada.register(&authenticator).await;
    let (with, without) = (
        json!(["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"]),
        json!(["PASSWORD_SRP", "PASSWORD"]),
    );
    // Off.
    assert_eq!(
        (ada.offered().await, ada.by_password().await),
        (with.clone(), "tokens".to_owned())
    );
    // Optional, and she has set none.
    ada.second_factors("OPTIONAL", SINGLE).await;
    assert_eq!(
        (ada.offered().await, ada.by_password().await),
        (with.clone(), "tokens".to_owned())
    );
    ada.sign_in(&mut authenticator).await.ok();
    // Optional, and she has set one: she may register a passkey, and not sign in with it.
    ada.add_app().await;
    assert_eq!(
        (ada.offered().await, ada.by_password().await),
        (without.clone(), "SOFTWARE_TOKEN_MFA".to_owned())
    );
    ada.register(&Authenticator::at(ORIGIN)).await;
    // The same while passkeys count as two factors, until she chooses that hers do.
    ada.second_factors("OPTIONAL", MULTI).await;
    assert_eq!(ada.offered().await, without);
    ada.set(json!({ "WebAuthnMfaSettings": { "Enabled": true } }))
        .await;
    for mode in ["OPTIONAL", "ON"] {
        ada.second_factors(mode, MULTI).await;
        assert_eq!(
            (ada.offered().await, ada.by_password().await),
            (with.clone(), "SOFTWARE_TOKEN_MFA".to_owned())
        );
        let done = ada.sign_in(&mut authenticator).await.ok();
        let id = claims(&done["AuthenticationResult"]["IdToken"]);
        assert_eq!(
            (&id["amr"], &id["acr"]),
            (&json!(["swk"]), &json!("urn:cognito:loa:3"))
        );
    }
    ada.set(json!({ "WebAuthnMfaSettings": { "Enabled": false } }))
        .await;
    assert_eq!(ada.offered().await, without);
}

#[tokio::test]
async fn names_without_an_account_have_passkeys_as_both_factors_too() {
    let ada = Ada::at(TestApp::limited(Rates::OFF)).await;
    ada.register(&Authenticator::at(ORIGIN)).await;
    for mode in ["OPTIONAL", "ON"] {
        ada.second_factors(mode, MULTI).await;
        let (mut with, mut without) = (0, 0);
        for number in 0..60 {
            let preferred = json!({ "PREFERRED_CHALLENGE": "WEB_AUTHN" });
            let name = format!("nobody-{number}@example.net");
            let answer = ada.begin(&name, preferred).await.ok();
            if answer["ChallengeName"] != "WEB_AUTHN" {
                continue;
            }
            let verification = &Asked::of(answer).options["userVerification"];
            match verification.as_str().unwrap() {
                "required" => with += 1,
                _ => without += 1,
            }
        }
        assert!((2..20).contains(&with), "{mode}: {with}");
        assert_eq!(without > 0, mode == "OPTIONAL", "{mode}: {without}");
    }
}

#[tokio::test]
async fn the_authenticator_must_have_verified_the_user() {
    let mut authenticator = Authenticator::at(ORIGIN);
    let ada = Ada::new().await;
    ada.register(&authenticator).await;
    ada.second_factors("OPTIONAL", MULTI).await;
    let asked = ada.ask().await;
    assert_eq!(asked.options["userVerification"], "preferred");
    ada.set(json!({ "WebAuthnMfaSettings": { "Enabled": true } }))
        .await;
    let asked = ada.ask().await;
    assert_eq!(asked.options["userVerification"], "required");
    let registering = ada.start().await;
    assert_eq!(
        registering["authenticatorSelection"]["userVerification"],
        "required"
    );
    authenticator.user_verified = false;
    let credential = authenticator.get(&asked.options, &ada.sub());
    let answer = ada.enter(&asked, &credential).await;
    answer.refused("NotAuthorizedException", "Incorrect passkey.");
    authenticator.user_verified = true;
    let credential = authenticator.get(&asked.options, &ada.sub());
    ada.enter(&asked, &credential).await.ok();
}

#[tokio::test]
async fn a_password_alone_does_not_do_where_the_passkey_is_the_only_second_factor() {
    let mut authenticator = Authenticator::at(ORIGIN);
    let ada = Ada::new().await;
    ada.register(&authenticator).await;
    ada.second_factors("OPTIONAL", MULTI).await;
    ada.set(json!({ "WebAuthnMfaSettings": { "Enabled": true } }))
        .await;
    assert_eq!(ada.by_password().await, NO_FACTOR);
    // Nor does it set up another factor.
    ada.second_factors("ON", MULTI).await;
    assert_eq!(ada.by_password().await, NO_FACTOR);
    ada.sign_in(&mut authenticator).await.ok();
    // An administrator helps, and so does the deletion of the last passkey.
    let off = json!({
        "UserPoolId": ada.pool, "Username": ADA, "WebAuthnMfaSettings": { "Enabled": false },
    });
    ada.app.ok("AdminSetUserMFAPreference", off).await;
    assert_eq!(ada.by_password().await, "MFA_SETUP");
    ada.set(json!({ "WebAuthnMfaSettings": { "Enabled": true } }))
        .await;
    let second = Authenticator::at(ORIGIN);
    ada.register(&second).await;
    for (authenticator, left) in [(&authenticator, NO_FACTOR), (&second, "MFA_SETUP")] {
        let delete = json!({ "CredentialId": authenticator.credential_id() });
        ada.call("DeleteWebAuthnCredential", delete).await.ok();
        assert_eq!(ada.by_password().await, left);
    }
}

#[tokio::test]
async fn passkeys_become_the_second_factor_of_those_who_have_one_where_the_pool_takes_them() {
    let ada = Ada::new().await;
    let on = json!({ "WebAuthnMfaSettings": { "Enabled": true } });
    ada.second_factors("OPTIONAL", SINGLE).await;
    ada.call("SetUserMFAPreference", on.clone()).await.refused(
        "InvalidParameterException",
        "WebAuthnMfaSettings requires the FactorConfiguration MULTI_FACTOR_WITH_USER_VERIFICATION of the user pool.",
    );
    ada.second_factors("OPTIONAL", MULTI).await;
    let answer = ada.call("SetUserMFAPreference", on.clone()).await;
    answer.refused(
        "InvalidParameterException",
        "User has not registered a passkey",
    );
    ada.register(&Authenticator::at(ORIGIN)).await;
    ada.set(on).await;
    let factors = ada.call("GetUserAuthFactors", json!({})).await.ok();
    assert_eq!(
        factors["ConfiguredUserAuthFactors"],
        json!(["PASSWORD", "WEB_AUTHN"])
    );
    assert!(factors.get("UserMFASettingList").is_none());
    // Switched on or off, it ends the sessions of sign-ins in progress.
    let asked: Asked = ada.ask().await;
    ada.set(json!({ "WebAuthnMfaSettings": {} })).await;
    let password = json!({ "PASSWORD": PASSWORD });
    let answer = ada.respond("PASSWORD", &asked.session, password).await;
    answer.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
}
