//! Answers of no use, from the function of each trigger in each operation that waits for it: a refusal in the same words,
//! no tokens, and nothing is stored or sent.

use std::sync::atomic::{AtomicUsize, Ordering};

use cabana_api::limits::Rates;
use cabana_api::ports::FunctionError;
use cabana_domain::Span;
use cabana_testkit::{Answer, TestApp, every_function};
use serde_json::{Value, json};

use super::{PASSWORD, Stage, custom};

type Outcome = Result<Vec<u8>, FunctionError>;

/// What a function makes of its event, with the kind of error and the message, where `{}` stands for the trigger.
type Useless = (fn(Value) -> Outcome, &'static str, &'static str);

const UNRECOGNIZABLE: (&str, &str) = (
    "InvalidLambdaResponseException",
    "Unrecognizable lambda output",
);
const NO_JSON: (&str, &str) = (
    "InvalidLambdaResponseException",
    "Invalid lambda function output : Invalid JSON",
);
const UNEXPECTED: &str = "UnexpectedLambdaException";

const USELESS: [Useless; 15] = [
    (|_| Ok(b"null".to_vec()), NO_JSON.0, NO_JSON.1),
    (|_| Ok(Vec::new()), NO_JSON.0, NO_JSON.1),
    (|_| Ok(b"<html>502</html>".to_vec()), NO_JSON.0, NO_JSON.1),
    (|_| Ok(b"[]".to_vec()), UNRECOGNIZABLE.0, UNRECOGNIZABLE.1),
    (
        |event| Ok(json!([event]).to_string().into_bytes()),
        UNRECOGNIZABLE.0,
        UNRECOGNIZABLE.1,
    ),
    (
        |event| Ok(event["response"].to_string().into_bytes()),
        UNRECOGNIZABLE.0,
        UNRECOGNIZABLE.1,
    ),
    (
        |event| {
            let mut answer = event.to_string().into_bytes();
            answer.resize(6 * 1024 * 1024 + 1, b' ');
            Ok(answer)
        },
        UNRECOGNIZABLE.0,
        UNRECOGNIZABLE.1,
    ),
    (
        |mut event| {
            event["userName"] = json!("eve");
            Ok(event.to_string().into_bytes())
        },
        "InvalidLambdaResponseException",
        "Invalid user name. User name in Lambda mismatches the actual username.",
    ),
    (
        |_| Err(FunctionError::Failed("not you".to_owned())),
        "UserLambdaValidationException",
        "{} failed with error not you.",
    ),
    (|_| Ok(b"{}".to_vec()), UNRECOGNIZABLE.0, UNRECOGNIZABLE.1),
    (
        |_| Ok(br#"{"response":{}}"#.to_vec()),
        UNRECOGNIZABLE.0,
        UNRECOGNIZABLE.1,
    ),
    (
        |_| Err(FunctionError::TooLarge),
        UNRECOGNIZABLE.0,
        UNRECOGNIZABLE.1,
    ),
    (
        |_| Err(FunctionError::NotConfigured),
        UNEXPECTED,
        "{} invocation failed due to error ResourceNotFoundException",
    ),
    (
        |_| Err(FunctionError::TimedOut),
        UNEXPECTED,
        "{} invocation failed due to error Socket timeout while invoking Lambda function.",
    ),
    (
        |_| Err(FunctionError::Unreachable("refused by 10.0.0.7".to_owned())),
        UNEXPECTED,
        "{} invocation failed due to error Error in calling lambda",
    ),
];

/// A pool in which functions take part in everything: Ada is confirmed, Bob is not.
struct Room {
    stage: Stage,
    tokens: Value,
    next: AtomicUsize,
}

impl Room {
    async fn new(tokens: &str) -> Self {
        let config = every_function(tokens);
        let flows = json!({ "ExplicitAuthFlows": [
            "ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
        ] });
        let app = TestApp::limited(Rates::OFF);
        let stage = Stage::over(app, config, json!({}), flows).await;
        custom::play(&stage.functions);
        stage.user("ada").await;
        stage.sign_up("bob").await.ok();
        let tokens = stage.sign_in("ada").await.ok()["AuthenticationResult"].clone();
        let next = AtomicUsize::new(0);
        Self {
            stage,
            tokens,
            next,
        }
    }

    /// What an operation needs of one before it, when the functions are well: the challenge that it answers, or tokens.
    async fn needed(&self, place: &Place) -> Value {
        custom::play(&self.stage.functions);
        match place.operation {
            "RespondToAuthChallenge" => custom::begin(&self.stage, "ada").await.ok(),
            "UpdateUserAttributes" | "GetUserAttributeVerificationCode" => {
                self.stage.sign_in("ada").await.ok()["AuthenticationResult"].clone()
            }
            _ => Value::Null,
        }
    }

    /// A name that nobody had.
    fn name(&self) -> String {
        format!("new{}", self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// The users as administrators see them, and the number of messages.
    async fn stored(&self) -> (Value, usize) {
        let users = self.stage.admin("ListUsers", json!({})).await.ok();
        (users, self.stage.app.mailbox().await.len())
    }

    /// The operation in which this function is of no use, from now on.
    async fn call(&self, place: &Place, useless: fn(Value) -> Outcome) -> Answer {
        // Codes are limited by the hour, whether or not a function was well.
        self.stage.app.advance(Span::hours(1));
        let body = (place.body)(self, &self.needed(place).await);
        let source = format!("{}_", place.source);
        self.stage.functions.answer(move |mut event| {
            if event["triggerSource"]
                .as_str()
                .unwrap()
                .starts_with(&source)
            {
                return useless(event);
            }
            let response = custom::played(&event);
            if !response.is_null() {
                event["response"] = response;
            }
            Ok(event.to_string().into_bytes())
        });
        match place.operation.starts_with("Admin") {
            true => self.stage.admin(place.operation, body).await,
            false if body.get("AccessToken").is_some() => {
                self.stage.app.call(place.operation, body).await
            }
            false => self.stage.public(place.operation, body).await,
        }
    }
}

/// An operation that waits for a function.
struct Place {
    trigger: &'static str,
    /// Beginning of its sources.
    source: &'static str,
    operation: &'static str,
    /// The request, from what it needs.
    body: fn(&Room, &Value) -> Value,
}

const fn at(
    trigger: &'static str,
    operation: &'static str,
    body: fn(&Room, &Value) -> Value,
) -> Place {
    Place {
        trigger,
        source: trigger,
        operation,
        body,
    }
}

const fn tokens_at(operation: &'static str, body: fn(&Room, &Value) -> Value) -> Place {
    Place {
        trigger: "PreTokenGeneration",
        source: "TokenGeneration",
        operation,
        body,
    }
}

fn password(name: &str) -> Value {
    json!({ "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD } })
}

fn sign_up(room: &Room, _: &Value) -> Value {
    let name = room.name();
    let email = json!([{ "Name": "email", "Value": format!("{name}@example.org") }]);
    json!({ "Username": name, "Password": PASSWORD, "UserAttributes": email })
}

fn invitation(room: &Room, _: &Value) -> Value {
    let name = room.name();
    let email = json!([{ "Name": "email", "Value": format!("{name}@example.org") }]);
    json!({ "Username": name, "UserAttributes": email, "DesiredDeliveryMediums": ["EMAIL"] })
}

fn ada(_: &Room, _: &Value) -> Value {
    json!({ "Username": "ada" })
}

fn custom_flow(_: &Room, _: &Value) -> Value {
    json!({ "AuthFlow": "CUSTOM_AUTH", "AuthParameters": { "USERNAME": "ada" } })
}

fn refresh(room: &Room, _: &Value) -> Value {
    json!({ "AuthFlow": "REFRESH_TOKEN_AUTH",
        "AuthParameters": { "REFRESH_TOKEN": room.tokens["RefreshToken"] } })
}

/// Functions after a confirmation are not among them: what they say comes too late for it. Nor are messages to whoever
/// has a name, whose text is asked for after the answer.
const PLACES: [Place; 19] = [
    at("PreSignUp", "SignUp", sign_up),
    at("PreSignUp", "AdminCreateUser", invitation),
    at("CustomMessage", "SignUp", sign_up),
    at("CustomMessage", "AdminCreateUser", invitation),
    at("CustomMessage", "AdminResetUserPassword", ada),
    at("CustomMessage", "UpdateUserAttributes", |_, tokens| {
        let email = json!([{ "Name": "email", "Value": "other@example.org" }]);
        json!({ "AccessToken": tokens["AccessToken"], "UserAttributes": email })
    }),
    at(
        "CustomMessage",
        "GetUserAttributeVerificationCode",
        |_, tokens| json!({ "AccessToken": tokens["AccessToken"], "AttributeName": "email" }),
    ),
    at("PreAuthentication", "InitiateAuth", |_, _| password("ada")),
    at("PreAuthentication", "InitiateAuth", custom_flow),
    at("PostAuthentication", "InitiateAuth", |_, _| password("ada")),
    at("UserMigration", "InitiateAuth", |room, _| {
        password(&room.name())
    }),
    at(
        "UserMigration",
        "ForgotPassword",
        |room, _| json!({ "Username": room.name() }),
    ),
    at("DefineAuthChallenge", "InitiateAuth", custom_flow),
    at("CreateAuthChallenge", "InitiateAuth", custom_flow),
    at(
        "VerifyAuthChallengeResponse",
        "RespondToAuthChallenge",
        |_, asked| custom::answer_to(asked, "ada", "42"),
    ),
    tokens_at("InitiateAuth", |_, _| password("ada")),
    tokens_at("InitiateAuth", refresh),
    tokens_at("AdminInitiateAuth", |room, _| {
        let mut body = refresh(room, &Value::Null);
        body["ClientId"] = json!(room.stage.client.id);
        body
    }),
    tokens_at(
        "GetTokensFromRefreshToken",
        |room, _| json!({ "RefreshToken": room.tokens["RefreshToken"] }),
    ),
];

#[tokio::test]
async fn every_failure_of_a_function_is_a_clear_refusal_and_nothing_is_stored() {
    for version in ["V1_0", "V2_0", "V3_0"] {
        let room = Room::new(version).await;
        let before = room.stored().await;
        let all = version == "V1_0";
        let places = PLACES
            .iter()
            .filter(|it| all || it.source == "TokenGeneration");
        for place in places {
            for (number, (useless, kind, message)) in USELESS.into_iter().enumerate() {
                let answer = room.call(place, useless).await;
                let message = message.replace("{}", place.trigger);
                let said = (answer.kind(), answer.message());
                let (trigger, operation) = (place.trigger, place.operation);
                assert_eq!(
                    said,
                    (kind, message.as_str()),
                    "{trigger} {operation} {number}"
                );
            }
            let after = room.stored().await;
            assert_eq!(after, before, "{} {}", place.trigger, place.operation);
        }
        // Once the functions are well again, so is everything else.
        custom::play(&room.stage.functions);
        room.stage.sign_in("ada").await.ok();
        let body = refresh(&room, &Value::Null);
        room.stage.public("InitiateAuth", body).await.ok();
    }
}

#[tokio::test]
async fn what_a_function_says_besides_its_answer_is_not_believed() {
    let room = Room::new("V2_0").await;
    room.stage.user("eve").await;
    // Another request, another pool, another source: only the response counts, and it is about whom was asked.
    room.stage.functions.answer(|mut event| {
        event["request"] = json!({ "userAttributes": { "sub": "x", "email": "eve@example.org" } });
        event["userPoolId"] = json!("us-east-1_Others");
        event["triggerSource"] = json!("TokenGeneration_ClientCredentials");
        event["callerContext"] = json!({ "clientId": "other" });
        Ok(event.to_string().into_bytes())
    });
    let tokens = room.stage.sign_in("ada").await.ok()["AuthenticationResult"].clone();
    let id = super::claims(&tokens["IdToken"]);
    assert_eq!(id["cognito:username"], "ada");
    assert_eq!(id["email"], "ada@example.org");
    assert_eq!(id["aud"], room.stage.client.id);
}
