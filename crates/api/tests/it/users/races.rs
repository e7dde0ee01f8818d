//! Concurrent calls.

use std::sync::Arc;

use cabana_testkit::{Answer, Work};
use serde_json::{Value, json};

use super::{ANN, PASSWORD, Scene, other_than};

/// Makes the same call several times at once.
async fn at_once(scene: &Arc<Scene>, operation: &'static str, bodies: Vec<Value>) -> Vec<Answer> {
    let call = |body| {
        let scene = scene.clone();
        tokio::spawn(async move { scene.public(operation, body).await })
    };
    let calls: Vec<_> = bodies.into_iter().map(call).collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

fn successes(answers: &[Answer]) -> usize {
    answers.iter().filter(|it| it.status == 200).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_signs_up_under_a_name() {
    let scene = Arc::new(Scene::usual().await);
    let body = json!({ "Username": ANN, "Password": PASSWORD });
    let answers = at_once(&scene, "SignUp", vec![body; 8]).await;
    assert_eq!(successes(&answers), 1);
    for answer in answers.iter().filter(|it| it.status != 200) {
        assert_eq!(answer.kind(), "UsernameExistsException", "{}", answer.body);
    }
    assert_eq!(scene.app.mailbox().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_at_the_same_time_are_counted_one_by_one() {
    let scene = Arc::new(Scene::usual().await);
    scene.sign_up(ANN, json!({})).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    let guess = |code: &str| json!({ "Username": ANN, "ConfirmationCode": code });
    let mut told = 0;
    // Enough rounds for the five attempts, however many calls give up after conflicts.
    for _ in 0..5 {
        let answers = at_once(&scene, "ConfirmSignUp", vec![guess(&other_than(&code)); 6]).await;
        let mismatch = |it: &&Answer| it.kind() == "CodeMismatchException";
        told += answers.iter().filter(mismatch).count();
        assert_eq!(successes(&answers), 0);
    }
    assert_eq!(told, 5);
    let answer = scene.public("ConfirmSignUp", guess(&code)).await;
    assert_ne!(answer.status, 200);
    assert_eq!(scene.status(ANN).await, "UNCONFIRMED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_redeemed_once() {
    let scene = Arc::new(Scene::usual().await);
    scene.ann().await;
    scene
        .public("ForgotPassword", json!({ "Username": ANN }))
        .await
        .ok();
    let code = scene.app.code_sent_to(ANN).await;
    let bodies = (0..6).map(|number| {
        let password = format!("Battery-Staple-{number}");
        json!({ "Username": ANN, "ConfirmationCode": code, "Password": password })
    });
    let answers = at_once(&scene, "ConfirmForgotPassword", bodies.collect()).await;
    assert_eq!(successes(&answers), 1);
}

#[tokio::test]
async fn a_password_is_hashed_once_however_often_its_writer_loses_a_race() {
    const WRITERS: u64 = 4;
    let (work, _guard) = Work::watch();
    let hashed = json!({ "UserPoolTags": { "cabana:srp": "off" } });
    let scene = Arc::new(Scene::new(hashed, json!({})).await);
    scene.user("ann", json!({})).await;
    let before = work.now();
    let calls: Vec<_> = (0..WRITERS)
        .map(|number| {
            let scene = scene.clone();
            let password = format!("Battery-Staple-{number}");
            let body = json!({ "Username": "ann", "Password": password, "Permanent": true });
            tokio::spawn(async move { scene.admin("AdminSetUserPassword", body).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().ok();
    }
    let cost = work.since(&before);
    assert_eq!(cost["cabana_password_work_total hash"], WRITERS, "{cost:?}");
    assert!(
        cost["cabana_store_writes_total"] > WRITERS,
        "nobody lost a race: {cost:?}"
    );
}
