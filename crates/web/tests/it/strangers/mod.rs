//! Information that the endpoints and pages reveal to a stranger about a user name: one table of all paths.

mod stage;
mod table;
