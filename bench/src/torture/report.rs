//! Findings of a scenario.

use std::fmt;

use serde::Serialize;

/// Most failures that are reported in words; the rest are only counted.
const TOLD: usize = 20;

/// One scenario's findings.
#[derive(Serialize)]
pub struct Report {
    pub scenario: String,
    pub rounds: u32,
    /// Writes the server acknowledged.
    pub acknowledged: u64,
    /// Writes in progress when the fault happened: no answer, or an error.
    pub unanswered: u64,
    /// Items checked afterwards.
    pub checked: u64,
    pub seconds: u64,
    /// Other remarks.
    pub notes: Vec<String>,
    failures: Vec<String>,
    failed: u64,
}

impl Report {
    pub fn new(scenario: String) -> Self {
        Self {
            scenario,
            rounds: 0,
            acknowledged: 0,
            unanswered: 0,
            checked: 0,
            seconds: 0,
            notes: Vec::new(),
            failures: Vec::new(),
            failed: 0,
        }
    }

    /// Reports a failure.
    pub fn fail(&mut self, what: String) {
        self.failed += 1;
        if self.failures.len() < TOLD {
            self.failures.push(what);
        }
    }

    /// Reports a failure unless the condition holds.
    pub fn demand(&mut self, holds: bool, otherwise: impl FnOnce() -> String) {
        self.checked += 1;
        if !holds {
            self.fail(otherwise());
        }
    }

    pub fn is_clean(&self) -> bool {
        self.failed == 0
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_clean() { "ok" } else { "FAILED" };
        writeln!(
            f,
            "{verdict:6} {}: {} rounds, {} writes acknowledged, {} unanswered, {} checks, {} failures, {} s",
            self.scenario,
            self.rounds,
            self.acknowledged,
            self.unanswered,
            self.checked,
            self.failed,
            self.seconds
        )?;
        for note in &self.notes {
            writeln!(f, "       {note}")?;
        }
        for failure in &self.failures {
            writeln!(f, "       failure: {failure}")?;
        }
        Ok(())
    }
}
