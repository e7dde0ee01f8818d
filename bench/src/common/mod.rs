//! Code shared by the instruments.

pub mod api;
pub mod browser;
pub mod folder;
pub mod http;
pub mod postgres;
pub mod program;
pub mod server;
pub mod signing;
pub mod usage;

/// The reason an instrument gave up, for its user.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
/// The result of an instrument's steps.
pub type Outcome<T> = Result<T, Failure>;

/// The current time. Instruments are not part of the server, whose clock comes from a request's context.
#[expect(
    clippy::disallowed_methods,
    reason = "there is no request to take the time from"
)]
pub fn now() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

/// Random bytes.
///
/// # Errors
/// If the system has none.
pub fn random<const N: usize>() -> Outcome<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| "the system gives no random bytes")?;
    Ok(bytes)
}
