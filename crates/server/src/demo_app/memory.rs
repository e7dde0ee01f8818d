//! What the app remembers, sealed in cookies.

use cabana_domain::Span;
use cabana_web::memory::Cookie;
use serde::{Deserialize, Serialize};

/// Between leaving for the sign-in page and coming back.
pub const FLOW: Cookie = Cookie {
    name: "cabana-demo-flow",
    life: Span::minutes(60),
};
/// While signed in.
pub const SESSION: Cookie = Cookie {
    name: "cabana-demo",
    life: Span::hours(1),
};

/// What must be the same when the browser comes back.
#[derive(Serialize, Deserialize)]
pub struct Flow {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// Who is signed in.
#[derive(Serialize, Deserialize)]
pub struct Session {
    pub id_token: String,
}
