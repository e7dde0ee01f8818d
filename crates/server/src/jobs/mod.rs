//! Background jobs. What a request causes and does not wait for is a row in the queue of its kind, written in one list
//! with its cause; the [`Runner`] does the rest, the same for every kind. A kind is one file here.

mod backoff;
mod claim;
pub mod mail;
mod runner;

pub use claim::Lease;
pub use runner::{Failure, Runner};
