//! The subject of a fault, as far as a form has a field for it.

use cabana_api::Fault;
use cabana_api::faults::Reason;

/// Criterion for the faults that belong beside a certain field.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// A member of the request (with all below it), an attribute, or a value in a list of them.
    Member(&'a str),
    /// The reason that a function of the API's `faults` gives.
    Reason(Reason),
}

impl About<'_> {
    /// Whether the fault matches.
    pub fn is_of(self, fault: &Fault) -> bool {
        match self {
            Self::Member(name) => fault.members.iter().any(|it| {
                it.strip_prefix(name)
                    .is_some_and(|below| below.is_empty() || below.starts_with('.'))
            }),
            Self::Reason(reason) => fault.reason == reason,
        }
    }
}
