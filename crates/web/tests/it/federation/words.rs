//! What a provider says, as a function changes it, and as tokens tell it.

use cabana_testkit::parameters;
use serde_json::{Value, json};

use super::{House, refused};
use crate::shop::code_of;

fn with_functions(names: &[&str]) -> Value {
    let mut config = cabana_testkit::lambda_config(names);
    let arn = cabana_testkit::function("InboundFederation");
    config["InboundFederation"] = json!({ "LambdaArn": arn, "LambdaVersion": "V1_0" });
    json!({
        "LambdaConfig": config,
        "Schema": [{ "Name": "team", "AttributeDataType": "String", "Mutable": true }],
    })
}

/// Gives the event back with this response.
fn answering(house: &House, response: Value) {
    house.functions.answer(move |mut event| {
        if event["triggerSource"] == "InboundFederation_ExternalProvider" {
            event["response"] = response.clone();
        }
        Ok(event.to_string().into_bytes())
    });
}

#[tokio::test]
async fn a_function_changes_what_the_provider_says_before_it_is_mapped() {
    let mapping = json!({ "email": "email", "name": "name", "custom:team": "team" });
    let house = House::with(
        with_functions(&["PreSignUp"]),
        json!({ "AttributeMapping": mapping }),
    )
    .await;
    let info = json!({ "sub": "Ann-1", "email": "ann@corp.example", "name": "Ann", "team": "red" });
    house
        .idp
        .person(json!({ "sub": "Ann-1", "acr": "low" }), info);
    let changed = json!({ "email": "ann@changed.example", "custom:team": "blue", "sub": "other" });
    answering(&house, json!({ "userAttributesToMap": changed }));
    let id = house.id_token().await;
    assert_eq!(id["cognito:username"], "corp_ann-1", "the subject stays");
    let calls = house.functions.take();
    let event = &calls[0].event;
    assert_eq!(event["version"], "1");
    assert_eq!(event["triggerSource"], "InboundFederation_ExternalProvider");
    assert_eq!(event["userName"], "corp_ann-1");
    let request = &event["request"];
    assert_eq!(request["providerName"], "Corp");
    assert_eq!(request["providerType"], "OIDC");
    let attributes = &request["attributes"];
    assert_eq!(attributes["tokenResponse"]["access_token"], "at");
    assert_eq!(attributes["tokenResponse"]["expires_in"], "300");
    assert_eq!(attributes["idToken"]["acr"], "low");
    assert_eq!(attributes["userInfo"]["team"], "red");
    assert_eq!(event["response"], json!({ "userAttributesToMap": {} }));
    // It comes first: the next function sees what it made.
    assert_eq!(
        calls[1].event["triggerSource"],
        "PreSignUp_ExternalProvider"
    );
    let told = &calls[1].event["request"]["userAttributes"];
    assert_eq!(told["email"], "ann@changed.example");
    let user = house.attributes("corp_ann-1").await;
    assert_eq!(user["email"], "ann@changed.example");
    assert_eq!(user["custom:team"], "blue");
    assert_eq!(user.get("name"), None, "what it leaves out is not mapped");

    // At every sign-in; an empty answer changes nothing.
    answering(&house, json!({ "userAttributesToMap": {} }));
    house.id_token().await;
    let user = house.attributes("corp_ann-1").await;
    assert_eq!(
        (&user["name"], &user["custom:team"]),
        (&json!("Ann"), &json!("red"))
    );
    assert_eq!(user["email"], "ann@corp.example");
    let sources = house.functions.sources();
    assert_eq!(sources[0], "InboundFederation_ExternalProvider");
}

#[tokio::test]
async fn a_function_that_refuses_or_answers_nonsense_lets_nobody_in() {
    let house = House::with(with_functions(&[]), json!({})).await;
    let failed = cabana_api::ports::FunctionError::Failed("not here".to_owned());
    house.functions.answer(move |_| Err(failed.clone()));
    let (error, why) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(error, "invalid_request");
    assert_eq!(why, "InboundFederation failed with error not here. ");
    for response in [json!({ "userAttributesToMap": ["email"] }), json!("x")] {
        answering(&house, response);
        let (error, _) = refused(&house.sign_in(&house.shop.browser()).await);
        assert_eq!(error, "server_error");
    }
    house.functions.answer(|mut event| {
        event["userName"] = json!("corp_bea");
        Ok(event.to_string().into_bytes())
    });
    let (error, _) = refused(&house.sign_in(&house.shop.browser()).await);
    assert_eq!(error, "server_error");
    assert_eq!(house.users().await, 0);
}

#[tokio::test]
async fn levels_are_translated_there_and_back() {
    let acr = json!({ "AcrMapping": { "Level2": "urn:corp:code", "Level3": "urn:corp:strong" } });
    let house = House::with(json!({}), acr).await;
    for (claims, level, methods) in [
        (
            json!({ "acr": "urn:corp:strong", "amr": ["pwd", "face", "otp"] }),
            3,
            json!(["pwd", "otp", "mfa"]),
        ),
        (json!({ "acr": "urn:corp:code" }), 2, json!(["fed"])),
        (
            json!({ "acr": "urn:other", "amr": ["face"] }),
            1,
            json!(["fed"]),
        ),
        (json!({}), 1, json!(["fed"])),
    ] {
        let mut id = claims.clone();
        id["sub"] = json!("Ann-1");
        house
            .idp
            .person(id, json!({ "sub": "Ann-1", "acr": "urn:corp:strong" }));
        let browser = house.shop.browser();
        let asked = [
            ("acr_values", "urn:cognito:loa:3"),
            ("identity_provider", "Corp"),
        ];
        let sent = house.sent(&browser, &asked).await;
        assert_eq!(parameters(sent.location())["acr_values"], "urn:corp:strong");
        let back = house.idp.signs_in(sent.location());
        let page = browser.get(&house.answer(&back)).await;
        let tokens = house.shop.redeem(&code_of(&page), &[]).await.json();
        let token = crate::shop::claims(&tokens["id_token"]);
        // An ID token that says nothing leaves it to the user info.
        let level = if claims.get("acr").is_some() {
            level
        } else {
            3
        };
        assert_eq!(token["acr"], format!("urn:cognito:loa:{level}"), "{claims}");
        assert_eq!(token["amr"], methods, "{claims}");
    }
}
