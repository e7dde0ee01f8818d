//! The domain of user pools: entities, policies, SRP, TOTP, claims, the sign-in flow.
//!
//! Everything here is pure: no async, no I/O, no clock and no randomness; instants and random bytes are arguments.
//! Configuration keeps AWS's own shapes (`cabana_model`), because for a drop-in replacement AWS's shape is the domain;
//! whatever has rules of its own has its own type here.

pub mod activity;
pub mod asked_claims;
pub mod audit;
pub mod client;
pub mod code;
pub mod delivery;
pub mod device;
pub mod digest;
pub mod domain_name;
pub mod draft;
pub mod encryption_sdk;
pub mod event;
pub mod factor;
pub mod filter;
pub mod flow;
pub mod formats;
pub mod group;
pub mod guesses;
pub mod ids;
pub mod keys;
pub mod kms;
pub mod lockout;
pub mod mask;
pub mod message;
pub mod passkey;
pub mod password;
pub mod pool;
pub mod provider;
pub mod recovery_code;
pub mod resource_server;
pub mod schema;
pub mod session;
pub mod srp;
pub mod template;
pub mod time;
pub mod tokens;
pub mod totp;
pub mod trigger;
pub mod user;
pub mod webauthn;

pub use ids::{ClientId, PoolId, Sub};
pub use time::{Span, Time};
