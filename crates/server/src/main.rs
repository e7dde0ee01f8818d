//! The program `cabana`: configuration, commands, wiring, adapters, telemetry.

mod admission;
mod catalog;
mod commands;
mod config;
mod console;
mod data_dir;
mod database;
mod delivery;
mod demo_app;
mod demo_pool;
mod edge;
mod functions;
mod issuers;
mod jobs;
mod kms;
mod last_start;
mod listen;
mod log;
mod outgoing;
mod problem;
mod survey;
mod tasks;
mod telemetry;
mod tls;
mod wiring;

/// A request makes some hundred small allocations; for a list of users, the system's allocator takes as long as all the
/// rest of the work.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let code = commands::main();
    log::LOG.flush();
    code
}
