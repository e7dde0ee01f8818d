//! Activity in a pool, counted per day.

use cabana_api::ports::Clock;
use cabana_domain::activity::{ActivityKind, DailyCount, day};
use cabana_domain::{PoolId, Span};
use cabana_store::Change;
use cabana_testkit::TestApp;
use serde_json::{Value, json};

const PASSWORD: &str = "Corr3ct-Horse!";

async fn sign_in(app: &TestApp, client: &str, password: &str) -> Value {
    let body = json!({
        "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ann@example.com", "PASSWORD": password },
    });
    app.call("InitiateAuth", body).await.body
}

/// Days since the first one, with kinds and counts.
async fn counts(app: &TestApp, pool: &str) -> Vec<(i64, ActivityKind, u64)> {
    app.api.flush_activity().await.unwrap();
    let first = day(cabana_testkit::START);
    let found = app.api.store.activity(&PoolId::new(pool), 0).await.unwrap();
    let mut found: Vec<_> = found
        .into_iter()
        .map(|DailyCount { day, kind, count }| (day - first, kind, count))
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn accounts_and_fresh_sign_ins_are_counted_by_day() {
    use ActivityKind::{SignIn, SignUp};
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    let other = app.pool(Value::Null).await;
    let client = app.client(&pool, json!({})).await.id;
    let sign_up =
        json!({ "ClientId": client, "Username": "ann@example.com", "Password": PASSWORD });
    app.ok("SignUp", sign_up.clone()).await;
    app.call("SignUp", sign_up).await;
    let ann = json!({ "UserPoolId": pool, "Username": "ann@example.com" });
    app.ok("AdminConfirmSignUp", ann).await;
    let bob =
        json!({ "UserPoolId": pool, "Username": "bob@example.com", "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", bob).await;
    let tokens = sign_in(&app, &client, PASSWORD).await["AuthenticationResult"].clone();
    assert!(tokens["AccessToken"].is_string());
    sign_in(&app, &client, "wrong").await;
    // A refresh does not count as a sign-in.
    let refresh = json!({
        "ClientId": client, "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": tokens["RefreshToken"] },
    });
    app.ok("InitiateAuth", refresh).await;
    let first = [(0, SignUp, 2), (0, SignIn, 1)];
    assert_eq!(counts(&app, &pool).await, first);
    assert_eq!(counts(&app, &pool).await, first, "nothing is written twice");

    app.advance(Span::days(1));
    for _ in 0..3 {
        sign_in(&app, &client, PASSWORD).await;
    }
    assert_eq!(counts(&app, &pool).await[2..], [(1, SignIn, 3)]);
    assert!(counts(&app, &other).await.is_empty());
}

#[tokio::test]
async fn counts_of_more_pools_than_fit_into_one_list_are_all_written() {
    let app = TestApp::new();
    // One created through the API, the others copied from it.
    let id = PoolId::new(app.pool(Value::Null).await);
    let template = app.api.store.pool(&id).await.unwrap().unwrap();
    let mut changes = Vec::new();
    for number in 0..300 {
        let mut pool = template.as_ref().clone();
        pool.id = PoolId::new(format!("us-east-1_n{number}"));
        changes.push(Change::InsertPool {
            pool: Box::new(pool),
            keys: vec![],
        });
    }
    app.api.store.apply(changes).await.unwrap();
    for number in 0..300 {
        let user = json!({
            "UserPoolId": format!("us-east-1_n{number}"), "Username": "bob@example.com",
            "MessageAction": "SUPPRESS",
        });
        app.ok("AdminCreateUser", user).await;
    }
    app.api.flush_activity().await.unwrap();
    let today = day(app.clock.now());
    for number in 0..300 {
        let pool = PoolId::new(format!("us-east-1_n{number}"));
        let found = app.api.store.activity(&pool, today).await.unwrap();
        assert_eq!(found.len(), 1, "{pool}");
        assert_eq!(found[0].count, 1);
    }
}
