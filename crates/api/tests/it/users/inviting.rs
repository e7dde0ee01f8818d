//! AdminCreateUser.

use cabana_domain::Span;
use cabana_model::DeliveryMediumType;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{ANN, PASSWORD, Scene, aliases, attribute, pairs};

const PHONE: &str = "+4930123456";

async fn create(scene: &Scene, username: &str, attributes: Value, members: Value) -> Answer {
    let body = json!({ "Username": username, "UserAttributes": pairs(attributes) });
    scene
        .admin("AdminCreateUser", super::merged(body, members))
        .await
}

/// Destinations and media of the messages.
async fn sent(scene: &Scene) -> Vec<(DeliveryMediumType, String)> {
    let mailbox = scene.app.mailbox().await;
    mailbox.into_iter().map(|it| (it.medium, it.to)).collect()
}

#[tokio::test]
async fn a_new_user_is_invited_with_a_temporary_password_that_must_change() {
    let scene = Scene::usual().await;
    let answer = create(&scene, ANN, json!({ "name": "Ann" }), json!({}))
        .await
        .ok();
    let user = &answer["User"];
    assert_eq!(user["UserStatus"], "FORCE_CHANGE_PASSWORD");
    assert_eq!(user["Enabled"], true);
    let sub = attribute(&user["Attributes"], "sub").unwrap();
    assert_eq!(user["Username"], sub);
    assert_eq!(
        attribute(&user["Attributes"], "email").as_deref(),
        Some(ANN)
    );
    assert_eq!(
        attribute(&user["Attributes"], "name").as_deref(),
        Some("Ann")
    );
    let message = scene.app.newest_message(ANN).await;
    let password = message.code.unwrap();
    assert!(message.body.contains(ANN), "{}", message.body);
    let answer = scene.sign_in(ANN, &password).await.ok();
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

#[tokio::test]
async fn a_given_temporary_password_meets_the_policy_and_works() {
    let scene = Scene::usual().await;
    let weak = json!({ "TemporaryPassword": "aaaaaaaa" });
    let answer = create(&scene, ANN, json!({}), weak).await;
    assert_eq!(answer.kind(), "InvalidPasswordException");
    let given = json!({ "TemporaryPassword": PASSWORD });
    create(&scene, ANN, json!({}), given).await.ok();
    let code = scene.app.newest_message(ANN).await.code;
    assert_eq!(code.as_deref(), Some(PASSWORD));
    let answer = scene.sign_in(ANN, PASSWORD).await.ok();
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
}

#[tokio::test]
async fn nothing_is_sent_if_the_message_is_suppressed() {
    let mut scene = Scene::usual().await;
    scene.without_mail();
    let suppressed = json!({ "MessageAction": "SUPPRESS" });
    create(&scene, ANN, json!({}), suppressed).await.ok();
    assert!(scene.app.mailbox().await.is_empty());
}

#[tokio::test]
async fn an_invitation_goes_to_the_phone_or_else_by_mail_unless_asked_otherwise() {
    use DeliveryMediumType::{Email, Sms};
    let scene = Scene::new(json!({}), json!({})).await;
    let both = json!({ "email": ANN, "phone_number": PHONE });
    let email = json!({ "email": ANN });
    let asked = |media: &[&str]| json!({ "DesiredDeliveryMediums": media });
    let (to_phone, to_ann) = ((Sms, PHONE.to_owned()), (Email, ANN.to_owned()));
    for (name, attributes, media, expected) in [
        ("a", both.clone(), json!({}), vec![to_phone.clone()]),
        ("b", email, json!({}), vec![to_ann.clone()]),
        ("c", both.clone(), asked(&["EMAIL"]), vec![to_ann.clone()]),
        ("d", both, asked(&["EMAIL", "SMS"]), vec![to_ann, to_phone]),
        ("e", json!({}), json!({}), vec![]),
    ] {
        let before = sent(&scene).await.len();
        create(&scene, name, attributes, media).await.ok();
        let mut new = sent(&scene).await;
        new.truncate(new.len() - before);
        new.sort();
        let mut expected = expected;
        expected.sort();
        assert_eq!(new, expected, "{name}");
        scene.app.advance(Span::seconds(1));
    }
}

#[tokio::test]
async fn a_medium_the_user_cannot_be_reached_by_is_refused() {
    let scene = Scene::usual().await;
    let asked = json!({ "DesiredDeliveryMediums": ["SMS"] });
    let answer = create(&scene, ANN, json!({}), asked).await;
    answer.refused(
        "InvalidParameterException",
        "User does not have a phone number.",
    );
    let answer = scene
        .admin("AdminGetUser", json!({ "Username": ANN }))
        .await;
    assert_eq!(answer.kind(), "UserNotFoundException");
}

#[tokio::test]
async fn without_a_transport_nobody_is_made_and_another_way_is_taken_if_there_is_one() {
    let mut scene = Scene::new(json!({}), json!({})).await;
    scene.without_sms();
    let phone = json!({ "phone_number": PHONE });
    let answer = create(&scene, "ann", phone, json!({})).await;
    assert_eq!(answer.kind(), "CodeDeliveryFailureException");
    let answer = scene
        .admin("AdminGetUser", json!({ "Username": "ann" }))
        .await;
    assert_eq!(answer.kind(), "UserNotFoundException");
    let both = json!({ "email": ANN, "phone_number": PHONE });
    create(&scene, "ann", both, json!({})).await.ok();
    assert_eq!(
        sent(&scene).await,
        [(DeliveryMediumType::Email, ANN.to_owned())]
    );
}

#[tokio::test]
async fn the_pools_own_invitation_is_sent_if_it_holds_all_it_must() {
    let template = |text: &str| {
        json!({ "AdminCreateUserConfig": { "InviteMessageTemplate": {
            "EmailSubject": "Come in", "EmailMessage": text,
        } } })
    };
    let scene = Scene::new(template("Hello {username}, say {####}"), json!({})).await;
    create(&scene, "<ann>", json!({ "email": ANN }), json!({}))
        .await
        .ok();
    let message = scene.app.newest_message(ANN).await;
    assert_eq!(message.subject, "Come in");
    assert!(
        message.body.starts_with("Hello &lt;ann&gt;, say "),
        "{}",
        message.body
    );
    let scene = Scene::new(template("Hello {username}"), json!({})).await;
    create(&scene, "ann", json!({ "email": ANN }), json!({}))
        .await
        .ok();
    assert!(scene.app.mailbox().await.is_empty());
}

#[tokio::test]
async fn an_invitation_is_repeated_with_another_password_and_another_week() {
    let scene = Scene::usual().await;
    create(&scene, ANN, json!({}), json!({})).await.ok();
    let first = scene.app.newest_message(ANN).await.code.unwrap();
    scene.app.advance(Span::days(6));
    let again = json!({ "MessageAction": "RESEND" });
    create(&scene, ANN, json!({}), again.clone()).await.ok();
    let second = scene.app.newest_message(ANN).await.code.unwrap();
    assert_ne!(first, second);
    scene.app.advance(Span::days(6));
    let answer = scene.sign_in(ANN, &second).await.ok();
    assert_eq!(answer["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let body = json!({ "Username": ANN, "Password": PASSWORD, "Permanent": true });
    scene.admin("AdminSetUserPassword", body).await.ok();
    create(&scene, ANN, json!({}), again.clone()).await.refused(
        "UnsupportedUserStateException",
        "Resend not possible. ann@example.com status is not FORCE_CHANGE_PASSWORD",
    );
    let answer = create(&scene, "nobody@example.com", json!({}), again).await;
    answer.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn a_temporary_password_works_for_a_week() {
    let scene = Scene::usual().await;
    create(&scene, ANN, json!({}), json!({})).await.ok();
    let password = scene.app.newest_message(ANN).await.code.unwrap();
    scene.app.advance(Span::days(7));
    scene.sign_in(ANN, &password).await.refused(
        "NotAuthorizedException",
        "Temporary password has expired and must be reset by an administrator.",
    );
}

#[tokio::test]
async fn taken_names_are_refused() {
    let scene = Scene::new(json!({}), json!({})).await;
    create(&scene, "ann", json!({}), json!({})).await.ok();
    let answer = create(&scene, "ann", json!({}), json!({})).await;
    answer.refused("UsernameExistsException", "User account already exists");
    let scene = Scene::usual().await;
    create(&scene, ANN, json!({}), json!({})).await.ok();
    let answer = create(&scene, ANN, json!({}), json!({})).await;
    answer.refused(
        "UsernameExistsException",
        "An account with the given email already exists.",
    );
}

#[tokio::test]
async fn a_verified_alias_of_another_moves_only_by_force() {
    let scene = Scene::new(aliases(), json!({})).await;
    let verified = json!({
        "email": ANN, "email_verified": "true",
        "phone_number": PHONE, "phone_number_verified": "true",
    });
    create(&scene, "ann", verified.clone(), json!({}))
        .await
        .ok();
    let answer = create(&scene, "annie", verified.clone(), json!({})).await;
    answer.refused(
        "UsernameExistsException",
        "An account with the given email already exists.",
    );
    let force = json!({ "ForceAliasCreation": true });
    create(&scene, "annie", verified, force).await.ok();
    assert_eq!(scene.get(ANN).await["Username"], "annie");
    assert_eq!(scene.get(PHONE).await["Username"], "annie");
    for flag in ["email_verified", "phone_number_verified"] {
        let flag = scene.attribute("ann", flag).await;
        assert_eq!(flag.as_deref(), Some("false"));
    }
}

#[tokio::test]
async fn administrators_write_what_clients_may_not_and_may_leave_out_what_is_required() {
    let pool = json!({ "Schema": [
        { "Name": "name", "Required": true },
        { "Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": true, "Mutable": true },
    ] });
    let scene = Scene::new(pool, json!({})).await;
    let attributes = json!({ "dev:custom:rank": "1", "email": ANN, "email_verified": "true" });
    let answer = create(&scene, "ann", attributes, json!({})).await.ok();
    let shown = &answer["User"]["Attributes"];
    assert_eq!(attribute(shown, "dev:custom:rank").as_deref(), Some("1"));
    assert_eq!(attribute(shown, "email_verified").as_deref(), Some("true"));
}

#[tokio::test]
async fn what_is_called_verified_must_be_there() {
    let scene = Scene::new(json!({}), json!({})).await;
    let answer = create(
        &scene,
        "ann",
        json!({ "email_verified": "true" }),
        json!({}),
    )
    .await;
    answer.refused(
        "InvalidParameterException",
        "email is required to set email_verified.",
    );
}
