//! Lockout after wrong passwords.
//!
//! Four failures are free. The fifth locks the user for one second, and each further one for twice as long as the one
//! before, up to 15 minutes. Attempts during a lock are refused unseen and do not count. The count restarts after a
//! success, or after 15 minutes without a failure that counted.

use serde::{Deserialize, Serialize};

use crate::{Span, Time};

const FREE_FAILURES: u32 = 5;
const LONGEST: Span = Span::minutes(15);

/// Number of wrong passwords, and the time of the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockout {
    /// Consecutive failures that counted.
    pub failures: u32,
    /// Time of the last of them.
    pub last_failure: Time,
}

impl Lockout {
    /// Whether attempts are refused unseen at this time.
    pub fn is_locked(self, now: Time) -> bool {
        self.failures >= FREE_FAILURES && now < self.last_failure.after(self.penalty())
    }

    /// The state after a wrong password.
    #[must_use]
    pub fn failed(self, now: Time) -> Self {
        if self.is_locked(now) {
            return self;
        }
        let forgotten = now >= self.last_failure.after(LONGEST);
        let failures = if forgotten {
            1
        } else {
            self.failures.saturating_add(1)
        };
        Self {
            failures,
            last_failure: now,
        }
    }

    /// The state after a right password. It does not lift a lock: callers that check [`Lockout::is_locked`] first never
    /// get here during one.
    #[must_use]
    pub fn succeeded(self) -> Self {
        Self::default()
    }

    fn penalty(self) -> Span {
        let doublings = self.failures.saturating_sub(FREE_FAILURES);
        2_i64
            .checked_pow(doublings)
            .map_or(LONGEST, |seconds| Span::seconds(seconds).min(LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START: i64 = 1_700_000_000;

    fn at(seconds: i64) -> Time {
        Time::from_seconds(START + seconds)
    }

    fn after_failures(failures: u32) -> Lockout {
        Lockout {
            failures,
            last_failure: at(0),
        }
    }

    #[test]
    fn the_first_four_failures_are_free() {
        let mut lockout = Lockout::default();
        for _ in 0..4 {
            lockout = lockout.failed(at(0));
            assert!(!lockout.is_locked(at(0)));
        }
        assert_eq!(lockout, after_failures(4));
        assert!(lockout.failed(at(0)).is_locked(at(0)));
    }

    #[test]
    fn locks_double_up_to_fifteen_minutes() {
        for (failures, seconds) in [
            (5, 1),
            (6, 2),
            (7, 4),
            (8, 8),
            (14, 512),
            (15, 900),
            (16, 900),
            (70, 900),
            (u32::MAX, 900),
        ] {
            let lockout = after_failures(failures);
            assert!(
                lockout.is_locked(at(seconds).before(Span::seconds(1))),
                "{failures}"
            );
            assert!(!lockout.is_locked(at(seconds)), "{failures}");
        }
    }

    #[test]
    fn attempts_during_a_lock_do_not_count() {
        let locked = after_failures(9);
        assert_eq!(locked.failed(at(15)), locked);
        assert_eq!(
            locked.failed(at(16)),
            Lockout {
                failures: 10,
                last_failure: at(16)
            }
        );
    }

    #[test]
    fn fifteen_quiet_minutes_are_forgiven() {
        assert_eq!(after_failures(9).failed(at(899)).failures, 10);
        assert_eq!(after_failures(9).failed(at(900)).failures, 1);
        assert_eq!(after_failures(40).failed(at(900)).failures, 1);
    }

    #[test]
    fn a_success_clears_the_count() {
        assert_eq!(after_failures(9).succeeded(), Lockout::default());
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_a_lock_and_loses_no_count() {
        assert!(after_failures(5).is_locked(at(-60)));
        assert_eq!(after_failures(4).failed(at(-60)).failures, 5);
    }

    proptest! {
        #[test]
        fn guessing_is_never_faster_than_the_locks_allow(pauses in prop::collection::vec(0_i64..1200, 1..200)) {
            let (mut lockout, mut now) = (Lockout::default(), at(0));
            for pause in pauses {
                now = now.after(Span::seconds(pause));
                let locked = lockout.is_locked(now);
                let next = lockout.failed(now);
                if locked {
                    prop_assert_eq!(next, lockout);
                } else {
                    prop_assert_eq!(next.last_failure, now);
                    prop_assert!(next.failures == lockout.failures + 1 || next.failures == 1);
                    prop_assert_eq!(next.is_locked(now), next.failures >= 5);
                }
                prop_assert!(!next.is_locked(now.after(LONGEST)));
                lockout = next;
            }
        }

        #[test]
        fn arbitrary_states_never_panic(failures: u32, last: i64, now: i64) {
            let lockout = Lockout { failures, last_failure: Time::from_micros(last) };
            let _ = lockout.failed(Time::from_micros(now));
        }
    }
}
