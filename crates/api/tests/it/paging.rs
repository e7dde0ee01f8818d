//! Paging tokens: what they are valid for, and what they are not.

use cabana_api::logic::paging::{open_token, seal_token};
use cabana_api::{Caller, Cx, RequestInfo};
use cabana_domain::Span;
use cabana_model::{ErrorKind, Operation};
use cabana_store::Cursor;
use cabana_testkit::TestApp;
use proptest::prelude::*;
use serde_json::{Value, json};

fn cx(app: &TestApp) -> Cx<'_> {
    let request = RequestInfo {
        id: String::new(),
        source_ip: None,
        user_agent: None,
        sdk_agent: None,
        page_host: None,
        reads_only: false,
    };
    Cx::new(&app.api, Caller::InProcess, request)
}

#[test]
fn a_token_opens_to_its_cursor_for_the_same_question_within_an_hour_and_never_else() {
    let app = TestApp::new();
    proptest!(ProptestConfig::with_cases(128), |(
        cursor in "\\PC{0,60}",
        pool in "[a-z]{1,8}",
        filter in "\\PC{0,20}",
        changed in any::<prop::sample::Index>(),
    )| {
        let operation = Operation::ListUsers;
        let question = [pool.as_str(), filter.as_str()];
        let sealed = seal_token(&cx(&app), operation, &question, Some(Cursor(cursor.clone()))).unwrap().unwrap();
        let open = |operation, question: &[&str], token: &str| {
            open_token(&cx(&app), operation, question, Some(token)).map_err(|fault| fault.kind)
        };
        prop_assert_eq!(open(operation, &question, &sealed), Ok(Some(Cursor(cursor.clone()))));
        let refused = Err(ErrorKind::InvalidParameterException);
        prop_assert_eq!(open(Operation::ListGroups, &question, &sealed), refused.clone());
        prop_assert_eq!(open(operation, &[&pool], &sealed), refused.clone());
        let run_together = format!("{pool}{filter}");
        prop_assert_eq!(open(operation, &[&run_together], &sealed), refused.clone());
        let mut bytes = sealed.clone().into_bytes();
        let place = changed.index(bytes.len() - 1);
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(open(operation, &question, &other), refused.clone());
        app.advance(Span::hours(1));
        prop_assert_eq!(open(operation, &question, &sealed), refused);
    });
}

#[tokio::test]
async fn pages_of_any_size_hold_every_user_once() {
    let app = TestApp::new();
    let pool = app.pool(Value::Null).await;
    for number in 0..17 {
        let name = format!("user{number}@example.org");
        app.ok(
            "AdminCreateUser",
            json!({ "UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS" }),
        )
        .await;
    }
    for limit in [1, 2, 5, 16, 17, 60] {
        let (mut seen, mut token) = (Vec::new(), Value::Null);
        loop {
            let question = json!({ "UserPoolId": pool, "Limit": limit, "PaginationToken": token });
            let page = app.ok("ListUsers", question).await;
            let users = page["Users"].as_array().unwrap().clone();
            assert!(users.len() <= limit);
            seen.extend(users.iter().map(|user| user["Username"].to_string()));
            token = page["PaginationToken"].clone();
            if token.is_null() {
                break;
            }
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 17, "pages of {limit}");
    }
}
