//! UserMigration.

use cabana_api::ports::FunctionError;
use cabana_domain::Span;
use cabana_testkit::lambda_config;
use serde_json::{Value, json};

use super::Stage;

const OLD: &str = "old";

fn by_password(name: &str, password: &str) -> Value {
    json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": { "USERNAME": name, "PASSWORD": password },
        "ClientMetadata": { "a": "b" },
    })
}

/// Knows everybody by the password [`OLD`], and gives these members beside the attributes.
fn knows(members: Value) -> impl Fn(Value) -> Result<Vec<u8>, FunctionError> {
    move |mut event| {
        if event["request"]["password"] != OLD
            && event["triggerSource"] != "UserMigration_ForgotPassword"
        {
            return Err(FunctionError::Failed("Bad password".to_owned()));
        }
        let mut response = members.clone();
        if response.get("userAttributes").is_none() {
            let name = event["userName"].as_str().unwrap();
            let email = format!("{name}@example.org");
            response["userAttributes"] = json!({ "email": email, "email_verified": "true" });
        }
        event["response"] = response;
        Ok(event.to_string().into_bytes())
    }
}

async fn telling(pool: Value) -> Stage {
    let legacy = json!({ "PreventUserExistenceErrors": "LEGACY" });
    Stage::with(lambda_config(&["UserMigration"]), pool, legacy).await
}

