//! SRP from clients that do not play by the rules.

use aws_cognito_srp::{SrpClient, User};
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::Span;
use serde_json::{Value, json};

use crate::functions::{PASSWORD, Stage, custom};
use crate::srp;

/// The modulus of the group, in hexadecimal.
pub const N: &str = concat!(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd",
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed",
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f",
    "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b",
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510",
    "15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7",
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c",
    "bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
);

/// Ada, whose client may begin with SRP in every flow.
async fn stage() -> Stage {
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"] });
    let stage = custom::stage_with(json!({}), flows).await;
    stage.user("ada").await;
    stage
}

/// Twice a number in hexadecimal.
fn doubled(hex: &str) -> String {
    let mut carry = 0;
    let digits = hex.chars().rev().map(|digit| {
        let double = 2 * digit.to_digit(16).unwrap() + carry;
        carry = double / 16;
        char::from_digit(double % 16, 16).unwrap()
    });
    let mut digits: Vec<char> = digits.collect();
    digits.push('1');
    digits.into_iter().rev().collect()
}

#[tokio::test]
async fn numbers_that_fix_the_key_are_refused_wherever_srp_begins() {
    let stage = stage().await;
    let multiples = [
        "0".to_owned(),
        "00".repeat(384),
        N.to_owned(),
        N.to_uppercase(),
        doubled(N),
    ];
    let others = [
        format!("00{N}"),
        "ff".repeat(385),
        "-1".into(),
        "0x02".into(),
        "zz".into(),
        " ".into(),
    ];
    for a in multiples.into_iter().chain(others) {
        for name in ["ada", "nobody"] {
            // More in a second would be refused.
            stage.app.advance(Span::seconds(1));
            let choice = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": { "USERNAME": name } });
            let choice = stage.public("InitiateAuth", choice).await.ok();
            let answered = |challenge: &str, answer: &str| {
                json!({ "ChallengeName": challenge, "Session": choice["Session"],
                    "ChallengeResponses": { "USERNAME": name, "ANSWER": answer, "SRP_A": a } })
            };
            let begun = |flow: &str, more: Value| {
                let mut body = json!({ "AuthFlow": flow, "ClientId": stage.client.id,
                    "AuthParameters": { "USERNAME": name, "SRP_A": a } });
                let parameters = body["AuthParameters"].as_object_mut().unwrap();
                parameters.extend(more.as_object().unwrap().clone());
                body
            };
            let preferred = json!({ "PREFERRED_CHALLENGE": "PASSWORD_SRP" });
            let custom = json!({ "CHALLENGE_NAME": "SRP_A" });
            for answer in [
                stage
                    .public("InitiateAuth", begun("USER_SRP_AUTH", json!({})))
                    .await,
                stage
                    .admin("AdminInitiateAuth", begun("USER_SRP_AUTH", json!({})))
                    .await,
                stage
                    .public("InitiateAuth", begun("USER_AUTH", preferred))
                    .await,
                stage
                    .public("InitiateAuth", begun("CUSTOM_AUTH", custom))
                    .await,
                stage
                    .public(
                        "RespondToAuthChallenge",
                        answered("SELECT_CHALLENGE", "PASSWORD_SRP"),
                    )
                    .await,
                stage
                    .public("RespondToAuthChallenge", answered("PASSWORD_SRP", ""))
                    .await,
            ] {
                answer.refused("InvalidParameterException", "SRP_A is not a valid value.");
            }
        }
    }
}

/// A challenge for Ada, and her right answers to it.
async fn asked(stage: &Stage) -> Value {
    let srp = SrpClient::new(
        User::new(&stage.pool, "ada", PASSWORD),
        &stage.client.id,
        None,
    );
    let body = json!({ "AuthFlow": "USER_SRP_AUTH",
        "AuthParameters": { "USERNAME": "ada", "SRP_A": srp.get_auth_parameters().a } });
    let asked = stage.public("InitiateAuth", body).await.ok();
    srp::answers(&srp, &asked)
}

async fn claim(stage: &Stage, answers: &Value) -> cabana_testkit::Answer {
    let body = json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": answers });
    stage.public("RespondToAuthChallenge", body).await
}

#[tokio::test]
async fn a_claim_that_is_not_whole_signs_in_nobody() {
    let stage = stage().await;
    let right = asked(&stage).await;
    let block = right["PASSWORD_CLAIM_SECRET_BLOCK"].as_str().unwrap();
    let mut changed = BASE64_STANDARD.decode(block).unwrap();
    let cut = BASE64_STANDARD.encode(&changed[..changed.len() - 1]);
    changed[40] ^= 1;
    let changed = BASE64_STANDARD.encode(&changed);
    let (wrong, block_of) = ("NotAuthorizedException", "PASSWORD_CLAIM_SECRET_BLOCK");
    for (member, value, kind) in [
        (block_of, "AAAA", wrong),
        (block_of, "no base64!", wrong),
        (block_of, &cut, wrong),
        (block_of, &changed, wrong),
        ("TIMESTAMP", "0", "InvalidParameterException"),
        ("TIMESTAMP", "Tue Sep 5 07:05:09 UTC 2023", wrong),
        ("USERNAME", "eve", wrong),
    ] {
        let mut answers = right.clone();
        answers[member] = json!(value);
        let answer = claim(&stage, &answers).await;
        assert_eq!(
            answer.kind(),
            kind,
            "{member} {value}: {}",
            answer.message()
        );
    }
    for member in [
        block_of,
        "PASSWORD_CLAIM_SIGNATURE",
        "TIMESTAMP",
        "USERNAME",
    ] {
        let mut answers = right.clone();
        answers.as_object_mut().unwrap().remove(member);
        let message = format!("Missing required parameter {member}");
        claim(&stage, &answers)
            .await
            .refused("InvalidParameterException", &message);
    }
    claim(&stage, &right).await.ok();
}

#[tokio::test]
async fn a_signature_counts_as_a_wrong_password_whatever_it_looks_like() {
    let stage = stage().await;
    let right = asked(&stage).await;
    let zeros = BASE64_STANDARD.encode([0; 32]);
    let long = "A".repeat(1_024);
    for signature in ["AAAA", "no base64!", "=", &zeros, &long] {
        let mut answers = right.clone();
        answers["PASSWORD_CLAIM_SIGNATURE"] = json!(signature);
        claim(&stage, &answers)
            .await
            .refused("NotAuthorizedException", "Incorrect username or password.");
    }
    claim(&stage, &right)
        .await
        .refused("NotAuthorizedException", "Password attempts exceeded");
}
