//! `cognito-idp`: the AWS JSON 1.1 API of Amazon Cognito user pools.
//!
//! A request enters through [`Api::handle`] (over the wire) or [`Api::call`] (from the hosted pages, in this
//! process). Both end in one dispatcher, which owns everything operations share: access, validation, retries,
//! rendering. An operation is one file under `ops/` and cannot omit any of it. Code shared by several operations is
//! in `logic/`.

pub mod access;
mod activity;
mod again;
pub mod audit;
mod caller;
pub mod cors;
mod cx;
mod dispatch;
mod events;
mod fault;
pub mod faults;
mod http_entry;
pub mod keys;
mod kms;
pub mod limits;
pub mod logic;
mod ops;
pub mod ports;
mod sts;
pub mod texts;
mod turns;

use std::pin::Pin;
use std::sync::Arc;

use cabana_store::{Sealer, SharedStore};
use tokio::sync::Notify;

pub use activity::Activity;
pub use again::{Run, again};
pub use caller::{Caller, Operator, RequestInfo};
pub use cx::Cx;
pub use dispatch::{Access, Row, built, not_built, row};
pub use fault::{Cause, Fault};
pub use http_entry::{Handled, Peer, RequestId, SharedAddress, own_address};

/// A boxed future. Entry points that other crates await return it, so that the body is compiled once, here, and not
/// again in every caller.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The treatment of signatures of API calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signatures {
    /// Every call of a non-public operation needs a right signature with a known key.
    Required,
    /// A signature is checked only if its key is known; anything else passes. For emulation.
    KnownKeysOnly,
}

/// The transports that the server has for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transports {
    /// Mail is sent, or goes to the inbox.
    pub email: bool,
    /// Text messages are sent, or go to the inbox.
    pub sms: bool,
}

/// Settings of the server that operations depend on.
#[derive(Clone, Debug)]
pub struct Settings {
    pub region: String,
    pub account_id: String,
    /// Without a trailing slash.
    pub public_url: String,
    pub signatures: Signatures,
    pub transports: Transports,
    /// Argon2id's cost; below the standard only in tests.
    pub argon2: cabana_domain::password::hash::Cost,
    /// Rate limits, in requests per second.
    pub limits: limits::Rates,
    /// Retention of users' events; zero disables them.
    pub events_kept: cabana_domain::Span,
}

/// The API and its dependencies.
pub struct Api {
    pub store: SharedStore,
    pub sealer: Arc<Sealer>,
    pub clock: Arc<dyn ports::Clock>,
    pub random: Arc<dyn ports::Random>,
    /// The functions of pools; none until the server sets them.
    pub functions: Arc<dyn ports::Functions>,
    /// Calls of other servers; none until the server sets it.
    pub fetch: Arc<dyn ports::Fetch>,
    /// Encryption for functions that send messages.
    pub encrypt: Arc<dyn ports::Encrypt>,
    /// The keys of that encryption, for the functions that decrypt.
    pub data_keys: Arc<dyn ports::DataKeys>,
    /// What identity providers publish about themselves.
    pub documents: logic::federation::Documents,
    /// The last calls of functions.
    pub function_calls: logic::triggers::Calls,
    pub settings: Settings,
    pub keys: Arc<keys::KeyRing>,
    /// Notified when a mail was put into the outbox.
    pub mail_queued: Arc<Notify>,
    /// The same for text messages.
    pub text_queued: Arc<Notify>,
    /// Notified when a message was queued for a function.
    pub delivery_queued: Arc<Notify>,
    /// Activity counts that are not written yet; see [`Api::flush_activity`].
    pub activity: Activity,
    /// Counters of the rate limits.
    pub limits: limits::Limits,
    hashing: Arc<logic::passwords::Hashing>,
    scoped_keys: access::ScopedKeys,
    /// Turns of token families that rotate.
    turns: turns::Turns,
}

impl Api {
    /// An API over a store.
    pub fn new(
        store: SharedStore,
        sealer: Arc<Sealer>,
        clock: Arc<dyn ports::Clock>,
        random: Arc<dyn ports::Random>,
        settings: Settings,
    ) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
        Self {
            store,
            sealer,
            clock,
            random,
            functions: Arc::new(ports::NoFunctions),
            fetch: Arc::new(ports::NoFetch),
            encrypt: Arc::new(ports::NoFunctions),
            data_keys: Arc::new(ports::NoFunctions),
            documents: logic::federation::Documents::default(),
            function_calls: logic::triggers::Calls::default(),
            limits: limits::Limits::new(settings.limits),
            settings,
            keys: Arc::new(keys::KeyRing::new()),
            mail_queued: Arc::new(Notify::new()),
            text_queued: Arc::new(Notify::new()),
            delivery_queued: Arc::new(Notify::new()),
            activity: Activity::default(),
            // One hash per core, with one core left to other requests.
            hashing: Arc::new(logic::passwords::Hashing::new(
                cores.saturating_sub(1).max(1),
            )),
            scoped_keys: access::ScopedKeys::default(),
            turns: turns::Turns::default(),
        }
    }
}
