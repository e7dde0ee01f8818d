//! Token buckets by the million in a table of fixed size.
//!
//! A bucket is one instant: the time at which it will be full again. A full one need not be stored, so a slot frees
//! itself a fraction of a second after its last use. If a set has no free slot, the bucket nearest to full is
//! evicted: a rare caller loses little, a flood keeps its slot.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Number of sets, each with a lock of its own.
const SETS: usize = 4096;
/// Slots per set.
const WAYS: usize = 8;

/// Fill rate and capacity of a bucket.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Microseconds until one use is replenished.
    pub every: i64,
    /// Microseconds from empty to full.
    pub whole: i64,
}

impl Rate {
    /// `rate` uses per second, with a burst of as many as are replenished in `burst` seconds. A rate is at least 1.
    pub fn per_second(rate: u32, burst: u32) -> Self {
        let every = (1_000_000 / i64::from(rate.max(1))).max(1);
        Self {
            every,
            whole: every * i64::from(rate.max(1)) * i64::from(burst.max(1)),
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Slot {
    key: u64,
    /// Microseconds since the epoch.
    full_at: i64,
}

type Set = [Slot; WAYS];

/// All buckets.
pub struct Table {
    sets: Box<[Mutex<Set>]>,
    /// With keys of this process, so that nobody can aim at another caller's slot.
    hasher: RandomState,
}

impl Table {
    /// An empty table. It takes half a megabyte and never grows.
    pub fn new() -> Self {
        Self {
            sets: (0..SETS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Takes one use from a bucket; false if it is empty. `now` is in microseconds since the epoch.
    pub fn take(&self, key: &impl Hash, rate: Rate, now: i64) -> bool {
        let key = self.hasher.hash_one(key);
        let Some(mut set) = self.set(key) else {
            return true;
        };
        let Some(slot) = choose(&mut set, key) else {
            return true;
        };
        let full_at = if slot.key == key { slot.full_at } else { now };
        // An instant further ahead than any bucket can be stems from a clock that was set back.
        let missing = match full_at.saturating_sub(now) {
            missing if (0..=rate.whole).contains(&missing) => missing,
            _ => 0,
        };
        let allowed = missing + rate.every <= rate.whole;
        if allowed {
            *slot = Slot {
                key,
                full_at: now + missing + rate.every,
            };
        }
        allowed
    }

    /// Number of buckets that are not full.
    pub fn in_use(&self, now: i64) -> usize {
        let used = |set: &Mutex<Set>| {
            let set = lock(set);
            set.iter().filter(|slot| slot.full_at > now).count()
        };
        self.sets.iter().map(used).sum()
    }

    fn set(&self, key: u64) -> Option<MutexGuard<'_, Set>> {
        let at = usize::try_from(key % SETS as u64).ok()?;
        self.sets.get(at).map(lock)
    }
}

fn lock(set: &Mutex<Set>) -> MutexGuard<'_, Set> {
    set.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The key's own slot, or else the one nearest to full.
fn choose(set: &mut Set, key: u64) -> Option<&mut Slot> {
    set.iter_mut()
        .min_by_key(|slot| (slot.key != key, slot.full_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;
    const NOW: i64 = 1_767_225_600 * SECOND;

    fn taken(table: &Table, key: &str, rate: Rate, now: i64) -> u32 {
        let mut count = 0;
        while table.take(&key, rate, now) {
            count += 1;
        }
        count
    }

    #[test]
    fn a_bucket_holds_its_burst_and_fills_at_its_rate() {
        let (table, rate) = (Table::new(), Rate::per_second(10, 5));
        assert_eq!(taken(&table, "ada", rate, NOW), 50);
        assert_eq!(taken(&table, "ada", rate, NOW + SECOND / 2), 5);
        assert_eq!(
            taken(&table, "bob", rate, NOW),
            50,
            "everybody has their own"
        );
        assert_eq!(taken(&table, "ada", rate, NOW + 100 * SECOND), 50);
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let (table, rate) = (Table::new(), Rate::per_second(10, 5));
        assert_eq!(taken(&table, "ada", rate, NOW), 50);
        assert_eq!(taken(&table, "ada", rate, NOW - 3600 * SECOND), 50);
    }

    #[test]
    fn a_million_strangers_take_no_more_room_and_push_nobody_out_who_floods() {
        let (table, rate) = (Table::new(), Rate::per_second(300, 3));
        let before = std::mem::size_of_val(&*table.sets);
        assert_eq!(taken(&table, "flood", rate, NOW), 900);
        for stranger in 0..1_000_000_u32 {
            assert!(table.take(&stranger, rate, NOW), "{stranger} asked once");
        }
        assert_eq!(taken(&table, "flood", rate, NOW), 0, "still empty");
        assert_eq!(std::mem::size_of_val(&*table.sets), before);
        assert!(table.in_use(NOW) <= SETS * WAYS);
        assert_eq!(table.in_use(NOW + 10 * SECOND), 0, "and free by themselves");
    }
}
