//! A whole API in a test: [`TestApp`], over a database of its own, with a clock that the test sets
//! and randomness that is the same in every run.
//!
//! Calls go over the wire form ([`TestApp::call`]), so that a test sees what a client would see.
//! Whatever goes wrong in the kit itself panics: that is a failed test.

// Tests may panic, and this crate is for nothing else.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod answer;
mod app;
mod database;
mod fixtures;
mod people;
mod ports;
mod signing;
mod work;

pub use answer::Answer;
pub use app::{ACCOUNT_ID, PUBLIC_URL, REGION, START, TestApp};
pub use database::TestDatabase;
pub use fixtures::TestClient;
pub use ports::{SeededRandom, TestClock};
pub use signing::TestKey;
pub use work::{Cost, Work};
