//! The hosted pages as views: data in, HTML out, no HTTP.
//!
//! A view is a struct with a [`Frame`] (language, brand, notice, problems) and the page's own data; its template is in
//! `templates/`, and [`Template::render`] gives the page. No page has inline script or style, so all work under
//! `default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:`, and none needs the script but to use a
//! passkey.

mod attributes;
pub mod emulator;
mod field;
mod frame;
mod icon;
mod mfa;
mod notice;
mod outcome;
mod passkeys;
mod password;
mod problem;
pub mod qr;
mod sign_in;
mod sign_up;

pub use askama::Template;
pub use icon::icon;

pub use attributes::Asked;
pub use frame::{Account, Brand, Delivery, Frame, Identifier, Medium, Moment, Post, Resend, Terms};
pub use mfa::{
    AddressSetup, ChooseFactor, CodeChallenge, CodeKind, Factor, Purpose, RecoveryCodes, TotpSetup,
    grouped,
};
pub use notice::Notice;
pub use outcome::{
    Continue, Detail, ErrorPage, LinkConfirmed, PageError, Refused, SignOut, SignedOut,
};
pub use passkeys::{AddPasskey, Ceremony, UsePasskey};
pub use password::{Forgot, NewPassword, PasswordRules, Reset};
pub use problem::{Problem, Wrong};
pub use sign_in::{ChooseFirst, LeadsTo, Provider, SignIn};
pub use sign_up::{Confirm, SignUp};
