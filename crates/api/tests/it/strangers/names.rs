//! Resolution of names to users, and names that cannot be taken.

use serde_json::{Value, json};

use crate::users::{PASSWORD, Scene, attribute};

async fn admin_sign_in(scene: &Scene, username: &str, flow: &str) -> cabana_testkit::Answer {
    let body = json!({
        "ClientId": scene.client.id, "AuthFlow": flow,
        "AuthParameters": { "USERNAME": username, "PASSWORD": PASSWORD },
    });
    scene.admin("AdminInitiateAuth", body).await
}

async fn sub_of(scene: &Scene, username: &str) -> String {
    attribute(&scene.get(username).await["UserAttributes"], "sub").unwrap()
}

#[tokio::test]
async fn people_do_not_sign_in_under_a_sub_and_administrators_name_them_by_it() {
    for (client, kind, message) in [
        (
            json!({}),
            "NotAuthorizedException",
            "Incorrect username or password.",
        ),
        (
            crate::users::telling(),
            "UserNotFoundException",
            "User does not exist.",
        ),
    ] {
        let scene = Scene::new(json!({}), client).await;
        scene.user("ann", json!({})).await;
        let sub = sub_of(&scene, "ann").await;
        scene.sign_in(&sub, PASSWORD).await.refused(kind, message);
        scene.sign_in("ann", PASSWORD).await.ok();
        for name in [sub.as_str(), &sub.to_uppercase(), "ann"] {
            admin_sign_in(&scene, name, "ADMIN_USER_PASSWORD_AUTH")
                .await
                .ok();
            assert_eq!(scene.get(name).await["Username"], "ann");
        }
    }
}

#[tokio::test]
async fn a_sub_is_the_user_name_where_addresses_sign_in() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let sub = sub_of(&scene, crate::users::ANN).await;
    scene.sign_in(&sub, PASSWORD).await.ok();
}

#[tokio::test]
async fn each_of_the_two_operations_has_its_own_flows() {
    let scene = Scene::usual().await;
    scene.ann().await;
    let refusal = "Initiate Auth method not supported.";
    admin_sign_in(&scene, crate::users::ANN, "USER_PASSWORD_AUTH")
        .await
        .refused("InvalidParameterException", refusal);
    for flow in ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] {
        let parameters = json!({ "USERNAME": crate::users::ANN, "PASSWORD": PASSWORD });
        let body = json!({ "AuthFlow": flow, "AuthParameters": parameters });
        let answer = scene.public("InitiateAuth", body).await;
        answer.refused("InvalidParameterException", refusal);
    }
}

#[tokio::test]
async fn a_refresh_takes_the_hash_over_the_real_name_and_no_other() {
    let aliases = crate::users::aliases();
    let client = json!({ "GenerateSecret": true });
    let scene = Scene::new(aliases, client).await;
    let address = json!({ "email": crate::users::ANN, "email_verified": "true" });
    scene.user("ann", address).await;
    let secret = scene.client.secret.clone().unwrap();
    let hash = |name: &str| {
        json!(cabana_api::logic::clients::secret_hash::compute(
            &secret,
            name,
            &scene.client.id
        ))
    };
    let begin = json!({ "USERNAME": crate::users::ANN, "PASSWORD": PASSWORD,
        "SECRET_HASH": hash(crate::users::ANN) });
    let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": begin });
    let tokens = scene.public("InitiateAuth", body).await.ok();
    let token = &tokens["AuthenticationResult"]["RefreshToken"];
    let refresh = async |hash: Value| {
        let parameters = json!({ "REFRESH_TOKEN": token, "SECRET_HASH": hash,
            "USERNAME": crate::users::ANN });
        let body = json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters });
        scene.public("InitiateAuth", body).await
    };
    let id = &scene.client.id;
    for name in [
        crate::users::ANN.to_owned(),
        sub_of(&scene, "ann").await,
        "bob".to_owned(),
    ] {
        refresh(hash(&name)).await.refused(
            "NotAuthorizedException",
            &format!("SecretHash does not match for the client: {id}"),
        );
    }
    refresh(Value::Null).await.refused(
        "NotAuthorizedException",
        &format!("Client {id} is configured with secret but SECRET_HASH was not received"),
    );
    refresh(hash("ann")).await.ok();
}

