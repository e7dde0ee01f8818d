//! The program `cabana`: configuration, commands, wiring, adapters, telemetry.

mod admission;
mod catalog;
mod commands;
mod config;
mod console;
mod data_dir;
mod demo_app;
mod demo_pool;
mod edge;
mod listen;
mod mail;
mod tasks;
mod telemetry;
mod tls;
mod wiring;

fn main() -> std::process::ExitCode {
    commands::main()
}
