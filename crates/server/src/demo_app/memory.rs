//! State of the app, sealed in cookies.

use cabana_domain::Span;
use cabana_web::memory::Cookie;
use serde::{Deserialize, Serialize};

/// Between the redirect to the sign-in page and the callback.
pub const FLOW: Cookie = Cookie {
    name: "cabana-demo-flow",
    life: Span::minutes(60),
};
/// During the session.
pub const SESSION: Cookie = Cookie {
    name: "cabana-demo",
    life: Span::hours(1),
};

/// Values that must match when the browser comes back.
#[derive(Serialize, Deserialize)]
pub struct Flow {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// The signed-in user.
#[derive(Serialize, Deserialize)]
pub struct Session {
    pub id_token: String,
}
