//! Every source, with each operation that has it, in the order of the calls. A source without a row fails the test.

mod devices;
mod ways;

use std::collections::BTreeSet;

use aws_cognito_srp::{SrpClient, User};
use cabana_domain::Span;
use cabana_domain::trigger::Source;
use cabana_model::Operation;
use cabana_testkit::{TestClient, every_function};
use serde_json::{Value, json};

use super::{PASSWORD, Stage, custom};
use crate::members;
use crate::srp::answers;

/// Sources that no operation of the API has; the tests of the pages and endpoints name them.
const ELSEWHERE: [&str; 3] = [
    "TokenGeneration_HostedAuth",
    "PreSignUp_ExternalProvider",
    "InboundFederation_ExternalProvider",
];

const BEFORE: &str = "PreAuthentication_Authentication";
const AFTER: &str = "PostAuthentication_Authentication";
const TOKENS: &str = "TokenGeneration_Authentication";

/// A stage, the operations that had a row, and their sources.
struct Table {
    stage: Stage,
    operations: BTreeSet<String>,
    seen: BTreeSet<String>,
}

/// Functions for everything but the sending of messages.
fn everything() -> Value {
    let mut config = every_function("V3_0");
    config["PostConfirmation"] = json!(cabana_testkit::function("PostConfirmation"));
    config
}

/// The answer to PASSWORD_VERIFIER.
fn claim(srp: &SrpClient<User>, asked: &Value) -> Value {
    json!({ "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": answers(srp, asked) })
}

