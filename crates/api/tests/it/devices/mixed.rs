//! One device in place of another, and devices that are none of the user's.

use aws_cognito_srp::{SrpClient, User};
use cabana_domain::{PoolId, Span};
use cabana_store::Page;
use serde_json::{Value, json};

use super::{ADA, Ada, Kept};
use crate::auth::PASSWORD;
use crate::srp::answers;

impl Ada {
    /// Begins with a code by mail, on a device.
    async fn by_mail(&self, device: Option<&Kept>) -> Value {
        self.app.advance(Span::seconds(1));
        let mut given = json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" });
        if let Some(kept) = device {
            given["DEVICE_KEY"] = json!(kept.key);
        }
        let asked = self.choose(ADA, given).await.ok();
        let code = self.app.code_sent_to(ADA).await;
        let code = json!({ "EMAIL_OTP_CODE": code });
        let done = self.respond("EMAIL_OTP", &asked["Session"], code).await;
        done.ok()
    }
}

#[tokio::test]
async fn in_a_step_up_one_device_does_not_stand_in_for_another() {
    let mut ada = Ada::choosing().await;
    // Of somebody who reads her mail, with a device of their own, before she has a second factor.
    let done = ada.by_mail(None).await;
    let (own, _) = ada.confirm(&done["AuthenticationResult"]).await;
    let asked = ada.by_mail(Some(&own)).await;
    let done = ada.prove(&own, &asked["Session"]).await.ok();
    let token = done["AuthenticationResult"]["AccessToken"].clone();
    // Hers is trusted.
    ada.set_up_totp().await;
    let (hers, _) = ada.remembered().await;
    let asked = ada.password(Some(&hers.key)).await.ok();
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let srp = ada.srp(PASSWORD);
    let given = json!({ "ACCESS_TOKEN": token, "TARGET_ACR_VALUES": "urn:cognito:loa:3" });
    let asked = ada.choose(ADA, given).await.ok();
    let chosen = json!({ "SRP_A": srp.get_auth_parameters().a });
    let asked = ada.respond("PASSWORD_SRP", &asked["Session"], chosen).await;
    let mut claim = answers(&srp, &asked.ok());
    claim["DEVICE_KEY"] = json!(hers.key);
    let mixed = ada.respond("PASSWORD_VERIFIER", &Value::Null, claim.clone());
    assert_eq!(mixed.await.kind(), "InvalidParameterException");
    // With their own, the app is asked for.
    claim.as_object_mut().unwrap().remove("DEVICE_KEY");
    let honest = ada.respond("PASSWORD_VERIFIER", &Value::Null, claim).await;
    assert_eq!(honest.ok()["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn a_made_up_device_tests_no_password_in_silence() {
    let ada = Ada::choosing().await;
    let told = async || {
        let page = Page {
            limit: 100,
            after: None,
        };
        let pool = PoolId::new(ada.pool.as_str());
        let events = ada.app.api.store.events(&pool, None, page).await;
        let refused = events
            .unwrap()
            .items
            .into_iter()
            .filter_map(|it| it.refused);
        refused.collect::<Vec<_>>()
    };
    let started = async |srp: &SrpClient<User>| {
        let body = json!({ "ClientId": ada.client.id, "AuthFlow": "USER_SRP_AUTH",
            "AuthParameters": { "USERNAME": ADA, "SRP_A": srp.get_auth_parameters().a } });
        ada.app.ok("InitiateAuth", body).await
    };
    let srp = ada.srp(PASSWORD);
    let mut claim = answers(&srp, &started(&srp).await);
    claim["DEVICE_KEY"] = json!("us-east-1_00000000-0000-4000-8000-000000000000");
    let unknown = ada.respond("PASSWORD_VERIFIER", &Value::Null, claim.clone());
    unknown
        .await
        .refused("ResourceNotFoundException", "Device does not exist.");
    assert_eq!(told().await, ["unknown_device"]);
    // Once for each block.
    let again = ada.respond("PASSWORD_VERIFIER", &Value::Null, claim.clone());
    again.await.refused(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    // Clients go on without the device.
    claim.as_object_mut().unwrap().remove("DEVICE_KEY");
    let done = ada.respond("PASSWORD_VERIFIER", &Value::Null, claim).await;
    assert!(done.ok()["AuthenticationResult"].is_object());
}
