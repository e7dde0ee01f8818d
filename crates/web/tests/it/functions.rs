//! Functions of pools at the pages and endpoints.

use std::sync::Arc;

use cabana_api::ports::FunctionError;
use cabana_testkit::{TestApp, TestFunctions, function, lambda_config};
use serde_json::{Value, json};

use crate::shop::{PASSWORD, Shop, claims, code_of};

const EMAIL: &str = "requiredAttributes[email]";

/// A shop whose pool has this configuration, and its functions.
async fn open(config: Value, client: Value) -> (Shop, Arc<TestFunctions>) {
    let mut app = TestApp::new();
    let functions = app.functions();
    let pool = json!({ "LambdaConfig": config });
    let shop = Shop::of(Arc::new(app), pool, client).await;
    functions.take();
    (shop, functions)
}

fn refuse(functions: &TestFunctions) {
    functions.answer(|_| Err(FunctionError::Failed("Not <today>".to_owned())));
}

#[tokio::test]
async fn what_a_function_says_stands_above_the_form_of_the_sign_in_page() {
    for trigger in ["PreAuthentication", "PostAuthentication"] {
        let (shop, functions) = open(lambda_config(&[trigger]), json!({})).await;
        refuse(&functions);
        let browser = shop.browser();
        let page = shop.sign_in(&browser, &[]).await;
        assert!(page.has("password"), "{}", page.plain());
        let said = format!("{trigger} failed with error Not &#60;today&#62;.");
        assert!(page.text.contains(&said), "{}", page.text);
        functions.respond(|_| Value::Null);
        let values = [("username", "ada"), ("password", PASSWORD)];
        code_of(&browser.submit(&page, &values).await);

        // One that cannot be called has nothing to say.
        functions.answer(|_| Err(FunctionError::NotConfigured));
        let page = shop.sign_in(&shop.browser(), &[]).await;
        assert!(
            page.has("password") && page.status == 200,
            "{}",
            page.plain()
        );
        assert!(!page.text.contains("invocation"), "{}", page.plain());
    }
}

#[tokio::test]
async fn a_function_refuses_and_confirms_those_who_sign_up() {
    let (shop, functions) = open(lambda_config(&["PreSignUp"]), json!({})).await;
    refuse(&functions);
    let browser = shop.browser();
    let page = browser.get(&shop.at("/signup", &[])).await;
    let values = [
        ("username", "bea"),
        (EMAIL, "bea@example.com"),
        ("password", PASSWORD),
    ];
    let page = browser.submit(&page, &values).await;
    let said = "PreSignUp failed with error Not &#60;today&#62;.";
    assert!(page.text.contains(said), "{}", page.text);
    functions.respond(|_| json!({ "autoConfirmUser": true }));
    // Straight in, without a code.
    code_of(&browser.press(&page, &values).await);
}

#[tokio::test]
async fn tokens_of_a_code_and_of_the_implicit_grant_have_what_the_function_adds() {
    let config = json!({ "PreTokenGenerationConfig": {
        "LambdaArn": function("tokens"), "LambdaVersion": "V2_0",
    } });
    let client = json!({ "AllowedOAuthFlows": ["code", "implicit"] });
    let (shop, functions) = open(config, client).await;
    let side = json!({ "claimsToAddOrOverride": { "team": "red" } });
    let details = json!({ "idTokenGeneration": side, "accessTokenGeneration": side });
    functions.respond(move |_| json!({ "claimsAndScopeOverrideDetails": details.clone() }));
    let tokens = shop.tokens(&[]).await;
    assert_eq!(functions.sources(), ["TokenGeneration_HostedAuth"]);
    for token in ["id_token", "access_token"] {
        assert_eq!(claims(&tokens[token])["team"], "red");
    }
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let fresh = shop
        .token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)])
        .await;
    assert_eq!(claims(&fresh.json()["id_token"])["team"], "red");
    let calls = functions.take();
    assert_eq!(
        calls[0].event["triggerSource"],
        "TokenGeneration_RefreshTokens"
    );
    assert_eq!(
        calls[0].event["request"]["scopes"],
        json!(["openid", "email"])
    );

    let page = shop
        .sign_in(&shop.browser(), &[("response_type", "token")])
        .await;
    assert_eq!(functions.sources(), ["TokenGeneration_HostedAuth"]);
    let id = json!(page.sent_back("id_token").unwrap());
    assert_eq!(claims(&id)["team"], "red");

    refuse(&functions);
    let refused = shop.redeem(&shop.code(&[]).await, &[]).await;
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.json(),
        json!({
            "error": "invalid_request",
            "error_description": "PreTokenGeneration failed with error Not <today>.",
        })
    );
}

