//! What comes along with a person, by the rules of the mapping.

use serde_json::{Value, json};

use super::{House, refused};
use crate::shop::{PASSWORD, code_of};

fn mapping(mapping: Value) -> Value {
    json!({ "AttributeMapping": mapping })
}

/// A pool with attributes of its own.
fn attributes() -> Value {
    json!({ "Schema": [
        { "Name": "team", "AttributeDataType": "String", "Mutable": true },
        { "Name": "badge", "AttributeDataType": "String", "Mutable": false },
        { "Name": "token", "AttributeDataType": "String", "Mutable": true },
    ] })
}

#[tokio::test]
async fn claims_are_written_at_each_sign_in() {
    let mapped = json!({
        "email": "email", "email_verified": "verified", "name": "display", "custom:team": "groups",
        "custom:token": "access_token", "nickname": "nick",
    });
    let house = House::with(attributes(), mapping(mapped)).await;
    let info = json!({
        "sub": "Ann-1", "email": "Ann@Corp.example", "verified": true, "groups": ["A B", "C"],
        "nick": "annie", "display": "of user info",
    });
    house
        .idp
        .person(json!({ "sub": "Ann-1", "display": "Ann" }), info);
    house.id_token().await;
    let written = house.attributes("corp_ann-1").await;
    for (name, value) in [
        ("email", "ann@corp.example"),
        ("email_verified", "true"),
        ("name", "Ann"),
        ("custom:team", "[A+B, C]"),
        ("custom:token", "at"),
        ("nickname", "annie"),
    ] {
        assert_eq!(written[name], value, "{name}");
    }
    // A claim that is gone leaves its attribute, an empty one clears it, and a new address is not verified any more.
    let info = json!({ "sub": "Ann-1", "email": "new@corp.example", "nick": "" });
    house.idp.person(json!({ "sub": "Ann-1" }), info);
    house.id_token().await;
    let written = house.attributes("corp_ann-1").await;
    assert_eq!(written["email"], "new@corp.example");
    assert_eq!(written["email_verified"], "false");
    assert_eq!(written["name"], "Ann");
    assert_eq!(written.get("nickname"), None);
}

