//! The steps of the guide, in their order.

use serde::{Deserialize, Serialize};

use super::line::Line;
use super::{integrate, messages, security, sign_in, sign_up};
use crate::form::Form;

/// A step of the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Step {
    SignIn,
    Security,
    SignUp,
    Messages,
    Integrate,
    Review,
}

impl Step {
    pub const ALL: [Self; 6] = [
        Self::SignIn,
        Self::Security,
        Self::SignUp,
        Self::Messages,
        Self::Integrate,
        Self::Review,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::SignIn => "Configure sign-in experience",
            Self::Security => "Configure security requirements",
            Self::SignUp => "Configure sign-up experience",
            Self::Messages => "Configure message delivery",
            Self::Integrate => "Integrate your app",
            Self::Review => "Review and create",
        }
    }

    /// Name of the step in the form.
    pub fn key(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Security => "security",
            Self::SignUp => "sign-up",
            Self::Messages => "messages",
            Self::Integrate => "integrate",
            Self::Review => "review",
        }
    }

    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.key() == key)
    }

    /// Number of the step, counted from 1.
    pub fn number(self) -> usize {
        Self::ALL.iter().take_while(|step| **step <= self).count()
    }

    pub fn next(self) -> Self {
        let after = Self::ALL.into_iter().find(|step| *step > self);
        after.unwrap_or(self)
    }

    pub fn previous(self) -> Self {
        let before = Self::ALL.into_iter().rev().find(|step| *step < self);
        before.unwrap_or(self)
    }

    /// Adds the defaults of the step.
    pub fn beginning(self, form: Form) -> Form {
        match self {
            Self::SignIn | Self::Review => form,
            Self::Security => security::beginning(form),
            Self::SignUp => sign_up::beginning(form),
            Self::Messages => messages::beginning(form),
            Self::Integrate => integrate::beginning(form),
        }
    }

    /// Checks the values of this step, and adds problems to the form.
    pub fn check(self, form: &mut Form) {
        match self {
            Self::SignIn => sign_in::check(form),
            Self::Security => security::check(form),
            Self::SignUp => sign_up::check(form),
            Self::Messages => messages::check(form),
            Self::Integrate => integrate::check(form),
            Self::Review => {}
        }
    }

    /// The values of this step, for the review.
    pub fn lines(self, form: &Form) -> Vec<Line> {
        match self {
            Self::SignIn => sign_in::lines(form),
            Self::Security => security::lines(form),
            Self::SignUp => sign_up::lines(form),
            Self::Messages => messages::lines(form),
            Self::Integrate => integrate::lines(form),
            Self::Review => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_follow_one_another() {
        assert_eq!(Step::SignIn.previous(), Step::SignIn);
        assert_eq!(Step::SignIn.next(), Step::Security);
        assert_eq!(Step::Review.next(), Step::Review);
        assert_eq!(Step::Review.previous(), Step::Integrate);
        assert_eq!(Step::Review.number(), 6);
        for step in Step::ALL {
            assert_eq!(Step::of_key(step.key()), Some(step));
        }
    }
}
