//! Actions on a user.

use serde_json::json;

use cabana_testkit::Authenticator;

use crate::harness::House;
use crate::users::{attribute, create, user};

#[tokio::test]
async fn attributes_are_changed_marked_and_deleted() {
    let house = House::new().await;
    let pool = json!({
        "PoolName": "People",
        "Schema": [{ "Name": "team", "AttributeDataType": "String", "Mutable": true }],
    });
    let pool = house.app.ok("CreateUserPool", pool).await["UserPool"]["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut ada = house.administrator("ada").await;
    let form = [
        ("username", "tess"),
        ("email", "t@example.com"),
        ("password_source", "generate"),
    ];
    create(&mut ada, &pool, &form).await.is(200);
    let edit = format!("/console/pools/{pool}/users/tess/attributes");
    ada.get(&edit)
        .await
        .is(200)
        .has("value=\"t@example.com\"")
        .has("custom:team");
    let form = [
        ("a.email", "t@example.com"),
        ("a.email_verified", "on"),
        ("a.custom:team", "red"),
        ("a.name", "Tess T"),
    ];
    ada.post(&edit, &form)
        .await
        .is(200)
        .has("The attributes have been saved.")
        .has("Tess T");
    let changed = user(&house, &pool, "tess").await;
    assert_eq!(attribute(&changed, "custom:team"), Some("red"));
    assert_eq!(attribute(&changed, "email_verified"), Some("true"));
    // A changed address counts as not verified; an empty value deletes the attribute.
    ada.get(&edit).await;
    let form = [
        ("a.email", "new@example.com"),
        ("a.custom:team", "red"),
        ("a.name", ""),
    ];
    ada.post(&edit, &form).await.is(200);
    let changed = user(&house, &pool, "tess").await;
    assert_eq!(attribute(&changed, "email"), Some("new@example.com"));
    assert_ne!(attribute(&changed, "email_verified"), Some("true"));
    assert_eq!(attribute(&changed, "name"), None);
    let delete = format!("{edit}/delete");
    ada.post(&delete, &[("attribute", "custom:team")])
        .await
        .is(200);
    assert_eq!(
        attribute(&user(&house, &pool, "tess").await, "custom:team"),
        None
    );
    let form = [("a.email", "no address"), ("a.name", "kept")];
    let page = ada.post(&edit, &form).await;
    page.is(200).has("value=\"kept\"");
}

#[tokio::test]
async fn a_user_is_confirmed_signed_out_and_deleted_only_when_disabled() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let client = json!({ "UserPoolId": pool, "ClientName": "a" });
    let client = house.app.ok("CreateUserPoolClient", client).await;
    let id = &client["UserPoolClient"]["ClientId"];
    let sign_up = json!({ "ClientId": id, "Username": "tess", "Password": "Corr3ct-Horse!" });
    house.app.ok("SignUp", sign_up).await;
    let mut ada = house.administrator("ada").await;
    let url = format!("/console/pools/{pool}/users/tess");
    ada.get(&url)
        .await
        .is(200)
        .has("Confirm account")
        .lacks("Delete user<");
    ada.post(&format!("{url}/confirm"), &[])
        .await
        .is(200)
        .has("The account has been confirmed.");
    ada.post(&format!("{url}/sign-out"), &[])
        .await
        .is(200)
        .has("signed out everywhere");
    ada.post(&format!("{url}/delete"), &[])
        .await
        .is(200)
        .has("Disable user access first");
    ada.get(&url).await;
    ada.post(&format!("{url}/disable"), &[])
        .await
        .is(200)
        .has("Delete user<");
    ada.post(&format!("{url}/enable"), &[])
        .await
        .is(200)
        .lacks("Delete user<");
    // Without a verified address the code cannot be sent.
    ada.post(&format!("{url}/reset-password"), &[])
        .await
        .is(200)
        .has("There is a problem");
    ada.get(&url).await;
    ada.post(&format!("{url}/disable"), &[]).await;
    ada.post(&format!("{url}/delete"), &[])
        .await
        .is(200)
        .has("No users yet");
    ada.get(&url).await.is(404);
}

#[tokio::test]
async fn a_password_is_set_for_good_or_for_once() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut ada = house.administrator("ada").await;
    create(
        &mut ada,
        &pool,
        &[("username", "tess"), ("password_source", "generate")],
    )
    .await;
    let url = format!("/console/pools/{pool}/users/tess/password");
    ada.get(&url).await.is(200).has("At least 8 characters");
    let form = [
        ("kind", "permanent"),
        ("password_source", "set"),
        ("password", "Corr3ct-Horse!"),
    ];
    ada.post(&url, &form)
        .await
        .is(200)
        .has("The password has been set.");
    assert_eq!(user(&house, &pool, "tess").await["UserStatus"], "CONFIRMED");
    ada.get(&url).await;
    let form = [("kind", "temporary"), ("password_source", "generate")];
    ada.post(&url, &form).await.is(200).has("shown once");
    assert_eq!(
        user(&house, &pool, "tess").await["UserStatus"],
        "FORCE_CHANGE_PASSWORD"
    );
    ada.get(&url).await;
    let form = [
        ("kind", "temporary"),
        ("password_source", "set"),
        ("password", "short"),
    ];
    ada.post(&url, &form)
        .await
        .is(200)
        .has("id=\"f-password-error\"");
}

