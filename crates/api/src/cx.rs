//! The context of one request, through which operations reach everything else.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use cabana_domain::audit::AuditEntry;
use cabana_domain::client::Client;
use cabana_domain::pool::Pool;
use cabana_domain::{ClientId, PoolId, Sub, Time};
use cabana_model::{DeliveryMediumType, Operation};
use cabana_store::{Change, SharedStore, StoreError};
use serde_json::{Map, Value};

use crate::again::{Memory, Run};
use crate::caller::{Caller, RequestInfo};
use crate::fault::Fault;
use crate::limits::Who;
use crate::{Api, activity, audit, events, faults, limits};

/// The context of one request.
pub struct Cx<'a> {
    pub api: &'a Api,
    pub caller: Caller,
    pub request: RequestInfo,
    now: Time,
    /// The operation to count for the bearer of an access token, or for a client.
    counted: Option<Operation>,
    /// Added to the first list of changes that succeeds.
    audit: Mutex<Option<AuditEntry>>,
    /// Results of earlier runs of the request; `None` if it is not retried.
    memory: Option<Arc<Memory>>,
    /// The operation, unless a page or an endpoint called.
    operation: Option<Operation>,
    /// `ClientMetadata` of the request, for functions.
    client_metadata: Option<&'a Map<String, Value>>,
    /// The app client that the request turns out to concern, for functions.
    app: OnceLock<ClientId>,
}

impl<'a> Cx<'a> {
    /// A context for a request that starts now.
    pub fn new(api: &'a Api, caller: Caller, request: RequestInfo) -> Self {
        Self {
            api,
            caller,
            request,
            now: api.clock.now(),
            counted: None,
            audit: Mutex::default(),
            memory: None,
            operation: None,
            client_metadata: None,
            app: OnceLock::new(),
        }
    }

    /// Names the operation, whose input may have metadata for functions.
    pub(crate) fn performing(self, operation: Operation, input: &'a Value) -> Self {
        Self {
            operation: Some(operation),
            client_metadata: input.get("ClientMetadata").and_then(Value::as_object),
            ..self
        }
    }

    /// Gives the functions of the request these values, as `ClientMetadata` does.
    pub fn with_client_metadata(self, metadata: Option<&'a Map<String, Value>>) -> Self {
        Self {
            client_metadata: metadata,
            ..self
        }
    }

    /// The operation; `None` if a page or an endpoint called.
    pub(crate) fn operation(&self) -> Option<Operation> {
        self.operation
    }

    /// The `ClientMetadata` of the request.
    pub(crate) fn client_metadata(&self) -> Option<&Map<String, Value>> {
        self.client_metadata
    }

    /// Names the app client that the request concerns; the first one counts.
    pub(crate) fn set_app(&self, client: &ClientId) {
        if self.app.get().is_none() {
            // Lost to another setter: no request has two clients.
            let _ = self.app.set(client.clone());
        }
    }

    /// The app client that the request concerns, if any.
    pub(crate) fn app(&self) -> Option<&ClientId> {
        self.app.get()
    }

    /// Uses the memory that all runs of a request share ([`again`](crate::again())).
    pub fn in_run(self, run: Run) -> Self {
        Self {
            memory: Some(run.memory),
            ..self
        }
    }

    /// The result of work that a retry of the request must not repeat, because it is expensive or visible to others.
    /// `of` names the work and everything that the result depends on; nothing is kept beyond the request.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn once<T>(
        &self,
        of: &[&[u8]],
        work: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault>
    where
        T: Clone + Send + Sync + 'static,
    {
        match &self.memory {
            Some(memory) => memory.once(self.api.sealer.keyed_hash(of), work).await,
            None => work.await,
        }
    }

    /// Adds an entry for the audit log, which is stored with the first changes.
    pub(crate) fn recording(self, entry: Option<AuditEntry>) -> Self {
        *self.audit() = entry;
        self
    }

    /// Counts the operation for the user or client that it turns out to concern.
    pub(crate) fn counting(self, operation: Option<Operation>) -> Self {
        Self {
            counted: operation,
            ..self
        }
    }

    /// Counts one more operation of a user who has presented an access token.
    ///
    /// # Errors
    /// If that exceeds the rate limit.
    pub(crate) fn count_bearer(&self, pool: &PoolId, sub: &Sub) -> Result<(), Fault> {
        let Some(operation) = self.counted else {
            return Ok(());
        };
        let limits = &self.api.limits;
        let counted = match limits::reads(operation) {
            true => limits.user_read(pool, Who::User(sub), self.now),
            false => limits.user_write(pool, Who::User(sub), self.now),
        };
        counted.map_err(|_| faults::too_often(operation))
    }

    /// Counts one more operation of a client that has presented its secret.
    ///
    /// # Errors
    /// If that exceeds the rate limit.
    pub(crate) fn count_client(&self, client: &ClientId) -> Result<(), Fault> {
        let Some(operation) = self.counted else {
            return Ok(());
        };
        let counted = self.api.limits.client(client, self.now);
        counted.map_err(|_| faults::too_often(operation))
    }

