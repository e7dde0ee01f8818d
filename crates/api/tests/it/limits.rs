//! Rate limits: callers over the limit are refused, and nobody else.

use std::net::IpAddr;

use cabana_api::Peer;
use cabana_api::limits::Rates;
use cabana_domain::Span;
use cabana_testkit::{Answer, TestApp, TestClient};
use serde_json::{Value, json};

use crate::auth::{PASSWORD, sign_in, with_ada};

const ONE: [u8; 4] = [203, 0, 113, 1];
const OTHER: [u8; 4] = [203, 0, 113, 2];
/// Burst, in seconds.
const BURST: usize = 5;

async fn from(app: &TestApp, address: [u8; 4], operation: &str, body: &Value) -> Answer {
    let mut request = app.request(operation, body);
    request.extensions_mut().insert(Peer(IpAddr::from(address)));
    app.send(request).await
}

/// The number of calls that were admitted; the others were refused by the rate limit.
async fn let_through(
    app: &TestApp,
    address: [u8; 4],
    operation: &str,
    body: &Value,
    calls: usize,
) -> usize {
    let mut through = 0;
    for _ in 0..calls {
        let answer = from(app, address, operation, body).await;
        match answer.body["__type"].as_str() {
            Some("TooManyRequestsException") => {
                assert_eq!(answer.status, 400);
                assert_eq!(answer.body["message"], "Too many requests");
            }
            _ => through += 1,
        }
    }
    through
}

fn begun(client: &TestClient, name: &str) -> Value {
    json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client.id,
        "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
    })
}

async fn token(app: &TestApp, client: &TestClient, name: &str) -> Value {
    let body = sign_in(app, client, name, PASSWORD).await.ok();
    body["AuthenticationResult"]["AccessToken"].clone()
}

#[tokio::test]
async fn one_address_that_asks_too_often_is_refused_while_another_goes_on() {
    let app = TestApp::limited(Rates {
        per_address: 2,
        ..Rates::OFF
    });
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    let sign_in = begun(&client, "ada@example.org");
    assert_eq!(
        let_through(&app, ONE, "InitiateAuth", &sign_in, 20).await,
        2 * BURST
    );
    assert_eq!(
        from(&app, OTHER, "InitiateAuth", &sign_in).await.status,
        200
    );
    let pools = json!({ "MaxResults": 1 });
    for _ in 0..20 {
        let by_an_administrator = from(&app, ONE, "ListUserPools", &pools).await;
        assert_eq!(by_an_administrator.status, 200);
    }
    app.advance(Span::seconds(1));
    assert_eq!(
        let_through(&app, ONE, "InitiateAuth", &sign_in, 20).await,
        2,
        "a second later"
    );
}

#[tokio::test]
async fn passwords_have_a_limit_of_their_own() {
    let app = TestApp::limited(Rates {
        per_address: 100,
        passwords_per_address: 1,
        ..Rates::OFF
    });
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    let sign_in = begun(&client, "ada@example.org");
    let token = token(&app, &client, "ada@example.org").await;
    assert_eq!(
        let_through(&app, ONE, "InitiateAuth", &sign_in, 20).await,
        BURST
    );
    let own = json!({ "AccessToken": token });
    assert_eq!(let_through(&app, ONE, "GetUser", &own, 20).await, 20);
    let refresh = json!({
        "AuthFlow": "REFRESH_TOKEN_AUTH", "ClientId": client.id,
        "AuthParameters": { "REFRESH_TOKEN": "x" },
    });
    assert_eq!(
        let_through(&app, ONE, "InitiateAuth", &refresh, 20).await,
        20
    );
    assert_eq!(
        from(&app, OTHER, "InitiateAuth", &sign_in).await.status,
        200
    );
}

