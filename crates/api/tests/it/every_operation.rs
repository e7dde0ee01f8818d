//! Properties of all operations of the API, built or not.

use cabana_api::{Access, not_built, row};
use cabana_model::constraint::{Kind, Shape};
use cabana_model::{Operation, validate};
use cabana_testkit::{TestApp, TestKey};
use serde_json::{Map, Value, json};

/// Number of operations that are not built. It must only decrease.
const NOT_BUILT: usize = 46;

/// Operations that clients may call without a signature, because they authenticate with their secret.
const BY_SECRET: [Operation; 2] = [Operation::GetClientToken, Operation::GetDerivedToken];

fn signed_only() -> impl Iterator<Item = Operation> {
    Operation::ALL.iter().copied().filter(|it| !it.is_public())
}

#[test]
fn the_number_of_operations_that_are_not_built_only_shrinks() {
    assert_eq!(Operation::ALL.len(), 153);
    let missing = not_built().count();
    assert!(missing <= NOT_BUILT, "{missing} are not built");
}

/// Amazon's model says which operations need no signature, except for those authenticated by a client's secret.
#[test]
fn the_ledger_lets_in_whom_the_model_lets_in() {
    for operation in Operation::ALL.iter().copied() {
        let access = row(operation).access;
        let unsigned = matches!(access, Access::Public | Access::Token | Access::Session);
        assert_eq!(unsigned, operation.is_public(), "{operation}");
        let by_secret = access == Access::Client;
        assert_eq!(by_secret, BY_SECRET.contains(&operation), "{operation}");
        let named_read = ["Describe", "Get", "List", "AdminGet", "AdminList"]
            .iter()
            .any(|verb| operation.name().starts_with(verb));
        if matches!(access, Access::Read | Access::Write) {
            assert_eq!(access == Access::Read, named_read, "{operation}");
        }
    }
}

#[tokio::test]
async fn an_unsigned_call_is_refused_unless_the_operation_is_public() {
    let app = TestApp::signed().await;
    for operation in Operation::ALL {
        let answer = app.send(app.request(operation.name(), &json!({}))).await;
        if operation.is_public() || BY_SECRET.contains(operation) {
            assert_ne!(
                answer.kind(),
                "MissingAuthenticationTokenException",
                "{operation}"
            );
        } else {
            answer.refused(
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            );
            assert_eq!(answer.status, 400);
        }
    }
}

#[tokio::test]
async fn a_call_with_a_bad_signature_is_refused_unless_the_operation_is_public() {
    let mut app = TestApp::signed().await;
    let right = app.key.clone().unwrap();
    app.key = Some(TestKey {
        secret: "another".to_owned(),
        ..right
    });
    for operation in Operation::ALL {
        let answer = app.call(operation.name(), json!({})).await;
        let refused = answer.kind() == "InvalidSignatureException";
        assert_eq!(
            refused,
            !operation.is_public(),
            "{operation}: {}",
            answer.body
        );
    }
    assert_eq!(signed_only().count(), 119);
}

#[tokio::test]
async fn each_missing_required_member_is_named() {
    let app = TestApp::new();
    let mut members = 0;
    for operation in Operation::ALL {
        let missing = required(operation.input_shape());
        if missing.is_empty() {
            continue;
        }
        let answer = app.call(operation.name(), json!({})).await;
        assert_eq!(
            (answer.status, answer.kind()),
            (400, "InvalidParameterException"),
            "{operation}"
        );
        let errors = if missing.len() == 1 {
            "error"
        } else {
            "errors"
        };
        let begin = format!("{} validation {errors} detected: ", missing.len());
        assert!(
            answer.message().starts_with(&begin),
            "{operation}: {}",
            answer.message()
        );
        for name in &missing {
            let path = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
            let item = format!(
                "Value null at '{path}' failed to satisfy constraint: Member must not be null"
            );
            assert!(
                answer.message().contains(&item),
                "{operation}: {}",
                answer.message()
            );
        }
        members += missing.len();
    }
    assert!(members > 200, "{members}");
}

#[tokio::test]
async fn an_operation_that_is_not_built_says_so() {
    let app = TestApp::new();
    for operation in not_built() {
        let body = sample(operation.input_shape());
        assert_eq!(validate(operation, &body), Ok(()), "{operation}: {body}");
        let answer = app.call(operation.name(), body).await;
        assert_eq!(
            (answer.status, answer.kind()),
            (501, "NotImplementedException"),
            "{operation}"
        );
        assert!(answer.message().contains(operation.name()));
    }
}

