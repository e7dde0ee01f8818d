//! SignUp.

use cabana_model::DeliveryMediumType;
use serde_json::{Value, json};

use super::{ANN, PASSWORD, Scene, aliases, pairs};

#[tokio::test]
async fn a_new_user_is_unconfirmed_and_gets_a_code_by_mail() {
    let scene = Scene::usual().await;
    let answer = scene.sign_up(ANN, json!({ "name": "Ann" })).await.ok();
    let sub = answer["UserSub"].clone();
    let expected = json!({
        "UserConfirmed": false,
        "UserSub": sub,
        "CodeDeliveryDetails": {
            "AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***",
        },
    });
    assert_eq!(answer, expected);
    let code = scene.app.code_sent_to(ANN).await;
    assert_eq!(code.len(), 6);
    assert!(code.bytes().all(|byte| byte.is_ascii_digit()));
    let user = scene.get(ANN).await;
    assert_eq!(user["Username"], sub);
    assert_eq!(user["UserStatus"], "UNCONFIRMED");
    assert_eq!(user["Enabled"], true);
    assert_eq!(user["UserCreateDate"], user["UserLastModifiedDate"]);
    let attributes = json!({ "sub": sub, "email": ANN, "email_verified": "false", "name": "Ann" });
    assert_eq!(user["UserAttributes"], sorted(pairs(attributes)));
}

/// Sorts by name, with `sub` last.
fn sorted(mut list: Value) -> Value {
    let items = list.as_array_mut().unwrap();
    items.sort_by_key(|it| (it["Name"] == "sub", it["Name"].as_str().unwrap().to_owned()));
    list
}

#[tokio::test]
async fn nobody_signs_up_where_only_administrators_make_users() {
    let config = json!({ "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true } });
    let scene = Scene::new(config, json!({})).await;
    scene.sign_up("ann", json!({})).await.refused(
        "NotAuthorizedException",
        "SignUp is not permitted for this user pool",
    );
}

#[tokio::test]
async fn a_taken_address_is_refused_even_where_the_client_hides_who_exists() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({})).await.ok();
    scene.sign_up("ANN@Example.com", json!({})).await.refused(
        "UsernameExistsException",
        "An account with the given email already exists.",
    );
}

#[tokio::test]
async fn a_taken_user_name_is_refused_and_letters_have_case() {
    let scene = Scene::new(json!({}), json!({})).await;
    scene.sign_up("ann", json!({})).await.ok();
    scene
        .sign_up("ann", json!({}))
        .await
        .refused("UsernameExistsException", "User already exists");
    scene.sign_up("Ann", json!({})).await.ok();
}

#[tokio::test]
async fn names_are_kept_in_lower_case_where_case_does_not_matter() {
    let pool = json!({ "UsernameConfiguration": { "CaseSensitive": false } });
    let scene = Scene::new(pool, json!({})).await;
    let attributes = json!({ "email": "Ann@Example.COM", "name": "Ann" });
    scene.sign_up("ANN", attributes).await.ok();
    assert_eq!(scene.get("Ann").await["Username"], "ann");
    assert_eq!(scene.attribute("ann", "email").await.as_deref(), Some(ANN));
    assert_eq!(scene.attribute("ann", "name").await.as_deref(), Some("Ann"));
}

#[tokio::test]
async fn nobody_takes_another_users_sub_for_a_name() {
    let scene = Scene::new(json!({}), json!({})).await;
    let answer = scene.sign_up("ann", json!({})).await.ok();
    let sub = answer["UserSub"].as_str().unwrap();
    scene
        .sign_up(sub, json!({}))
        .await
        .refused("UsernameExistsException", "User already exists");
}

#[tokio::test]
async fn a_user_name_has_the_form_the_pool_asks_for() {
    for (attributes, name, message) in [
        (json!(["email"]), "ann", "Username should be an email."),
        (
            json!(["email"]),
            "+4930123456",
            "Username should be an email.",
        ),
        (
            json!(["phone_number"]),
            ANN,
            "Username should be a phone number.",
        ),
        (
            json!(["phone_number", "email"]),
            "ann",
            "Username should be either an email or a phone number.",
        ),
    ] {
        let scene = Scene::new(json!({ "UsernameAttributes": attributes }), json!({})).await;
        let answer = scene.sign_up(name, json!({})).await;
        answer.refused("InvalidParameterException", message);
    }
}