#[tokio::test]
async fn one_user_who_asks_too_often_is_refused_while_another_goes_on() {
    let app = TestApp::limited(Rates {
        per_user: 2,
        ..Rates::OFF
    });
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    let bob = json!({ "UserPoolId": pool, "Username": "bob@example.org", "Password": PASSWORD, "Permanent": true });
    let made =
        json!({ "UserPoolId": pool, "Username": "bob@example.org", "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", made).await;
    app.ok("AdminSetUserPassword", bob).await;
    let ada = json!({ "AccessToken": token(&app, &client, "ada@example.org").await });
    let bob = json!({ "AccessToken": token(&app, &client, "bob@example.org").await });
    assert_eq!(let_through(&app, ONE, "GetUser", &ada, 20).await, 2 * BURST);
    assert_eq!(let_through(&app, ONE, "GetUser", &bob, 5).await, 5);
    let change = json!({
        "AccessToken": ada["AccessToken"],
        "UserAttributes": [{ "Name": "name", "Value": "Ada" }],
    });
    assert_eq!(
        let_through(&app, ONE, "UpdateUserAttributes", &change, 20).await,
        2 * BURST,
        "writes are counted apart"
    );
    app.advance(Span::seconds(1));
    assert_eq!(let_through(&app, ONE, "GetUser", &ada, 20).await, 2);
    let by_an_administrator = json!({ "UserPoolId": pool, "Username": "ada@example.org" });
    for _ in 0..20 {
        app.ok("AdminGetUser", by_an_administrator.clone()).await;
    }
}

#[tokio::test]
async fn a_name_is_counted_in_whatever_case_and_whether_anybody_has_it_or_not() {
    let app = TestApp::limited(Rates {
        per_user: 2,
        ..Rates::OFF
    });
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    for names in [
        ["ada@example.org", "ADA@example.org"],
        ["nobody@example.org", "Nobody@example.org"],
    ] {
        let mut through = 0;
        for name in names {
            through += let_through(&app, ONE, "InitiateAuth", &begun(&client, name), 8).await;
        }
        assert_eq!(through, 2 * BURST, "{names:?}");
        let forgotten = json!({ "ClientId": client.id, "Username": names[0] });
        let through = let_through(&app, ONE, "ForgotPassword", &forgotten, 20).await;
        assert_eq!(through, 2 * BURST, "{names:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_none_uses_up_nothing_of_the_user_it_names() {
    let app = TestApp::limited(Rates {
        per_user: 1,
        ..Rates::OFF
    });
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    let token = token(&app, &client, "ada@example.org").await;
    let (signed, _) = token.as_str().unwrap().rsplit_once('.').unwrap();
    let forged = json!({ "AccessToken": format!("{signed}.AAAA") });
    for _ in 0..20 {
        let refused = from(&app, ONE, "GetUser", &forged).await;
        assert_eq!(refused.body["__type"], "NotAuthorizedException");
    }
    app.ok("GetUser", json!({ "AccessToken": token })).await;
}

#[tokio::test]
async fn operations_without_a_word_for_it_answer_what_sdks_know_too() {
    let app = TestApp::limited(Rates {
        per_user: 1,
        ..Rates::OFF
    });
    let (_, client) = with_ada(&app, Value::Null, json!({})).await;
    let token = token(&app, &client, "ada@example.org").await;
    let body = json!({ "AccessToken": token });
    for _ in 0..BURST {
        app.ok("SetUserMFAPreference", body.clone()).await;
    }
    let refused = app.call("SetUserMFAPreference", body).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["__type"], "ThrottlingException");
}

#[tokio::test]
async fn quotas_by_category_count_where_they_are_switched_on() {
    let list = json!({ "MaxResults": 1 });
    for (categories, expected) in [(true, 15), (false, 40)] {
        let app = TestApp::limited(Rates {
            categories,
            ..Rates::OFF
        });
        let mut through = 0;
        for _ in 0..40 {
            let answer = app.call("ListUserPools", list.clone()).await;
            match answer.status {
                200 => through += 1,
                _ => assert_eq!(
                    (&answer.body["__type"], &answer.body["message"]),
                    (&json!("TooManyRequestsException"), &json!("Rate exceeded"))
                ),
            }
        }
        assert_eq!(through, expected);
        app.pool(Value::Null).await;
    }
}

#[tokio::test]
async fn a_client_that_shows_its_secret_too_often_is_refused_and_who_guesses_uses_up_nothing_of_it()
{
    let app = TestApp::limited(Rates {
        per_address: 8,
        per_client: 1,
        ..Rates::OFF
    });
    let pool = app.pool(Value::Null).await;
    let settings =
        json!({ "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "GenerateSecret": true });
    let client = app.client(&pool, settings).await;
    let ask = |secret: &str| json!({ "ClientId": client.id, "Secret": secret });
    let guess = ask(&"x".repeat(24));
    assert_eq!(
        let_through(&app, ONE, "GetClientToken", &guess, 60).await,
        8 * BURST,
        "guesses count for the address"
    );
    let right = ask(client.secret.as_deref().unwrap());
    assert_eq!(
        let_through(&app, OTHER, "GetClientToken", &right, 20).await,
        BURST
    );
}

#[tokio::test]
async fn who_begins_a_sign_in_with_a_name_uses_up_nothing_of_its_user() {
    let app = TestApp::limited(Rates {
        per_user: 1,
        ..Rates::OFF
    });
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"] });
    let (_, client) = with_ada(&app, Value::Null, flows).await;
    let own = json!({ "AccessToken": token(&app, &client, "ada@example.org").await });
    for name in ["ada@example.org", "nobody@example.org"] {
        app.advance(Span::seconds(10));
        let begun = json!({ "ClientId": client.id, "AuthFlow": "USER_AUTH",
            "AuthParameters": { "USERNAME": name } });
        let asked = app.ok("InitiateAuth", begun).await;
        let answer = |called: &str| {
            json!({ "ClientId": client.id, "ChallengeName": "SELECT_CHALLENGE",
                "Session": asked["Session"],
                "ChallengeResponses": { "USERNAME": called, "ANSWER": "x" } })
        };
        // Under whatever name, as guesses are.
        let mut through = 0;
        for called in [name, "another@example.org"] {
            let body = answer(called);
            through += let_through(&app, ONE, "RespondToAuthChallenge", &body, 10).await;
        }
        assert_eq!(through, BURST - 1, "{name}");
        app.ok("GetUser", own.clone()).await;
    }
    // Whoever has shown the password is the user.
    app.advance(Span::seconds(10));
    let answer = from(&app, ONE, "GetUser", &own).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn who_types_the_sub_of_somebody_uses_up_nothing_of_theirs() {
    let app = TestApp::limited(Rates {
        per_user: 1,
        ..Rates::OFF
    });
    // Here it is the user name, too.
    let (pool, client) = with_ada(&app, Value::Null, json!({})).await;
    let named = json!({ "UserPoolId": pool, "Username": "ada@example.org" });
    let ada = app.ok("AdminGetUser", named).await;
    let sub = crate::users::attribute(&ada["UserAttributes"], "sub").unwrap();
    let own = json!({ "AccessToken": token(&app, &client, "ada@example.org").await });
    let through = let_through(&app, ONE, "InitiateAuth", &begun(&client, &sub), 20).await;
    assert_eq!(through, BURST);
    let forgotten = json!({ "ClientId": client.id, "Username": sub });
    let through = let_through(&app, ONE, "ForgotPassword", &forgotten, 20).await;
    assert_eq!(through, BURST);
    app.ok("GetUser", own.clone()).await;
    app.ok("SetUserMFAPreference", own).await;
}
