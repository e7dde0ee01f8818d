//! Inputs to the API.

use cabana_model::Operation;
use cabana_testkit::Answer;
use http::{HeaderValue, header};
use serde_json::json;

use crate::House;

/// A call may be refused for many reasons, but must never fail on the server's side.
pub fn must_not_fail(answer: &Answer, of: &str) {
    assert_ne!(
        answer.kind(),
        "InternalErrorException",
        "{of}: {}",
        answer.body
    );
}

pub fn text(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

pub fn bodies(house: &House) -> Vec<Vec<u8>> {
    let at = |name: &str| Operation::ALL.iter().position(|it| it.name() == name);
    let of = |name: &str, body: serde_json::Value| {
        let number = u8::try_from(at(name).expect("an operation")).expect("fewer than 256");
        [vec![number], body.to_string().into_bytes()].concat()
    };
    vec![
        of(
            "SignUp",
            json!({ "ClientId": house.client, "Username": "x", "Password": "Passw0rd!",
            "UserAttributes": [{ "Name": "email", "Value": "a@b.example" }], "ClientMetadata": { "a": "b" } }),
        ),
        of(
            "CreateUserPool",
            json!({ "PoolName": "x", "Schema": [{ "Name": "n", "AttributeDataType": "Number",
            "NumberAttributeConstraints": { "MinValue": "1", "MaxValue": "2" } }], "UserPoolTags": { "a": "b" } }),
        ),
        of(
            "UpdateUserPoolClient",
            json!({ "UserPoolId": house.pool, "ClientId": house.client, "RefreshTokenValidity": 3,
            "TokenValidityUnits": { "RefreshToken": "hours" }, "CallbackURLs": ["https://a.example", "app://x"] }),
        ),
        of(
            "AdminUpdateUserAttributes",
            json!({ "UserPoolId": house.pool, "Username": "bob",
            "UserAttributes": [{ "Name": "birthdate", "Value": "2000-01-31" }, { "Name": "phone_number", "Value": "+1" }] }),
        ),
        of(
            "InitiateAuth",
            json!({ "ClientId": house.client, "AuthFlow": "USER_SRP_AUTH",
            "AuthParameters": { "USERNAME": "ada", "SRP_A": "ff" } }),
        ),
        of(
            "RespondToAuthChallenge",
            json!({ "ClientId": house.client, "ChallengeName": "PASSWORD_VERIFIER", "Session": "x",
            "ChallengeResponses": { "USERNAME": "ada", "PASSWORD_CLAIM_SIGNATURE": "x", "TIMESTAMP": "x" } }),
        ),
        of(
            "TagResource",
            json!({ "ResourceArn": format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{}", house.pool),
            "Tags": { "cabana:issuer": "https://x" } }),
        ),
    ]
}

/// The first byte chooses the operation, the rest is its body, signed as an administrator's.
pub fn request_body(house: &House, data: &[u8]) {
    let Some((first, body)) = data.split_first() else {
        return;
    };
    let operation = Operation::ALL[usize::from(*first) % Operation::ALL.len()];
    // Deleting the fixtures would leave nothing to try.
    if operation.name().starts_with("Delete") || operation.name().starts_with("AdminDelete") {
        return;
    }
    let mut request = house.app.request(operation.name(), &json!({}));
    *request.body_mut() = body.to_vec().into();
    house.sign(&mut request);
    must_not_fail(&house.send(request), operation.name());
}

pub fn signatures(house: &House) -> Vec<Vec<u8>> {
    let mut request = house.app.request(
        "AdminGetUser",
        &json!({ "UserPoolId": house.pool, "Username": "ada" }),
    );
    house.sign(&mut request);
    let right = request.headers()[header::AUTHORIZATION].as_bytes().to_vec();
    vec![
        right,
        b"AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00".to_vec(),
        b"Basic YTpi".to_vec(),
    ]
}

/// A made-up Authorization header grants no access.
pub fn signature(house: &House, data: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(data) else {
        return;
    };
    let body = json!({ "UserPoolId": house.pool, "Username": "ada" });
    let mut request = house.app.request("AdminGetUser", &body);
    house.sign(&mut request);
    let right = request.headers()[header::AUTHORIZATION].clone();
    request
        .headers_mut()
        .insert(header::AUTHORIZATION, value.clone());
    let answer = house.send(request);
    must_not_fail(&answer, "AdminGetUser");
    let means_the_same = |a: &HeaderValue, b: &HeaderValue| {
        // White space around the parts is up to the caller.
        let squeezed = |it: &HeaderValue| {
            let bytes = it.as_bytes().iter().copied();
            bytes
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect::<Vec<_>>()
        };
        squeezed(a) == squeezed(b)
    };
    assert!(
        answer.status != 200 || means_the_same(&value, &right),
        "let in with {value:?}"
    );
}

pub fn access_tokens(house: &House) -> Vec<Vec<u8>> {
    vec![
        house.access_token.clone().into_bytes(),
        b"e30.e30.".to_vec(),
    ]
}

/// A token other than the issued one grants no access.
pub fn access_token(house: &House, data: &[u8]) {
    let token = text(data);
    let answer = house.call("GetUser", &json!({ "AccessToken": token }), false);
    must_not_fail(&answer, "GetUser");
    assert!(
        answer.status != 200 || token == house.access_token,
        "let in with {token}"
    );
}

pub fn filters(_: &House) -> Vec<Vec<u8>> {
    [
        r#"email = "a@b.example""#,
        r#"username ^= "a""#,
        r#"cognito:user_status = "CONFIRMED""#,
        r#"status = "Enabled""#,
        r#"given_name = "a \" b""#,
        "sub = \"x\"",
    ]
    .map(|it| it.as_bytes().to_vec())
    .to_vec()
}

pub fn users_filter(house: &House, data: &[u8]) {
    let body = json!({ "UserPoolId": house.pool, "Filter": text(data) });
    let answer = house.call("ListUsers", &body, true);
    assert!(
        answer.status == 200 || answer.kind() == "InvalidParameterException",
        "{}",
        answer.body
    );
}

pub fn paging_tokens(_house: &House) -> Vec<Vec<u8>> {
    vec![vec![CHANGED], vec![CHANGED, 0, 1], b"\0AAAA".to_vec()]
}

/// Prefix of inputs that modify an issued token; a token of another server with the same key would be valid here.
const CHANGED: u8 = 1;

/// A paging token other than the issued one is refused.
pub fn paging_token(house: &House, data: &[u8]) {
    let token = match data.split_first() {
        Some((&CHANGED, changes)) => {
            let mut token = house.paging_token.clone().into_bytes();
            for (byte, change) in token.iter_mut().zip(changes) {
                *byte ^= change;
            }
            text(&token)
        }
        Some((_, token)) => text(token),
        None => String::new(),
    };
    let body = json!({ "UserPoolId": house.pool, "Limit": 1, "PaginationToken": token });
    let answer = house.call("ListUsers", &body, true);
    must_not_fail(&answer, "ListUsers");
    assert!(
        answer.status != 200 || token == house.paging_token || token.is_empty(),
        "a page for {token}"
    );
}
