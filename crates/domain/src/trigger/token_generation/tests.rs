use serde_json::json;

use super::*;

fn answered(version: Version, response: Value) -> Result<Changes, BadAnswer> {
    let event = json!({
        "version": version.name(), "triggerSource": "TokenGeneration_Authentication", "region": "r",
        "userPoolId": "r_1", "userName": "ada", "response": response,
    });
    read(event.to_string().as_bytes(), "ada", version)
}

fn applied(claims: Claims, token: Token) -> Value {
    let mut own = json!({ "sub": "s", "iss": "i", "email": "e", "scope": "a b" });
    claims.apply(token, "client", own.as_object_mut().unwrap());
    own
}

#[test]
fn an_untouched_event_changes_nothing() {
    for (version, prefilled) in [
        (Version::V1, r#"{"claimsOverrideDetails":null}"#),
        (Version::V2, r#"{"claimsAndScopeOverrideDetails":null}"#),
        (Version::V3, r#"{"claimsAndScopeOverrideDetails":null}"#),
    ] {
        let sent = serde_json::to_value(version.prefilled()).unwrap();
        assert_eq!(sent.to_string(), prefilled);
        for response in [sent, json!({})] {
            assert_eq!(answered(version, response), Ok(Changes::default()));
        }
    }
}

#[test]
fn claims_of_version_1_are_text() {
    let add = |value: Value| {
        let details = json!({ "claimsToAddOrOverride": { "x": value } });
        answered(Version::V1, json!({ "claimsOverrideDetails": details }))
    };
    for (given, text) in [
        (json!("a"), "a"),
        (json!(1.5), "1.5"),
        (json!(true), "true"),
    ] {
        let changes = add(given).unwrap();
        assert_eq!(applied(changes.id, Token::Id)["x"], text);
    }
    assert_eq!(add(json!(null)), Ok(Changes::default()));
    for value in [json!([]), json!(["a"]), json!({ "a": 1 })] {
        assert_eq!(add(value), Err(BadAnswer::Unrecognizable));
    }
}

#[test]
fn members_of_other_types_are_refused() {
    for (version, details) in [
        (Version::V1, json!("x")),
        (Version::V1, json!([])),
        (Version::V1, json!({ "claimsToAddOrOverride": [] })),
        (Version::V1, json!({ "claimsToSuppress": "email" })),
        (Version::V1, json!({ "claimsToSuppress": [1] })),
        (
            Version::V1,
            json!({ "groupOverrideDetails": [["a"], [], null] }),
        ),
        (
            Version::V1,
            json!({ "groupOverrideDetails": { "groupsToOverride": "a" } }),
        ),
        (Version::V2, json!({ "idTokenGeneration": [] })),
        (
            Version::V2,
            json!({ "accessTokenGeneration": { "scopesToAdd": ["a b"] } }),
        ),
        (
            Version::V2,
            json!({ "accessTokenGeneration": { "scopesToAdd": [""] } }),
        ),
        (
            Version::V3,
            json!({ "accessTokenGeneration": { "scopesToSuppress": {} } }),
        ),
    ] {
        let name = match version {
            Version::V1 => "claimsOverrideDetails",
            _ => "claimsAndScopeOverrideDetails",
        };
        let response = json!({ name: details });
        let answer = answered(version, response.clone());
        assert_eq!(answer, Err(BadAnswer::Unrecognizable), "{response}");
    }
    let many: Vec<_> = (0..=MOST).map(|n| n.to_string()).collect();
    let response = json!({ "claimsOverrideDetails": { "claimsToSuppress": many } });
    assert_eq!(
        answered(Version::V1, response),
        Err(BadAnswer::Unrecognizable)
    );
}

#[test]
fn claims_that_the_server_decides_stay() {
    let add = json!({
        "sub": "x", "iss": "x", "aud": "other", "exp": 1, "token_use": "x", "cognito:username": "x", "dev:a": "x",
        "identities": [], "client_id": "x", "origin_jti": "x", "amr": [], "nonce": "x", "version": 3,
        "scope": "x", "cognito:groups": ["g"], "tags": { "a": [1] }, "address": { "a": 1 },
    });
    let side = json!({ "claimsToAddOrOverride": add, "claimsToSuppress": ["sub", "iss", "email", "tags"] });
    let details = json!({ "idTokenGeneration": side, "accessTokenGeneration": side });
    let response = json!({ "claimsAndScopeOverrideDetails": details });
    let changes = answered(Version::V2, response).unwrap();
    assert_eq!(
        applied(changes.id, Token::Id),
        json!({ "sub": "s", "iss": "i", "scope": "x", "cognito:groups": ["g"] })
    );
    assert_eq!(
        applied(changes.access, Token::Access),
        json!({ "sub": "s", "iss": "i", "scope": "a b", "cognito:groups": ["g"], "address": { "a": 1 } })
    );
    let own = Claims {
        add: Map::from_iter([("aud".to_owned(), json!("client"))]),
        suppress: BTreeSet::new(),
    };
    assert!(applied(own.clone(), Token::Id).get("aud").is_none());
    assert_eq!(applied(own, Token::Access)["aud"], "client");
}

#[test]
fn scopes_are_added_once_and_suppressed() {
    let access = json!({ "scopesToAdd": ["a", "c", "d", "c"], "scopesToSuppress": ["b", "d"] });
    let details = json!({ "accessTokenGeneration": access });
    let response = json!({ "claimsAndScopeOverrideDetails": details });
    let changes = answered(Version::V2, response).unwrap();
    let mut scopes = vec!["a".to_owned(), "b".to_owned()];
    changes.scopes.apply(&mut scopes);
    assert_eq!(scopes, ["a", "c"]);
}
