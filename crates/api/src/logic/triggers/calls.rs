//! The last calls of functions, for the console: kept in memory, by this process alone.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cabana_domain::trigger::Trigger;
use cabana_domain::{PoolId, Time};

/// Calls kept of each function.
const KEPT: usize = 20;
/// Functions of which calls are kept. Beyond that, all are forgotten.
const FUNCTIONS: usize = 4_096;

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    pub at: Time,
    /// `triggerSource` of the event.
    pub source: String,
    pub took: Duration,
    /// `None` if it went well.
    pub error: Option<String>,
}

/// The last calls of each function.
#[derive(Default)]
pub struct Calls(Mutex<BTreeMap<(PoolId, Trigger), VecDeque<Called>>>);

impl Calls {
    fn kept(&self) -> MutexGuard<'_, BTreeMap<(PoolId, Trigger), VecDeque<Called>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a call.
    pub fn add(&self, pool: &PoolId, trigger: Trigger, called: Called) {
        let mut kept = self.kept();
        let key = (pool.clone(), trigger);
        if kept.len() >= FUNCTIONS && !kept.contains_key(&key) {
            kept.clear();
        }
        let calls = kept.entry(key).or_default();
        calls.truncate(KEPT - 1);
        calls.push_front(called);
    }

    /// The last calls of a pool's function, newest first.
    pub fn of(&self, pool: &PoolId, trigger: Trigger) -> Vec<Called> {
        let kept = self.kept();
        let calls = kept.get(&(pool.clone(), trigger));
        calls.map_or_else(Vec::new, |calls| calls.iter().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_calls_are_kept_newest_first() {
        let calls = Calls::default();
        let (one, other) = (PoolId::new("r_1"), PoolId::new("r_2"));
        for second in 0..30 {
            let called = Called {
                at: Time::from_seconds(second),
                source: "PreSignUp_SignUp".to_owned(),
                took: Duration::ZERO,
                error: None,
            };
            calls.add(&one, Trigger::PreSignUp, called);
        }
        let kept = calls.of(&one, Trigger::PreSignUp);
        assert_eq!(kept.len(), KEPT);
        assert_eq!(kept[0].at, Time::from_seconds(29));
        assert!(calls.of(&other, Trigger::PreSignUp).is_empty());
        assert!(calls.of(&one, Trigger::PostConfirmation).is_empty());
    }
}
