//! All pages, rendered from samples: in ordinary states and with every problem.

mod rules;
mod samples;
mod texts;
