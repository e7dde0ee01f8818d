//! Calls in progress: a slow function takes its own share, and no other function's.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use cabana_api::ports::FunctionError;

/// Most calls of one function at once.
const OF_ONE: usize = 256;
/// Most calls of all functions at once: each has a connection.
const OF_ALL: usize = 1024;

/// The calls in progress, by ARN.
#[derive(Default)]
pub struct InProgress(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    all: usize,
    of: HashMap<String, usize>,
}

/// A call in progress, until dropped.
pub struct Turn<'a> {
    counts: &'a Mutex<Counts>,
    arn: &'a str,
}

impl InProgress {
    /// Counts a call.
    ///
    /// # Errors
    /// If too many are in progress.
    pub fn begin<'a>(&'a self, arn: &'a str) -> Result<Turn<'a>, FunctionError> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_this = counts.of.get(arn).copied().unwrap_or_default();
        if of_this >= OF_ONE || counts.all >= OF_ALL {
            let words = format!(
                "too many calls at once: {of_this} of this function, {} of all",
                counts.all
            );
            return Err(FunctionError::Unreachable(words));
        }
        counts.all += 1;
        counts.of.insert(arn.to_owned(), of_this + 1);
        Ok(Turn {
            counts: &self.0,
            arn,
        })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.all = counts.all.saturating_sub(1);
        if let Some(left) = counts.of.get_mut(self.arn) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                counts.of.remove(self.arn);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_function_takes_no_other_ones_share() {
        let calls = InProgress::default();
        let slow: Vec<_> = (0..OF_ONE).map(|_| calls.begin("slow").unwrap()).collect();
        assert!(calls.begin("slow").is_err());
        drop(calls.begin("quick").unwrap());
        drop(slow);
        assert!(calls.begin("slow").is_ok());
        assert!(calls.0.lock().unwrap().of.is_empty());
        let names: Vec<String> = (0..8).map(|number| number.to_string()).collect();
        let many: Vec<_> = names
            .iter()
            .flat_map(|name| (0..OF_ONE).map_while(|_| calls.begin(name).ok()))
            .collect();
        assert_eq!(many.len(), OF_ALL);
    }
}