impl Table {
    async fn with(pool: Value, client: Value) -> Self {
        Self {
            stage: Stage::with(everything(), pool, client).await,
            operations: BTreeSet::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Performs an operation that must succeed and have these sources.
    async fn row(&mut self, operation: &str, members: Value, sources: &[&str]) -> Value {
        self.stage.functions.take();
        // The newest message is the one with the newest time.
        self.stage.app.advance(Span::seconds(1));
        let admin = operation.starts_with("Admin");
        let mut body = members;
        if admin {
            body["UserPoolId"] = json!(self.stage.pool);
        }
        let by_token = body.get("AccessToken").is_some();
        if !by_token && (!admin || operation.contains("Auth")) {
            body["ClientId"] = json!(self.stage.client.id);
        }
        let answer = self.stage.app.call(operation, body.clone()).await;
        self.stage.app.write_messages().await;
        let called = self.stage.functions.sources();
        assert_eq!(called, sources, "{operation} {body}: {}", answer.body);
        self.seen.extend(called);
        self.operations.insert(operation.to_owned());
        answer.ok()
    }
}

fn attributes(name: &str) -> Value {
    json!([{ "Name": "email", "Value": format!("{name}@example.org") }])
}

fn by_password(name: &str, password: &str) -> Value {
    json!({
        "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": { "USERNAME": name, "PASSWORD": password },
    })
}

async fn accounts(table: &mut Table) {
    let body =
        json!({ "Username": "ada", "Password": PASSWORD, "UserAttributes": attributes("ada") });
    let sources = ["PreSignUp_SignUp", "CustomMessage_SignUp"];
    table.row("SignUp", body, &sources).await;
    let body = json!({ "Username": "ada" });
    let sources = ["CustomMessage_ResendCode"];
    table.row("ResendConfirmationCode", body, &sources).await;
    let code = table.stage.app.code_sent_to("ada@example.org").await;
    let body = json!({ "Username": "ada", "ConfirmationCode": code });
    let confirmed = ["PostConfirmation_ConfirmSignUp"];
    table.row("ConfirmSignUp", body, &confirmed).await;

    table.stage.sign_up("bob").await.ok();
    let body = json!({ "Username": "bob" });
    table.row("AdminConfirmSignUp", body, &confirmed).await;

    table
        .stage
        .functions
        .respond(|event| match event["triggerSource"].as_str() {
            Some("PreSignUp_SignUp") => json!({ "autoConfirmUser": true }),
            _ => Value::Null,
        });
    let body =
        json!({ "Username": "cat", "Password": PASSWORD, "UserAttributes": attributes("cat") });
    let sources = ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"];
    table.row("SignUp", body, &sources).await;
    table.stage.functions.respond(|_| Value::Null);

    let body = json!({
        "Username": "dan", "UserAttributes": attributes("dan"), "DesiredDeliveryMediums": ["EMAIL"],
        "TemporaryPassword": "Temporary-1",
    });
    let sources = ["PreSignUp_AdminCreateUser", "CustomMessage_AdminCreateUser"];
    table.row("AdminCreateUser", body, &sources).await;
    let body = json!({
        "Username": "dan", "MessageAction": "RESEND", "DesiredDeliveryMediums": ["EMAIL"],
        "TemporaryPassword": "Temporary-1",
    });
    let sources = ["CustomMessage_AdminCreateUser"];
    table.row("AdminCreateUser", body, &sources).await;
    let asked = table
        .row("InitiateAuth", by_password("dan", "Temporary-1"), &[BEFORE])
        .await;
    let body = json!({
        "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": "dan", "NEW_PASSWORD": PASSWORD },
    });
    let sources = [AFTER, "TokenGeneration_NewPasswordChallenge"];
    table.row("RespondToAuthChallenge", body, &sources).await;
}

async fn sign_ins(table: &mut Table) -> Value {
    let all = [BEFORE, AFTER, TOKENS];
    let tokens = table
        .row("InitiateAuth", by_password("ada", PASSWORD), &all)
        .await;
    let body = json!({
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": { "USERNAME": "ada", "PASSWORD": PASSWORD },
    });
    table.row("AdminInitiateAuth", body, &all).await;

    let user = User::new(table.stage.pool.as_str(), "ada", PASSWORD);
    let client = SrpClient::new(user, &table.stage.client.id, None);
    let start = client.get_auth_parameters();
    let body = json!({
        "AuthFlow": "USER_SRP_AUTH", "AuthParameters": { "USERNAME": "ada", "SRP_A": start.a },
    });
    let asked = table.row("InitiateAuth", body, &[BEFORE]).await;
    let body = claim(&client, &asked);
    table
        .row("RespondToAuthChallenge", body, &[AFTER, TOKENS])
        .await;

    let refresh = &tokens["AuthenticationResult"]["RefreshToken"];
    let body =
        json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": { "REFRESH_TOKEN": refresh } });
    let sources = ["TokenGeneration_RefreshTokens"];
    table.row("InitiateAuth", body.clone(), &sources).await;
    table.row("AdminInitiateAuth", body, &sources).await;
    let body = json!({ "RefreshToken": refresh });
    table.row("GetTokensFromRefreshToken", body, &sources).await;
    tokens["AuthenticationResult"]["AccessToken"].clone()
}

async fn codes(table: &mut Table, access: Value) {
    let body = json!({ "AccessToken": access, "UserAttributes": attributes("ada2") });
    let sources = ["CustomMessage_UpdateUserAttribute"];
    table.row("UpdateUserAttributes", body, &sources).await;
    let body = json!({ "AccessToken": access, "AttributeName": "email" });
    let verifies = ["CustomMessage_VerifyUserAttribute"];
    table
        .row("GetUserAttributeVerificationCode", body, &verifies)
        .await;
    let body = json!({ "Username": "ada", "UserAttributes": attributes("ada3") });
    table.row("AdminUpdateUserAttributes", body, &sources).await;
    let body = json!({ "Username": "ada", "UserAttributes": [
        { "Name": "email", "Value": "ada@example.org" }, { "Name": "email_verified", "Value": "true" },
    ] });
    table.row("AdminUpdateUserAttributes", body, &[]).await;

    let sources = ["CustomMessage_ForgotPassword"];
    table
        .row("ForgotPassword", json!({ "Username": "ada" }), &sources)
        .await;
    let code = table.stage.app.code_sent_to("ada@example.org").await;
    let body = json!({ "Username": "ada", "ConfirmationCode": code, "Password": PASSWORD });
    let reset = ["PostConfirmation_ConfirmForgotPassword"];
    table.row("ConfirmForgotPassword", body, &reset).await;
    let body = json!({ "Username": "ada" });
    table.row("AdminResetUserPassword", body, &sources).await;
    let body = json!({ "Username": "ada", "Password": PASSWORD, "Permanent": true });
    table.row("AdminSetUserPassword", body, &[]).await;
}

async fn second_factor(table: &mut Table) {
    let body = json!({
        "UserPoolId": table.stage.pool, "MfaConfiguration": "OPTIONAL",
        "EmailMfaConfiguration": { "Message": "{####}", "Subject": "Code" },
    });
    table.stage.app.ok("SetUserPoolMfaConfig", body).await;
    let body = json!({ "Username": "ada", "EmailMfaSettings": { "Enabled": true } });
    table.row("AdminSetUserMFAPreference", body, &[]).await;
    let sources = [BEFORE, "CustomMessage_Authentication"];
    let asked = table
        .row("InitiateAuth", by_password("ada", PASSWORD), &sources)
        .await;
    let code = table.stage.app.code_sent_to("ada@example.org").await;
    let body = json!({
        "ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": "ada", "EMAIL_OTP_CODE": code },
    });
    table
        .row("AdminRespondToAuthChallenge", body, &[AFTER, TOKENS])
        .await;
}

