//! Set-up of a second factor during sign-in: once, and only if there is none.

use serde_json::json;

use crate::bound::{Ada, EXPIRED, REFUSED};

const USED: &str = "Invalid session for the user, session can only be used once.";

#[tokio::test]
async fn an_answered_session_sets_up_nothing_any_more() {
    let ada = Ada::new("ON").await;
    let asked = ada.begin().await;
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    let seed = ada.associate(&asked["Session"]).await.ok();
    let verified = ada.verify(&seed).await.ok();
    // VerifySoftwareToken uses the earlier session up.
    ada.verify(&seed).await.refused(REFUSED, USED);
    ada.finish(&verified["Session"]).await.ok();
    for session in [&asked["Session"], &verified["Session"]] {
        ada.associate(session).await.refused(REFUSED, USED);
    }
}

#[tokio::test]
async fn an_open_set_up_ends_once_the_owner_has_set_up_a_generator() {
    let ada = Ada::new("ON").await;
    let (thiefs, owners) = (ada.begin().await, ada.begin().await);
    let early = ada.associate(&thiefs["Session"]).await.ok();
    let owners = ada.associate(&owners["Session"]).await.ok();
    ada.verify(&owners).await.ok();
    // Can be neither started nor completed, whatever was handed out before.
    ada.associate(&thiefs["Session"])
        .await
        .refused(REFUSED, EXPIRED);
    ada.verify(&early).await.refused(REFUSED, EXPIRED);
}

#[tokio::test]
async fn of_two_set_ups_side_by_side_one_signs_in() {
    let ada = Ada::new("ON").await;
    let (one, other) = (ada.begin().await, ada.begin().await);
    let (one, other) = (
        ada.associate(&one["Session"]).await.ok(),
        ada.associate(&other["Session"]).await.ok(),
    );
    let verified = ada.verify(&one).await.ok();
    ada.verify(&other).await.refused(REFUSED, EXPIRED);
    ada.finish(&verified["Session"]).await.ok();
}

#[tokio::test]
async fn a_set_up_ends_where_a_factor_is_demanded_no_more() {
    let ada = Ada::new("ON").await;
    let asked = ada.begin().await;
    let optional = json!({
        "UserPoolId": ada.pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": { "Enabled": true },
    });
    ada.app.ok("SetUserPoolMfaConfig", optional).await;
    let answer = ada.associate(&asked["Session"]).await;
    answer.refused(REFUSED, "Invalid session for the user.");
}
