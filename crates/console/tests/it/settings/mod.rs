//! The tabs of a pool and the pages that change its settings.

mod apps;
mod clients;
mod extensions;
mod first_factors;
mod form;
mod pools;
mod sign_up;
