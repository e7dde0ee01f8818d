//! CustomMessage, CustomEmailSender and CustomSMSSender.

use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_api::ports::{Encrypt, EncryptError};
use cabana_domain::delivery::Delivery;
use cabana_domain::trigger::Trigger;
use cabana_testkit::{TestApp, function};
use serde_json::{Value, json};

use super::{PASSWORD, Stage, without_ids};

#[tokio::test]
async fn the_function_writes_the_message_in_place_of_the_pool() {
    let stage = Stage::new(&["CustomMessage"]).await;
    let body = json!({
        "Username": "ada", "Password": PASSWORD, "ClientMetadata": { "lang": "de" },
        "UserAttributes": [{ "Name": "email", "Value": "ada@example.org" }],
    });
    stage.functions.respond(|_| {
        json!({ "emailSubject": "Willkommen", "emailMessage": "Code: {####}", "smsMessage": "nobody sees this" })
    });
    stage.public("SignUp", body).await.ok();
    assert_eq!(
        without_ids(stage.only_call()),
        concat!(
            r#"{"version":"1","region":"us-east-1","userPoolId":"POOL","userName":"ada","#,
            r#""callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"CLIENT"},"#,
            r#""triggerSource":"CustomMessage_SignUp","request":{"userAttributes":{"sub":"SUB","#,
            r#""cognito:user_status":"UNCONFIRMED","email":"ada@example.org","email_verified":"false"},"#,
            r##""codeParameter":"{####}","linkParameter":"{##Click Here##}","usernameParameter":null,"##,
            r#""clientMetadata":{"lang":"de"}},"response":{"smsMessage":null,"emailMessage":null,"emailSubject":null}}"#,
        )
    );
    let sent = stage.app.newest_message("ada@example.org").await;
    let code = sent.code.clone().unwrap();
    assert_eq!(
        (sent.subject, sent.body),
        ("Willkommen".to_owned(), format!("Code: {code}"))
    );

    // Nulls mean the pool's own texts.
    stage.functions.respond(|_| Value::Null);
    stage.sign_up("bob").await.ok();
    let sent = stage.app.newest_message("bob@example.org").await;
    assert_eq!(sent.subject, "Confirm your email address");
}

#[tokio::test]
async fn an_invitation_needs_name_and_password_in_the_functions_text() {
    let stage = Stage::new(&["CustomMessage"]).await;
    let body = json!({
        "Username": "ada", "DesiredDeliveryMediums": ["EMAIL"], "TemporaryPassword": "Temporary<1",
        "UserAttributes": [{ "Name": "email", "Value": "ada@example.org" }],
    });
    stage
        .functions
        .respond(|_| json!({ "emailMessage": "{username} / {####}" }));
    stage.admin("AdminCreateUser", body).await.ok();
    let request = stage.only_call().event["request"].clone();
    assert_eq!(request["usernameParameter"], "{username}");
    let sent = stage.app.newest_message("ada@example.org").await;
    assert_eq!(sent.body, "ada / Temporary&lt;1");
}

#[tokio::test]
async fn texts_of_no_use_are_refused_and_nothing_is_stored() {
    let stage = Stage::new(&["CustomMessage"]).await;
    let rule = |member: &str, rest: &str| {
        format!(
            "1 validation error detected: Value at '{member}' failed to satisfy constraint: {rest}"
        )
    };
    let pattern = r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*";
    for (response, message) in [
        (
            json!({ "emailMessage": "" }),
            "The message is empty.".to_owned(),
        ),
        (
            json!({ "emailMessage": "Hello" }),
            rule("emailBody", pattern),
        ),
        (
            json!({ "emailMessage": "{####}".repeat(4_000) }),
            rule(
                "emailBody",
                "Member must have length less than or equal to 20000",
            ),
        ),
        (
            json!({ "emailSubject": "x".repeat(141) }),
            rule(
                "emailSubject",
                "Member must have length less than or equal to 140",
            ),
        ),
    ] {
        stage.functions.respond(move |_| response.clone());
        stage
            .sign_up("ada")
            .await
            .refused("InvalidParameterException", &message);
    }
    stage.functions.respond(|_| json!({ "emailMessage": 5 }));
    stage.sign_up("ada").await.refused(
        "InvalidLambdaResponseException",
        "Unrecognizable lambda output",
    );
    let users = stage.admin("ListUsers", json!({})).await.ok();
    assert_eq!(users["Users"], json!([]));
    assert!(stage.app.mailbox().await.is_empty());
}

/// Shows what it was to encrypt.
struct Open;

