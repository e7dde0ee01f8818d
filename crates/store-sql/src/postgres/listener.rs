//! Receives invalidations from other nodes: a dedicated connection waits for notifications and passes them to the
//! caches. While it is down the caches are empty and bypassed, so no stale value is read.

use std::future::poll_fn;
use std::sync::{Arc, Weak};
use std::time::Duration;

use cabana_store::Result;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::types::store_error;
use crate::cache::{Caches, Touch};
use crate::dialect::LISTEN;

/// Silence after which the server is probed.
const SILENCE: Duration = Duration::from_secs(5);
/// Time it has to answer.
const ANSWER: Duration = Duration::from_secs(5);
const RECONNECT: Duration = Duration::from_secs(1);

/// The listening task; ends when this is dropped.
pub struct Listener(JoinHandle<()>);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Listener {
    /// Subscribes, and opens the caches. `None` if the server has no notifications: then nothing is cached.
    pub async fn start(
        config: &Config,
        tls: &MakeRustlsConnect,
        caches: &Arc<Caches>,
    ) -> Result<Option<Self>> {
        let line = match Line::open(config, tls).await {
            Ok(line) => line,
            Err(error) if has_no_notifications(&error) => return Ok(None),
            Err(error) => return Err(store_error(error)),
        };
        caches.resume();
        let task = listen(line, config.clone(), tls.clone(), Arc::downgrade(caches));
        Ok(Some(Self(tokio::spawn(task))))
    }
}

fn has_no_notifications(error: &tokio_postgres::Error) -> bool {
    matches!(
        error.code(),
        Some(code) if *code == SqlState::FEATURE_NOT_SUPPORTED || *code == SqlState::SYNTAX_ERROR
    )
}

/// An open connection and the notifications that arrive over it.
struct Line {
    client: Client,
    heard: mpsc::UnboundedReceiver<String>,
}

impl Line {
    async fn open(
        config: &Config,
        tls: &MakeRustlsConnect,
    ) -> std::result::Result<Self, tokio_postgres::Error> {
        let (client, mut connection) = config.connect(tls.clone()).await?;
        let (pass_on, heard) = mpsc::unbounded_channel();
        // Ends with the connection, or with the client.
        tokio::spawn(async move {
            while let Some(Ok(message)) = poll_fn(|context| connection.poll_message(context)).await
            {
                if let AsyncMessage::Notification(notification) = message
                    && pass_on.send(notification.payload().to_owned()).is_err()
                {
                    break;
                }
            }
        });
        client.batch_execute(LISTEN).await?;
        Ok(Self { client, heard })
    }

    async fn is_alive(&self) -> bool {
        matches!(
            timeout(ANSWER, self.client.batch_execute("SELECT 1")).await,
            Ok(Ok(()))
        )
    }
}

async fn listen(mut line: Line, config: Config, tls: MakeRustlsConnect, caches: Weak<Caches>) {
    loop {
        loop {
            let heard = timeout(SILENCE, line.heard.recv()).await;
            let Some(caches) = caches.upgrade() else {
                return;
            };
            match heard {
                Ok(Some(text)) => caches.forget(&Touch::from_text(&text)),
                Ok(None) => break,
                Err(_) if line.is_alive().await => {}
                Err(_) => break,
            }
        }
        if let Some(caches) = caches.upgrade() {
            caches.suspend();
        }
        tracing::warn!(
            "lost the connection that listens for changes of other nodes; reading without a cache"
        );
        line = loop {
            sleep(RECONNECT).await;
            match timeout(ANSWER, Line::open(&config, &tls)).await {
                Ok(Ok(line)) => break line,
                Ok(Err(error)) => tracing::debug!(%error, "cannot listen yet"),
                Err(_) => tracing::debug!("cannot listen yet: no answer"),
            }
        };
        let Some(caches) = caches.upgrade() else {
            return;
        };
        caches.resume();
        tracing::info!("listening for changes of other nodes again");
    }
}
