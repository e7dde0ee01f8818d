//! The tabs of a pool and the pages that change its settings.

mod apps;
mod clients;
mod device_tracking;
mod extensions;
mod first_factors;
mod form;
mod levels;
mod passkey;
mod pools;
mod providers;
mod saml_trial;
mod sign_up;
