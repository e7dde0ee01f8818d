//! `/_cabana/functions`: the functions of all pools and what answers for them, for `cabana env functions` and tests.

use axum::response::Response;
use cabana_api::Fault;
use cabana_api::logic::functions::{self, Listed};
use http::StatusCode;
use serde::Serialize;

use super::{Desk, failed};
use crate::reply;

#[derive(Serialize)]
struct Answer {
    functions: Vec<Listed>,
}

pub async fn list(desk: Desk) -> Response {
    match all(&desk).await {
        Ok(functions) => reply::json(StatusCode::OK, &Answer { functions }),
        Err(fault) => failed(&fault),
    }
}

/// The functions of all pools.
pub async fn all(desk: &Desk) -> Result<Vec<Listed>, Fault> {
    let api = &desk.web.api;
    Ok(functions::of_all_pools(&api.store, &*api.functions).await?)
}