#[tokio::test]
async fn a_user_name_cannot_pass_for_an_alias() {
    let scene = Scene::new(aliases(), json!({})).await;
    scene.sign_up(ANN, json!({})).await.refused(
        "InvalidParameterException",
        "Username cannot be of email format, since user pool is configured for email alias.",
    );
    scene.sign_up("+4930123456", json!({})).await.refused(
        "InvalidParameterException",
        "Username cannot be of phone number format, since user pool is configured for phone number alias.",
    );
}

#[tokio::test]
async fn an_address_that_is_the_user_name_cannot_differ_from_the_attribute() {
    let scene = Scene::usual().await;
    let answer = scene
        .sign_up(ANN, json!({ "email": "bob@example.com" }))
        .await;
    answer.refused(
        "InvalidParameterException",
        "The email attribute must be the same as the username.",
    );
    scene.sign_up(ANN, json!({ "email": ANN })).await.ok();
}

#[tokio::test]
async fn every_missing_required_attribute_is_named() {
    let required = |name: &str| json!({ "Name": name, "Required": true });
    let pool = json!({ "Schema": [required("name"), required("birthdate"), required("email")] });
    let scene = Scene::new(pool, json!({})).await;
    let given = json!({ "name": "", "email": ANN });
    scene.sign_up("ann", given).await.refused(
        "InvalidParameterException",
        "Attributes did not conform to the schema: name: The attribute is required\nbirthdate: The attribute is required\n",
    );
}

#[tokio::test]
async fn attributes_outside_the_schema_are_refused() {
    let scene = Scene::usual().await;
    scene.sign_up(ANN, json!({ "custom:team": "a" })).await.refused(
        "InvalidParameterException",
        "Attributes did not conform to the schema: custom:team: Attribute does not exist in the schema.\n",
    );
}

#[tokio::test]
async fn a_client_writes_only_the_attributes_it_may() {
    let pool = json!({ "Schema": [
        { "Name": "team", "AttributeDataType": "String", "Mutable": true },
        { "Name": "rank", "AttributeDataType": "String", "DeveloperOnlyAttribute": true, "Mutable": true },
    ] });
    let scene = Scene::new(pool.clone(), json!({ "WriteAttributes": ["email"] })).await;
    for attributes in [
        json!({ "custom:team": "a" }),
        json!({ "dev:custom:rank": "1" }),
        json!({ "email": ANN, "email_verified": "true" }),
    ] {
        scene.sign_up("ann", attributes).await.refused(
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        );
    }
    let listed = json!({ "WriteAttributes": ["custom:team"] });
    let client = scene.app.client(&scene.pool, listed).await;
    let scene = Scene { client, ..scene };
    scene
        .sign_up("ann", json!({ "custom:team": "a" }))
        .await
        .ok();
    let answer = scene.sign_up("bob", json!({ "name": "Bob" })).await;
    assert_eq!(answer.kind(), "NotAuthorizedException");
}

#[tokio::test]
async fn addresses_and_numbers_look_like_some() {
    let scene = Scene::new(json!({}), json!({})).await;
    scene
        .sign_up("ann", json!({ "email": "ann" }))
        .await
        .refused("InvalidParameterException", "Invalid email address format.");
    scene
        .sign_up("ann", json!({ "phone_number": "030 123456" }))
        .await
        .refused("InvalidParameterException", "Invalid phone number format.");
}

#[tokio::test]
async fn a_weak_password_is_refused_with_the_first_rule_it_breaks() {
    let scene = Scene::new(json!({}), json!({})).await;
    for (password, reason) in [
        ("aA1!", "Password not long enough"),
        ("AAAA1111!", "Password must have lowercase characters"),
        ("aaaa1111!", "Password must have uppercase characters"),
        ("aaaaAAAA!", "Password must have numeric characters"),
        ("aaaaAAAA1", "Password must have symbol characters"),
    ] {
        let body = json!({ "Username": "ann", "Password": password });
        let message = format!("Password did not conform with policy: {reason}");
        let answer = scene.public("SignUp", body).await;
        answer.refused("InvalidPasswordException", &message);
    }
    let answer = scene.public("SignUp", json!({ "Username": "ann" })).await;
    answer.refused(
        "InvalidParameterException",
        "Missing required parameter Password",
    );
}

#[tokio::test]
async fn a_phone_number_gets_the_code_before_an_address() {
    let both = json!({ "AutoVerifiedAttributes": ["email", "phone_number"] });
    let scene = Scene::new(both, json!({})).await;
    let attributes = json!({ "email": ANN, "phone_number": "+4930123456" });
    let answer = scene.sign_up("ann", attributes).await.ok();
    let expected = json!({
        "AttributeName": "phone_number", "DeliveryMedium": "SMS", "Destination": "+******3456",
    });
    assert_eq!(answer["CodeDeliveryDetails"], expected);
    let mailbox = scene.app.mailbox().await;
    let [only] = mailbox.as_slice() else {
        panic!("{mailbox:?}")
    };
    assert_eq!(only.medium, DeliveryMediumType::Sms);
    assert_eq!(only.to, "+4930123456");
}

