//! E-mail domains whose users may sign up: the tag `cabana:sign-up-domains`.

use serde_json::{Value, json};

use super::Scene;

const REFUSED: &str = "InvalidParameterException";
const WORDS: &str =
    "An e-mail address in this user pool must be in one of these domains: example.org.";

fn tag() -> Value {
    json!({ "cabana:sign-up-domains": "example.org" })
}

async fn scene(more: Value) -> Scene {
    let mut settings = json!({
        "UserPoolTags": tag(), "AutoVerifiedAttributes": ["email"],
        "UsernameConfiguration": { "CaseSensitive": false },
    });
    settings
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    Scene::new(settings, json!({})).await
}

fn sign_up(name: &str, attributes: Value) -> Value {
    let attributes: Vec<_> = attributes
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| json!({ "Name": name, "Value": value }))
        .collect();
    json!({ "Username": name, "Password": super::PASSWORD, "UserAttributes": attributes })
}

#[tokio::test]
async fn nobody_signs_up_with_another_address_or_none() {
    let scene = scene(json!({})).await;
    for (name, attributes) in [
        ("a", json!({ "email": "a@example.com" })),
        ("b", json!({ "email": "b@example.org.evil.example" })),
        ("c", json!({ "email": "c@sub.example.org" })),
        ("d@example.com", json!({ "email": "d@example.org" })),
        ("e", json!({})),
        ("f", json!({ "phone_number": "+15550000001" })),
    ] {
        let answer = scene.public("SignUp", sign_up(name, attributes)).await;
        answer.refused(REFUSED, WORDS);
    }
    let body = sign_up("g", json!({ "email": "G@EXAMPLE.org" }));
    scene.public("SignUp", body).await.ok();

    let by_address = self::scene(json!({ "UsernameAttributes": ["email"] })).await;
    let body = sign_up("h@example.com", json!({}));
    by_address
        .public("SignUp", body)
        .await
        .refused(REFUSED, WORDS);
    let body = sign_up("h@example.org", json!({}));
    by_address.public("SignUp", body).await.ok();
}

#[tokio::test]
async fn the_address_must_be_proven_and_no_other() {
    let unproven = scene(json!({ "AutoVerifiedAttributes": [] })).await;
    let body = sign_up("a", json!({ "email": "a@example.org" }));
    let answer = unproven.public("SignUp", body).await;
    answer.refused(
        REFUSED,
        "This user pool takes sign-ups of some e-mail domains only, and does not verify e-mail addresses \
         (AutoVerifiedAttributes), so that nobody can sign up.",
    );
    // A phone number would come first, but it proves nothing about the e-mail address.
    let both = scene(json!({ "AutoVerifiedAttributes": ["email", "phone_number"] })).await;
    let body = sign_up(
        "b",
        json!({ "email": "b@example.org", "phone_number": "+15550000001" }),
    );
    let made = both.public("SignUp", body).await.ok();
    assert_eq!(made["CodeDeliveryDetails"]["AttributeName"], "email");
}

#[tokio::test]
async fn a_sign_up_from_before_the_rule_is_not_confirmed_after_it() {
    let scene = scene(json!({ "UserPoolTags": {} })).await;
    let body = sign_up("a", json!({ "email": "a@example.com" }));
    scene.public("SignUp", body).await.ok();
    let code = scene.app.code_sent_to("a@example.com").await;
    let arn = scene
        .app
        .ok("DescribeUserPool", json!({ "UserPoolId": scene.pool }))
        .await;
    let arn = &arn["UserPool"]["Arn"];
    let body = json!({ "ResourceArn": arn, "Tags": tag() });
    scene.app.ok("TagResource", body).await;
    let body = json!({ "Username": "a", "ConfirmationCode": code });
    let answer = scene.public("ConfirmSignUp", body).await;
    answer.refused(REFUSED, WORDS);
    let bad = json!({ "ResourceArn": arn, "Tags": { "cabana:sign-up-domains": "@example.org" } });
    scene.app.call("TagResource", bad).await.refused(
        REFUSED,
        "The tag cabana:sign-up-domains must be one or more whole domain names, separated by commas.",
    );
}

