//! A user's sessions, and the settings of sessions.

use cabana_domain::Span;
use serde_json::{Value, json};

use crate::harness::House;

const PASSWORD: &str = "Correct-horse1";

/// A pool with an app client and a user.
async fn people(house: &House) -> (String, String) {
    let pool = house.pool("People").await;
    let client = json!({
        "UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    });
    let client = house.app.ok("CreateUserPoolClient", client).await;
    let user = json!({ "UserPoolId": pool, "Username": "tess", "MessageAction": "SUPPRESS" });
    house.app.ok("AdminCreateUser", user).await;
    let password =
        json!({ "UserPoolId": pool, "Username": "tess", "Password": PASSWORD, "Permanent": true });
    house.app.ok("AdminSetUserPassword", password).await;
    let client = client["UserPoolClient"]["ClientId"].as_str().unwrap();
    (pool, client.to_owned())
}

async fn sign_in(house: &House, client: &str) -> Value {
    let body = json!({
        "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "tess", "PASSWORD": PASSWORD },
    });
    let tokens = house.app.ok("InitiateAuth", body).await["AuthenticationResult"].clone();
    house.app.advance(Span::seconds(1));
    tokens
}

#[tokio::test]
async fn tracking_is_switched_on_and_a_users_sessions_are_listed_and_ended() {
    let house = House::new().await;
    let (pool, client) = people(&house).await;
    let mut ada = house.administrator("ada").await;
    let mut rita = house.reader("rita").await;
    let edit = format!("/console/pools/{pool}/sign-in/sessions");
    ada.get(&edit).await.is(200);
    for most in ["", "0", "101", "many"] {
        let page = ada.post(&edit, &[("track", "on"), ("most", most)]).await;
        page.is(200).has("role=\"alert\"");
    }
    ada.post(&edit, &[("track", "on"), ("most", "7")])
        .await
        .is(200)
        .has("The session settings have been saved.")
        .has("Maximum token sessions per user");
    rita.get(&edit).await.is(403);

    let user = format!("/console/pools/{pool}/users/tess");
    let list = format!("{user}/sessions");
    ada.get(&user).await.is(200).has(&list);
    ada.get(&list).await.is(200).has("No sessions");
    let tokens = sign_in(&house, &client).await;
    let sessions = json!({ "AccessToken": tokens["AccessToken"] });
    let sessions = house.app.ok("ListUserSessions", sessions).await;
    let id = sessions["Sessions"][0]["SessionId"].as_str().unwrap();
    ada.get(&list).await.is(200).has(id).has(&client).has("End");
    rita.get(&list).await.is(200).has(id).lacks("End session");
    let end = format!("{list}/end");
    rita.post(&end, &[("session", id)]).await.is(403);
    ada.get(&list).await;
    ada.post(&end, &[("session", id)])
        .await
        .is(200)
        .has("The session has been ended.")
        .has("No sessions");
    let body = json!({ "AccessToken": tokens["AccessToken"] });
    let refused = house.app.call("GetUser", body).await;
    assert_eq!(refused.kind(), "NotAuthorizedException");
    for session in ["", id, "nonsense"] {
        let page = ada.post(&end, &[("session", session)]).await;
        page.is(200).has("role=\"alert\"");
    }
}

#[tokio::test]
async fn an_app_client_says_how_long_it_reuses_a_sign_in_where_sessions_are_tracked() {
    let house = House::new().await;
    let (pool, client) = people(&house).await;
    let mut ada = house.administrator("ada").await;
    let own = format!("/console/pools/{pool}/clients/{client}");
    let edit = format!("{own}/sessions");
    ada.get(&own).await.is(200).lacks(&edit);
    let untracked = ada.post(&edit, &[("minutes", "5")]).await;
    untracked
        .is(200)
        .has("User session tracking is not enabled for the user pool.");
    let on = json!({
        "UserPoolId": pool, "UserSessionTracking": "ENABLED", "TokenSession": { "MaxPerUser": 5 },
    });
    house.app.ok("SetUserPoolSessionConfiguration", on).await;
    ada.get(&own).await.is(200).has(&edit).has("60 minutes");
    ada.get(&edit).await.is(200).has("60");
    for minutes in ["", "-1", "129601"] {
        let page = ada.post(&edit, &[("minutes", minutes)]).await;
        page.is(200).has("role=\"alert\"");
    }
    ada.post(&edit, &[("minutes", "0")])
        .await
        .is(200)
        .has("The session settings have been saved.")
        .has("Never reused");
}
