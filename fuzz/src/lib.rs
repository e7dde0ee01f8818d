//! Safety properties for arbitrary input. Each [`Target`] feeds bytes to one place that strangers can reach, and panics
//! if the server does what it never must: fail internally, let a stranger in, or redirect a browser elsewhere.
//!
//! `tests/smoke.rs` runs every target over mutations of its seeds in each test run. `coverage/` is a package for `cargo
//! fuzz`, which searches deeper; see `README.md`.

// A finding is a panic, and this crate is for tests only.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

mod api;
mod devices;
mod functions;
mod house;
mod passkeys;
mod saml;
mod texts;
mod web;

pub use house::House;

/// A place that takes bytes from strangers.
pub struct Target {
    pub name: &'static str,
    /// Initial inputs: valid ones, or nearly.
    pub seeds: fn(&House) -> Vec<Vec<u8>>,
    pub run: fn(&House, &[u8]),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target {
        name: "request_body",
        seeds: api::bodies,
        run: api::request_body,
    },
    Target {
        name: "signature",
        seeds: api::signatures,
        run: api::signature,
    },
    Target {
        name: "access_token",
        seeds: api::access_tokens,
        run: api::access_token,
    },
    Target {
        name: "device_verifier",
        seeds: devices::verifiers,
        run: devices::verifier,
    },
    Target {
        name: "users_filter",
        seeds: api::filters,
        run: api::users_filter,
    },
    Target {
        name: "paging_token",
        seeds: api::paging_tokens,
        run: api::paging_token,
    },
    Target {
        name: "authorize_query",
        seeds: web::authorize_queries,
        run: web::authorize_query,
    },
    Target {
        name: "redirect_uri",
        seeds: web::redirect_uris,
        run: web::redirect_uri,
    },
    Target {
        name: "token_form",
        seeds: web::token_forms,
        run: web::token_form,
    },
    Target {
        name: "host_header",
        seeds: web::hosts,
        run: web::host_header,
    },
    Target {
        name: "cookies",
        seeds: web::cookie_lines,
        run: web::cookies,
    },
    Target {
        name: "passkey_credential",
        seeds: passkeys::credentials,
        run: passkeys::passkey_credential,
    },
    Target {
        name: "attestation_object",
        seeds: passkeys::attestation_objects,
        run: passkeys::attestation_object,
    },
    Target {
        name: "saml_response",
        seeds: saml::responses,
        run: saml::response,
    },
    Target {
        name: "saml_metadata",
        seeds: saml::documents,
        run: saml::metadata,
    },
    Target {
        name: "function_answer",
        seeds: functions::answers,
        run: functions::function_answer,
    },
    Target {
        name: "challenge_answer",
        seeds: functions::challenges,
        run: functions::challenge_answer,
    },
    Target {
        name: "message_template",
        seeds: texts::templates,
        run: texts::message_template,
    },
    Target {
        name: "saml_logout",
        seeds: saml::logouts,
        run: saml::logout,
    },
];

/// Runs the target of this name once.
///
/// # Panics
/// If there is none, or if the input is a finding.
pub fn run(name: &str, house: &House, data: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("a target of this name").run)(house, data);
}
