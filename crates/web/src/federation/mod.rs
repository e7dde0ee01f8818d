//! The way back from another identity provider.

mod answer;
mod saml;
mod saml_logout;
mod saml_sign_out;
pub mod trial;

use axum::routing::get;

use crate::Route;
use crate::authorize::provider::{ANSWER, SAML_ANSWER};
use crate::reply::untouched;

pub use saml_sign_out::{allow_the_way, on_the_way};

/// Whether a form at this path costs the verification of signatures.
pub fn verifies(path: &str) -> bool {
    path == SAML_ANSWER || path == saml_sign_out::PATH
}

/// Routes of the answers of providers.
pub fn routes() -> Vec<Route> {
    vec![
        (
            ANSWER,
            get(answer::answer).post(answer::posted).head(untouched),
        ),
        (
            SAML_ANSWER,
            get(saml::answer).post(saml::consume).head(untouched),
        ),
        (
            saml_sign_out::PATH,
            get(saml_logout::get)
                .post(saml_logout::post)
                .head(untouched),
        ),
        ("/saml2/metadata", get(saml::metadata).head(untouched)),
    ]
}