/// A pool with aliases, with ann, and mallory's token.
async fn with_mallory(pool: Value) -> (Scene, String) {
    let scene = Scene::new(pool, json!({})).await;
    scene.user("ann", json!({})).await;
    scene.user("mallory", json!({})).await;
    let token = scene.token("mallory").await;
    (scene, token)
}

fn preferred(name: &str) -> Value {
    json!([{ "Name": "preferred_username", "Value": name }])
}

#[tokio::test]
async fn nobody_takes_a_name_that_is_the_sub_of_another() {
    for case_sensitive in [true, false] {
        let mut pool = crate::users::aliases();
        pool["UsernameConfiguration"] = json!({ "CaseSensitive": case_sensitive });
        let (scene, token) = with_mallory(pool).await;
        let sub = sub_of(&scene, "ann").await;
        let simple = sub.replace('-', "");
        for name in [&sub, &sub.to_uppercase(), &simple] {
            let taken = "An account with the given preferred_username already exists.";
            let update = json!({ "AccessToken": token, "UserAttributes": preferred(name) });
            scene
                .app
                .call("UpdateUserAttributes", update)
                .await
                .refused("AliasExistsException", taken);
            let update = json!({ "Username": "mallory", "UserAttributes": preferred(name) });
            scene
                .admin("AdminUpdateUserAttributes", update)
                .await
                .refused("AliasExistsException", taken);
            let made = json!({ "Username": "eve", "UserAttributes": preferred(name) });
            let made = scene.admin("AdminCreateUser", made).await;
            assert_eq!(made.kind(), "UsernameExistsException", "{}", made.body);
            let made = scene.sign_up(name, json!({})).await;
            made.refused("UsernameExistsException", "User already exists");
            let made = scene
                .admin("AdminCreateUser", json!({ "Username": name }))
                .await;
            made.refused("UsernameExistsException", "User account already exists");
        }
        let body = json!({ "GroupName": "admins" });
        scene.admin("CreateGroup", body).await.ok();
        let body = json!({ "Username": sub, "GroupName": "admins" });
        scene.admin("AdminAddUserToGroup", body).await.ok();
        let body = json!({ "GroupName": "admins" });
        let members = scene.admin("ListUsersInGroup", body).await.ok();
        assert_eq!(members["Users"][0]["Username"], "ann");
    }
}

#[tokio::test]
async fn a_new_password_brings_no_name_of_another() {
    let (scene, _) = with_mallory(crate::users::aliases()).await;
    let sub = sub_of(&scene, "ann").await;
    let body = json!({ "Username": "mallory", "Password": "Temp-orary-1", "Permanent": false });
    scene.admin("AdminSetUserPassword", body).await.ok();
    for name in [sub.as_str(), "ann"] {
        let begun = scene.sign_in("mallory", "Temp-orary-1").await.ok();
        let answers = json!({ "USERNAME": "mallory", "NEW_PASSWORD": PASSWORD,
            "userAttributes.preferred_username": name });
        let body = json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": begun["Session"],
            "ChallengeResponses": answers });
        let answer = scene.public("RespondToAuthChallenge", body).await;
        assert_eq!(answer.kind(), "AliasExistsException", "{}", answer.body);
    }
}