impl Encrypt for Open {
    fn encrypt(
        &self,
        key_arn: &str,
        context: &[(&str, &str)],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, EncryptError> {
        let text = String::from_utf8(plaintext.to_vec()).unwrap();
        Ok(format!("{key_arn} {context:?} {text}").into_bytes())
    }
}

const KEY: &str = "arn:aws:kms:us-east-1:000000000000:key/00000000-0000-4000-8000-000000000000";

fn senders() -> Value {
    let of = |name: &str| json!({ "LambdaArn": function(name), "LambdaVersion": "V1_0" });
    json!({
        "CustomEmailSender": of("CustomEmailSender"), "CustomSMSSender": of("CustomSMSSender"),
        "CustomMessage": function("CustomMessage"), "KMSKeyID": KEY,
    })
}

async fn stage_of_senders(encrypts: bool) -> Stage {
    let mut app = TestApp::without_mail();
    if encrypts {
        Arc::get_mut(&mut app.api).unwrap().encrypt = Arc::new(Open);
    }
    Stage::over(app, senders(), json!({}), json!({})).await
}

impl Stage {
    async fn queued(&self) -> Vec<Delivery> {
        let now = self.app.api.clock.now();
        self.app.api.store.due_deliveries(now, 100).await.unwrap()
    }
}

#[tokio::test]
async fn a_function_that_sends_mails_gets_the_code_encrypted_by_way_of_a_queue() {
    let stage = stage_of_senders(true).await;
    let body = json!({
        "Username": "ada", "Password": PASSWORD, "ClientMetadata": { "lang": "de" },
        "UserAttributes": [{ "Name": "email", "Value": "ada@example.org" }],
    });
    // Although the server itself has no mail transport.
    stage.public("SignUp", body).await.ok();
    assert!(
        stage.functions.take().is_empty(),
        "the request does not wait"
    );
    assert!(stage.app.mailbox().await.is_empty());
    let queued = stage.queued().await;
    let [delivery] = &queued[..] else {
        panic!("one delivery");
    };
    assert_eq!(delivery.trigger, Trigger::CustomEmailSender);
    assert_eq!(delivery.arn, function("CustomEmailSender"));
    let text = delivery.event.expose();
    assert!(
        text.starts_with(r#"{"version":"1","triggerSource":"CustomEmailSender_SignUp","region":"#)
    );
    let event: Value = serde_json::from_str(text).unwrap();
    assert!(event.get("response").is_none());
    let request = text.split_once(r#""request":"#).unwrap().1;
    assert!(request.starts_with(r#"{"type":"customEmailSenderRequestV1","code":""#));
    let code = event["request"]["code"].as_str().unwrap();
    let code = String::from_utf8(BASE64_STANDARD.decode(code).unwrap()).unwrap();
    let digits = code
        .strip_prefix(&format!(r#"{KEY} [("userpool-id", "{}")] "#, stage.pool))
        .unwrap();
    assert_eq!(event["request"]["clientMetadata"], json!({ "lang": "de" }));
    assert_eq!(
        event["request"]["userAttributes"]["email"],
        "ada@example.org"
    );
    // The code is the real one.
    let body = json!({ "Username": "ada", "ConfirmationCode": digits });
    stage.public("ConfirmSignUp", body).await.ok();

    stage.sign_up("bob").await.ok();
    let body = json!({ "Username": "bob", "ClientMetadata": { "lang": "de" } });
    stage.public("ResendConfirmationCode", body).await.ok();
    let newest = stage.queued().await.pop().unwrap();
    let event: Value = serde_json::from_str(newest.event.expose()).unwrap();
    assert_eq!(event["triggerSource"], "CustomEmailSender_ResendCode");
    assert_eq!(event["request"]["clientMetadata"], Value::Null);
}

#[tokio::test]
async fn temporary_passwords_are_escaped_in_mails_and_not_in_texts() {
    let stage = stage_of_senders(true).await;
    let body = json!({
        "Username": "ada", "TemporaryPassword": "Temporary<1>", "DesiredDeliveryMediums": ["EMAIL", "SMS"],
        "UserAttributes": [
            { "Name": "email", "Value": "ada@example.org" }, { "Name": "phone_number", "Value": "+12065550100" },
        ],
    });
    stage.admin("AdminCreateUser", body).await.ok();
    let mut codes = Vec::new();
    for delivery in stage.queued().await {
        let event: Value = serde_json::from_str(delivery.event.expose()).unwrap();
        let code = event["request"]["code"].as_str().unwrap();
        let code = String::from_utf8(BASE64_STANDARD.decode(code).unwrap()).unwrap();
        let code = code.rsplit(' ').next().unwrap().to_owned();
        codes.push((event["triggerSource"].as_str().unwrap().to_owned(), code));
    }
    codes.sort();
    assert_eq!(
        codes,
        [
            (
                "CustomEmailSender_AdminCreateUser".to_owned(),
                "Temporary&lt;1&gt;".to_owned()
            ),
            (
                "CustomSMSSender_AdminCreateUser".to_owned(),
                "Temporary<1>".to_owned()
            ),
        ]
    );
}

#[tokio::test]
async fn without_the_key_nothing_is_sent_and_nothing_stored() {
    let stage = stage_of_senders(false).await;
    stage.sign_up("ada").await.refused(
        "UnexpectedLambdaException",
        "CustomEmailSender invocation failed due to error NotFoundException",
    );
    let users = stage.admin("ListUsers", json!({})).await.ok();
    assert_eq!(users["Users"], json!([]));
    assert!(stage.queued().await.is_empty());
}
