//! Activity of a pool: counts per day, for a chart. Statistics, not records: counts that are still in memory are lost
//! in a crash.

use crate::{Span, Time};

/// Retention of the counts.
pub const KEPT: Span = Span::days(400);

/// The kinds of activity that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActivityKind {
    /// An account was created, by its owner or by an administrator.
    SignUp,
    /// A sign-in; refreshing tokens does not count.
    SignIn,
}

/// Count of one kind of activity in a pool on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyCount {
    /// Days since 1970-01-01, in UTC.
    pub day: i64,
    pub kind: ActivityKind,
    pub count: u64,
}

/// The day of an instant, in days since 1970-01-01, UTC.
pub const fn day(at: Time) -> i64 {
    at.seconds().div_euclid(86_400)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight() {
        assert_eq!(day(Time::from_seconds(0)), 0);
        assert_eq!(day(Time::from_seconds(86_399)), 0);
        assert_eq!(day(Time::from_seconds(86_400)), 1);
        assert_eq!(day(Time::from_micros(-1)), -1);
    }
}
