//! Operators: permissions, audit log, their own pool.

mod access_keys;
mod activity;
mod audit;
mod pool;
mod power;
mod setup;

use cabana_api::{Caller, Cx, Fault, Operator, RequestInfo};
use cabana_domain::Sub;
use cabana_domain::audit::AuditEntry;
use cabana_model::Operation;
use cabana_store::Page;
use cabana_testkit::TestApp;
use serde_json::Value;

fn operator(read_only: bool) -> Caller {
    Caller::Operator(Operator {
        name: "olga".to_owned(),
        sub: Sub::new("00000000-0000-4000-8000-00000000000f"),
        read_only,
    })
}

fn request() -> RequestInfo {
    RequestInfo {
        id: "00000000-0000-4000-8000-000000000001".to_owned(),
        source_ip: Some([192, 0, 2, 1].into()),
        user_agent: None,
        sdk_agent: None,
        page_host: None,
        reads_only: false,
    }
}

fn cx(app: &TestApp, read_only: bool) -> Cx<'_> {
    Cx::new(&app.api, operator(read_only), request())
}

/// Calls an operation as an administrator at the console.
async fn call(app: &TestApp, operation: Operation, body: Value) -> Result<Option<Value>, Fault> {
    app.api
        .dispatch(operator(false), request(), operation, &body)
        .await
}

/// The audit log, newest first.
async fn entries(app: &TestApp) -> Vec<AuditEntry> {
    let page = Page {
        limit: 100,
        after: None,
    };
    app.api.store.audit_entries(None, page).await.unwrap().items
}