#[tokio::test]
async fn a_target_that_is_no_operation_is_refused() {
    let app = TestApp::new();
    let answer = app.call("DropUserPool", json!({})).await;
    assert_eq!(
        (answer.status, answer.kind()),
        (400, "UnknownOperationException")
    );
    let mut request = app.request("ListUserPools", &json!({ "MaxResults": 1 }));
    request.headers_mut().remove("x-amz-target");
    assert_eq!(app.send(request).await.kind(), "UnknownOperationException");
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let app = TestApp::new();
    for body in ["[]", "1", "{", "\"x\"", "null"] {
        let request = app
            .request("ListUserPools", &Value::Null)
            .map(|_| body.into());
        assert_eq!(
            app.send(request).await.kind(),
            "SerializationException",
            "{body}"
        );
    }
}

#[tokio::test]
async fn every_answer_carries_its_request_id_and_type() {
    let app = TestApp::new();
    for answer in [
        app.call("ListUserPools", json!({ "MaxResults": 1 })).await,
        app.call("ListUserPools", json!({})).await,
        app.call("Nothing", json!({})).await,
    ] {
        assert_eq!(
            answer.headers["x-amzn-requestid"],
            "00000000-0000-4000-8000-000000000000"
        );
        assert_eq!(answer.headers["content-type"], "application/x-amz-json-1.1");
    }
    let refused = app.call("ListUserPools", json!({})).await;
    assert_eq!(
        refused.headers["x-amzn-errortype"],
        "InvalidParameterException:"
    );
    assert_eq!(refused.headers["x-amzn-errormessage"], refused.message());
}

fn required(shape: &Shape) -> Vec<&'static str> {
    match shape.kind {
        Kind::Structure(members) => members
            .iter()
            .filter(|it| it.required)
            .map(|it| it.name)
            .collect(),
        _ => Vec::new(),
    }
}

/// The minimal value of a shape that passes validation.
pub fn sample(shape: &Shape) -> Value {
    let least = usize::try_from(shape.min.unwrap_or(0).max(0)).unwrap();
    match &shape.kind {
        Kind::Structure(members) => {
            let required = members.iter().filter(|it| it.required);
            Value::Object(
                required
                    .map(|it| (it.name.to_owned(), sample(it.shape)))
                    .collect::<Map<_, _>>(),
            )
        }
        Kind::List(element) => Value::Array((0..least).map(|_| sample(element)).collect()),
        Kind::Map { key, value } => {
            let entry = |_| (sample(key).as_str().unwrap().to_owned(), sample(value));
            Value::Object((0..least).map(entry).collect())
        }
        Kind::Text(None) => json!("a".repeat(least.max(1))),
        Kind::Text(Some(pattern)) => {
            let longest = usize::try_from(shape.max.unwrap_or(i64::MAX)).unwrap();
            let fits = |it: &&String| {
                (least..=longest).contains(&it.chars().count()) && pattern.matches(it)
            };
            json!(
                texts(least)
                    .iter()
                    .find(fits)
                    .unwrap_or_else(|| panic!("{}", pattern.source))
            )
        }
        Kind::Enum(values) => json!(values[0]),
        Kind::Integer | Kind::Long => json!(shape.min.unwrap_or(1)),
        Kind::Boolean => json!(true),
        Kind::Blob => json!("AAAA"),
        Kind::Timestamp => json!(1_767_225_600),
        Kind::Document => json!({}),
    }
}

/// Texts, at least one of which matches each pattern of the model.
fn texts(least: usize) -> Vec<String> {
    let fixed = [
        "123456",
        "us-east-1",
        "us-east-1_AbCdEf123",
        "us-east-1_00000000-0000-4000-8000-000000000000",
        "00000000-0000-4000-8000-000000000000",
        "arn:aws:iam::000000000000:role/test",
        "import-abcdef",
        "tknabcdefghijklmnopqrstuvwxyz",
        "tknaaaaaaaaaaaaaaaaaaaaaaaaa",
        "{####}",
        "{##Verify##}",
        "{username} {####}",
        "Level1",
        "terms-of-use",
        "cognito:default",
        "https://example.com",
    ];
    let mut texts = vec!["a".repeat(least.max(1))];
    texts.extend(fixed.map(str::to_owned));
    texts
}
