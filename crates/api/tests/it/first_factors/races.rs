//! Concurrent answers to first factors, and the events of what happens.

use std::sync::Arc;

use cabana_domain::{PoolId, Span};
use cabana_store::Page;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{begin, by_mail, enter, scene};
use crate::users::{ANN, Scene};

/// Answers a session several times at once.
async fn at_once(scene: &Arc<Scene>, asked: &Value, code: &str, times: usize) -> Vec<Answer> {
    let answers = (0..times).map(|_| {
        let (scene, asked, code) = (scene.clone(), asked.clone(), code.to_owned());
        tokio::spawn(async move { enter(&scene, &asked, ANN, &code).await })
    });
    let mut got = Vec::new();
    for answer in answers.collect::<Vec<_>>() {
        got.push(answer.await.unwrap());
    }
    got
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_answers_signs_in() {
    let scene = Arc::new(scene(json!({})).await);
    scene.ann().await;
    let asked = by_mail(&scene, ANN).await;
    let code = scene.app.code_sent_to(ANN).await;
    let answers = at_once(&scene, &asked, &code, 8).await;
    let signed_in = answers.iter().filter(|it| it.status == 200).count();
    assert_eq!(signed_in, 1);
    for answer in answers.iter().filter(|it| it.status != 200) {
        assert_eq!(answer.kind(), "NotAuthorizedException", "{}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_codes_at_the_same_time_are_counted_one_by_one() {
    let scene = Arc::new(scene(json!({})).await);
    scene.ann().await;
    let asked = by_mail(&scene, ANN).await;
    let mut told = 0;
    // Enough rounds for the twenty, however many calls give up after conflicts.
    for _ in 0..8 {
        let answers = at_once(&scene, &asked, "x", 6).await;
        let mismatch = |it: &&Answer| it.kind() == "CodeMismatchException";
        told += answers.iter().filter(mismatch).count();
    }
    assert_eq!(told, 20);
}

#[tokio::test]
async fn a_sign_in_by_code_is_one_event_and_every_wrong_code_another() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let before = events(&scene).await.len();
    // Two events of the same instant have no order.
    scene.app.advance(Span::seconds(1));
    begin(&scene, "nobody@example.net", json!({})).await.ok();
    let asked = by_mail(&scene, ANN).await;
    enter(&scene, &asked, ANN, "x").await;
    let code = scene.app.code_sent_to(ANN).await;
    enter(&scene, &asked, ANN, &code).await.ok();
    let mut told = events(&scene).await.split_off(before);
    told.sort();
    assert_eq!(told, ["[EmailOtp] None", "[] Some(\"wrong_code\")"]);
}

/// Methods and refusals of sign-ins.
async fn events(scene: &Scene) -> Vec<String> {
    let page = Page {
        limit: 100,
        after: None,
    };
    let pool = PoolId::new(scene.pool.as_str());
    let found = scene.app.api.store.events(&pool, None, page).await;
    let found = found.unwrap().items.into_iter();
    let mut words: Vec<_> = found
        .map(|it| format!("{:?} {:?}", it.detail.methods.0, it.refused.as_deref()))
        .collect();
    words.reverse();
    words
}
