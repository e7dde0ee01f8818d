//! USER_AUTH with names without an account.

use std::collections::BTreeSet;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::Span;
use cabana_store::seal::Purpose;
use serde_json::{Value, json};

use super::{begin, by_mail, enter, respond, scene};
use crate::users::{ANN, PASSWORD, telling};

/// Names without an account that are offered a code by mail, and lists of the others.
async fn strangers(scene: &crate::users::Scene) -> (Vec<String>, Vec<Value>) {
    let (mut names, mut lists) = (Vec::new(), Vec::new());
    for number in 0..24 {
        let name = format!("nobody-{number}@example.net");
        let asked = begin(scene, &name, json!({})).await.ok();
        assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
        let list = asked["AvailableChallenges"].clone();
        let again = begin(scene, &name, json!({})).await.ok();
        assert_eq!(again["AvailableChallenges"], list, "stable for a name");
        if list.as_array().unwrap().contains(&json!("EMAIL_OTP")) {
            names.push(name);
        }
        lists.push(list);
    }
    (names, lists)
}

#[tokio::test]
async fn whatever_list_a_user_has_some_unknown_name_has_too() {
    let scene = scene(json!({})).await;
    let (_, lists) = strangers(&scene).await;
    for list in [
        json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]),
        json!(["PASSWORD_SRP", "PASSWORD"]),
        json!(["EMAIL_OTP"]),
    ] {
        assert!(lists.contains(&list), "{list}");
    }
}

#[tokio::test]
async fn an_unknown_name_gets_a_challenge_and_no_mail_and_no_code_is_right() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let known = by_mail(&scene, ANN).await;
    scene.app.advance(Span::hours(1));
    let (names, _) = strangers(&scene).await;
    let name = &names[0];
    let unknown = by_mail(&scene, name).await;
    let members = |asked: &Value| {
        let asked = asked.as_object().unwrap();
        let parameters = asked["ChallengeParameters"].as_object().unwrap();
        let names = asked.keys().chain(parameters.keys()).cloned();
        names.collect::<Vec<_>>()
    };
    assert_eq!(members(&known), members(&unknown));
    assert_eq!(
        unknown["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
        "n***@e***"
    );
    assert_eq!(scene.app.mailbox().await.len(), 1);
    scene.app.advance(Span::seconds(1));
    for (name, session) in [(name.as_str(), unknown), (ANN, by_mail(&scene, ANN).await)] {
        for _ in 0..20 {
            let wrong = enter(&scene, &session, name, "x").await;
            wrong.refused(
                "CodeMismatchException",
                "Invalid code or auth state for the user.",
            );
        }
        enter(&scene, &session, name, "x").await.refused(
            "TooManyRequestsException",
            "Attempt limit exceeded, please try after some time.",
        );
    }
}

#[tokio::test]
async fn unknown_names_have_the_same_limits_and_passwords_as_others() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let (names, _) = strangers(&scene).await;
    let both = names.iter().find(|name| name.contains("nobody")).unwrap();
    for name in [ANN, both.as_str()] {
        for _ in 0..10 {
            by_mail(&scene, name).await;
        }
        let preferred = json!({ "PREFERRED_CHALLENGE": "EMAIL_OTP" });
        let refused = begin(&scene, name, preferred).await;
        refused.refused(
            "TooManyRequestsException",
            "Attempt limit exceeded, please try after some time.",
        );
        let asked = begin(&scene, name, json!({})).await.ok();
        // Whoever has no password is told the same as for one that they do not offer.
        let answers = json!({ "PASSWORD": "Wrong-horse1" });
        let answer = respond(&scene, "PASSWORD", &asked, name, answers).await;
        let expected = match asked["AvailableChallenges"].as_array().unwrap().len() {
            1 => "InvalidParameterException",
            _ => "NotAuthorizedException",
        };
        assert_eq!(answer.kind(), expected);
    }
    assert_eq!(scene.app.mailbox().await.len(), 10);
}

