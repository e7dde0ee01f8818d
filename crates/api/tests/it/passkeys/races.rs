//! Concurrent registrations and sign-ins.

use std::sync::Arc;

use cabana_api::limits::Rates;
use cabana_testkit::{Authenticator, TestApp};

use super::{Ada, NO_CHALLENGE, ORIGIN, refused};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_a_hundred_completes_a_registration() {
    let ada = Arc::new(Ada::at(TestApp::limited(Rates::OFF)).await);
    let options = ada.start().await;
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let (ada, options) = (ada.clone(), options.clone());
            let credential = Authenticator::at(ORIGIN).create(&options);
            tokio::spawn(async move { ada.complete(&credential).await })
        })
        .collect();
    let mut successes = 0;
    for call in calls {
        let answer = call.await.unwrap();
        match answer.status {
            200 => successes += 1,
            _ => refused(&answer, NO_CHALLENGE),
        }
    }
    assert_eq!(successes, 1);
    assert_eq!(ada.ids().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_a_hundred_answers_to_a_challenge_signs_in() {
    let mut authenticator = Authenticator::at(ORIGIN);
    let ada = Arc::new(Ada::at(TestApp::limited(Rates::OFF)).await);
    ada.register(&authenticator).await;
    let asked = Arc::new(ada.ask().await);
    let calls: Vec<_> = (0..100)
        .map(|_| {
            authenticator.sign_count += 1;
            let credential = authenticator.get(&asked.options, &ada.sub());
            let (ada, asked) = (ada.clone(), asked.clone());
            tokio::spawn(async move { ada.enter(&asked, &credential).await })
        })
        .collect();
    let mut successes = 0;
    for call in calls {
        let answer = call.await.unwrap();
        match answer.status {
            200 => successes += 1,
            _ => assert_eq!(answer.kind(), "NotAuthorizedException", "{}", answer.body),
        }
    }
    assert_eq!(successes, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_may_be_used_in_two_browsers_at_once() {
    // One that does not count, as those that are synchronized.
    let authenticator = Authenticator::at(ORIGIN);
    let ada = Arc::new(Ada::at(TestApp::limited(Rates::OFF)).await);
    ada.register(&authenticator).await;
    let mut calls = Vec::new();
    for _ in 0..8 {
        let asked = ada.ask().await;
        let credential = authenticator.get(&asked.options, &ada.sub());
        let ada = ada.clone();
        calls.push(tokio::spawn(
            async move { ada.enter(&asked, &credential).await },
        ));
    }
    for call in calls {
        call.await.unwrap().ok();
    }
}
