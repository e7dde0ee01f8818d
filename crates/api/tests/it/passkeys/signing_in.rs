//! WEB_AUTHN: signing in with a passkey.

use cabana_domain::event::{Event, EventKind};
use cabana_domain::{PoolId, Span, Sub};
use cabana_store::Page;
use cabana_testkit::{Answer, Authenticator};
use serde_json::{Value, json};

use super::{ADA, Ada, Asked, ORIGIN};
use crate::sessions::claims;

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect passkey.");

impl Ada {
    pub(super) async fn with(authenticator: &Authenticator) -> Self {
        let ada = Self::new().await;
        ada.register(authenticator).await;
        ada
    }

    /// Events of sign-ins, newest first.
    async fn sign_ins(&self) -> Vec<Event> {
        let page = Page {
            limit: 100,
            after: None,
        };
        let pool = PoolId::new(self.pool.as_str());
        let found = self.app.api.store.events(&pool, None, page).await.unwrap();
        let mut items = found.items;
        items.retain(|it| it.kind == EventKind::SignIn);
        items
    }

    /// The sign counts of her passkeys, and whether each was used.
    async fn counts(&self) -> Vec<(u32, bool)> {
        let (pool, sub) = (PoolId::new(self.pool.as_str()), Sub::new(self.sub()));
        let found = self.app.api.store.passkeys(&pool, &sub).await.unwrap();
        found
            .iter()
            .map(|it| (it.sign_count, it.last_used.is_some()))
            .collect()
    }
}

pub(super) fn wrong(answer: &Answer) {
    assert_eq!((answer.kind(), answer.message()), WRONG, "{}", answer.body);
}

#[tokio::test]
async fn a_passkey_signs_in() {
    let mut authenticator = Authenticator::at(ORIGIN);
    let ada = Ada::with(&authenticator).await;
    let asked = ada.ask().await;
    assert_eq!(
        asked.available,
        json!(["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"])
    );
    let expected = json!({
        "challenge": asked.options["challenge"],
        "timeout": 180000,
        "rpId": "localhost",
        "allowCredentials": [
            { "type": "public-key", "id": authenticator.credential_id(), "transports": ["internal"] },
        ],
        "userVerification": "preferred",
    });
    assert_eq!(asked.options, expected);
    assert_eq!(asked.options["challenge"].as_str().unwrap().len(), 22);
    assert_eq!(ada.counts().await, [(0, false)]);
    ada.app.advance(Span::seconds(1));
    authenticator.sign_count = 7;
    let credential = authenticator.get(&asked.options, &ada.sub());
    let done = ada.enter(&asked, &credential).await.ok();
    let id = claims(&done["AuthenticationResult"]["IdToken"]);
    assert_eq!(id["amr"], json!(["swk"]));
    assert_eq!(id["acr"], "urn:cognito:loa:3");
    assert_eq!(ada.counts().await, [(7, true)]);
    let methods = ada.sign_ins().await[0].detail.methods.names();
    assert_eq!(methods, ["swk"]);
    // Each session is good once.
    let again = ada.enter(&asked, &credential).await;
    again.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    // What one sign-in gave is nothing in another.
    wrong(&ada.enter(&ada.ask().await, &credential).await);
}

#[tokio::test]
async fn keys_of_both_kinds_and_authenticators_that_do_not_count_sign_in() {
    let mut rsa = Authenticator::rsa_at(ORIGIN);
    rsa.attachment = json!("cross-platform");
    let ada = Ada::with(&rsa).await;
    for _ in 0..2 {
        let asked = ada.ask().await;
        let credential = rsa.get(&asked.options, &ada.sub());
        let done = ada.enter(&asked, &credential).await.ok();
        let id = claims(&done["AuthenticationResult"]["IdToken"]);
        assert_eq!(id["amr"], json!(["hwk"]));
    }
    // Without what is not needed, and with padding.
    let asked = ada.ask().await;
    let mut credential = rsa.get(&asked.options, &ada.sub());
    for member in ["rawId", "authenticatorAttachment", "clientExtensionResults"] {
        credential.as_object_mut().unwrap().remove(member);
    }
    credential["response"]["userHandle"] = json!(null);
    credential["id"] = json!(format!("{}=", rsa.credential_id()));
    ada.enter(&asked, &credential).await.ok();
}

