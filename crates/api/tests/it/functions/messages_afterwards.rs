//! CustomMessage where existence is hidden: asked for the text after the answer, from the queue.

use cabana_api::logic::triggers::custom_message::NotWritten;
use cabana_api::ports::FunctionError;
use cabana_domain::PoolId;
use cabana_domain::trigger::Trigger;
use cabana_testkit::Answer;
use serde_json::{Value, json};

use super::{PASSWORD, Stage};

const ADA: &str = "ada@example.org";

async fn stage(existence: &str) -> Stage {
    let factors = json!({ "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] });
    let pool = json!({ "Policies": { "SignInPolicy": factors } });
    let client = json!({
        "PreventUserExistenceErrors": existence,
        "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
    });
    let config = cabana_testkit::lambda_config(&["CustomMessage"]);
    let stage = Stage::with(config, pool, client).await;
    stage.user("ada").await;
    stage.sign_up("bob").await.ok();
    stage.functions.take();
    let inbox = stage.app.mailbox().await;
    assert_eq!(inbox.len(), 1, "bob's");
    stage
}

async fn by_mail(stage: &Stage, name: &str) -> Answer {
    let parameters = json!({ "USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let body = json!({ "AuthFlow": "USER_AUTH", "AuthParameters": parameters,
        "ClientMetadata": { "lang": "de" } });
    stage.public("InitiateAuth", body).await
}

async fn forgot(stage: &Stage, name: &str) -> Answer {
    let body = json!({ "Username": name, "ClientMetadata": { "lang": "de" } });
    stage.public("ForgotPassword", body).await
}

async fn resend(stage: &Stage, name: &str) -> Answer {
    let body = json!({ "Username": name });
    stage.public("ResendConfirmationCode", body).await
}

#[tokio::test]
async fn where_existence_is_hidden_no_answer_waits_for_the_text_of_its_message() {
    let stage = stage("ENABLED").await;
    // Whoever called it would wait for ever.
    stage.functions.run(|_| Box::pin(std::future::pending()));
    forgot(&stage, "ada").await.ok();
    resend(&stage, "bob").await.ok();
    let asked = by_mail(&stage, "ada").await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    assert!(stage.functions.take().is_empty());
    assert_eq!(stage.app.mailbox().await.len(), 1);

    stage.functions.respond(|event| {
        let source = event["triggerSource"].as_str().unwrap();
        json!({ "emailSubject": source, "emailMessage": "<b>{####}</b>" })
    });
    let written = stage.app.write_messages().await;
    assert_eq!(written.len(), 3);
    assert!(written.iter().all(Result::is_ok), "{written:?}");
    let events: Vec<Value> = (stage.functions.take().into_iter())
        .map(|call| call.event)
        .collect();
    let of = |source: &str| {
        let event = events.iter().find(|it| it["triggerSource"] == source);
        event.unwrap_or_else(|| panic!("no {source}"))["request"].clone()
    };
    let reset = of("CustomMessage_ForgotPassword");
    assert_eq!(reset["clientMetadata"], json!({ "lang": "de" }));
    assert_eq!(reset["userAttributes"]["email"], ADA);
    assert_eq!(reset["codeParameter"], "{####}");
    assert_eq!(
        of("CustomMessage_Authentication").get("clientMetadata"),
        None
    );
    of("CustomMessage_ResendCode");
    let inbox = stage.app.mailbox().await;
    let mail = |subject: &str| {
        let content = inbox.iter().filter_map(|it| it.content.clone());
        let mut content = content.filter(|it| it.subject == subject);
        content.next().unwrap_or_else(|| panic!("no {subject}"))
    };
    let mail = mail("CustomMessage_Authentication");
    let code = mail.code.unwrap();
    assert_eq!(mail.body, format!("<b>{code}</b>"));
    let body = json!({ "ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": "ada", "EMAIL_OTP_CODE": code } });
    let done = stage.public("RespondToAuthChallenge", body).await.ok();
    assert!(done["AuthenticationResult"]["AccessToken"].is_string());
    // Each is written once.
    assert!(stage.app.write_messages().await.is_empty());
}

#[tokio::test]
async fn where_existence_is_hidden_a_function_that_fails_shows_in_the_calls_and_in_no_answer() {
    let stage = stage("ENABLED").await;
    let calls = || {
        let pool = PoolId::new(&*stage.pool);
        (stage.app.api)
            .function_calls
            .of(&pool, Trigger::CustomMessage)
    };
    stage
        .functions
        .answer(|_| Err(FunctionError::Failed("no 123456".to_owned())));
    forgot(&stage, "ada").await.ok();
    let nobody = forgot(&stage, "nobody").await.ok();
    assert!(nobody["CodeDeliveryDetails"].is_object());
    let written = stage.app.write_messages().await;
    let [Err(NotWritten::Later(reason))] = &written[..] else {
        panic!("{written:?}");
    };
    assert!(!reason.contains("123456"), "its own words are in no log");
    let call = calls().remove(0);
    assert_eq!(call.source, "CustomMessage_ForgotPassword");
    assert_eq!(
        call.error.as_deref(),
        Some("CustomMessage failed with error no 123456.")
    );
    // The next try has a text of no use, which is given up.
    stage
        .functions
        .respond(|_| json!({ "emailMessage": "Hello" }));
    let written = stage.app.write_messages().await;
    let [Err(NotWritten::Never(_))] = &written[..] else {
        panic!("{written:?}");
    };
    assert!(calls()[0].error.as_deref().unwrap().contains("emailBody"));
    assert_eq!(stage.app.mailbox().await.len(), 1);
    // Nulls mean the pool's text.
    stage.functions.respond(|_| Value::Null);
    stage.app.write_messages().await;
    assert!(stage.app.newest_message(ADA).await.code.is_some());
}

#[tokio::test]
async fn where_existence_is_told_or_the_user_is_signed_in_the_answer_tells_of_the_function() {
    let failed = |answer: Answer| {
        let message = "CustomMessage failed with error away.";
        answer.refused("UserLambdaValidationException", message);
    };
    let telling = stage("LEGACY").await;
    let hiding = stage("ENABLED").await;
    let body = json!({ "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "ada", "PASSWORD": PASSWORD } });
    let tokens = hiding.public("InitiateAuth", body).await.ok();
    for stage in [&telling, &hiding] {
        stage
            .functions
            .answer(|_| Err(FunctionError::Failed("away".to_owned())));
    }
    failed(forgot(&telling, "ada").await);
    failed(resend(&telling, "bob").await);
    failed(by_mail(&telling, "ada").await);
    failed(hiding.sign_up("eve").await);
    let body = json!({ "AccessToken": tokens["AuthenticationResult"]["AccessToken"],
        "AttributeName": "email" });
    let code = hiding.app.call("GetUserAttributeVerificationCode", body);
    failed(code.await);
    let reset = json!({ "Username": "ada" });
    failed(hiding.admin("AdminResetUserPassword", reset).await);
    assert!(telling.app.write_messages().await.is_empty());
    assert!(hiding.app.write_messages().await.is_empty());
}
