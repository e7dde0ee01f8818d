//! AWS's Lambda Runtime API, for functions that run beside the emulator with AWS's own runtime clients: one port of this
//! machine for each function, without a path, as those clients need it to report an error at their start.

mod local;
mod ports;
mod routes;

pub use local::{Invocation, Local};
pub use ports::Runtimes;
