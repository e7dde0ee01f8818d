//! What the endpoints and pages show a stranger of a name: one table of all paths.

mod stage;
mod table;
