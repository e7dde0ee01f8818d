//! The way back from another identity provider.

mod answer;

use axum::routing::get;

use crate::Route;
use crate::authorize::provider::ANSWER;
use crate::reply::untouched;

/// Routes of the answers of providers.
pub fn routes() -> Vec<Route> {
    vec![(
        ANSWER,
        get(answer::answer).post(answer::posted).head(untouched),
    )]
}
