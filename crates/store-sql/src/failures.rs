//! The column `lockout` of a user: wrong passwords and wrong second factors.

use cabana_domain::guesses::FactorGuesses;
use cabana_domain::lockout::Lockout;
use cabana_domain::user::User;
use serde::{Deserialize, Serialize};

/// Content of the column.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    #[serde(flatten)]
    pub passwords: Lockout,
    #[serde(default, skip_serializing_if = "FactorGuesses::is_empty")]
    pub factors: FactorGuesses,
}

impl Failures {
    /// The failures of a user.
    pub fn of(user: &User) -> Self {
        Self {
            passwords: user.lockout,
            factors: user.factor_guesses.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use cabana_domain::Time;

    use super::*;

    #[test]
    fn rows_of_earlier_builds_are_read_and_stay_as_they_are_while_no_factor_was_wrong() {
        let stored = r#"{"failures":2,"last_failure":7000000}"#;
        let failures: Failures = serde_json::from_str(stored).unwrap();
        let passwords = Lockout {
            failures: 2,
            last_failure: Time::from_seconds(7),
        };
        let factors = FactorGuesses::default();
        assert_eq!(failures, Failures { passwords, factors });
        assert_eq!(serde_json::to_string(&failures).unwrap(), stored);
    }
}