#[tokio::test]
async fn a_refused_code_is_not_used_up_by_a_function_that_failed() {
    let (shop, functions) = open(lambda_config(&["PreTokenGeneration"]), json!({})).await;
    let code = shop.code(&[]).await;
    refuse(&functions);
    assert_eq!(shop.redeem(&code, &[]).await.status, 400);
    functions.respond(|_| Value::Null);
    assert_eq!(shop.redeem(&code, &[]).await.status, 200);
}

#[tokio::test]
async fn a_machine_hands_values_to_the_function() {
    let config = json!({ "PreTokenGenerationConfig": {
        "LambdaArn": function("tokens"), "LambdaVersion": "V3_0",
    } });
    let (shop, functions) = open(config, json!({})).await;
    let server = json!({ "UserPoolId": shop.pool, "Identifier": "things", "Name": "Things",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "Read" }] });
    shop.app.ok("CreateResourceServer", server).await;
    let machine = json!({ "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["things/read"] });
    let machine = shop.app.client(&shop.pool, machine).await;
    let path = format!("/{}/oauth2/token", shop.pool);
    let ask = async |metadata: &str| {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", machine.id.as_str()),
            ("client_secret", machine.secret.as_deref().unwrap()),
            ("aws_client_metadata", metadata),
        ];
        shop.browser().post(&path, &fields).await
    };
    assert_eq!(ask(r#"{"tenant":"red"}"#).await.status, 200);
    let calls = functions.take();
    assert_eq!(
        calls[0].event["triggerSource"],
        "TokenGeneration_ClientCredentials"
    );
    assert_eq!(
        calls[0].event["request"]["clientMetadata"],
        json!({ "tenant": "red" })
    );
    for bad in ["red", "[]", "{"] {
        let refused = ask(bad).await;
        assert_eq!(
            (refused.status, &refused.json()["error"]),
            (400, &json!("invalid_request"))
        );
    }
    assert!(functions.take().is_empty());
}

/// Knows everybody by the password of this test.
fn knows(functions: &TestFunctions) {
    functions.answer(|mut event| {
        let wrong = event["request"]["password"] != PASSWORD;
        if wrong && event["triggerSource"] == "UserMigration_Authentication" {
            return Err(FunctionError::Failed("Bad password".to_owned()));
        }
        let email = format!("{}@example.com", event["userName"].as_str().unwrap());
        event["response"] = json!({ "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS",
            "userAttributes": { "email": email, "email_verified": "true" } });
        Ok(event.to_string().into_bytes())
    });
}

#[tokio::test]
async fn people_from_elsewhere_sign_in_with_their_password_where_it_is_asked_first_or_chosen() {
    for existence in ["ENABLED", "LEGACY"] {
        for chooses in [false, true] {
            let mut app = TestApp::new();
            let functions = app.functions();
            let factors: &[&str] = match chooses {
                true => &["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"],
                false => &["PASSWORD"],
            };
            let pool = json!({
                "LambdaConfig": lambda_config(&["UserMigration"]),
                "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": factors } },
            });
            let client = json!({
                "PreventUserExistenceErrors": existence,
                "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
            });
            let shop = Shop::of(Arc::new(app), pool, client).await;
            knows(&functions);
            // Whatever their name: none is asked for something else first.
            for number in 0..8 {
                let name = format!("new-{number}");
                let browser = shop.browser();
                let mut page = browser.get(&shop.at("/login", &[])).await;
                if chooses {
                    page = browser.submit(&page, &[("username", &name)]).await;
                    assert!(page.has("password"), "{}", page.plain());
                }
                let mut values = vec![("password", "Wrong-Horse-1")];
                if !chooses {
                    values.push(("username", &name));
                }
                let wrong = browser.submit(&page, &values).await;
                let said = "Bad password";
                assert!(wrong.plain().contains(said), "{}", wrong.plain());
                values[0].1 = PASSWORD;
                code_of(&browser.submit(&wrong, &values).await);
                // Known from now on.
                functions.take();
                let again = shop.enter(&shop.browser(), &name, &[]).await;
                code_of(&again);
                assert!(functions.take().is_empty());
            }
        }
    }
}

#[tokio::test]
async fn people_from_elsewhere_who_forgot_their_password_come_with_a_new_one() {
    let (shop, functions) = open(lambda_config(&["UserMigration"]), json!({})).await;
    knows(&functions);
    let browser = shop.browser();
    let page = browser.get(&shop.at("/forgotPassword", &[])).await;
    let values = [("username", "bea"), ("reset_my_password", "")];
    let page = browser.submit(&page, &values).await;
    let code = shop.app.code_sent_to("bea@example.com").await;
    let values = [
        ("verification_code", code.as_str()),
        ("new_password", "An0ther-Horse!"),
        ("confirm_password", "An0ther-Horse!"),
    ];
    let done = browser.submit(&page, &values).await;
    code_of(&done);
    let sources = functions.sources();
    assert_eq!(sources, ["UserMigration_ForgotPassword"]);
}