#[tokio::test]
async fn no_chosen_name_has_the_form_of_an_address_or_number_that_signs_in() {
    let (scene, token) = with_mallory(crate::users::aliases()).await;
    for (name, form) in [
        ("ceo@corp.example", "email"),
        ("+4930123456", "phone number"),
    ] {
        let refusal = format!(
            "preferred_username cannot be of {form} format, since user pool is configured for {form} alias."
        );
        let update = json!({ "AccessToken": token, "UserAttributes": preferred(name) });
        let answer = scene.app.call("UpdateUserAttributes", update).await;
        answer.refused("InvalidParameterException", &refusal);
        let update = json!({ "Username": "mallory", "UserAttributes": preferred(name) });
        let answer = scene.admin("AdminUpdateUserAttributes", update).await;
        answer.refused("InvalidParameterException", &refusal);
        let made = json!({ "Username": "eve", "UserAttributes": preferred(name) });
        let answer = scene.admin("AdminCreateUser", made).await;
        answer.refused("InvalidParameterException", &refusal);
    }
    // If these are no aliases, a name may have any form.
    let pool = json!({ "AliasAttributes": ["preferred_username"] });
    let (scene, token) = with_mallory(pool).await;
    let update = json!({ "AccessToken": token, "UserAttributes": preferred("ceo@corp.example") });
    scene.app.ok("UpdateUserAttributes", update).await;
}

#[tokio::test]
async fn administrators_find_by_sub_before_any_name() {
    let (scene, _) = with_mallory(crate::users::aliases()).await;
    let sub = sub_of(&scene, "ann").await;
    // As an earlier build without this rule could have stored it.
    let store = &scene.app.api.store;
    let pool = cabana_domain::PoolId::new(&scene.pool);
    let mut mallory = store.user_by_name(&pool, "mallory").await.unwrap().unwrap();
    mallory
        .attributes
        .insert("preferred_username".to_owned(), sub.clone());
    let settings = store.pool(&pool).await.unwrap().unwrap();
    let names = Some(mallory.login_names(&settings));
    let user = Box::new(mallory);
    store
        .apply(vec![cabana_store::Change::UpdateUser { user, names }])
        .await
        .unwrap();
    assert_eq!(scene.get(&sub).await["Username"], "ann");
    let off = json!({ "Username": sub });
    scene.admin("AdminDisableUser", off).await.ok();
    assert_eq!(scene.get("ann").await["Enabled"], false);
    assert_eq!(scene.get("mallory").await["Enabled"], true);
    let gone = json!({ "Username": sub });
    scene.admin("AdminDeleteUser", gone).await.ok();
    assert_eq!(scene.get("mallory").await["Username"], "mallory");
}

#[tokio::test]
async fn the_names_of_one_account_share_its_limits_and_it_shows() {
    let scene = Scene::new(crate::users::aliases(), json!({})).await;
    let address = json!({ "email": crate::users::ANN, "email_verified": "true" });
    scene.user("ann", address).await;
    let ann = ["ann", crate::users::ANN];
    let nobody = ["zoe", "zoe@example.com"];
    for (names, joined) in [(ann, true), (nobody, false)] {
        let mut last = Vec::new();
        for name in names.repeat(3) {
            let forgot = json!({ "Username": name });
            let forgot = scene.public("ForgotPassword", forgot).await;
            let wrong = scene.sign_in(name, "Wrong-horse-1").await;
            last = vec![forgot.kind() == "LimitExceededException", {
                let message = wrong.body["message"].as_str().unwrap_or_default();
                message == "Password attempts exceeded"
            }];
        }
        assert_eq!(last, [joined, joined], "{names:?}");
    }
}

#[tokio::test]
async fn who_types_the_sub_of_somebody_uses_up_none_of_their_codes() {
    let scene = Scene::new(json!({}), json!({})).await;
    let address = json!({ "email": crate::users::ANN, "email_verified": "true" });
    scene.user("ann", address).await;
    let sub = sub_of(&scene, "ann").await;
    let forgot = async |name: &str| {
        let body = json!({ "Username": name });
        scene.public("ForgotPassword", body).await
    };
    for _ in 0..5 {
        forgot(&sub).await.ok();
    }
    assert_eq!(forgot(&sub).await.kind(), "LimitExceededException");
    forgot("ann").await.ok();
    assert_eq!(scene.app.mailbox().await.len(), 1);
}
