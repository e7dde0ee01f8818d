//! Triggers: the events that a pool's functions get, and what they answer.
//!
//! Events have the members of Amazon Cognito's, in its order, with its nulls and absences. A function answers with the
//! whole event, its `response` filled in. [`Source`] names each occasion; a file here per trigger has its request and
//! its response.

mod answer;
mod attributes;
pub mod authentication;
mod caller;
pub mod challenge;
pub mod confirmation;
mod event;
pub mod federation;
pub mod message;
pub mod migration;
pub mod sign_up;
mod source;
pub mod token_generation;

pub use answer::{BadAnswer, LARGEST_ANSWER, check, read};
pub use attributes::{Pairs, user_attributes};
pub use caller::sdk;
pub use event::{CLIENT_NOT_APPLICABLE, Caller, Empty, Envelope};
pub use source::{Occasion, Source, Trigger};