#[tokio::test]
async fn nothing_is_sent_where_nothing_is_verified() {
    let scene = Scene::new(json!({}), json!({})).await;
    let answer = scene.sign_up("ann", json!({ "email": ANN })).await.ok();
    assert_eq!(answer.get("CodeDeliveryDetails"), None);
    assert!(scene.app.mailbox().await.is_empty());
}

#[tokio::test]
async fn without_a_transport_the_account_stays_and_the_delivery_fails() {
    let mut scene = Scene::usual().await;
    scene.without_mail();
    let answer = scene.sign_up(ANN, json!({})).await;
    assert_eq!(answer.kind(), "CodeDeliveryFailureException");
    assert_eq!(scene.status(ANN).await, "UNCONFIRMED");
    assert!(scene.app.mailbox().await.is_empty());
}

#[tokio::test]
async fn the_pools_own_texts_and_sender_are_used() {
    let pool = json!({
        "AutoVerifiedAttributes": ["email"],
        "EmailConfiguration": {
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/no-reply@example.com",
            "ReplyToEmailAddress": "help@example.com",
        },
        "VerificationMessageTemplate": {
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
            "EmailSubject": "Welcome",
            "EmailMessage": "<b>{####}</b>",
        },
    });
    let scene = Scene::new(pool, json!({})).await;
    scene.sign_up("ann", json!({ "email": ANN })).await.ok();
    let code = scene.app.code_sent_to(ANN).await;
    let mailbox = scene.app.mailbox().await;
    let message = &mailbox[0];
    assert_eq!(message.from.as_deref(), Some("no-reply@example.com"));
    assert_eq!(message.reply_to.as_deref(), Some("help@example.com"));
    let content = message.content.as_ref().unwrap();
    assert_eq!(content.subject, "Welcome");
    assert_eq!(content.body, format!("<b>{code}</b>"));
}

#[tokio::test]
async fn a_link_confirms_where_the_pool_prefers_links() {
    let pool = json!({
        "AutoVerifiedAttributes": ["email"],
        "VerificationMessageTemplate": { "DefaultEmailOption": "CONFIRM_WITH_LINK" },
    });
    let scene = Scene::new(pool, json!({})).await;
    scene.sign_up("ann & co", json!({})).await.refused(
        "InvalidParameterException",
        "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
    );
    scene.sign_up("ann&co", json!({ "email": ANN })).await.ok();
    let content = scene.app.newest_message(ANN).await;
    let code = content.code.unwrap();
    let link = format!(
        "{}/{}/confirmUser?client_id={}&user_name=ann%26co&confirmation_code={code}",
        cabana_testkit::PUBLIC_URL,
        scene.pool,
        scene.client.id,
    );
    assert_eq!(content.link.as_deref(), Some(link.as_str()));
    assert!(
        content.body.contains(&link.replace('&', "&amp;")),
        "{}",
        content.body
    );
    let body = json!({ "Username": "ann&co", "ConfirmationCode": code });
    scene.public("ConfirmSignUp", body).await.ok();
}

#[tokio::test]
async fn a_confidential_client_proves_itself() {
    let scene = Scene::new(json!({}), json!({ "GenerateSecret": true })).await;
    let id = &scene.client.id;
    scene.sign_up("ann", json!({})).await.refused(
        "NotAuthorizedException",
        &format!("Client {id} is configured with secret but SECRET_HASH was not received"),
    );
    let secret = scene.client.secret.as_deref().unwrap();
    let hash = |name| cabana_api::logic::clients::secret_hash::compute(secret, name, id);
    let body = |hash| json!({ "Username": "ann", "Password": PASSWORD, "SecretHash": hash });
    scene.public("SignUp", body(hash("bob"))).await.refused(
        "NotAuthorizedException",
        &format!("Unable to verify secret hash for client {id}"),
    );
    scene.public("SignUp", body(hash("ann"))).await.ok();
}

#[tokio::test]
async fn a_preferred_user_name_that_signs_in_waits_for_the_confirmation() {
    let scene = Scene::new(aliases(), json!({})).await;
    let answer = scene
        .sign_up("ann", json!({ "preferred_username": "annie" }))
        .await;
    answer.refused(
        "InvalidParameterException",
        "preferred_username is an alias and can be set only after confirmation.",
    );
}
