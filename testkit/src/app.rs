//! The API under test.

use std::sync::{Arc, LazyLock};

use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::RsaKeyPair;
use bytes::Bytes;
use cabana_api::limits::Rates;
use cabana_api::ports::Clock;
use cabana_api::{Api, Peer, RequestId, Settings, Signatures, Transports};
use cabana_domain::keys::AccessKey;
use cabana_domain::password::hash::Cost;
use cabana_domain::{Span, Time};
use cabana_store::{Change, Sealer, SharedStore};
use cabana_store_sql::PostgresStore;
use http::{Method, Request, header};
use serde_json::Value;

use crate::answer::Answer;
use crate::database::TestDatabase;
use crate::ports::{SeededRandom, TestClock};
use crate::signing::TestKey;

/// Start time of every test: 2026-01-01T00:00:00Z.
pub const START: Time = Time::from_seconds(1_767_225_600);
pub const REGION: &str = "us-east-1";
pub const ACCOUNT_ID: &str = "000000000000";
pub const PUBLIC_URL: &str = "http://localhost:9229";

/// Made once per run, as each takes as long as a whole test.
static KEY_PAIRS: LazyLock<Vec<Arc<RsaKeyPair>>> = LazyLock::new(|| {
    let make = |_| Arc::new(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key pair"));
    (0..4).map(make).collect()
});

/// Most pools a test may create before keys have to be made for it.
const POOLS: usize = 24;

/// An API over a database of its own, deleted with it.
pub struct TestApp {
    pub api: Arc<Api>,
    pub clock: Arc<TestClock>,
    /// Signs every call, if set.
    pub key: Option<TestKey>,
}

impl TestApp {
    /// As an emulator: calls need no signature.
    pub fn new() -> Self {
        Self::with(Signatures::KnownKeysOnly, Rates::USUAL)
    }

    /// As in production: every call of an operation that is not public must be signed. Calls are signed with a key that
    /// the app knows.
    pub async fn signed() -> Self {
        Self::with_key(Rates::USUAL).await
    }

    /// The same without rate limits, for tests that call as fast as they can while the clock stands still.
    pub async fn signed_without_limits() -> Self {
        Self::with_key(Rates::OFF).await
    }

    async fn with_key(limits: Rates) -> Self {
        let mut app = Self::with(Signatures::Required, limits);
        app.key = Some(app.add_key("AKIATESTTESTTESTTEST", true).await);
        app
    }

    /// As an emulator with other rate limits.
    pub fn limited(limits: Rates) -> Self {
        Self::with(Signatures::KnownKeysOnly, limits)
    }

    /// As an emulator whose server cannot send mail.
    pub fn without_mail() -> Self {
        let mut app = Self::new();
        app.stop_mail();
        app
    }

    /// Takes the mail transport away.
    pub fn stop_mail(&mut self) {
        let api = Arc::get_mut(&mut self.api).expect("nobody else's API");
        api.settings.transports.email = false;
    }

    /// As an emulator, over a database that outlives it.
    pub fn over(database: &TestDatabase) -> Self {
        let sealer = sealer();
        let store = database.store(sealer.clone());
        Self::build(
            store,
            sealer,
            Signatures::KnownKeysOnly,
            Rates::USUAL,
            database.number,
        )
    }

    /// A node on a PostgreSQL database, with randomness of its own.
    pub async fn node(url: &str, seed: u64) -> Self {
        let sealer = sealer();
        let store = PostgresStore::connect(url, sealer.clone());
        let store = store.await.expect("a database");
        Self::build(store, sealer, Signatures::KnownKeysOnly, Rates::USUAL, seed)
    }

    fn with(signatures: Signatures, limits: Rates) -> Self {
        let sealer = sealer();
        let store = crate::store::empty(sealer.clone());
        Self::build(store, sealer, signatures, limits, 1)
    }

    fn build(
        store: SharedStore,
        sealer: Arc<Sealer>,
        signatures: Signatures,
        limits: Rates,
        seed: u64,
    ) -> Self {
        let clock = Arc::new(TestClock::new(START));
        let settings = Settings {
            region: REGION.to_owned(),
            account_id: ACCOUNT_ID.to_owned(),
            public_url: PUBLIC_URL.to_owned(),
            signatures,
            argon2: Cost::LEAST,
            limits,
            events_kept: cabana_domain::Span::days(30),
            transports: Transports {
                email: true,
                sms: true,
            },
        };
        let random = Arc::new(SeededRandom::new(seed));
        let api = Arc::new(Api::new(store, sealer, clock.clone(), random, settings));
        for pair in KEY_PAIRS.iter().cycle().take(2 * POOLS) {
            api.keys.put(pair.clone());
        }
        Self {
            api,
            clock,
            key: None,
        }
    }

    /// Stores an access key.
    pub async fn add_key(&self, id: &str, enabled: bool) -> TestKey {
        let key = TestKey {
            id: id.to_owned(),
            secret: format!("secret/of+{id}"),
        };
        let stored = AccessKey {
            id: key.id.clone(),
            secret: key.secret.as_str().into(),
            enabled,
            name: "test".to_owned(),
            created: self.clock.now(),
        };
        self.api
            .store
            .apply(vec![Change::InsertAccessKey(stored)])
            .await
            .expect("a stored key");
        key
    }

    /// Moves the clock forward.
    pub fn advance(&self, span: Span) {
        self.clock.advance(span);
    }

    /// Calls an operation in its wire form.
    pub async fn call(&self, operation: &str, body: Value) -> Answer {
        let mut request = self.request(operation, &body);
        if let Some(key) = &self.key {
            key.sign(&mut request, self.clock.now());
        }
        self.send(request).await
    }

    /// Calls an operation that must succeed; returns its body.
    #[track_caller]
    pub fn ok(&self, operation: &str, body: Value) -> impl Future<Output = Value> + use<'_> {
        let caller = std::panic::Location::caller();
        let operation = operation.to_owned();
        async move {
            let answer = self.call(&operation, body).await;
            assert_eq!(
                answer.status, 200,
                "{operation} at {caller}: {}",
                answer.body
            );
            answer.body
        }
    }

    /// The request for an operation, unsigned.
    pub fn request(&self, operation: &str, body: &Value) -> Request<Bytes> {
        Request::builder()
            .method(Method::POST)
            .uri("/")
            .header(header::HOST, "localhost:9229")
            .header(header::CONTENT_TYPE, "application/x-amz-json-1.1")
            .header(
                "x-amz-target",
                format!("AWSCognitoIdentityProviderService.{operation}"),
            )
            .extension(Peer([127, 0, 0, 1].into()))
            .extension(RequestId("00000000-0000-4000-8000-000000000000".to_owned()))
            .body(Bytes::from(body.to_string()))
            .expect("a request")
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Bytes>) -> Answer {
        Answer::of(self.api.handle(request).await)
    }
}

fn sealer() -> Arc<Sealer> {
    Arc::new(Sealer::new(&[7; 32]).expect("a sealer"))
}

impl Default for TestApp {
    fn default() -> Self {
        Self::new()
    }
}
