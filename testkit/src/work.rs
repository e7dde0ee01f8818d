//! Cost of calls, from the program's own counters.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, LocalRecorderGuard, Metadata, Recorder, SharedString,
    Unit,
};

/// Store operations, powers and password hashes, by name.
pub type Cost = BTreeMap<String, u64>;

/// Counters of an app that is created on this thread while [`Work::watch`]'s guard is alive.
#[derive(Default)]
pub struct Work(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

impl Work {
    /// The counters, and the guard that installs them on this thread.
    pub fn watch() -> (&'static Self, LocalRecorderGuard<'static>) {
        let work: &'static Self = Box::leak(Box::default());
        (work, metrics::set_default_local_recorder(work))
    }

    /// The work done since the counters were `before`.
    pub fn since(&self, before: &Cost) -> Cost {
        let spent = |(name, count): (String, u64)| {
            let before = before.get(&name).copied().unwrap_or_default();
            (name, count - before)
        };
        self.now()
            .into_iter()
            .map(spent)
            .filter(|it| it.1 > 0)
            .collect()
    }

    /// All the work done.
    pub fn now(&self) -> Cost {
        let counters = self.0.lock().expect("the counters");
        let counted = |(name, count): (&String, &Arc<AtomicU64>)| {
            (name.clone(), count.load(Ordering::SeqCst))
        };
        counters.iter().map(counted).collect()
    }
}

impl Recorder for Work {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let work = [
            "cabana_store_queries_total",
            "cabana_store_writes_total",
            "cabana_password_work_total",
        ];
        if !work.contains(&key.name()) {
            return Counter::noop();
        }
        let labels: String = key.labels().map(|it| format!(" {}", it.value())).collect();
        let name = format!("{}{labels}", key.name());
        let mut counters = self.0.lock().expect("the counters");
        Counter::from_arc(counters.entry(name).or_default().clone())
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}
