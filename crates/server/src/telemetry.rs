//! Log and metrics.
//!
//! The log has one line per request: method, path without its query, status, duration, request id, operation. Never a
//! body, a query, a cookie or a token. A refused OAuth request has a second line, with the client and the one parameter
//! at fault.

use std::io::IsTerminal;

use cabana_api::limits::{Limit, Rates};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Options};
use crate::log::{LOG, Lines};
use crate::problem::Problem;

/// Upper bounds in seconds: reads take a millisecond, sign-ins a few, password hashes up to a hundred.
const BUCKETS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// The configured log filter.
///
/// # Errors
/// If it is invalid.
pub fn filter(options: &Options) -> Result<EnvFilter, Problem> {
    let filter = options
        .log
        .as_deref()
        .filter(|filter| !filter.is_empty())
        .unwrap_or("info");
    EnvFilter::try_new(filter).map_err(|error| Problem::new(format!("log: {error}")))
}

/// Starts logging to standard error.
///
/// # Errors
/// If the filter is invalid, or the writer thread cannot be started.
pub fn start_log(options: &Options) -> Result<(), Problem> {
    let filter = filter(options)?;
    LOG.start()
        .map_err(|error| Problem::new(format!("log: {error}")))?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Lines)
        .with_ansi(std::io::stderr().is_terminal());
    // A second start (in tests) keeps the first log.
    let _ = match options.log_format.unwrap_or_default() {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "panic")));
    Ok(())
}

/// Starts the metrics; the handle renders them.
///
/// # Errors
/// If metrics have been started before.
pub fn start_metrics() -> Result<PrometheusHandle, Problem> {
    let wrong = |error: String| Problem::new(format!("metrics cannot be set up: {error}"));
    let recorder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .map_err(|error| wrong(error.to_string()))?
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| wrong(error.to_string()))?;
    describe();
    Ok(handle)
}

fn describe() {
    metrics::describe_counter!(
        "cabana_requests_total",
        "Requests, by route or API operation, and status."
    );
    metrics::describe_histogram!(
        "cabana_request_seconds",
        "Time taken to answer, by route or API operation."
    );
    metrics::describe_counter!(
        "cabana_api_errors_total",
        "Errors the API answered, by operation and kind."
    );
    metrics::describe_counter!("cabana_panics_total", "Requests that ended in a panic.");
    metrics::describe_counter!(
        "cabana_messages_total",
        "Messages that left the outbox or were put back, by outcome."
    );
    metrics::describe_gauge!(
        "cabana_messages_waiting",
        "Messages in the outbox, counted up to 1000."
    );
    metrics::describe_counter!("cabana_rows_swept_total", "Expired rows that were deleted.");
    metrics::describe_counter!("cabana_refused_total", "Refused requests, by limit.");
    metrics::describe_counter!(
        "cabana_password_work_total",
        "Password work: SRP exponentiations and Argon2id hashes, by kind."
    );
    metrics::describe_histogram!(
        "cabana_function_seconds",
        "Time taken by a call of a function, by trigger and result."
    );
    metrics::describe_gauge!(
        "cabana_limit_per_second",
        "Requests allowed per second, by limit; 0 means no limit."
    );
    metrics::describe_gauge!(
        "cabana_limit_tracked",
        "Users, addresses and clients that have used part of a limit."
    );
}

/// Publishes the limits, with no refusals yet.
pub fn show_limits(rates: &Rates) {
    for name in Limit::NAMES.into_iter().chain(crate::listen::LIMITS) {
        metrics::counter!("cabana_refused_total", "limit" => name).increment(0);
    }
    for (name, rate) in [
        ("user_reads", rates.per_user),
        ("user_writes", rates.per_user),
        ("address", rates.per_address),
        ("passwords", rates.passwords_per_address),
        ("client", rates.per_client),
    ] {
        metrics::gauge!("cabana_limit_per_second", "limit" => name).set(f64::from(rate));
    }
    metrics::gauge!("cabana_limit_tracked").set(0.0);
}
