//! UpdateUserAttributes, DeleteUserAttributes and their administrators' twins.

use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{ANN, Scene, aliases, attribute, pairs};

const BOB: &str = "bob@example.com";
const PHONE: &str = "+4930123456";

async fn update(scene: &Scene, token: &str, attributes: Value) -> Answer {
    let body = json!({ "AccessToken": token, "UserAttributes": pairs(attributes) });
    scene.app.call("UpdateUserAttributes", body).await
}

async fn delete(scene: &Scene, token: &str, names: Value) -> Answer {
    let body = json!({ "AccessToken": token, "UserAttributeNames": names });
    scene.app.call("DeleteUserAttributes", body).await
}

async fn admin_update(scene: &Scene, username: &str, attributes: Value) -> Answer {
    let body = json!({ "Username": username, "UserAttributes": pairs(attributes) });
    scene.admin("AdminUpdateUserAttributes", body).await
}

async fn admin_delete(scene: &Scene, username: &str, names: Value) -> Answer {
    let body = json!({ "Username": username, "UserAttributeNames": names });
    scene.admin("AdminDeleteUserAttributes", body).await
}

fn custom(name: &str, mutable: bool) -> Value {
    json!({ "Name": name, "AttributeDataType": "String", "Mutable": mutable })
}

#[tokio::test]
async fn attributes_are_set_and_a_blank_value_deletes() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    scene.app.advance(cabana_domain::Span::seconds(5));
    let answer = update(&scene, &token, json!({ "name": "Ann", "locale": "de" })).await;
    assert_eq!(answer.ok(), json!({ "CodeDeliveryDetailsList": [] }));
    assert_eq!(scene.attribute(ANN, "name").await.as_deref(), Some("Ann"));
    let user = scene.get(ANN).await;
    assert_ne!(user["UserCreateDate"], user["UserLastModifiedDate"]);
    update(&scene, &token, json!({ "name": "" })).await.ok();
    assert_eq!(scene.attribute(ANN, "name").await, None);
    assert_eq!(scene.attribute(ANN, "locale").await.as_deref(), Some("de"));
}

#[tokio::test]
async fn a_new_address_is_unverified_gets_a_code_and_signs_in_at_once() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let answer = update(&scene, &token, json!({ "email": BOB })).await.ok();
    let expected = json!([{
        "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "b***@e***",
    }]);
    assert_eq!(answer["CodeDeliveryDetailsList"], expected);
    let verified = scene.attribute(BOB, "email_verified").await;
    assert_eq!(verified.as_deref(), Some("false"));
    scene.token(BOB).await;
    let answer = scene
        .admin("AdminGetUser", json!({ "Username": ANN }))
        .await;
    assert_eq!(answer.kind(), "UserNotFoundException");
    assert_eq!(scene.app.code_sent_to(BOB).await.len(), 6);
}

#[tokio::test]
async fn the_same_address_again_changes_nothing() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    let answer = update(&scene, &token, json!({ "email": "Ann@example.com" })).await;
    assert_eq!(answer.ok(), json!({ "CodeDeliveryDetailsList": [] }));
    let verified = scene.attribute(ANN, "email_verified").await;
    assert_eq!(verified.as_deref(), Some("true"));
}

#[tokio::test]
async fn an_alias_works_neither_old_nor_new_until_it_is_verified() {
    let scene = Scene::new(aliases(), json!({})).await;
    scene
        .user("ann", json!({ "email": ANN, "email_verified": "true" }))
        .await;
    let token = scene.token(ANN).await;
    update(&scene, &token, json!({ "email": BOB })).await.ok();
    for name in [ANN, BOB] {
        let answer = scene
            .admin("AdminGetUser", json!({ "Username": name }))
            .await;
        assert_eq!(answer.kind(), "UserNotFoundException", "{name}");
    }
    scene.token("ann").await;
}

#[tokio::test]
async fn somebody_elses_address_is_refused() {
    let scene = Scene::usual().await;
    scene.ann().await;
    scene.user(BOB, json!({})).await;
    let token = scene.token(ANN).await;
    let refusal = "An account with the given email already exists.";
    let answer = update(&scene, &token, json!({ "email": BOB })).await;
    answer.refused("AliasExistsException", refusal);
    let answer = admin_update(&scene, ANN, json!({ "email": BOB })).await;
    answer.refused("AliasExistsException", refusal);
    assert!(scene.app.mailbox().await.is_empty());
}

#[tokio::test]
async fn a_preferred_user_name_signs_in_and_is_one_users_only() {
    let scene = Scene::new(aliases(), json!({})).await;
    scene.user("ann", json!({})).await;
    scene.user("bob", json!({})).await;
    let token = scene.token("ann").await;
    update(&scene, &token, json!({ "preferred_username": "annie" }))
        .await
        .ok();
    scene.token("annie").await;
    let answer = admin_update(&scene, "bob", json!({ "preferred_username": "annie" })).await;
    answer.refused(
        "AliasExistsException",
        "An account with the given preferred_username already exists.",
    );
}

