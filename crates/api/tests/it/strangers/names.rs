//! Who is meant by a name, and which names nobody may take.

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
        json!(cabana_api::logic::secret_hash::compute(
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