#[tokio::test]
async fn a_session_of_a_stranger_is_good_for_its_name_only() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let (names, _) = strangers(&scene).await;
    let named = json!({ "Username": ANN, "UserAttributes": [
        { "Name": "preferred_username", "Value": "annie" }] });
    scene.admin("AdminUpdateUserAttributes", named).await.ok();
    for (name, other) in [
        (names[0].as_str(), "someone@example.net"),
        // Her own other name, which a stranger is not to learn.
        (ANN, "annie"),
    ] {
        let asked = by_mail(&scene, name).await;
        let answer = enter(&scene, &asked, other, "x").await;
        answer.refused("NotAuthorizedException", "Invalid session for the user.");
        // The name that SRP shows serves as well, as clients use it from then on.
        let srp = json!({ "SRP_A": "AB".repeat(384) });
        let shown = respond(&scene, "PASSWORD_SRP", &asked, name, srp).await;
        assert!(shown.status == 200 || name != ANN, "{}", shown.body);
        if shown.status == 200 {
            let own = shown.body["ChallengeParameters"]["USER_ID_FOR_SRP"].clone();
            let answer = enter(&scene, &asked, own.as_str().unwrap(), "x").await;
            assert_eq!(answer.kind(), "CodeMismatchException", "{name}");
        }
    }
}

#[tokio::test]
async fn a_name_that_nothing_shows_is_no_name_of_a_session() {
    let scene = scene(json!({})).await;
    let attributes =
        json!([{ "Name": "email", "Value": ANN }, { "Name": "email_verified", "Value": "true" }]);
    let body =
        json!({ "Username": ANN, "UserAttributes": attributes, "MessageAction": "SUPPRESS" });
    let made = scene.admin("AdminCreateUser", body).await.ok();
    let own = made["User"]["Username"].as_str().unwrap();
    // Without a password there is no SRP.
    let asked = by_mail(&scene, ANN).await;
    let answer = enter(&scene, &asked, own, "x").await;
    answer.refused("NotAuthorizedException", "Invalid session for the user.");
    let answer = enter(&scene, &asked, ANN, "x").await;
    assert_eq!(answer.kind(), "CodeMismatchException");
}

#[tokio::test]
async fn long_names_get_sessions_that_can_be_sent_back_or_none() {
    let scene = scene(json!({})).await;
    for number in 0..8 {
        for (part, times) in [("n", 1_022), ("\u{1}", 340)] {
            let name = format!("{number}{}", part.repeat(times));
            let asked = begin(&scene, &name, json!({})).await.ok();
            let session = asked["Session"].as_str().unwrap().len();
            assert!(session <= 4_096, "{session} characters");
            let answer = json!({ "ANSWER": asked["AvailableChallenges"][0] });
            let answer = respond(&scene, "SELECT_CHALLENGE", &asked, &name, answer).await;
            let asked = answer.ok();
            let session = asked["Session"].as_str().unwrap().len();
            assert!(session <= 4_096, "{session} characters");
        }
    }
    for long in ["n".repeat(1_025), "\u{1}".repeat(342)] {
        let answer = begin(&scene, &long, json!({})).await;
        answer.refused("InvalidParameterException", "USERNAME is too long.");
    }
}

#[tokio::test]
async fn the_length_of_a_session_is_the_same_for_users_and_for_unknown_names() {
    let scene = scene(json!({})).await;
    scene.ann().await;
    let lengths = async |name: &str| {
        let mut lengths = BTreeSet::new();
        for _ in 0..6 {
            scene.app.advance(Span::seconds(1));
            let asked = begin(&scene, name, json!({})).await.ok();
            let session = asked["Session"].as_str().unwrap();
            let sealed = BASE64_URL_SAFE_NO_PAD.decode(session).unwrap();
            let sealer = &scene.app.api.sealer;
            let plain = sealer.open(Purpose::Ticket, &["session"], &sealed);
            // Without what it is padded with.
            let plain = String::from_utf8(plain.unwrap().to_vec()).unwrap();
            lengths.insert((session.len(), plain.trim_end().len()));
        }
        lengths
    };
    let known = lengths(ANN).await;
    assert_eq!(known.len(), 1);
    for number in 0..6 {
        let name = format!("n{number:02}@example.com");
        assert_eq!(name.len(), ANN.len());
        assert_eq!(lengths(&name).await, known, "{name}");
    }
}

#[tokio::test]
async fn where_existence_is_not_hidden_it_shows() {
    let scene = scene(telling()).await;
    let answer = begin(&scene, "nobody@example.net", json!({})).await;
    answer.refused("UserNotFoundException", "User does not exist.");
    scene.sign_up(ANN, json!({})).await.ok();
    let answer = begin(&scene, ANN, json!({})).await;
    answer.refused("UserNotConfirmedException", "User is not confirmed.");
    let confirm = json!({ "Username": ANN });
    scene.admin("AdminConfirmSignUp", confirm).await.ok();
    let password = json!({ "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    begin(&scene, ANN, password).await.ok();
}