#[tokio::test]
async fn a_user_comes_with_their_password_whatever_the_policy_says() {
    let stage = Stage::new(&["UserMigration"]).await;
    let done = json!({ "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS" });
    stage.functions.answer(knows(done));
    stage
        .public("InitiateAuth", by_password("ada", OLD))
        .await
        .ok();
    let call = stage.only_call();
    let text = call.text.split_once(r#""request":"#).unwrap().1;
    assert_eq!(
        text,
        concat!(
            r#"{"password":"old","validationData":{"a":"b"},"userAttributes":null},"response":{"userAttributes":null,"#,
            r#""forceAliasCreation":null,"enableSMSMFA":null,"finalUserStatus":null,"messageAction":null,"#,
            r#""desiredDeliveryMediums":null}}"#,
        )
    );
    assert!(
        call.text
            .starts_with(r#"{"version":"1","triggerSource":"UserMigration_Authentication","#)
    );
    // From now on the user is here.
    stage
        .public("InitiateAuth", by_password("ada", OLD))
        .await
        .ok();
    assert!(stage.functions.take().is_empty());
    let user = stage
        .admin("AdminGetUser", json!({ "Username": "ada" }))
        .await
        .ok();
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert!(stage.app.mailbox().await.is_empty());
}

#[tokio::test]
async fn a_user_who_must_choose_a_new_password_is_created_and_told_so() {
    let stage = Stage::new(&["UserMigration"]).await;
    stage.functions.answer(knows(json!({})));
    let refused = stage.public("InitiateAuth", by_password("ada", OLD)).await;
    refused.refused(
        "PasswordResetRequiredException",
        "Password reset required for the user",
    );
    let user = stage
        .admin("AdminGetUser", json!({ "Username": "ada" }))
        .await
        .ok();
    assert_eq!(user["UserStatus"], "RESET_REQUIRED");
    let body = json!({ "Username": "ada" });
    stage.public("ForgotPassword", body).await.ok();
    let code = stage.app.code_sent_to("ada@example.org").await;
    let body = json!({ "Username": "ada", "ConfirmationCode": code, "Password": super::PASSWORD });
    stage.public("ConfirmForgotPassword", body).await.ok();
    stage.sign_in("ada").await.ok();
}

#[tokio::test]
async fn wrong_passwords_count_although_the_function_judges_them() {
    for stage in [
        Stage::new(&["UserMigration"]).await,
        telling(json!({})).await,
    ] {
        stage
            .functions
            .answer(knows(json!({ "finalUserStatus": "CONFIRMED" })));
        for _ in 0..5 {
            let refused = stage
                .public("InitiateAuth", by_password("ada", "guess"))
                .await;
            refused.refused(
                "UserLambdaValidationException",
                "UserMigration failed with error Bad password.",
            );
        }
        let refused = stage.public("InitiateAuth", by_password("ada", OLD)).await;
        refused.refused("NotAuthorizedException", "Password attempts exceeded");
        assert_eq!(stage.functions.take().len(), 5, "no call while locked");
        stage.app.advance(Span::seconds(2));
        stage
            .public("InitiateAuth", by_password("ada", OLD))
            .await
            .ok();
    }
}

#[tokio::test]
async fn a_user_whom_the_function_does_not_know_is_unknown_and_counted() {
    for (stage, kind, message) in [
        (
            Stage::new(&["UserMigration"]).await,
            "NotAuthorizedException",
            "Incorrect username or password.",
        ),
        (
            telling(json!({})).await,
            "UserNotFoundException",
            "User does not exist.",
        ),
    ] {
        for _ in 0..5 {
            let refused = stage.public("InitiateAuth", by_password("ada", "x")).await;
            refused.refused(kind, message);
        }
        let refused = stage.public("InitiateAuth", by_password("ada", "x")).await;
        refused.refused("NotAuthorizedException", "Password attempts exceeded");
        let users = stage.admin("ListUsers", json!({})).await.ok();
        assert_eq!(users["Users"], json!([]));
    }
}

#[tokio::test]
async fn answers_that_break_the_rules_migrate_nobody() {
    let pool = json!({ "AliasAttributes": ["email"] });
    let stage = telling(pool).await;
    let user =
        |attributes: Value| json!({ "userAttributes": attributes, "finalUserStatus": "CONFIRMED" });
    let alias =
        "Username cannot be of email format, since user pool is configured for email alias.";
    for (name, response, kind, message) in [
        (
            "ada@example.org",
            user(json!({ "email": "ada@example.org", "email_verified": "true" })),
            "InvalidParameterException",
            alias,
        ),
        (
            "ada@example.org",
            user(json!({ "username": "ada", "email": "eve@example.org" })),
            "InvalidParameterException",
            alias,
        ),
        (
            "ada",
            user(json!({ "username": "eve", "email": "ada@example.org" })),
            "InvalidLambdaResponseException",
            "Invalid user name. User name in Lambda mismatches the actual username.",
        ),
        (
            "ada",
            user(json!({ "sub": "00000000-0000-4000-8000-000000000000" })),
            "InvalidParameterException",
            "user.sub: Attribute cannot be updated.",
        ),
        (
            "ada",
            json!({ "userAttributes": { "email": "ada@example.org" }, "enableSMSMFA": true }),
            "InvalidLambdaResponseException",
            "Unrecognizable lambda output",
        ),
    ] {
        let shown = response.to_string();
        stage.functions.answer(knows(response));
        let refused = stage.public("InitiateAuth", by_password(name, OLD)).await;
        assert_eq!(
            (refused.kind(), refused.message().trim()),
            (kind, message),
            "{shown}"
        );
    }
    let users = stage.admin("ListUsers", json!({})).await.ok();
    assert_eq!(users["Users"], json!([]));
    // Under an alias, with a name of their own.
    stage.functions.answer(knows(user(json!({
        "username": "ada", "email": "ada@example.org", "email_verified": "true",
    }))));
    let body = by_password("ada@example.org", OLD);
    stage.public("InitiateAuth", body).await.ok();
    let user = stage
        .admin("AdminGetUser", json!({ "Username": "ada" }))
        .await;
    assert_eq!(user.ok()["UserStatus"], "CONFIRMED");
}

#[tokio::test]
async fn a_migrated_user_is_welcomed_where_the_function_says() {
    let stage = Stage::new(&["UserMigration"]).await;
    stage.functions.answer(knows(json!({
        "finalUserStatus": "CONFIRMED", "desiredDeliveryMediums": ["EMAIL"],
    })));
    stage
        .public("InitiateAuth", by_password("ada", OLD))
        .await
        .ok();
    let welcome = stage.app.newest_message("ada@example.org").await;
    assert!(welcome.body.contains("ada") && !welcome.body.contains("{####}"));
    assert_eq!(welcome.code, None);
}
