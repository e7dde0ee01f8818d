//! What a fault is about, as far as a form has a place for it.

use cabana_api::Fault;
use cabana_api::faults::Reason;

/// What to know faults by that belong beside a certain field.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// A member of the request (with all below it), an attribute, or a value in a list of them.
    Member(&'a str),
    /// What a function of the API's `faults` says.
    Reason(Reason),
}

impl About<'_> {
    /// Whether the fault is about this.
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
