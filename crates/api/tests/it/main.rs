//! The API over the wire: one binary, one module per area.

// The helpers are test code, too.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod auth;
mod bound;
mod browsers;
mod capacity;
mod challenges;
mod clients;
mod devices;
mod domains;
mod every_operation;
mod first_factors;
mod flow_tables;
mod functions;
mod groups;
mod guessing;
mod hot_path;
mod issuers;
mod kms;
mod levels;
mod limits;
mod members;
mod mfa_choice;
mod mfa_options;
mod mfa_set_up;
mod operators;
mod outage;
mod paging;
mod passkeys;
mod pools;
mod providers;
mod resource_servers;
mod saml_providers;
mod sessions;
mod set_ups;
mod signatures;
mod srp;
mod strangers;
mod sts;
mod tags;
mod tickets;
mod totp;
mod tracked_sessions;
mod users;
