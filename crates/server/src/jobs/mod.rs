//! Background jobs. Work that a request causes but does not wait for is a row in the queue of its kind, written in the
//! same list of changes as its cause. The [`Runner`] does the rest, the same for every kind. A kind is one file here.

mod backoff;
mod claim;
pub mod deliveries;
pub mod messages;
mod runner;

pub use claim::Lease;
pub use runner::{Failure, Runner};
