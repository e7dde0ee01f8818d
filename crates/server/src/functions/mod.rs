//! The functions of pools (AWS's Lambda triggers), called where they run: at addresses that the operator set.

mod answer;
mod book;
mod calls;
mod in_progress;
mod name;
mod runtime;

pub use book::{Book, Lambda, Target};
pub use calls::FunctionCalls;
pub use name::FunctionName;
pub use runtime::Runtimes;
