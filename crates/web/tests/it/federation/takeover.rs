//! Ways into somebody else's account, and ways to keep somebody out of theirs.

use serde_json::{Value, json};

use super::{House, refused};
use crate::shop::PASSWORD;

impl House {
    /// The next person who signs in: the same claims in the ID token and in the user info.
    fn comes(&self, claims: Value) {
        self.idp.person(claims.clone(), claims);
    }

    /// The name under which the next person comes in.
    async fn arrives_as(&self) -> Value {
        self.id_token().await["cognito:username"].clone()
    }
}

#[tokio::test]
async fn an_address_that_leads_to_a_user_leads_one_person_there() {
    let house = House::open().await;
    house.shop.user("ada").await;
    house.link("ada", "email", "ann@corp.example").await;
    let ann = json!({ "sub": "Ann-1", "email": "ann@corp.example" });
    house.comes(ann.clone());
    assert_eq!(house.arrives_as().await, "ada");
    // Whoever gets the address later is somebody else.
    house.comes(json!({ "sub": "Eve-2", "email": "ann@corp.example" }));
    assert_eq!(house.arrives_as().await, "corp_eve-2");
    // And whoever changes theirs is still the same.
    house.comes(json!({ "sub": "Ann-1", "email": "lee@corp.example" }));
    assert_eq!(house.arrives_as().await, "ada");
    let identities = &house.attributes("ada").await["identities"];
    let identities: Value = serde_json::from_str(identities.as_str().unwrap()).unwrap();
    assert_eq!(identities.as_array().unwrap().len(), 1);
    assert_eq!(identities[0]["userId"], "Ann-1");
    // From then on it is the link of the subject, as documented.
    let unlink = house.unlink_of("Corp", "Ann-1");
    house
        .shop
        .app
        .ok("AdminDisableProviderForUser", unlink)
        .await;
    house.comes(ann);
    assert_eq!(house.arrives_as().await, "corp_ann-1");
}

#[tokio::test]
async fn an_address_that_the_provider_does_not_vouch_for_leads_to_nobody() {
    let house = House::open().await;
    house.shop.user("ada").await;
    house.link("ada", "email", "ann@corp.example").await;
    for said in [json!(false), json!("false")] {
        house.comes(json!({ "sub": "Eve-2", "email": "ann@corp.example", "email_verified": said }));
        assert_eq!(house.arrives_as().await, "corp_eve-2");
    }
    house.comes(json!({ "sub": "Ann-1", "email": "ann@corp.example", "email_verified": true }));
    assert_eq!(house.arrives_as().await, "ada");
}

#[tokio::test]
async fn a_provider_vouches_only_for_the_address_that_it_gives() {
    let mapped = json!({ "email": "email", "email_verified": "email_verified" });
    let house = House::with(json!({}), json!({ "AttributeMapping": mapped })).await;
    house.shop.user("ada").await;
    house.link("ada", "Cognito_Subject", "Ann-1").await;
    // The address of somebody else, which `ada` has chosen but not proven.
    let chosen = json!({
        "UserPoolId": house.shop.pool, "Username": "ada",
        "UserAttributes": [
            { "Name": "email", "Value": "boss@corp.example" }, { "Name": "email_verified", "Value": "false" },
        ],
    });
    house.shop.app.ok("AdminUpdateUserAttributes", chosen).await;
    house.comes(json!({ "sub": "Ann-1", "email_verified": true }));
    assert_eq!(house.arrives_as().await, "ada");
    assert_eq!(house.attributes("ada").await["email_verified"], "false");
    // Nor for one that it gives to an app that may not write it.
    house.client(json!({ "WriteAttributes": ["name"] })).await;
    house.comes(json!({ "sub": "Ann-1", "email": "ann@corp.example", "email_verified": true }));
    house.id_token().await;
    let kept = house.attributes("ada").await;
    assert_eq!(
        (&kept["email"], &kept["email_verified"]),
        (&json!("boss@corp.example"), &json!("false"))
    );
    // For its own it does, and may take it back.
    house.client(json!({})).await;
    for said in ["true", "false"] {
        house.comes(json!({ "sub": "Ann-1", "email": "ann@corp.example", "email_verified": said }));
        house.id_token().await;
        assert_eq!(house.attributes("ada").await["email_verified"], said);
    }
}

#[tokio::test]
async fn a_person_of_a_provider_is_not_the_local_user_of_that_name() {
    let house = House::open().await;
    house.shop.user("10801").await;
    let mut link = house.link_of("10801", "Corp", "Cognito_Subject", "Ann-1");
    link["DestinationUser"]["ProviderName"] = json!("Google");
    house
        .shop
        .app
        .call("AdminLinkProviderForUser", link)
        .await
        .refused("UserNotFoundException", "User does not exist.");
    // A federated user has a user name as well.
    house.comes(json!({ "sub": "Bob" }));
    assert_eq!(house.arrives_as().await, "corp_bob");
    for name in ["Bob", "corp_bob"] {
        let mut link = house.link_of(name, "Corp", "Cognito_Subject", &format!("{name} too"));
        link["DestinationUser"]["ProviderName"] = json!("Corp");
        house.shop.app.ok("AdminLinkProviderForUser", link).await;
    }
}

#[tokio::test]
async fn a_verified_address_of_somebody_else_is_no_bridge_where_it_is_an_alias() {
    let pool = json!({ "AliasAttributes": ["email"] });
    let mapped = json!({ "email": "email", "email_verified": "email_verified" });
    let house = House::with(pool, json!({ "AttributeMapping": mapped })).await;
    house.shop.user("ada").await;
    let eve = json!({ "sub": "Eve-2", "email": "ada@example.com", "email_verified": true });
    house.comes(eve);
    assert_eq!(house.arrives_as().await, "corp_eve-2");
    assert_eq!(house.user("ada@example.com").await["Username"], "ada");
    // Also with a password of their own, and when they no longer come from the provider.
    let set = json!({
        "UserPoolId": house.shop.pool, "Username": "corp_eve-2", "Password": PASSWORD, "Permanent": true,
    });
    house.shop.app.ok("AdminSetUserPassword", set).await;
    let unlink = house.unlink_of("Corp", "Eve-2");
    let answer = house
        .shop
        .app
        .call("AdminDisableProviderForUser", unlink)
        .await;
    assert_ne!(answer.status, 500);
    assert_eq!(house.user("ada@example.com").await["Username"], "ada");
    // A local user who is linked does not get it either.
    house.shop.user("bea").await;
    house.link("bea", "Cognito_Subject", "Bea-3").await;
    house.comes(json!({ "sub": "Bea-3", "email": "ada@example.com", "email_verified": true }));
    refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(house.user("ada@example.com").await["Username"], "ada");
}

#[tokio::test]
async fn a_provider_that_is_made_anew_knows_whom_it_knew() {
    let house = House::open().await;
    let first = house.id_token().await;
    let gone = json!({ "UserPoolId": house.shop.pool, "ProviderName": "Corp" });
    house.shop.app.ok("DeleteIdentityProvider", gone).await;
    house
        .shop
        .app
        .provider_of(&house.shop.pool, "Corp", json!({}))
        .await;
    assert_eq!(house.id_token().await["sub"], first["sub"]);
}
