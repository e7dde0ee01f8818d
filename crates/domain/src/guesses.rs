//! The count of wrong second factors.
//!
//! They are counted apart from passwords: a person who knows the password must not clear the count by typing it again.
//! Five wrong ones in a row lock the factor as wrong passwords lock the password (see [`Lockout`]), and no hour,
//! wherever it begins, has more than twenty.

use serde::{Deserialize, Serialize};

use crate::lockout::Lockout;
use crate::{Span, Time};

const WINDOW: Span = Span::hours(1);
const PER_WINDOW: usize = 20;

/// Number and times of wrong second factors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FactorGuesses {
    /// Failures since the last right one.
    pub lockout: Lockout,
    /// Times of the wrong ones in the last hour, oldest first. A right one does not remove them.
    pub wrong: Vec<Time>,
}

impl FactorGuesses {
    /// Whether there are no recent failures.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether second factors are refused unseen at this time.
    pub fn are_refused(&self, now: Time) -> bool {
        self.lockout.is_locked(now) || self.within_window(now).count() >= PER_WINDOW
    }

    /// The state after a wrong one. An attempt that was refused unseen does not count.
    #[must_use]
    pub fn failed(&self, now: Time) -> Self {
        if self.are_refused(now) {
            return self.clone();
        }
        let mut wrong: Vec<_> = self.within_window(now).collect();
        wrong.push(now);
        Self {
            lockout: self.lockout.failed(now),
            wrong,
        }
    }

    /// The state after a right one.
    #[must_use]
    pub fn succeeded(&self) -> Self {
        Self {
            lockout: Lockout::default(),
            wrong: self.wrong.clone(),
        }
    }

    fn within_window(&self, now: Time) -> impl Iterator<Item = Time> {
        let from = now.before(WINDOW);
        self.wrong.iter().copied().filter(move |it| *it > from)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(1_700_000_000 + seconds)
    }

    #[test]
    fn the_fifth_wrong_factor_in_a_row_locks_and_a_right_one_forgives() {
        let mut guesses = FactorGuesses::default();
        for _ in 0..4 {
            guesses = guesses.failed(at(0));
            assert!(!guesses.are_refused(at(0)));
        }
        let locked = guesses.failed(at(0));
        assert!(locked.are_refused(at(0)) && !locked.are_refused(at(1)));
        assert!(!locked.succeeded().are_refused(at(0)));
        assert_eq!(locked.succeeded().wrong.len(), 5);
    }

    #[test]
    fn what_an_earlier_build_stored_is_read() {
        assert_eq!(
            serde_json::from_str::<FactorGuesses>("{}").unwrap(),
            FactorGuesses::default()
        );
    }

    proptest! {
        /// The limit holds for any mix of pauses and right factors.
        #[test]
        fn no_hour_has_more_than_twenty_judged_factors(
            steps in prop::collection::vec((0_i64..400, prop::bool::weighted(0.2)), 1..300),
        ) {
            let (mut guesses, mut now, mut judged) = (FactorGuesses::default(), at(0), Vec::new());
            for (pause, right) in steps {
                now = now.after(Span::seconds(pause));
                if guesses.are_refused(now) {
                    prop_assert_eq!(&guesses.failed(now), &guesses);
                    continue;
                }
                if right {
                    guesses = guesses.succeeded();
                    continue;
                }
                guesses = guesses.failed(now);
                judged.push(now);
                let hour = judged.iter().filter(|it| **it > now.before(WINDOW)).count();
                prop_assert!(hour <= PER_WINDOW);
                prop_assert!(guesses.wrong.len() <= PER_WINDOW);
            }
        }
    }
}
