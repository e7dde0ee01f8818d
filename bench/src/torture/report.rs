//! What a scenario found.

use std::fmt;

use serde::Serialize;

/// So many failures are told in words; the rest is counted.
const TOLD: usize = 20;

/// One scenario's findings.
#[derive(Serialize)]
pub struct Report {
    pub scenario: String,
    pub rounds: u32,
    /// Writes the server said yes to.
    pub acknowledged: u64,
    /// Writes that were under way when something broke: no answer, or one that said so.
    pub unanswered: u64,
    /// Things looked at afterwards.
    pub checked: u64,
    pub seconds: u64,
    /// What else is worth knowing.
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

    /// Something is not as it must be.
    pub fn fail(&mut self, what: String) {
        self.failed += 1;
        if self.failures.len() < TOLD {
            self.failures.push(what);
        }
    }

    /// Fails unless it holds.
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
