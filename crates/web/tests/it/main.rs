//! The endpoints and pages over their wire form, on a real store.

// Helpers of tests may panic as tests do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod authorize;
mod browser;
mod codes;
mod cors;
mod costs;
mod dialect;
mod discovery;
mod emulator_functions;
mod federation;
mod first_factor;
mod forms;
mod functions;
mod head;
mod inbox;
mod limits;
mod logout;
mod operators;
mod outage;
mod pages;
mod passkeys;
mod recovery_codes;
mod refused;
mod second_factor;
mod set_up;
mod shop;
mod sign_up;
mod steps;
mod strangers;
mod tokens;
mod tracked_sessions;
mod user_info;
