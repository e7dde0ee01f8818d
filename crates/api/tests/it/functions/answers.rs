//! Answers that never come, that come late, and that are asked for once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cabana_api::limits::Rates;
use cabana_testkit::{TestApp, lambda_config};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::{PASSWORD, Stage};
use crate::auth::{sign_in, with_ada};

#[tokio::test]
async fn a_function_that_never_answers_is_given_up_after_five_seconds() {
    let stage = Stage::new(&["PreSignUp"]).await;
    let begun = std::time::Instant::now();
    stage.functions.run(|_| Box::pin(std::future::pending()));
    stage.sign_up("ada").await.refused(
        "UnexpectedLambdaException",
        "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
    );
    let waited = begun.elapsed();
    assert!(
        (Duration::from_secs(5)..Duration::from_secs(10)).contains(&waited),
        "{waited:?}"
    );
}

#[tokio::test]
async fn two_hundred_and_fifty_six_slow_functions_hold_up_nobody_else() {
    const SLOW: usize = 256;
    let app = TestApp::limited(Rates::OFF);
    let config = lambda_config(&["PreTokenGeneration"]);
    let stage = Arc::new(Stage::over(app, config, json!({}), json!({})).await);
    stage.user("ada").await;
    let (waiting, release) = (Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
    let (counted, released) = (waiting.clone(), release.clone());
    stage.functions.run(move |event| {
        let (counted, released) = (counted.clone(), released.clone());
        Box::pin(async move {
            counted.fetch_add(1, Ordering::SeqCst);
            let _permit = released.acquire().await.unwrap();
            Ok(event.to_string().into_bytes())
        })
    });
    let slow: Vec<_> = (0..SLOW)
        .map(|_| {
            let stage = stage.clone();
            tokio::spawn(async move { stage.sign_in("ada").await.ok() })
        })
        .collect();
    while waiting.load(Ordering::SeqCst) < SLOW {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The same user in the same pool, and another pool's.
    let body = json!({ "Username": "ada", "Password": PASSWORD, "Permanent": true });
    let quick = stage.admin("AdminSetUserPassword", body);
    timeout(Duration::from_secs(2), quick).await.unwrap().ok();
    let (_, client) = with_ada(&stage.app, Value::Null, json!({})).await;
    for _ in 0..10 {
        let quick = sign_in(&stage.app, &client, "ada@example.org", PASSWORD);
        timeout(Duration::from_secs(2), quick).await.unwrap().ok();
    }
    assert_eq!(waiting.load(Ordering::SeqCst), SLOW);
    release.add_permits(SLOW);
    for answer in slow {
        answer.await.unwrap();
    }
}

#[tokio::test]
async fn a_repeated_run_does_not_call_a_function_twice() {
    let stage = Arc::new(Stage::new(&["PreSignUp"]).await);
    let other = stage.clone();
    // The first run is overtaken by another sign-up under the same name.
    stage.functions.run(move |event| {
        let other = other.clone();
        Box::pin(async move {
            if event["request"]["clientMetadata"]["overtaken"] == "yes" {
                let body = json!({ "Username": "ada", "Password": PASSWORD });
                other.public("SignUp", body).await.ok();
            }
            Ok(event.to_string().into_bytes())
        })
    });
    let body = json!({
        "Username": "ada", "Password": PASSWORD, "ClientMetadata": { "overtaken": "yes" },
    });
    let refused = stage.public("SignUp", body).await;
    refused.refused("UsernameExistsException", "User already exists");
    assert_eq!(stage.functions.take().len(), 2, "one call for each request");
}
