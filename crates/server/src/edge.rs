//! The edge of the program: the only code that reads the clock and draws randomness.

use cabana_api::ports::{Clock, NoRandomness, Random};
use cabana_domain::Time;

use crate::problem::Problem;

/// The machine's clock and random numbers.
pub struct Machine;

impl Clock for Machine {
    fn now(&self) -> Time {
        let since_epoch = system_time()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        Time::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }
}

impl Random for Machine {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        aws_lc_rs::rand::fill(bytes).map_err(|_| NoRandomness)
    }
}

/// The system's time.
#[expect(
    clippy::disallowed_methods,
    reason = "this is where the program's time comes from"
)]
pub fn system_time() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

/// Random bytes from the operating system.
///
/// # Errors
/// If the system has none.
pub fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    Machine
        .fill(&mut bytes)
        .map_err(|_| Problem::new("the system provides no random bytes"))?;
    Ok(bytes)
}
