use serde_json::{Value, json};

use super::*;
use crate::Blob;
use crate::constraint::Kind;

fn message(op: Operation, body: Value) -> String {
    validate(op, &body).unwrap_err().message()
}

const POOL: &str = "us-east-1_Abc123";

#[test]
fn a_good_body_passes_and_unknown_members_are_ignored() {
    let body = json!({
        "ClientId": "abc123", "Username": "ann", "Password": "Correct horse 1", "SecretHash": null, "Unknown": 1,
        "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}],
    });
    assert_eq!(validate(Operation::SignUp, &body), Ok(()));
}

#[test]
fn one_violation_is_told_in_the_singular() {
    assert_eq!(
        message(
            Operation::DescribeUserPool,
            json!({"UserPoolId": "nonsense"})
        ),
        r"1 validation error detected: Value 'nonsense' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+"
    );
}

#[test]
fn a_missing_or_null_required_member_must_not_be_null() {
    let wanted = "1 validation error detected: Value null at 'userPoolId' failed to satisfy constraint: Member must not be null";
    assert_eq!(message(Operation::DescribeUserPool, json!({})), wanted);
    assert_eq!(
        message(Operation::DescribeUserPool, json!({"UserPoolId": null})),
        wanted
    );
}

#[test]
fn all_violations_are_told_and_sensitive_values_are_not() {
    let body = json!({"ClientId": "", "Username": "", "Password": " x"});
    assert_eq!(
        message(Operation::SignUp, body),
        r"5 validation errors detected: Value at 'clientId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'clientId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+]+; Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$; Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"
    );
}

#[test]
fn lengths_and_values_have_their_own_words() {
    assert_eq!(
        message(
            Operation::ListUsers,
            json!({"UserPoolId": POOL, "Limit": 61})
        ),
        "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"
    );
    assert_eq!(
        message(Operation::ListUserPools, json!({"MaxResults": 0})),
        "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"
    );
    assert_eq!(
        message(
            Operation::DescribeUserPool,
            json!({"UserPoolId": format!("a_{}", "b".repeat(54))})
        ),
        format!(
            "1 validation error detected: Value 'a_{}' at 'userPoolId' failed to satisfy constraint: Member must have length less than or equal to 55",
            "b".repeat(54)
        )
    );
    let policies = json!({"PasswordPolicy": {"MinimumLength": 5}});
    assert_eq!(
        message(
            Operation::CreateUserPool,
            json!({"PoolName": "p", "Policies": policies})
        ),
        "1 validation error detected: Value '5' at 'policies.passwordPolicy.minimumLength' failed to satisfy constraint: Member must have value greater than or equal to 6"
    );
}

#[test]
fn lengths_count_code_points() {
    let user = |name: String| json!({"UserPoolId": POOL, "Username": name});
    assert_eq!(
        validate(Operation::AdminGetUser, &user("😀".repeat(128))),
        Ok(())
    );
    assert!(validate(Operation::AdminGetUser, &user("😀".repeat(129))).is_err());
}

#[test]
fn enums_tell_their_values() {
    assert_eq!(
        message(
            Operation::CreateUserPool,
            json!({"PoolName": "p", "MfaConfiguration": "MAYBE"})
        ),
        "1 validation error detected: Value 'MAYBE' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OFF, ON, OPTIONAL]"
    );
}