#[tokio::test]
async fn a_passkey_is_chosen_and_answered_in_every_way() {
    let mut authenticator = Authenticator::at(ORIGIN);
    let ada = Ada::with(&authenticator).await;
    let mut get = |asked: &Asked| {
        authenticator.sign_count += 1;
        authenticator.get(&asked.options, &ada.sub()).to_string()
    };
    let choice = json!({ "ANSWER": "WEB_AUTHN" });
    let chosen = ada.begin(ADA, json!({})).await.ok();
    assert_eq!(chosen["ChallengeName"], "SELECT_CHALLENGE");
    let asked = ada
        .respond("SELECT_CHALLENGE", &chosen["Session"], choice.clone())
        .await;
    let asked = Asked::of(asked.ok());
    // Chosen again, there are other options.
    let again = ada
        .respond("SELECT_CHALLENGE", &asked.session, choice.clone())
        .await;
    let again = Asked::of(again.ok());
    assert_ne!(again.options["challenge"], asked.options["challenge"]);
    let answer = json!({ "ANSWER": "WEB_AUTHN", "CREDENTIAL": get(&again) });
    ada.respond("SELECT_CHALLENGE", &again.session, answer)
        .await
        .ok();
    // A challenge of the list may be answered without choosing it: it is issued then, whatever the answer.
    let chosen = ada.begin(ADA, json!({})).await.ok();
    let early = json!({ "CREDENTIAL": "{}" });
    let asked = ada.respond("WEB_AUTHN", &chosen["Session"], early).await;
    let asked = Asked::of(asked.ok());
    let empty = ada.respond("WEB_AUTHN", &asked.session, json!({})).await;
    empty.refused(
        "InvalidParameterException",
        "Missing required parameter CREDENTIAL",
    );
    // Another of the list in its place.
    let password = json!({ "PASSWORD": crate::auth::PASSWORD });
    ada.respond("PASSWORD", &asked.session, password).await.ok();
    let body = json!({
        "UserPoolId": ada.pool, "ClientId": ada.client.id, "AuthFlow": "USER_AUTH",
        "AuthParameters": { "USERNAME": ADA, "PREFERRED_CHALLENGE": "WEB_AUTHN" },
    });
    let asked = Asked::of(ada.app.ok("AdminInitiateAuth", body).await);
    let body = json!({
        "UserPoolId": ada.pool, "ClientId": ada.client.id, "ChallengeName": "WEB_AUTHN", "Session": asked.session,
        "ChallengeResponses": { "USERNAME": ADA, "CREDENTIAL": get(&asked) },
    });
    ada.app.ok("AdminRespondToAuthChallenge", body).await;
}

#[tokio::test]
async fn what_is_wrong_is_refused_alike_and_changes_nothing() {
    let mut right = Authenticator::at(ORIGIN);
    right.sign_count = 5;
    let ada = Ada::with(&right).await;
    let asked = ada.ask().await;
    // Another key, with its own ID and with hers.
    let mut other = Authenticator::at(ORIGIN);
    let sub = ada.sub();
    let mut credentials = vec![other.get(&asked.options, &sub)];
    other.id.clone_from(&right.id);
    credentials.push(other.get(&asked.options, &sub));
    type Change = fn(&mut Authenticator);
    let changes: [Change; 9] = [
        |it| it.origin = "https://evil.example".to_owned(),
        |it| it.origin = "http://localhost.evil.example".to_owned(),
        |it| it.relying_party = Some("evil.example".to_owned()),
        |it| it.client_data = json!({ "crossOrigin": true }),
        |it| it.client_data = json!({ "type": "webauthn.create" }),
        |it| it.client_data = json!({ "challenge": "AAAAAAAAAAAAAAAAAAAAAA" }),
        |it| it.user_present = false,
        // The count stays, or goes back.
        |it| it.sign_count = 5,
        |it| it.sign_count = 0,
    ];
    for change in changes {
        let kept = (right.origin.clone(), right.sign_count);
        right.sign_count += 1;
        change(&mut right);
        credentials.push(right.get(&asked.options, &sub));
        (right.origin, right.sign_count) = kept;
        right.relying_party = None;
        right.client_data = json!({});
        right.user_present = true;
    }
    right.sign_count = 6;
    credentials.push(right.get(&asked.options, "another-user"));
    for (path, value) in [
        ("", json!({})),
        ("", json!("text")),
        ("/type", json!("password")),
        ("/id", json!("AQID")),
        ("/response/signature", json!("AQID")),
        ("/response/authenticatorData", json!("AQID")),
        ("/response/clientDataJSON", json!("e30")),
        ("/response", json!(null)),
    ] {
        let mut credential = right.get(&asked.options, &sub);
        *credential.pointer_mut(path).unwrap() = value;
        credentials.push(credential);
    }
    for credential in &credentials {
        wrong(&ada.enter(&asked, credential).await);
    }
    let text = json!({ "CREDENTIAL": "not JSON" });
    wrong(&ada.respond("WEB_AUTHN", &asked.session, text).await);
    assert_eq!(ada.counts().await, [(5, false)]);
    // Nobody is locked out by that, and events tell each reason once.
    let events = ada.sign_ins().await;
    let mut reasons: Vec<_> = events
        .iter()
        .filter_map(|it| it.refused.as_deref())
        .collect();
    reasons.sort_unstable();
    let expected = [
        "malformed_passkey",
        "passkey_challenge",
        "passkey_origin",
        "passkey_relying_party",
        "passkey_sign_count",
        "passkey_signature",
        "unknown_passkey",
    ];
    assert_eq!(reasons, expected);
    let credential = right.get(&asked.options, &sub);
    ada.enter(&asked, &credential).await.ok();
}

