//! Every text that users of the API can see, in one place: in `common` what operations share, beside it
//! what belongs to the rooms. A new room is called by its name, `faults::devices::no_such_device()`.
//!
//! Each is marked by how sure it is that Amazon Cognito says just this: **documented**, **observed**
//! (quoted by others from the real service) or **guessed** (the kind is known, the words are ours).
//!
//! A fault remembers the function that made it: its [`Reason`], of the function's name, is a constant in
//! [`reason`]. Pages tell faults apart by it, never by a text:
//!
//! ```text
//! match fault.reason {
//!     reason::locked_out => …,
//! ```

mod access;
mod auth;
mod clients;
mod common;
mod pools;
mod users;

use std::borrow::Cow;

use cabana_model::ErrorKind;

pub use access::*;
pub use auth::*;
pub use clients::*;
pub use common::*;
pub use pools::*;
pub use users::*;

/// The reasons of all faults, each named as the function that makes them.
pub mod reason {
    pub use super::access::reason::*;
    pub use super::auth::reason::*;
    pub use super::clients::reason::*;
    pub use super::common::reason::*;
    pub use super::pools::reason::*;
    pub use super::users::reason::*;
    pub use crate::fault::reason::*;
}

/// Why there is a fault: the name of the function in [`faults`](self) that made it. A stable word, for comparing and
/// for the log.
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

/// What goes into a fault beside its reason, which [`faults!`] adds: there is no other way to make a refusal.
pub(crate) struct Words {
    pub kind: ErrorKind,
    pub message: Cow<'static, str>,
    pub members: Vec<String>,
}

impl Words {
    /// Names what in the input is wrong: a member, or an attribute.
    fn about(mut self, member: impl Into<String>) -> Self {
        self.members.push(member.into());
        self
    }

    /// The same for several.
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

/// A parameter that an operation's own rules refuse.
fn invalid_parameter(message: impl Into<Cow<'static, str>>) -> Words {
    said(ErrorKind::InvalidParameterException, message)
}

/// Makes a function that returns a [`Fault`](crate::Fault) of each that gives its [`Words`], and its reason: the
/// function's name. A file has one block of them.
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
