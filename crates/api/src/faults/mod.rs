//! Every text that users of the API can see, in one place: `common` has those that operations share, the other files
//! those of one group of operations. A group is addressed by its name, `faults::devices::no_such_device()`; the first ones
//! are not.
//!
//! Each is marked by the evidence that Amazon Cognito uses this text: **documented**, **observed** (quoted by others
//! from the real service), **guessed** (the kind is known, the words are not), or **Cabana only** (Cognito has no
//! such fault).
//!
//! A fault carries its [`Reason`], the name of the function that made it, which is a constant in [`reason`]. Pages
//! tell faults apart by it, never by a text:
//!
//! ```text
//! match fault.reason {
//!     reason::locked_out => …,
//! ```

mod access;
mod auth;
mod clients;
mod common;
pub mod devices;
pub mod federation;
mod functions;
pub mod passkeys;
mod pools;
pub mod providers;
pub mod sessions;
mod users;

use std::borrow::Cow;

use cabana_model::ErrorKind;

pub use access::*;
pub use auth::*;
pub use clients::*;
pub use common::*;
pub use functions::*;
pub use pools::*;
pub use users::*;

/// The reasons of all faults, each named after the function that makes it.
pub mod reason {
    pub use super::access::reason::*;
    pub use super::auth::reason::*;
    pub use super::clients::reason::*;
    pub use super::common::reason::*;
    pub use super::federation::reason::*;
    pub use super::functions::reason::*;
    pub use super::passkeys::reason::*;
    pub use super::pools::reason::*;
    pub use super::providers::reason::*;
    pub use super::sessions::reason::*;
    pub use super::users::reason::*;
    pub use crate::fault::reason::*;
}

/// The reason of a fault: the name of the function in [`faults`](self) that made it. A stable identifier, for
/// comparison and for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason(&'static str);

impl Reason {
    pub(crate) const fn named(name: &'static str) -> Self {
        Self(name)
    }

    pub fn as_str(self) -> &'static str {
        self.0
    }
}

/// The parts of a fault besides its reason, which [`faults!`] adds: refusals are made in no other way.
pub(crate) struct Words {
    pub kind: ErrorKind,
    pub message: Cow<'static, str>,
    pub members: Vec<String>,
}

impl Words {
    /// Names an invalid part of the input: a member, or an attribute.
    fn about(mut self, member: impl Into<String>) -> Self {
        self.members.push(member.into());
        self
    }

    /// The same for several parts.
    fn about_all<S: Into<String>>(self, members: impl IntoIterator<Item = S>) -> Self {
        members.into_iter().fold(self, Self::about)
    }
}

fn said(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Words {
    Words {
        kind,
        message: message.into(),
        members: Vec::new(),
    }
}

/// A parameter that breaks an operation's own rules.
fn invalid_parameter(message: impl Into<Cow<'static, str>>) -> Words {
    said(ErrorKind::InvalidParameterException, message)
}

/// Turns each function that gives [`Words`] into one that returns a [`Fault`](crate::Fault) with the function's name
/// as its reason. One block per file.
macro_rules! faults {
    ($($(#[$meta:meta])* pub fn $name:ident($($arg:ident: $type:ty),* $(,)?) $words:block)*) => {
        $(
            $(#[$meta])*
            pub fn $name($($arg: $type),*) -> crate::fault::Fault {
                let words: super::Words = $words;
                crate::fault::Fault::refusal(reason::$name, words)
            }
        )*

        #[allow(non_upper_case_globals)]
        pub mod reason {
            use crate::faults::Reason;

            $(pub const $name: Reason = Reason::named(stringify!($name));)*
        }
    };
}

use faults;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_faults_reason_is_the_name_of_its_function() {
        assert_eq!(wrong_password().reason, reason::wrong_password);
        assert_eq!(reason::wrong_password.as_str(), "wrong_password");
        assert_ne!(wrong_password().reason, locked_out().reason);
    }

    #[test]
    fn faults_name_the_attributes_that_are_wrong() {
        assert_eq!(bad_email().members, ["email"]);
        let rules = [("email", REQUIRED), ("name", REQUIRED)];
        assert_eq!(schema(Writing::NewUser, rules).members, ["email", "name"]);
    }
}
