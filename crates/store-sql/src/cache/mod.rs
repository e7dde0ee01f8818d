//! What is read all the time and seldom written is kept decoded: pools, clients, domains, signing keys.

mod touch;

pub use touch::{Touch, touched};