#[test]
fn elements_of_lists_are_numbered_from_one() {
    let attributes = json!([{"Name": "email"}, {"Name": ""}, {"Value": "x"}, null]);
    assert_eq!(
        message(
            Operation::AdminUpdateUserAttributes,
            json!({"UserPoolId": POOL, "Username": "ann", "UserAttributes": attributes})
        ),
        r"4 validation errors detected: Value '' at 'userAttributes.2.member.name' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'userAttributes.2.member.name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+; Value null at 'userAttributes.3.member.name' failed to satisfy constraint: Member must not be null; Value null at 'userAttributes.4.member' failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn a_list_of_simple_values_is_told_whole() {
    let client = |more: Value| {
        let mut body = json!({"UserPoolId": POOL, "ClientName": "web"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        message(Operation::CreateUserPoolClient, body)
    };
    assert_eq!(
        client(json!({"CallbackURLs": ["https://a.example", ""]})),
        r"1 validation error detected: Value '[https://a.example, ]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+]"
    );
    assert_eq!(
        client(json!({"AllowedOAuthFlows": ["magic"]})),
        "1 validation error detected: Value '[magic]' at 'allowedOAuthFlows' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [code, implicit, client_credentials]]"
    );
}

#[test]
fn lists_themselves_have_lengths() {
    assert_eq!(
        message(
            Operation::AddCustomAttributes,
            json!({"UserPoolId": POOL, "CustomAttributes": []})
        ),
        "1 validation error detected: Value at 'customAttributes' failed to satisfy constraint: Member must have length greater than or equal to 1"
    );
}

#[test]
fn maps_tell_of_keys_and_of_values() {
    let tags = |tags: Value| {
        message(
            Operation::TagResource,
            json!({"ResourceArn": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/a_b", "Tags": tags}),
        )
    };
    assert_eq!(
        tags(json!({"": "v"})),
        "1 validation error detected: Value '{=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]"
    );
    let long = "v".repeat(257);
    assert_eq!(
        tags(json!({"k": long})),
        format!(
            "1 validation error detected: Value '{{k={long}}}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]"
        )
    );
    assert_eq!(
        tags(json!({"k": null})),
        "1 validation error detected: Value null at 'tags.k.member' failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn wrong_json_types_are_told_first_and_alone() {
    let told = |op, body| match validate(op, &body) {
        Err(Invalid::Serialization(text)) => text,
        other => panic!("{other:?}"),
    };
    let users = |more: Value| told(Operation::ListUsers, more);
    assert_eq!(
        users(json!({"UserPoolId": 1})),
        "NUMBER_VALUE cannot be converted to String"
    );
    assert_eq!(
        users(json!({"UserPoolId": "!", "Filter": true})),
        "TRUE_VALUE cannot be converted to String"
    );
    assert_eq!(
        users(json!({"Limit": "1"})),
        "STRING_VALUE cannot be converted to Integer"
    );
    assert_eq!(
        users(json!({"Limit": 1.5})),
        "NUMBER_VALUE cannot be converted to Integer"
    );
    assert_eq!(
        users(json!({"Limit": 3_000_000_000_u64})),
        "NUMBER_VALUE cannot be converted to Integer"
    );
    assert_eq!(
        users(json!({"UserPoolId": {}})),
        "Start of structure or map found where not expected."
    );
    assert_eq!(
        users(json!({"UserPoolId": []})),
        "Start of list found where not expected"
    );
    assert_eq!(
        users(json!({"AttributesToGet": "email"})),
        "Expected list or null"
    );
    assert_eq!(
        users(json!({"AttributesToGet": [1]})),
        "NUMBER_VALUE cannot be converted to String"
    );
    assert_eq!(users(json!([])), "Start of list found where not expected");
    assert_eq!(users(json!("x")), "Expected structure or map");
    assert_eq!(
        told(
            Operation::InitiateAuth,
            json!({"AuthParameters": {"USERNAME": false}})
        ),
        "FALSE_VALUE cannot be converted to String"
    );
    assert_eq!(
        told(Operation::SetUICustomization, json!({"ImageFile": "?"})),
        "STRING_VALUE cannot be converted to Blob"
    );
}

#[test]
fn a_blob_is_measured_in_bytes() {
    let image = |size| json!({"UserPoolId": POOL, "ImageFile": Blob(vec![0; size])});
    assert_eq!(
        validate(Operation::SetUICustomization, &image(131_072)),
        Ok(())
    );
    assert_eq!(
        message(Operation::SetUICustomization, image(131_073)),
        "1 validation error detected: Value at 'imageFile' failed to satisfy constraint: Member must have length less than or equal to 131072"
    );
}

#[test]
fn what_stands_in_a_sensitive_structure_or_map_is_hidden() {
    let body = json!({"AuthFlow": "nope", "ClientId": "hunter 2", "AuthParameters": {"PASSWORD": "hunter2"}, "UserContextData": {"IpAddress": "hunter2", "EncodedData": "hunter2"}});
    let message = message(Operation::InitiateAuth, body);
    assert!(message.contains("Value 'nope' at 'authFlow'"), "{message}");
    assert!(!message.contains("hunter"), "{message}");
}

#[test]
fn an_empty_body_breaks_exactly_the_required_members() {
    for op in Operation::ALL {
        let Kind::Structure(members) = op.input_shape().kind else {
            panic!("{op} takes no structure")
        };
        let required: Vec<&str> = members
            .iter()
            .filter(|member| member.required)
            .map(|member| member.name)
            .collect();
        let told = match validate(*op, &json!({})) {
            Ok(()) => Vec::new(),
            Err(Invalid::Constraints(violations)) => violations,
            Err(other) => panic!("{op}: {other:?}"),
        };
        let paths: Vec<String> = told
            .iter()
            .map(|violation| violation.path.to_lowercase())
            .collect();
        assert_eq!(
            paths,
            required
                .iter()
                .map(|name| name.to_lowercase())
                .collect::<Vec<_>>(),
            "{op}"
        );
        assert!(
            told.iter().all(|violation| violation.shown == Shown::Null),
            "{op}"
        );
    }
}