#[tokio::test]
async fn a_passkey_that_is_gone_or_of_another_relying_party_is_not_asked_for() {
    let mut authenticator = Authenticator::at(ORIGIN);
    let ada = Ada::with(&authenticator).await;
    let asked = ada.ask().await;
    let chosen = async || {
        let preferred = json!({ "PREFERRED_CHALLENGE": "WEB_AUTHN" });
        let answer = ada.begin(ADA, preferred).await.ok();
        assert_eq!(answer["ChallengeName"], "SELECT_CHALLENGE");
        assert_eq!(
            answer["AvailableChallenges"],
            json!(["PASSWORD_SRP", "PASSWORD"])
        );
    };
    let relying_party = async |id: Value| {
        let body =
            json!({ "UserPoolId": ada.pool, "WebAuthnConfiguration": { "RelyingPartyId": id } });
        ada.app.ok("SetUserPoolMfaConfig", body).await;
    };
    relying_party(json!("example.com")).await;
    chosen().await;
    let credential = authenticator.get(&asked.options, &ada.sub());
    let answer = ada.enter(&asked, &credential).await;
    assert_eq!(answer.kind(), "NotAuthorizedException");
    relying_party(json!("localhost")).await;
    ada.sign_in(&mut authenticator).await.ok();
    let asked = ada.ask().await;
    let delete = json!({ "CredentialId": authenticator.credential_id() });
    ada.call("DeleteWebAuthnCredential", delete).await.ok();
    chosen().await;
    authenticator.sign_count += 1;
    let credential = authenticator.get(&asked.options, &ada.sub());
    let answer = ada.enter(&asked, &credential).await;
    assert_eq!(answer.kind(), "NotAuthorizedException");
    // Nor where the pool no longer allows them.
    ada.register(&authenticator).await;
    let only = json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD"] } });
    let update = json!({ "UserPoolId": ada.pool, "Policies": only });
    ada.app.ok("UpdateUserPool", update).await;
    chosen().await;
}

#[tokio::test]
async fn an_account_tells_its_state_after_the_passkey_only() {
    let mut authenticator = Authenticator::at(ORIGIN);
    let ada = Ada::with(&authenticator).await;
    let named = json!({ "UserPoolId": ada.pool, "Username": ADA });
    ada.app.ok("AdminDisableUser", named.clone()).await;
    let asked = ada.ask().await;
    let other = Authenticator::at(ORIGIN).get(&asked.options, &ada.sub());
    wrong(&ada.enter(&asked, &other).await);
    let answer = ada.sign_in(&mut authenticator).await;
    answer.refused("NotAuthorizedException", "User is disabled.");
    ada.app.ok("AdminEnableUser", named.clone()).await;
    // A reset ends with a new password, whatever else the user has.
    let mut verified = named.clone();
    verified["UserAttributes"] = json!([
        { "Name": "email", "Value": "ada@example.com" },
        { "Name": "email_verified", "Value": "true" },
    ]);
    ada.app.ok("AdminUpdateUserAttributes", verified).await;
    ada.app.ok("AdminResetUserPassword", named).await;
    let answer = ada
        .begin(ADA, json!({ "PREFERRED_CHALLENGE": "WEB_AUTHN" }))
        .await;
    assert_eq!(
        answer.ok()["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD"])
    );
}
