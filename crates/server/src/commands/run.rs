//! `cabana dev` and `cabana serve`.

use std::io::IsTerminal;
use std::sync::Arc;

use cabana_store_sql::Callers;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use super::{banner, first_of};
use crate::config::{Config, Mode, Options};
use crate::problem::Problem;
use crate::telemetry;
use crate::wiring::Server;

/// Runs the server until it is stopped.
///
/// # Errors
/// The reason why it does not run, in one line.
pub fn run(options: Options, mode: Mode) -> Result<(), Problem> {
    telemetry::start_log(&options)?;
    let config = Config::new(options, mode).map_err(first_of)?;
    let callers = Arc::new(Callers::default());
    let runtime = runtime(&callers).map_err(|error| Problem::new(error.to_string()))?;
    runtime.block_on(async {
        let (stop, stopped) = watch::channel(false);
        let server = Server::prepare(config, callers).await?;
        stop_on_signal(stop)?;
        match mode {
            Mode::Dev => banner::print(&server),
            Mode::Serve => {
                tracing::info!(address = %server.address, public_url = server.public_url, "ready");
                if let Some(link) = &server.setup_link {
                    offer(link);
                }
            }
        }
        server.run(stopped).await?;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Tells the operator how to create the first operator of the console. The link opens the console, so it is printed to
/// a terminal only, and not where a service manager or a container keeps the output for others to read.
fn offer(link: &str) {
    if std::io::stdout().is_terminal() {
        println!("Create the first console operator within 30 minutes: {link}");
    } else {
        tracing::info!(
            "nobody can sign in to the console yet: run `cabana console-link` for a link"
        );
    }
}

/// A runtime with a thread per core; each reports when it is idle.
fn runtime(callers: &Arc<Callers>) -> std::io::Result<Runtime> {
    let (parked, unparked) = (Arc::clone(callers), Arc::clone(callers));
    Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(move || parked.parked())
        .on_thread_unpark(move || unparked.unparked())
        .build()
}

/// The first signal lets requests in progress finish, the second does not.
#[cfg(unix)]
fn stop_on_signal(stop: watch::Sender<bool>) -> Result<(), Problem> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| {
        signal(kind).map_err(|error| Problem::new(format!("cannot listen for signals: {error}")))
    };
    let (mut terminate, mut interrupt) = (
        listen(SignalKind::terminate())?,
        listen(SignalKind::interrupt())?,
    );
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping; send the signal again to stop at once");
        stop.send_replace(true);
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        crate::log::LOG.flush();
        std::process::exit(1);
    });
    Ok(())
}

#[cfg(not(unix))]
fn stop_on_signal(stop: watch::Sender<bool>) -> Result<(), Problem> {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.send_replace(true);
        }
    });
    Ok(())
}
