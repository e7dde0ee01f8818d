//! Every SQL text, once, in the subset both engines share.
//!
//! Parameters are `$1`, `$2` …; a statement on a pool takes its ID as `$1` and turns it into the pool's number with
//! `pool!()`, so that the rows of a deleted pool are out of reach. A paged statement returns the columns of its cursor
//! first and ends in `LIMIT`.

/// Declares statements: each a named constant, and all of them in `ALL`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = ($($part:tt)+);)+) => {
        $($(#[$doc])* pub const $name: &str = concat!($($part)+);)+

        /// All of these, by name.
        pub const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

/// The number of the pool whose ID is `$1`.
macro_rules! pool {
    () => {
        "(SELECT n FROM pools WHERE id = $1)"
    };
}

pub mod audit;
pub mod clients;
pub mod codes;
pub mod counts;
pub mod deliveries;
pub mod devices;
pub mod drafts;
pub mod events;
pub mod groups;
pub mod messages;
pub mod passkeys;
pub mod pools;
pub mod providers;
pub mod sessions;
pub mod sweep;
pub mod tokens;
pub mod users;

/// Every statement, by name.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        pools::ALL,
        clients::ALL,
        providers::ALL,
        users::ALL,
        passkeys::ALL,
        groups::ALL,
        codes::ALL,
        counts::ALL,
        deliveries::ALL,
        devices::ALL,
        drafts::ALL,
        tokens::ALL,
        sessions::ALL,
        messages::ALL,
        audit::ALL,
        events::ALL,
        sweep::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
