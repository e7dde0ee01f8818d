//! An administrator who can sign in always remains, even if two remove each other concurrently.

use std::sync::Arc;

use cabana_api::logic::operators::{ADMINISTRATORS, ensure};
use cabana_api::{Caller, Fault, Operator};
use cabana_domain::pool::OPERATORS_POOL;
use cabana_domain::{PoolId, Sub};
use cabana_model::{ErrorKind, Operation as O};
use cabana_testkit::TestApp;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::request;

/// Ways for an administrator to lose their rights.
const WAYS: [O; 3] = [
    O::AdminDisableUser,
    O::AdminRemoveUserFromGroup,
    O::AdminDeleteUser,
];

fn named(name: &str) -> Value {
    json!({ "UserPoolId": OPERATORS_POOL, "Username": name, "GroupName": ADMINISTRATORS })
}

async fn administrator(app: &TestApp, name: &str) -> Caller {
    let user =
        json!({ "UserPoolId": OPERATORS_POOL, "Username": name, "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", user).await;
    app.ok("AdminAddUserToGroup", named(name)).await;
    let pool = PoolId::new(OPERATORS_POOL);
    let user = app.api.store.user_by_name(&pool, name).await.unwrap();
    Caller::Operator(Operator {
        name: name.to_owned(),
        sub: Sub::new(user.unwrap().sub.as_str()),
        read_only: false,
    })
}

fn body(way: O, name: &str) -> Value {
    let mut body = named(name);
    if way != O::AdminRemoveUserFromGroup {
        body.as_object_mut().unwrap().remove("GroupName");
    }
    body
}

async fn put_out(app: &TestApp, caller: Caller, way: O, name: &str) -> Result<(), Fault> {
    let body = body(way, name);
    let outcome = app.api.dispatch(caller, request(), way, &body).await;
    outcome.map(drop)
}

async fn left(app: &TestApp) -> usize {
    let group = json!({ "UserPoolId": OPERATORS_POOL, "GroupName": ADMINISTRATORS });
    let members = app.ok("ListUsersInGroup", group).await;
    let members = members["Users"].as_array().unwrap();
    members.iter().filter(|it| it["Enabled"] == true).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_administrators_who_put_each_other_out_at_once_one_stays() {
    for round in 0..12 {
        let app = Arc::new(TestApp::new());
        ensure(&app.api, Vec::new(), Vec::new()).await.unwrap();
        let callers = [
            (administrator(&app, "ada").await, "bob"),
            (administrator(&app, "bob").await, "ada"),
        ];
        let barrier = Arc::new(Barrier::new(callers.len()));
        let mut tasks = Vec::new();
        for (at, (caller, other)) in callers.into_iter().enumerate() {
            let (app, barrier) = (Arc::clone(&app), Arc::clone(&barrier));
            // Includes two different ways at once.
            let way = WAYS[(round + at * (round / WAYS.len())) % WAYS.len()];
            tasks.push(tokio::spawn(async move {
                barrier.wait().await;
                put_out(&app, caller, way, other).await
            }));
        }
        let mut refused = 0;
        for task in tasks {
            if let Err(fault) = task.await.unwrap() {
                assert_eq!(fault.kind, ErrorKind::InvalidParameterException);
                assert!(fault.message.contains("last administrator"), "{fault}");
                refused += 1;
            }
        }
        assert_eq!((refused, left(&app).await), (1, 1), "round {round}");
    }
}

#[tokio::test]
async fn the_rule_is_for_administrators_of_the_console_alone() {
    let app = TestApp::new();
    ensure(&app.api, Vec::new(), Vec::new()).await.unwrap();
    let ada = administrator(&app, "ada").await;
    let pool = app.pool(json!({})).await;
    let user = json!({ "UserPoolId": pool, "Username": "ada", "MessageAction": "SUPPRESS" });
    app.ok("AdminCreateUser", user).await;
    let of_pool = json!({ "UserPoolId": pool, "Username": "ada" });
    let outcome = app
        .api
        .dispatch(ada.clone(), request(), O::AdminDisableUser, &of_pool);
    outcome.await.unwrap();
    for way in WAYS {
        put_out(&app, ada.clone(), way, "ada").await.unwrap_err();
    }
    // The holder of an access key can create another administrator.
    app.ok("AdminDisableUser", body(O::AdminDisableUser, "ada"))
        .await;
    assert_eq!(left(&app).await, 0);
}
