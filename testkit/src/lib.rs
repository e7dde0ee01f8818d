//! A whole API in a test: [`TestApp`], over a database of its own, with a clock that the test sets and randomness that
//! is the same in every run.
//!
//! Calls go through the wire form ([`TestApp::call`]), so that a test sees the same as a client. Errors of the kit
//! itself panic and so fail the test.

// Tests may panic, and this crate is for tests only.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod answer;
mod app;
mod authenticator;
mod database;
mod fixtures;
mod functions;
mod people;
mod ports;
mod provider;
pub mod saml;
pub mod saml_logout;
mod signing;
mod store;
mod work;

pub use answer::Answer;
pub use app::{ACCOUNT_ID, PUBLIC_URL, REGION, START, TestApp};
pub use authenticator::Authenticator;
pub use database::TestDatabase;
pub use fixtures::TestClient;
pub use functions::{Called, TestFunctions, every_function, function, lambda_config};
pub use ports::{SeededRandom, TestClock};
pub use provider::{ISSUER, TestProvider, parameters};
pub use signing::TestKey;
pub use store::new_database;
pub use work::{Cost, Work};
