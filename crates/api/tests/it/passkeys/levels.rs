//! A passkey on the way to a level of authentication.

use cabana_testkit::Authenticator;
use serde_json::{Value, json};

use super::{ADA, Ada, Asked, ORIGIN};
use crate::sessions::claims;

const THREE: &str = "urn:cognito:loa:3";

fn reached(done: &Value, methods: Value) {
    let id = claims(&done["AuthenticationResult"]["IdToken"]);
    assert_eq!((&id["acr"], &id["amr"]), (&json!(THREE), &methods));
}

#[tokio::test]
async fn a_passkey_reaches_the_third_level_alone_and_on_top_of_a_password() {
    let mut authenticator = Authenticator::at(ORIGIN);
    let ada = Ada::new().await;
    let top = json!({ "TARGET_ACR_VALUES": THREE, "ACCESS_TOKEN": ada.token });
    ada.begin(ADA, top.clone()).await.refused(
        "NotAuthorizedException",
        "The user has no factors for the requested authentication level.",
    );
    ada.register(&authenticator).await;
    let asked = ada.begin(ADA, top).await.ok();
    assert_eq!(asked["AvailableChallenges"], json!(["WEB_AUTHN"]));
    let choice = json!({ "ANSWER": "WEB_AUTHN" });
    let asked = ada.respond("SELECT_CHALLENGE", &asked["Session"], choice);
    let asked = Asked::of(asked.await.ok());
    authenticator.sign_count += 1;
    let credential = authenticator.get(&asked.options, &ada.sub());
    let done = ada.enter(&asked, &credential).await.ok();
    reached(&done, json!(["pwd", "swk", "mfa"]));
    let preferred = json!({ "TARGET_ACR_VALUES": THREE, "PREFERRED_CHALLENGE": "WEB_AUTHN" });
    let asked = ada.begin(ADA, preferred).await.ok();
    assert_eq!(asked["AvailableChallenges"], json!(["WEB_AUTHN"]));
    let asked = Asked::of(asked);
    authenticator.sign_count += 1;
    let credential = authenticator.get(&asked.options, &ada.sub());
    let done = ada.enter(&asked, &credential).await.ok();
    reached(&done, json!(["swk"]));
    // What a passkey has shown counts.
    let token = &done["AuthenticationResult"]["AccessToken"];
    let again = json!({ "TARGET_ACR_VALUES": THREE, "ACCESS_TOKEN": token });
    let again = ada.begin(ADA, again).await;
    assert_eq!(again.kind(), "InvalidParameterException", "{}", again.body);
}
