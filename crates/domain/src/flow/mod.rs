//! Sign-in as a state machine: the proofs so far, and the next challenge.
//!
//! [`next`](next()) alone decides. Challenges never route to one another: each only adds a [`Proof`], and `next` looks
//! at all of them.

mod authentication;
mod custom;
mod first_factor;
mod level;
mod methods;
mod next;
mod session;

pub use authentication::{Authentication, Vouched};
pub use custom::{Answered, CustomAuth, Decision, Round};
pub use first_factor::FirstFactor;
pub use level::{Ahead, Choices, Goal, Ground, ahead, choices};
pub use methods::{Method, Methods};
pub use next::{Challenge, DeviceTrust, Facts, Next, RefusalReason, next};
pub use session::{AuthSession, NewAddress, Proof, SentCode};
