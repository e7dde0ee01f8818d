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
