//! Strangers who use up somebody's codes: their owner signs in all the same where they have signed in before.

use std::net::IpAddr;

use cabana_api::Peer;
use cabana_domain::Span;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::scene;
use crate::users::{ANN, PASSWORD, Scene};

const HOME: &str = "203.0.113.7";
const ELSEWHERE: &str = "198.51.100.9";

async fn from(scene: &Scene, address: &str, operation: &str, mut body: Value) -> Answer {
    body["ClientId"] = json!(scene.client.id);
    let mut request = scene.app.request(operation, &body);
    let address: IpAddr = address.parse().unwrap();
    request.extensions_mut().insert(Peer(address));
    scene.app.send(request).await
}

async fn ask(scene: &Scene, address: &str, name: &str) -> Answer {
    let parameters = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": parameters });
    from(scene, address, "InitiateAuth", body).await
}

async fn enter(scene: &Scene, address: &str, asked: &Value, name: &str, code: &str) -> Answer {
    let body = json!({ "ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": name, "EMAIL_OTP_CODE": code } });
    from(scene, address, "RespondToAuthChallenge", body).await
}

/// Signs Ann in with a code from this address.
async fn sign_in(scene: &Scene, address: &str) {
    let asked = ask(scene, address, ANN).await.ok();
    scene.app.advance(Span::seconds(1));
    let code = scene.app.code_sent_to(ANN).await;
    let done = enter(scene, address, &asked, ANN, &code).await.ok();
    assert!(done["AuthenticationResult"].is_object());
}

#[track_caller]
fn too_many(answer: Answer) {
    answer.refused(
        "TooManyRequestsException",
        "Attempt limit exceeded, please try after some time.",
    );
}

/// Uses up the codes that are sent and those that are judged, from elsewhere.
async fn attack(scene: &Scene, name: &str) {
    let mut asked = Value::Null;
    for _ in 0..10 {
        asked = ask(scene, ELSEWHERE, name).await.ok();
    }
    too_many(ask(scene, ELSEWHERE, name).await);
    for _ in 0..20 {
        let wrong = enter(scene, ELSEWHERE, &asked, name, "wrong").await;
        assert_eq!(wrong.kind(), "CodeMismatchException");
    }
    too_many(enter(scene, ELSEWHERE, &asked, name, "wrong").await);
    scene.app.advance(Span::seconds(1));
}

#[tokio::test]
async fn strangers_elsewhere_use_up_no_codes_of_who_has_signed_in_here() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    sign_in(&scene, HOME).await;
    scene.app.advance(Span::hours(2));
    attack(&scene, ANN).await;
    sign_in(&scene, HOME).await;
    // Not from where nobody has signed in.
    too_many(ask(&scene, "203.0.113.8", ANN).await);
    // At home the limits are the same.
    for _ in 0..9 {
        ask(&scene, HOME, ANN).await.ok();
    }
    too_many(ask(&scene, HOME, ANN).await);
}

#[tokio::test]
async fn a_sign_in_by_password_makes_a_network_known_and_it_is_forgotten_after_a_month() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let parameters = json!({ "USERNAME": ANN, "PASSWORD": PASSWORD });
    let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
    // One network of IPv6 is one place.
    let (first, second) = ("2001:db8::1", "2001:db8::2:3");
    from(&scene, first, "InitiateAuth", body).await.ok();
    attack(&scene, ANN).await;
    sign_in(&scene, second).await;
    too_many(ask(&scene, "2001:db8:0:1::1", ANN).await);
    scene.app.advance(Span::days(30));
    attack(&scene, ANN).await;
    too_many(ask(&scene, first, ANN).await);
}

#[tokio::test]
async fn somebody_elses_sign_in_makes_no_network_known() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let bob = "bob@example.com";
    scene.user(bob, json!({ "email_verified": "true" })).await;
    let asked = ask(&scene, ELSEWHERE, bob).await.ok();
    scene.app.advance(Span::seconds(1));
    let code = scene.app.code_sent_to(bob).await;
    enter(&scene, ELSEWHERE, &asked, bob, &code).await.ok();
    sign_in(&scene, HOME).await;
    scene.app.advance(Span::hours(2));
    attack(&scene, ANN).await;
    sign_in(&scene, HOME).await;
}

#[tokio::test]
async fn names_without_an_account_have_quotas_of_their_own_in_some_networks_too() {
    let scene = scene(json!({})).await;
    let mut name = String::new();
    for number in 0.. {
        name = format!("nobody-{number}@example.net");
        let asked = ask(&scene, ELSEWHERE, &name).await.ok();
        if asked["ChallengeName"] == "EMAIL_OTP" {
            break;
        }
    }
    scene.app.advance(Span::hours(2));
    let mut own = 0;
    // Wherever they have none of their own, the first ten are all.
    for place in 1..=24 {
        let address = format!("192.0.2.{place}");
        let mut through = 0;
        while through < 10 && ask(&scene, &address, &name).await.status == 200 {
            through += 1;
        }
        own += usize::from(through == 10);
    }
    assert!((2..=16).contains(&own), "{own} of 24");
}