#[tokio::test]
async fn an_immutable_attribute_is_written_once() {
    let mapped = json!({ "email": "email", "custom:badge": "badge" });
    let house = House::with(attributes(), mapping(mapped)).await;
    house.idp.person(
        json!({ "sub": "Ann-1", "badge": "1" }),
        json!({ "sub": "Ann-1" }),
    );
    house.id_token().await;
    house.id_token().await;
    house.idp.person(
        json!({ "sub": "Ann-1", "badge": "2" }),
        json!({ "sub": "Ann-1" }),
    );
    let (error, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(error, "invalid_request");
    assert_eq!(
        why,
        "Invalid user attributes: custom:badge: Attribute cannot be updated.\n "
    );
    assert_eq!(house.attributes("corp_ann-1").await["custom:badge"], "1");
}

#[tokio::test]
async fn what_is_required_has_to_come() {
    let pool = json!({ "Schema": [
        { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true },
        { "Name": "name", "AttributeDataType": "String", "Required": true, "Mutable": true },
    ] });
    let mapped = json!({ "email": "email", "name": "name" });
    let house = House::with(pool, mapping(mapped)).await;
    let (error, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(error, "invalid_request");
    assert_eq!(
        why,
        "Invalid user attributes: name: The attribute is required\n "
    );
    assert_eq!(house.users().await, 0);
    let info = json!({ "sub": "Ann-1", "email": "a@b.example", "name": "Ann" });
    house.idp.person(json!({ "sub": "Ann-1" }), info);
    code_of(&house.sign_in(&house.shop.browser()).await);
}

#[tokio::test]
async fn what_the_app_may_not_write_is_left_out_and_what_is_too_long_refused() {
    let mapped = json!({ "email": "email", "name": "name", "nickname": "nick" });
    let house = House::with(json!({}), mapping(mapped)).await;
    house
        .client(json!({ "WriteAttributes": ["email", "name"] }))
        .await;
    let info = |name: &str| json!({ "sub": "Ann-1", "name": name, "nick": "annie" });
    house.idp.person(json!({ "sub": "Ann-1" }), info("Ann"));
    house.id_token().await;
    let written = house.attributes("corp_ann-1").await;
    assert_eq!(
        (&written["name"], written.get("nickname")),
        (&json!("Ann"), None)
    );
    house
        .idp
        .person(json!({ "sub": "Ann-1" }), info(&"x".repeat(2_049)));
    let (_, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(
        why,
        "Invalid user attributes: name: The value is too long\n "
    );
}

#[tokio::test]
async fn sign_up_domains_hold_for_people_from_elsewhere() {
    let pool = json!({ "UserPoolTags": { "cabana:sign-up-domains": "corp.example" } });
    let mapped = json!({ "email": "email", "email_verified": "email_verified" });
    let house = House::with(pool, mapping(mapped)).await;
    let why = "An e-mail address in this user pool must be in one of these domains: corp.example.";
    for (email, verified, admitted) in [
        ("ann@corp.example", json!(false), false),
        ("ann@other.example", json!(true), false),
        ("ann@corp.example", json!(true), true),
    ] {
        let info = json!({ "sub": "Ann-1", "email": email, "email_verified": verified });
        house.idp.person(json!({ "sub": "Ann-1" }), info);
        let page = house.sign_in(&house.shop.browser()).await;
        match admitted {
            true => drop(code_of(&page)),
            false => {
                let (error, said) = refused(&page);
                let said = (&*error, &*said);
                assert_eq!(said, ("invalid_request", why), "{email} {verified}");
            }
        }
    }
    assert_eq!(house.users().await, 1);
    // Later too.
    let elsewhere = json!({ "sub": "Ann-1", "email": "ann@other.example", "email_verified": true });
    house.idp.person(json!({ "sub": "Ann-1" }), elsewhere);
    let page = house.sign_in(&house.shop.browser()).await;
    assert_eq!(refused(&page).0, "invalid_request");
    let attributes = house.attributes("corp_ann-1").await;
    assert_eq!(attributes["email"], "ann@corp.example");
}

#[tokio::test]
async fn an_address_that_a_local_user_has_is_no_obstacle_and_no_bridge() {
    let pool = json!({ "UsernameAttributes": ["email"] });
    let house = House::with(pool, mapping(json!({ "email": "email" }))).await;
    let made = json!({
        "UserPoolId": house.shop.pool, "Username": "ann@corp.example", "MessageAction": "SUPPRESS",
    });
    let local = house.shop.app.ok("AdminCreateUser", made).await;
    let id = house.id_token().await;
    assert_eq!(id["cognito:username"], "corp_ann-1");
    assert_ne!(id["cognito:username"], local["User"]["Username"]);
    assert_eq!(house.users().await, 2);
    // Whoever is asked for by the address is still the local one.
    let found = house.user("ann@corp.example").await;
    assert_eq!(found["Username"], local["User"]["Username"]);
    // Also once the federated one has a password.
    let set = json!({
        "UserPoolId": house.shop.pool, "Username": "corp_ann-1", "Password": PASSWORD, "Permanent": true,
    });
    house.shop.app.ok("AdminSetUserPassword", set).await;
    let client = house.shop.app.client(&house.shop.pool, json!({})).await;
    let sign_in = json!({
        "ClientId": client.id, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "corp_ann-1", "PASSWORD": PASSWORD },
    });
    house.shop.app.ok("InitiateAuth", sign_in).await;
    let found = house.user("ann@corp.example").await;
    assert_eq!(found["Username"], local["User"]["Username"]);
    assert_eq!(house.id_token().await["cognito:username"], "corp_ann-1");
}
