//! Signing in as a state machine: what has been proven, and what comes next.
//!
//! [`next`](next()) alone decides. Challenges never route to one another: each only adds a
//! [`Proof`], and `next` looks at all of them.

mod authentication;
mod methods;
mod next;
mod session;

pub use authentication::Authentication;
pub use methods::{Method, Methods};
pub use next::{Challenge, Facts, Next, Why, next};
pub use session::{AuthSession, Proof, SentCode};
