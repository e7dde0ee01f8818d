//! Background tasks: sweep, certificates, spare signing keys, metrics, statistics.

use std::sync::Arc;
use std::time::Duration;

use cabana_api::Api;
use cabana_domain::message::DeliveryState;
use cabana_store::{Page, Sweep};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::tls::Certificates;
use crate::{catalog, edge, tls};

/// Interval of the sweep, and of the check of certificates.
const MINUTE: Duration = Duration::from_secs(60);
/// Rows of each kind deleted per step: few enough that no request waits for them.
const SWEEP_ROWS: u32 = 500;
/// Most steps of one sweep; the rest is left to the next.
const SWEEP_STEPS: u32 = 40;
/// Pause between two steps.
const BREATH: Duration = Duration::from_millis(50);
/// Interval of the metrics upkeep.
const UPKEEP: Duration = Duration::from_secs(10);
/// Waiting messages are counted up to this number.
const COUNTED: u32 = 1000;

/// Interval between two writes of the pools' statistics.
const STATISTICS: Duration = Duration::from_secs(5);

/// State of the background tasks.
pub struct Tasks {
    pub api: Arc<Api>,
    pub certificates: Option<Arc<Certificates>>,
    pub public_host: String,
    pub metrics: PrometheusHandle,
}

impl Tasks {
    /// Starts the tasks; they end when `stop` turns true.
    pub fn start(self, stop: watch::Receiver<bool>) -> JoinSet<()> {
        let ring = Arc::clone(&self.api.keys);
        tokio::task::spawn_blocking(move || ring.refill());
        let tasks = Arc::new(self);
        let mut running = JoinSet::new();
        running.spawn(until(stop.clone(), Arc::clone(&tasks).sweep()));
        running.spawn(until(stop.clone(), Arc::clone(&tasks).keep_certificates()));
        running.spawn(until(stop.clone(), Arc::clone(&tasks).keep_metrics()));
        running.spawn(tasks.keep_statistics(stop));
        running
    }

    /// Deletes expired rows in small steps. Each node waits a little longer or shorter than a minute, so that they
    /// spread out.
    async fn sweep(self: Arc<Self>) {
        loop {
            let [random] = edge::random().unwrap_or_default();
            tokio::time::sleep(MINUTE.mul_f64(0.75 + f64::from(random) / 512.0)).await;
            for _ in 0..SWEEP_STEPS {
                let sweep = Sweep {
                    now: self.api.clock.now(),
                    events_kept: self.api.settings.events_kept,
                    limit: SWEEP_ROWS,
                };
                match self.api.store.sweep(sweep).await {
                    Ok(0) => break,
                    Ok(rows) => metrics::counter!("cabana_rows_swept_total").increment(rows),
                    Err(error) => {
                        tracing::warn!(%error, "expired rows could not be swept");
                        break;
                    }
                }
                tokio::time::sleep(BREATH).await;
            }
        }
    }

    /// Renews the certificate if its files, its age or the pools' domains require it.
    async fn keep_certificates(self: Arc<Self>) {
        let Some(certificates) = &self.certificates else {
            return;
        };
        loop {
            tokio::time::sleep(MINUTE).await;
            let domains = if certificates.is_local() {
                match catalog::custom_domains(&self.api.store).await {
                    Ok(domains) => domains,
                    Err(_) => continue,
                }
            } else {
                Vec::new()
            };
            let names = tls::names(&self.public_host, &self.api.settings.region, domains);
            if let Err(problem) = certificates.refresh(names) {
                tracing::error!(%problem, "the certificate could not be replaced");
            }
        }
    }

    /// Writes statistics; not cancelled when the server stops, because what it has in hand would be lost.
    async fn keep_statistics(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut stopped = false;
        while !stopped {
            tokio::select! {
                () = tokio::time::sleep(STATISTICS) => {}
                _ = stop.wait_for(|stop| *stop) => stopped = true,
            }
            write_statistics(&self.api).await;
        }
    }

    async fn keep_metrics(self: Arc<Self>) {
        loop {
            tokio::time::sleep(UPKEEP).await;
            self.metrics.run_upkeep();
            let tracked = self.api.limits.tracked(self.api.clock.now());
            metrics::gauge!("cabana_limit_tracked").set(tracked as f64);
            let page = Page {
                limit: COUNTED,
                after: None,
            };
            let queued = self
                .api
                .store
                .messages(Some(DeliveryState::Queued), page)
                .await;
            if let Ok(queued) = queued {
                metrics::gauge!("cabana_messages_waiting").set(queued.items.len() as f64);
            }
        }
    }
}

/// Writes the pools' statistics since the last time.
pub async fn write_statistics(api: &Api) {
    if let Err(error) = api.flush_activity().await {
        tracing::warn!(%error, "statistics could not be written; retrying later");
    }
}

async fn until(mut stop: watch::Receiver<bool>, task: impl Future<Output = ()>) {
    tokio::select! {
        () = task => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

#[cfg(test)]
mod tests;
