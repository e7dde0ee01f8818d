//! The two calls of SRP, for existing and unknown users.

use aws_cognito_srp::{SrpClient, User};
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_api::logic::clients::secret_hash;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use crate::srp::answers;
use crate::users::{PASSWORD, Scene, aliases};

const WRONG: &str = "Incorrect username or password.";

/// One user in each state.
pub async fn in_every_state(scene: &Scene, name: impl Fn(&str) -> String) -> [String; 5] {
    let Scene { app, pool, client } = scene;
    app.in_every_state(pool, client, PASSWORD, name).await
}

async fn begin(scene: &Scene, username: &str) -> (SrpClient<User>, Value) {
    let user = User::new(&scene.pool, username, PASSWORD);
    let srp = SrpClient::new(user, &scene.client.id, None);
    let a = srp.get_auth_parameters().a;
    let mut parameters = json!({ "USERNAME": username, "SRP_A": a });
    if let Some(secret) = &scene.client.secret {
        let hash = secret_hash::compute(secret, username, &scene.client.id);
        parameters["SECRET_HASH"] = json!(hash);
    }
    let body = json!({ "AuthFlow": "USER_SRP_AUTH", "AuthParameters": parameters });
    let answer = scene.public("InitiateAuth", body).await.ok();
    (srp, answer)
}

async fn respond(scene: &Scene, answers: &Value) -> Answer {
    let body = json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": answers });
    scene.public("RespondToAuthChallenge", body).await
}

#[tokio::test]
async fn a_secret_block_is_as_long_for_everybody() {
    let plain = Scene::new(json!({}), json!({})).await;
    let aliases = Scene::new(aliases(), json!({})).await;
    let addresses = Scene::usual().await;
    for (scene, address) in [(plain, ""), (aliases, ""), (addresses, "@example.com")] {
        let name = |name: &str| format!("{name}{address}");
        let mut names = in_every_state(&scene, name).await.to_vec();
        names.push(name("nobody"));
        for length in [1, 5, 127, 128] {
            let long = "n".repeat(length);
            names.extend([name(&long), long]);
        }
        names.extend(["\u{1}".repeat(400), "\"\\".repeat(64), "ü".repeat(3_000)]);
        for name in names {
            let (srp, begun) = begin(&scene, &name).await;
            let block = begun["ChallengeParameters"]["SECRET_BLOCK"].as_str();
            let block = BASE64_STANDARD.decode(block.unwrap()).unwrap();
            assert_eq!(block.len(), 1_536 + 28, "{name}");
            // An unknown user's block leads to the same answer as a wrong claim.
            let mut wrong = answers(&srp, &begun);
            wrong["TIMESTAMP"] = json!("Mon Feb 10 18:30:12 UTC 2025");
            let answer = respond(&scene, &wrong).await;
            answer.refused("NotAuthorizedException", WRONG);
        }
    }
}

#[tokio::test]
async fn the_longest_user_name_signs_in() {
    let scene = Scene::new(json!({}), json!({})).await;
    let name = "𝔘".repeat(128);
    scene.user(&name, json!({})).await;
    let (srp, begun) = begin(&scene, &name).await;
    respond(&scene, &answers(&srp, &begun)).await.ok();
}

#[tokio::test]
async fn a_secret_hash_in_a_claim_is_judged_alike_for_somebody_and_nobody_and_counts_as_a_failure()
{
    for confidential in [false, true] {
        let client = json!({ "GenerateSecret": confidential });
        let scene = Scene::new(Value::Null, client).await;
        scene.ann().await;
        let refusal = format!(
            "Unable to verify secret hash for client {}",
            scene.client.id
        );
        for name in [crate::users::ANN, "nobody@example.com"] {
            for _ in 0..5 {
                let (srp, begun) = begin(&scene, name).await;
                let mut answers = answers(&srp, &begun);
                answers["SECRET_HASH"] = json!("bm90IG91cnM=");
                let answer = respond(&scene, &answers).await;
                answer.refused("NotAuthorizedException", &refusal);
            }
            let (srp, begun) = begin(&scene, name).await;
            let answer = respond(&scene, &answers(&srp, &begun)).await;
            answer.refused("NotAuthorizedException", "Password attempts exceeded");
        }
    }
}

#[tokio::test]
async fn a_claim_is_signed_over_the_one_form_of_its_time() {
    let scene = Scene::usual().await;
    scene.ann().await;
    for (spelt, right) in [(true, true), (false, false)] {
        let (srp, begun) = begin(&scene, crate::users::ANN).await;
        let mut answers = answers(&srp, &begun);
        let stamp = answers["TIMESTAMP"].as_str().unwrap().to_owned();
        answers["TIMESTAMP"] = match spelt {
            // Another spelling of the signed time; then another time.
            true => json!(stamp.to_lowercase().replace(' ', "  ")),
            false => json!(stamp.replace("UTC 2", "UTC 1")),
        };
        let answer = respond(&scene, &answers).await;
        assert_eq!(answer.status == 200, right, "{}", answer.body);
    }
}
