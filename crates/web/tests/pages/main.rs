//! The pages, rendered from samples: all of them, in ordinary states and with everything wrong.

mod rules;
mod samples;
mod texts;
