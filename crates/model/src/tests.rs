//! Checks that the generated code agrees with itself and with the wire.

use serde_json::{Value, json};

use crate::constraint::{Kind, Shape};
use crate::marker::Visitor;
use crate::*;

const SECRET: &str = "hunter2";

/// A value with every member, as the table has it; sensitive text is [`SECRET`].
fn sample(shape: &Shape, secret: bool) -> Value {
    let secret = secret || shape.sensitive;
    match &shape.kind {
        Kind::Structure(members) => members
            .iter()
            .map(|member| (member.name.to_owned(), sample(member.shape, secret)))
            .collect(),
        Kind::List(element) => json!([sample(element, secret)]),
        Kind::Map { value, .. } => json!({"key": sample(value, secret)}),
        Kind::Text(_) if secret => json!(SECRET),
        Kind::Text(_) => json!("text"),
        Kind::Enum(values) => json!(values[0]),
        Kind::Integer | Kind::Long => json!(7),
        Kind::Boolean => json!(true),
        Kind::Blob => json!("AP8Q"),
        Kind::Timestamp => json!(1_470_957_431.965),
        Kind::Document => json!({"any": [1, "thing"]}),
    }
}

struct RoundTrip;

impl Visitor for RoundTrip {
    fn visit<M: OperationMarker>(&self) {
        let op = M::OPERATION;
        let wire = sample(op.input_shape(), false);
        let input: M::Input =
            serde_json::from_value(wire.clone()).unwrap_or_else(|why| panic!("{op}: {why}"));
        assert_eq!(serde_json::to_value(&input).unwrap(), wire, "{op}");
        assert!(!format!("{input:?}").contains(SECRET), "{op}");
        let Some(shape) = op.output_shape() else {
            return;
        };
        let wire = sample(shape, false);
        let output: M::Output =
            serde_json::from_value(wire.clone()).unwrap_or_else(|why| panic!("{op}: {why}"));
        assert_eq!(serde_json::to_value(&output).unwrap(), wire, "{op}");
        assert!(!format!("{output:?}").contains(SECRET), "{op}");
    }
}

#[test]
fn every_member_of_the_table_is_read_and_written_by_the_types_and_no_secret_is_printed() {
    op::each(&RoundTrip);
}

#[test]
fn redacted_messages_hold_no_secret() {
    for op in Operation::ALL {
        let input = redact(*op, &sample(op.input_shape(), false));
        assert!(!input.to_string().contains(SECRET), "{op}");
        let output = op
            .output_shape()
            .map(|shape| redact_output(*op, &sample(shape, false)));
        assert!(
            !output.unwrap_or_default().to_string().contains(SECRET),
            "{op}"
        );
    }
}

/// Breaks every constraint that a text can break, so that each sensitive value has a violation.
fn spoil(value: &mut Value) {
    match value {
        Value::String(text) => *text = format!(" {SECRET} {} ", "x".repeat(200_000)),
        Value::Array(list) => list.iter_mut().for_each(spoil),
        Value::Object(map) => map.values_mut().for_each(spoil),
        _ => {}
    }
}

#[test]
fn messages_hold_no_secret() {
    let mut told = 0;
    for op in [
        Operation::SignUp,
        Operation::InitiateAuth,
        Operation::ChangePassword,
        Operation::AdminCreateUser,
        Operation::ConfirmForgotPassword,
    ] {
        let Kind::Structure(members) = op.input_shape().kind else {
            panic!("{op} takes no structure")
        };
        for member in members.iter().filter(|member| member.shape.sensitive) {
            let mut value = sample(member.shape, false);
            spoil(&mut value);
            if let Err(why) = validate(op, &json!({member.name: value})) {
                told += 1;
                assert!(!why.message().contains(SECRET), "{op} {}", member.name);
                assert!(!format!("{why:?}").contains(SECRET), "{op} {}", member.name);
            }
        }
    }
    assert!(told > 10);
}

#[test]
fn the_table_of_operations_is_whole() {
    assert_eq!(Operation::ALL.len(), 153);
    assert_eq!(
        Operation::ALL.iter().filter(|op| op.is_public()).count(),
        34
    );
    assert_eq!(
        Operation::ALL.iter().filter(|op| !op.has_output()).count(),
        13
    );
    for op in Operation::ALL {
        assert_eq!(Operation::from_name(op.name()), Some(*op));
        assert_eq!(op.has_output(), op.output_shape().is_some());
        assert!(!op.errors().is_empty(), "{op}");
    }
    assert!(Operation::SignUp.is_public() && !Operation::AdminCreateUser.is_public());
    assert!(
        Operation::SignUp
            .errors()
            .contains(&ErrorKind::UsernameExistsException)
    );
    assert_eq!(Operation::from_name("signup"), None);
}

#[test]
fn error_kinds_have_names_and_statuses() {
    let of = |kind: ErrorKind| (kind.name(), kind.status());
    assert_eq!(
        of(ErrorKind::NotAuthorizedException),
        ("NotAuthorizedException", 400)
    );
    assert_eq!(
        of(ErrorKind::InternalErrorException),
        ("InternalErrorException", 500)
    );
    assert_eq!(
        of(ErrorKind::InternalServerException),
        ("InternalServerException", 500)
    );
    assert_eq!(
        of(ErrorKind::NotImplemented),
        ("NotImplementedException", 501)
    );
    assert_eq!(
        of(ErrorKind::RequestEntityTooLargeException),
        ("RequestEntityTooLargeException", 413)
    );
    assert_eq!(
        of(ErrorKind::ThrottlingException),
        ("ThrottlingException", 400)
    );
    crate::string_enum::check(ErrorKind::ALL, ErrorKind::as_str);
    crate::string_enum::check(Operation::ALL, Operation::as_str);
}

#[test]
fn absent_members_are_not_written_and_unknown_ones_are_skipped() {
    let user = UserType {
        username: Some("ann".into()),
        enabled: Some(true),
        ..UserType::default()
    };
    assert_eq!(
        serde_json::to_value(&user).unwrap(),
        json!({"Username": "ann", "Enabled": true})
    );
    let read: UserType = serde_json::from_value(
        json!({"Username": "ann", "Enabled": true, "Shoe": 44, "UserStatus": null}),
    )
    .unwrap();
    assert_eq!(read, user);
    assert_eq!(
        serde_json::to_value(ChangePasswordResponse {}).unwrap(),
        json!({})
    );
}