#[tokio::test]
async fn a_person_writes_only_what_the_client_may() {
    let pool = json!({ "Schema": [custom("team", true)] });
    let scene = Scene::new(pool, json!({ "WriteAttributes": ["name"] })).await;
    scene.user("ann", json!({ "email": ANN })).await;
    let token = scene.token("ann").await;
    for attributes in [
        json!({ "email_verified": "true" }),
        json!({ "locale": "de" }),
        json!({ "custom:team": "a" }),
    ] {
        let answer = update(&scene, &token, attributes).await;
        answer.refused(
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        );
    }
    let answer = delete(&scene, &token, json!(["custom:team"])).await;
    assert_eq!(answer.kind(), "NotAuthorizedException");
    admin_update(&scene, "ann", json!({ "custom:team": "a" }))
        .await
        .ok();
}

#[tokio::test]
async fn what_cannot_change_does_not() {
    let pool = json!({ "Schema": [custom("origin", false)] });
    let scene = Scene::new(pool, json!({})).await;
    scene.user("ann", json!({ "custom:origin": "here" })).await;
    let answer = admin_update(&scene, "ann", json!({ "custom:origin": "there" })).await;
    let refusal = "user.custom:origin: Attribute cannot be updated.\n";
    answer.refused("InvalidParameterException", refusal);
    let answer = admin_delete(&scene, "ann", json!(["custom:origin"])).await;
    answer.refused("InvalidParameterException", refusal);
    let answer = admin_update(&scene, "ann", json!({ "sub": "mine" })).await;
    answer.refused(
        "InvalidParameterException",
        "user.sub: Attribute cannot be updated.\n",
    );
}

#[tokio::test]
async fn required_attributes_stay() {
    let pool = json!({ "Schema": [{ "Name": "name", "Required": true }] });
    let scene = Scene::new(pool, json!({})).await;
    scene.user("ann", json!({ "name": "Ann" })).await;
    let token = scene.token("ann").await;
    update(&scene, &token, json!({ "name": "" })).await.refused(
        "InvalidParameterException",
        "user.name: The attribute is required\n",
    );
    let answer = delete(&scene, &token, json!(["name"])).await;
    answer.refused(
        "InvalidParameterException",
        "Invalid user attributes: user.name: The attribute is required\n",
    );
    // Administrators may create users without them; other attributes can still change.
    scene.user("bob", json!({})).await;
    admin_update(&scene, "bob", json!({ "locale": "de" }))
        .await
        .ok();
}

#[tokio::test]
async fn what_signs_in_stays_and_other_attributes_go() {
    let scene = Scene::usual().await;
    scene
        .user(
            ANN,
            json!({ "name": "Ann", "phone_number": PHONE, "phone_number_verified": "true" }),
        )
        .await;
    let token = scene.token(ANN).await;
    let answer = delete(&scene, &token, json!(["email"])).await;
    answer.refused(
        "InvalidParameterException",
        "Invalid user attributes: email",
    );
    let answer = update(&scene, &token, json!({ "email": "" })).await;
    answer.refused(
        "InvalidParameterException",
        "Invalid user attributes: email",
    );
    delete(&scene, &token, json!(["name", "nickname"]))
        .await
        .ok();
    assert_eq!(scene.attribute(ANN, "name").await, None);
    admin_delete(&scene, ANN, json!(["phone_number"]))
        .await
        .ok();
    assert_eq!(scene.attribute(ANN, "phone_number").await, None);
    assert_eq!(scene.attribute(ANN, "phone_number_verified").await, None);
}

#[tokio::test]
async fn without_a_transport_no_new_address_is_taken() {
    let mut scene = Scene::usual().await;
    scene.ann().await;
    let token = scene.token(ANN).await;
    scene.without_mail();
    let answer = update(&scene, &token, json!({ "email": BOB })).await;
    assert_eq!(answer.kind(), "CodeDeliveryFailureException");
    scene.get(ANN).await;
}

#[tokio::test]
async fn people_read_what_the_client_may_and_their_sub() {
    let pool = json!({ "Schema": [custom("team", true)] });
    let scene = Scene::new(pool, json!({ "ReadAttributes": ["custom:team"] })).await;
    scene
        .user("ann", json!({ "email": ANN, "custom:team": "a" }))
        .await;
    let token = scene.token("ann").await;
    let user = scene
        .app
        .ok("GetUser", json!({ "AccessToken": token }))
        .await;
    assert_eq!(user["Username"], "ann");
    let shown = &user["UserAttributes"];
    assert_eq!(shown.as_array().unwrap().len(), 2);
    assert_eq!(attribute(shown, "custom:team").as_deref(), Some("a"));
    let sub = scene.attribute("ann", "sub").await;
    assert_eq!(attribute(shown, "sub"), sub);
    assert_eq!(user.get("UserMFASettingList"), None);
    assert_eq!(user.get("MFAOptions"), None);
}