    fn audit(&self) -> MutexGuard<'_, Option<AuditEntry>> {
        self.audit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An entry for the audit log about an action that is no operation of the API: to be committed as
    /// [`Change::RecordAudit`] in the same list. `detail` is compact JSON without secrets.
    pub fn audit_entry(
        &self,
        action: &str,
        pool: Option<PoolId>,
        target: Option<String>,
        detail: Option<String>,
    ) -> AuditEntry {
        AuditEntry {
            // Without randomness the request's own id serves as well: it is unique too.
            id: self.uuid().unwrap_or_else(|_| self.request.id.clone()),
            at: self.now,
            operator: audit::name_of(&self.caller).to_owned(),
            source_ip: self.request.source_ip,
            action: action.to_owned(),
            pool,
            target,
            detail,
        }
    }

    /// Refuses read-only operators.
    ///
    /// # Errors
    /// AccessDeniedException for a read-only operator.
    pub fn demand_write(&self) -> Result<(), Fault> {
        match &self.caller {
            Caller::Operator(operator) if operator.read_only => Err(faults::operator_read_only()),
            _ => Ok(()),
        }
    }

    /// The start of the request. Constant throughout it.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The store.
    pub fn store(&self) -> &SharedStore {
        &self.api.store
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.api.random.fill(&mut bytes).map_err(Fault::internal)?;
        Ok(bytes)
    }

    /// A random UUID (version 4).
    pub fn uuid(&self) -> Result<String, Fault> {
        Ok(uuid::Builder::from_random_bytes(self.random()?)
            .into_uuid()
            .to_string())
    }

    /// A random UUID that begins with the time (version 7): in an index, rows made at about the same time are
    /// neighbours, which makes a write cheaper.
    ///
    /// # Errors
    /// If the system has no randomness.
    pub fn uuid_by_time(&self) -> Result<String, Fault> {
        let now = u64::try_from(self.now().micros() / 1_000).map_err(Fault::internal)?;
        let id = uuid::Builder::from_unix_timestamp_millis(now, &self.random()?);
        Ok(id.into_uuid().to_string())
    }

    /// Commits changes; a conflict becomes a fault that the dispatcher retries.
    pub async fn commit(&self, changes: impl IntoIterator<Item = Change>) -> Result<(), Fault> {
        Ok(self.try_commit(changes).await?)
    }

    /// Commits changes; the operation handles a failure itself. For a request that only reads nothing is applied: it
    /// gets the answer that the change would have had.
    pub async fn try_commit(
        &self,
        changes: impl IntoIterator<Item = Change>,
    ) -> Result<(), StoreError> {
        let mut changes: Vec<_> = changes.into_iter().collect();
        if changes.is_empty() || self.request.reads_only {
            return Ok(());
        }
        if let Some(entry) = &*self.audit() {
            changes.push(audit::record(entry, &changes));
        }
        let has = |is: fn(&Change) -> bool| changes.iter().any(is);
        let mails =
            has(|it| matches!(it, Change::Send(it) if it.medium == DeliveryMediumType::Email));
        let texts =
            has(|it| matches!(it, Change::Send(it) if it.medium == DeliveryMediumType::Sms));
        let delivered = has(|it| matches!(it, Change::Deliver(_)));
        let happened = activity::happened(&changes);
        events::keep(
            &mut changes,
            self.api.settings.events_kept.as_seconds() == 0,
        );
        self.api.store.apply(changes).await?;
        *self.audit() = None;
        self.api.activity.add(self.now, happened);
        if mails {
            self.api.mail_queued.notify_one();
        }
        if texts {
            self.api.text_queued.notify_one();
        }
        if delivered {
            self.api.delivery_queued.notify_one();
        }
        Ok(())
    }

    /// Finds a pool by id.
    pub async fn pool(&self, id: &str) -> Result<Arc<Pool>, Fault> {
        self.api
            .store
            .pool(&PoolId::new(id))
            .await?
            .ok_or_else(|| faults::no_such_pool(id))
    }

    /// Finds a client by id, with its pool, for public operations.
    pub async fn client(&self, id: &str) -> Result<(Arc<Client>, Arc<Pool>), Fault> {
        let client = self
            .api
            .store
            .client(&ClientId::new(id))
            .await?
            .ok_or_else(|| faults::no_such_client(id))?;
        let pool = self
            .api
            .store
            .pool(&client.pool)
            .await?
            .ok_or_else(|| faults::no_such_client(id))?;
        self.set_app(&client.id);
        Ok((client, pool))
    }

    /// Finds a client of a named pool, for administrators' operations.
    pub async fn pool_client(
        &self,
        pool: &str,
        client: &str,
    ) -> Result<(Arc<Client>, Arc<Pool>), Fault> {
        let pool = self.pool(pool).await?;
        let found = self.api.store.client(&ClientId::new(client)).await?;
        match found {
            Some(found) if found.pool == pool.id => {
                self.set_app(&found.id);
                Ok((found, pool))
            }
            _ => Err(faults::no_such_client(client)),
        }
    }
}
