//! What a device's trust is tied to.

use serde_json::{Value, json};

use super::{ADA, Ada, Kept, always};

/// The challenge after the password on a device, with its session.
async fn asked(ada: &Ada, kept: &Kept) -> (String, Value) {
    let asked = ada.password(Some(&kept.key)).await.ok();
    let name = asked["ChallengeName"].as_str().unwrap().to_owned();
    (name, asked["Session"].clone())
}

/// Shows the second factor and the device's proof, after which the device is trusted.
async fn earn(ada: &Ada, kept: &Kept) {
    let (name, session) = asked(ada, kept).await;
    assert_eq!(name, "SOFTWARE_TOKEN_MFA");
    let next = ada.totp(&session, None).await.ok();
    assert_eq!(next["ChallengeName"], "DEVICE_SRP_AUTH");
    ada.prove(kept, &next["Session"]).await.ok();
    assert_eq!(asked(ada, kept).await.0, "DEVICE_SRP_AUTH");
}

#[tokio::test]
async fn trust_earned_with_another_authenticator_app_ends_with_it() {
    // Somebody who knows the password only: an app of their own, a device trusted by it, and the app off again.
    let mut ada = Ada::with_totp(always()).await;
    let (kept, tokens) = ada.remembered().await;
    assert_eq!(asked(&ada, &kept).await.0, "DEVICE_SRP_AUTH");
    let off = json!({ "AccessToken": tokens["AccessToken"], "SoftwareTokenMfaSettings": { "Enabled": false } });
    ada.app.ok("SetUserMFAPreference", off).await;
    // The owner's app: the device meets it, and is trusted after that only.
    ada.set_up_totp().await;
    earn(&ada, &kept).await;
}

#[tokio::test]
async fn trust_ends_with_every_change_of_factors_and_when_the_user_is_signed_out_everywhere() {
    let ada = Ada::with_totp(always()).await;
    let (kept, _) = ada.remembered().await;
    let named = json!({ "UserPoolId": ada.pool, "Username": ADA });
    let with = |member: &str, value: Value| {
        let mut body = named.clone();
        body[member] = value;
        body
    };
    let number = json!([{ "Name": "phone_number", "Value": "+15550100" }]);
    for (operation, body) in [
        ("AdminUserGlobalSignOut", named.clone()),
        ("AdminUpdateUserAttributes", with("UserAttributes", number)),
        ("AdminDisableUser", named.clone()),
    ] {
        ada.app.ok(operation, body).await;
        if operation == "AdminDisableUser" {
            ada.app.ok("AdminEnableUser", named.clone()).await;
        }
        ada.app.advance(cabana_domain::Span::seconds(30));
        earn(&ada, &kept).await;
    }
    // A new password is another factor's matter.
    let password = json!({ "UserPoolId": ada.pool, "Username": ADA, "Password": crate::auth::PASSWORD, "Permanent": true });
    ada.app.ok("AdminSetUserPassword", password).await;
    assert_eq!(asked(&ada, &kept).await.0, "DEVICE_SRP_AUTH");
}

#[tokio::test]
async fn a_user_has_fifty_confirmed_devices_and_the_one_unused_longest_goes() {
    let ada = Ada::new(always()).await;
    let (first, _) = ada.remembered().await;
    ada.app.advance(cabana_domain::Span::seconds(1));
    let (second, _) = ada.remembered().await;
    for _ in 0..48 {
        ada.app.advance(cabana_domain::Span::seconds(1));
        ada.remembered().await;
    }
    let status = async |kept: &Kept| {
        let body = json!({ "UserPoolId": ada.pool, "Username": ADA, "DeviceKey": kept.key });
        ada.app.call("AdminGetDevice", body).await.status
    };
    assert_eq!((status(&first).await, status(&second).await), (200, 200));
    // The first is used again; the second goes.
    let (_, session) = asked(&ada, &first).await;
    ada.prove(&first, &session).await.ok();
    ada.app.advance(cabana_domain::Span::seconds(1));
    let (newest, _) = ada.remembered().await;
    assert_eq!((status(&first).await, status(&second).await), (200, 400));
    assert_eq!(status(&newest).await, 200);
}
