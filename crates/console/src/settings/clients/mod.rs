//! App clients: their list, and the pages of each.

pub mod attributes;
pub mod create;
pub mod delete;
pub mod hosted_ui;
pub mod information;
pub mod list;
pub mod page;
pub mod refused;
pub mod secrets;
pub mod sessions;
pub mod sign_in_page;
pub mod tokens;