#[tokio::test]
async fn a_reader_sees_users_and_changes_none() {
    let house = House::new().await;
    let pool = house.pool("People").await;
    let mut ada = house.administrator("ada").await;
    create(
        &mut ada,
        &pool,
        &[("username", "tess"), ("password_source", "generate")],
    )
    .await;
    let mut rita = house.reader("rita").await;
    let users = format!("/console/pools/{pool}/users");
    rita.get(&users)
        .await
        .is(200)
        .has("tess")
        .lacks("Create user");
    let url = format!("{users}/tess");
    let page = rita.get(&url).await;
    page.is(200)
        .lacks("Disable user access")
        .lacks("Set password")
        .lacks(&format!("action=\"{url}"));
    for form in ["new", "tess/password", "tess/attributes"] {
        rita.get(&format!("{users}/{form}")).await.is(403);
        rita.post(
            &format!("{users}/{form}"),
            &[
                ("username", "eve"),
                ("password_source", "generate"),
                ("a.name", "E"),
            ],
        )
        .await
        .is(403);
    }
    for action in [
        "enable",
        "disable",
        "confirm",
        "reset-password",
        "sign-out",
        "software-token/delete",
    ] {
        rita.post(&format!("{url}/{action}"), &[])
            .await
            .is(403)
            .has("read-only");
    }
    rita.post(&format!("{url}/groups/add"), &[("group", "g")])
        .await
        .is(403);
    rita.post(&format!("{url}/groups/remove"), &[("group", "g")])
        .await
        .is(403);
    rita.post(
        &format!("{url}/attributes/delete"),
        &[("attribute", "name")],
    )
    .await
    .is(403);
    let user = user(&house, &pool, "tess").await;
    assert_eq!(
        (&user["Enabled"], &user["UserStatus"]),
        (&json!(true), &json!("FORCE_CHANGE_PASSWORD"))
    );
}

#[tokio::test]
async fn in_a_pool_of_addresses_the_address_is_the_name() {
    let house = House::new().await;
    let pool = json!({ "PoolName": "People", "UsernameAttributes": ["email"] });
    let pool = house.app.ok("CreateUserPool", pool).await["UserPool"]["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut ada = house.administrator("ada").await;
    let page = create(&mut ada, &pool, &[("password_source", "generate")]).await;
    page.is(200)
        .has("Enter an email address.")
        .lacks("f-username");
    let form = [
        ("email", "tess@example.com"),
        ("password_source", "generate"),
    ];
    create(&mut ada, &pool, &form)
        .await
        .is(200)
        .has("tess@example.com")
        .has("has been created");
}

#[tokio::test]
async fn passkeys_of_a_user_are_listed_and_deleted() {
    let house = House::new().await;
    let factors =
        json!({ "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"] } });
    let pool = json!({ "PoolName": "People", "Policies": factors });
    let pool = house.app.ok("CreateUserPool", pool).await["UserPool"]["Id"]
        .as_str()
        .unwrap()
        .to_owned();
    let client = house.app.client(&pool, json!({})).await;
    let tess = json!({ "UserPoolId": pool, "Username": "tess", "MessageAction": "SUPPRESS" });
    house.app.ok("AdminCreateUser", tess).await;
    let password = json!({
        "UserPoolId": pool, "Username": "tess", "Password": "Corr3ct-Horse!", "Permanent": true,
    });
    house.app.ok("AdminSetUserPassword", password).await;
    let parameters = json!({ "USERNAME": "tess", "PASSWORD": "Corr3ct-Horse!" });
    let sign_in = json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client.id, "AuthParameters": parameters,
    });
    let tokens = house.app.ok("InitiateAuth", sign_in).await;
    let token = json!({ "AccessToken": tokens["AuthenticationResult"]["AccessToken"] });
    let url = format!("/console/pools/{pool}/users/tess");
    let mut ada = house.administrator("ada").await;
    ada.get(&url).await.is(200).has("No passkeys");
    let authenticator = Authenticator::at("http://localhost:9229");
    let started = house
        .app
        .ok("StartWebAuthnRegistration", token.clone())
        .await;
    let mut complete = token.clone();
    complete["Credential"] = authenticator.create(&started["CredentialCreationOptions"]);
    house.app.ok("CompleteWebAuthnRegistration", complete).await;
    let mut reader = house.reader("rita").await;
    reader
        .get(&url)
        .await
        .is(200)
        .has("Platform passkey")
        .lacks("/passkeys/delete");
    let delete = format!("{url}/passkeys/delete");
    let id = authenticator.credential_id();
    reader.post(&delete, &[("passkey", &id)]).await.is(403);
    ada.get(&url)
        .await
        .is(200)
        .has("Platform passkey")
        .has("localhost")
        .has("Never");
    ada.post(&delete, &[("passkey", "AQID")])
        .await
        .is(200)
        .has("There is a problem");
    ada.post(&delete, &[("passkey", &id)])
        .await
        .is(200)
        .has("The passkey has been deleted.")
        .has("No passkeys");
    ada.get("/console/audit")
        .await
        .is(200)
        .has("DeletePasskey")
        .has("tess");
    ada.get(&format!("{url}/events"))
        .await
        .is(200)
        .has("Passkey added")
        .has("Passkey deleted");
}