async fn custom(table: &mut Table) {
    let flows = json!({ "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"] });
    let client = table.stage.app.client(&table.stage.pool, flows).await;
    let other = std::mem::replace(&mut table.stage.client, client);
    custom::play(&table.stage.functions);
    let define = "DefineAuthChallenge_Authentication";
    let create = "CreateAuthChallenge_Authentication";
    let verify = "VerifyAuthChallengeResponse_Authentication";
    for (begin, respond) in [
        ("InitiateAuth", "RespondToAuthChallenge"),
        ("AdminInitiateAuth", "AdminRespondToAuthChallenge"),
    ] {
        let body = json!({ "AuthFlow": "CUSTOM_AUTH", "AuthParameters": { "USERNAME": "ada" } });
        let asked = table.row(begin, body, &[BEFORE, define, create]).await;
        let answered = [verify, define, create];
        let body = custom::answer_to(&asked, "ada", "41");
        let asked = table.row(respond, body, &answered).await;
        let done = [verify, define, AFTER, TOKENS];
        let body = custom::answer_to(&asked, "ada", "42");
        table.row(respond, body, &done).await;
    }
    // With a password before it.
    let user = User::new(table.stage.pool.as_str(), "ada", PASSWORD);
    let srp = SrpClient::new(user, &table.stage.client.id, None);
    let body = json!({ "AuthFlow": "CUSTOM_AUTH", "AuthParameters": {
        "USERNAME": "ada", "CHALLENGE_NAME": "SRP_A", "SRP_A": srp.get_auth_parameters().a,
    } });
    let asked = table.row("InitiateAuth", body, &[BEFORE, define]).await;
    // Ada has a second factor since the rows before.
    let sends = ["CustomMessage_Authentication"];
    let body = claim(&srp, &asked);
    let asked = table.row("RespondToAuthChallenge", body, &sends).await;
    let code = table.stage.app.code_sent_to("ada@example.org").await;
    let body = json!({ "ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
        "ChallengeResponses": { "USERNAME": "ada", "EMAIL_OTP_CODE": code } });
    let sources = [define, create];
    table.row("RespondToAuthChallenge", body, &sources).await;
    table.stage.functions.respond(|_| Value::Null);
    table.stage.client = other;
}

async fn migrations(table: &mut Table) {
    table.stage.functions.respond(|event| {
        let source = event["triggerSource"].as_str().unwrap();
        if !source.starts_with("UserMigration") {
            return Value::Null;
        }
        let name = event["userName"].as_str().unwrap();
        json!({
            "userAttributes": { "email": format!("{name}@example.org"), "email_verified": "true" },
            "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS",
        })
    });
    let sources = ["UserMigration_Authentication", BEFORE, AFTER, TOKENS];
    table
        .row("InitiateAuth", by_password("eve", "old password"), &sources)
        .await;
    let body = json!({ "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": { "USERNAME": "gil", "PASSWORD": "old password" } });
    table.row("AdminInitiateAuth", body, &sources).await;
    let again = [BEFORE, AFTER, TOKENS];
    table
        .row("InitiateAuth", by_password("eve", "old password"), &again)
        .await;
    let body = json!({ "Username": "fay" });
    let sources = [
        "UserMigration_ForgotPassword",
        "CustomMessage_ForgotPassword",
    ];
    table.row("ForgotPassword", body, &sources).await;
}

async fn machine(table: &mut Table) {
    let api = json!({
        "UserPoolId": table.stage.pool, "Identifier": "https://api", "Name": "api",
        "Scopes": [{ "ScopeName": "read", "ScopeDescription": "reads" }],
    });
    table.stage.app.ok("CreateResourceServer", api).await;
    let settings = json!({
        "GenerateSecret": true, "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"],
        "AllowedOAuthScopes": ["https://api/read"],
    });
    let machine: TestClient = table.stage.app.client(&table.stage.pool, settings).await;
    let body = json!({ "Secret": machine.secret });
    let person = std::mem::replace(&mut table.stage.client, machine);
    let sources = ["TokenGeneration_ClientCredentials"];
    table.row("GetClientToken", body, &sources).await;
    table.stage.client = person;
}

#[tokio::test]
async fn every_operation_has_its_sources_in_order() {
    let mut table = Table::with(json!({}), json!({})).await;
    accounts(&mut table).await;
    let access = sign_ins(&mut table).await;
    codes(&mut table, access).await;
    second_factor(&mut table).await;
    custom(&mut table).await;
    migrations(&mut table).await;
    machine(&mut table).await;
    devices::devices(&mut table).await;

    // Whatever takes metadata for functions may call some.
    for operation in Operation::ALL {
        let takes = members::of(*operation)
            .iter()
            .any(|it| it.name == "ClientMetadata");
        let has_row = table.operations.contains(operation.name());
        assert!(has_row || !takes, "{operation} has no row");
    }
    let mut seen = table.seen;
    seen.extend(ELSEWHERE.map(str::to_owned));
    // Each occasion of a message has both senders; `senders` shows them.
    let senders: Vec<_> = seen
        .iter()
        .filter_map(|source| source.strip_prefix("CustomMessage_"))
        .flat_map(|occasion| {
            ["CustomEmailSender", "CustomSMSSender"].map(|it| format!("{it}_{occasion}"))
        })
        .collect();
    seen.extend(senders);
    let all: BTreeSet<_> = Source::all().map(Source::name).collect();
    assert_eq!(seen, all);
}