#[tokio::test]
async fn nobody_changes_to_another_address_afterwards_but_administrators_may() {
    let scene = scene(json!({})).await;
    let body = sign_up("a", json!({ "email": "a@example.org" }));
    scene.public("SignUp", body).await.ok();
    let code = scene.app.code_sent_to("a@example.org").await;
    let body = json!({ "Username": "a", "ConfirmationCode": code });
    scene.public("ConfirmSignUp", body).await.ok();
    let token = scene.token("a").await;
    let change = async |email: &str| {
        let email = json!({ "Name": "email", "Value": email });
        let body = json!({ "AccessToken": token, "UserAttributes": [email] });
        scene.app.call("UpdateUserAttributes", body).await
    };
    change("a@example.com").await.refused(REFUSED, WORDS);
    let body = json!({ "AccessToken": token, "UserAttributeNames": ["email"] });
    let answer = scene.app.call("DeleteUserAttributes", body).await;
    answer.refused(REFUSED, WORDS);
    change("b@example.org").await.ok();
    let foreign = json!({ "Name": "email", "Value": "a@example.net" });
    let body = json!({ "UserPoolId": scene.pool, "Username": "a", "UserAttributes": [foreign] });
    scene.app.ok("AdminUpdateUserAttributes", body).await;
    // A value set by an administrator may be written back unchanged.
    change("a@example.net").await.ok();
    change("a@example.com").await.refused(REFUSED, WORDS);
}

#[tokio::test]
async fn a_change_that_waits_for_its_code_is_judged_again() {
    let update = json!({ "AttributesRequireVerificationBeforeUpdate": ["email"] });
    let settings = json!({ "UserPoolTags": {}, "UserAttributeUpdateSettings": update });
    let scene = scene(settings).await;
    let body = sign_up("a", json!({ "email": "a@example.org" }));
    scene.public("SignUp", body).await.ok();
    let code = scene.app.code_sent_to("a@example.org").await;
    let body = json!({ "Username": "a", "ConfirmationCode": code });
    scene.public("ConfirmSignUp", body).await.ok();
    let token = scene.token("a").await;
    let email = json!({ "Name": "email", "Value": "a@example.com" });
    let body = json!({ "AccessToken": token, "UserAttributes": [email] });
    scene.app.ok("UpdateUserAttributes", body).await;
    let code = scene.app.code_sent_to("a@example.com").await;
    let described = json!({ "UserPoolId": scene.pool });
    let arn = scene.app.ok("DescribeUserPool", described).await;
    let body = json!({ "ResourceArn": arn["UserPool"]["Arn"], "Tags": tag() });
    scene.app.ok("TagResource", body).await;
    let body = json!({ "AccessToken": token, "AttributeName": "email", "Code": code });
    let answer = scene.app.call("VerifyUserAttribute", body).await;
    answer.refused(REFUSED, WORDS);
}

#[tokio::test]
async fn an_address_given_at_the_first_sign_in_is_within_the_domains() {
    let scene = scene(json!({})).await;
    let body = json!({ "UserPoolId": scene.pool, "Username": "a", "MessageAction": "SUPPRESS",
        "TemporaryPassword": "Temp0rary-Horse!" });
    scene.app.ok("AdminCreateUser", body).await;
    for (email, taken) in [("a@example.com", false), ("a@example.org", true)] {
        let parameters = json!({ "USERNAME": "a", "PASSWORD": "Temp0rary-Horse!" });
        let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters });
        let asked = scene.public("InitiateAuth", body).await.ok();
        let responses = json!({ "USERNAME": "a", "NEW_PASSWORD": super::PASSWORD,
            "userAttributes.email": email });
        let body = json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
            "ChallengeResponses": responses });
        let answer = scene.public("RespondToAuthChallenge", body).await;
        match taken {
            true => drop(answer.ok()),
            false => answer.refused(REFUSED, WORDS),
        }
    }
}
