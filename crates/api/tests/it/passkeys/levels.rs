//! A passkey on the way to a level of authentication.

use cabana_domain::Span;
use cabana_testkit::Authenticator;
use serde_json::{Value, json};

use super::{ADA, Ada, Asked, ORIGIN};
use crate::auth::PASSWORD;
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
    let asked = ada.begin(ADA, top.clone()).await.ok();
    assert_eq!(asked["AvailableChallenges"], json!(["WEB_AUTHN"]));
    // At once, where it is preferred.
    let mut at_once = top;
    at_once["PREFERRED_CHALLENGE"] = json!("WEB_AUTHN");
    Asked::of(ada.begin(ADA, at_once).await.ok());
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

#[tokio::test]
async fn choosing_again_does_not_prolong_a_sign_in_that_has_begun() {
    let ada = Ada::new().await;
    let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"] });
    let update = json!({ "UserPoolId": ada.pool, "Policies": { "SignInPolicy": factors } });
    ada.app.ok("UpdateUserPool", update).await;
    let email = json!([{ "Name": "email", "Value": ADA },
        { "Name": "email_verified", "Value": "true" }]);
    let update = json!({ "UserPoolId": ada.pool, "Username": ADA, "UserAttributes": email });
    ada.app.ok("AdminUpdateUserAttributes", update).await;
    ada.register(&Authenticator::at(ORIGIN)).await;
    let goal = json!({ "TARGET_ACR_VALUES": THREE });
    let begun = ada.begin(ADA, goal).await.ok();
    let password = json!({ "PASSWORD": PASSWORD });
    let shown = ada.respond("PASSWORD", &begun["Session"], password).await;
    let shown = shown.ok();
    assert_eq!(shown["ChallengeName"], "SELECT_CHALLENGE", "{shown}");
    // A session lasts for three minutes.
    ada.app.advance(Span::seconds(100));
    let choice = json!({ "ANSWER": "WEB_AUTHN" });
    let chosen = ada.respond("SELECT_CHALLENGE", &shown["Session"], choice.clone());
    let asked = Asked::of(chosen.await.ok());
    ada.app.advance(Span::seconds(100));
    let again = ada.respond("SELECT_CHALLENGE", &asked.session, choice);
    again.await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
}
