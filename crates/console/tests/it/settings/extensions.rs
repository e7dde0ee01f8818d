//! The functions of a pool.

use cabana_testkit::function;
use http::Method;
use serde_json::{Value, json};

use crate::harness::House;

async fn config(house: &House, pool: &str) -> Value {
    let which = json!({ "UserPoolId": pool });
    house.app.ok("DescribeUserPool", which).await["UserPool"]["LambdaConfig"].clone()
}

#[tokio::test]
async fn functions_are_set_listed_and_tried() {
    let house = House::new().await;
    let functions = house.functions.clone();
    let mut ada = house.administrator("ada").await;
    let pool = house.pool("Shop").await;
    let tab = format!("/console/pools/{pool}/extensions");
    ada.get(&tab)
        .await
        .is(200)
        .has("No function takes part in this user pool.");
    let edit = format!("{tab}/edit");
    ada.get(&edit).await.is(200);
    let (up, tokens) = (function("up"), function("tokens"));
    let fields = [
        ("PreSignUp", up.as_str()),
        ("PreTokenGeneration", &tokens),
        ("version", "V2_0"),
    ];
    ada.post(&edit, &fields).await.is(200).has(&up);
    assert_eq!(
        config(&house, &pool).await,
        json!({
            "PreSignUp": up, "PreTokenGeneration": tokens,
            "PreTokenGenerationConfig": { "LambdaArn": tokens, "LambdaVersion": "V2_0" },
        })
    );
    let sender = [("CustomEmailSender", up.as_str())];
    let refused = ada.post(&edit, &sender).await;
    refused.has("KMSKeyID is required");
    let wrong = [("PreSignUp", "nonsense")];
    ada.post(&edit, &wrong).await.has("role=\"alert\"");

    let page = format!("{tab}/PreSignUp");
    ada.get(&page)
        .await
        .is(200)
        .has("Nothing answers for this function")
        .has("It has not been called yet.");
    let test = format!("{page}/test");
    let done = ada.post(&test, &[]).await;
    done.is(200)
        .has("The function has answered the test event.")
        .has("PreSignUp_AdminCreateUser")
        .has("Answered");
    let call = functions.take().remove(0);
    assert_eq!(call.event["userName"], "test-event");
    assert_eq!(
        call.event["request"]["clientMetadata"],
        json!({ "test": "true" })
    );
    functions.answer(|_| Ok(b"null".to_vec()));
    ada.post(&test, &[]).await.has("Invalid JSON");
    ada.get(&tab).await.has("Failed");
    ada.get(&format!("{tab}/Nothing")).await.is(404);
    ada.get(&format!("{tab}/PostConfirmation")).await.is(404);
}

#[tokio::test]
async fn a_read_only_operator_sees_functions_and_calls_none() {
    let house = House::new().await;
    let functions = house.functions.clone();
    let mut rita = house.reader("rita").await;
    let pool = house.pool("Shop").await;
    let body = json!({ "UserPoolId": pool, "LambdaConfig": { "PreSignUp": function("up") } });
    house.app.ok("UpdateUserPool", body).await;
    let page = format!("/console/pools/{pool}/extensions/PreSignUp");
    let shown = rita.get(&page).await;
    shown.is(200).has(&function("up"));
    assert!(!shown.html.contains("Send a test event"));
    let token = rita.token.clone();
    let sent = rita
        .request(Method::POST, &format!("{page}/test"), &[("_csrf", &token)])
        .await;
    assert_ne!(sent.status, 200);
    assert!(functions.take().is_empty());
}
