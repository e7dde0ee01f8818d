//! The writes.

use cabana_domain::activity::ActivityKind;
use cabana_domain::audit::AuditEntry;
use cabana_domain::client::Client;
use cabana_domain::code::{AuthorizationCode, BrowserSession, Code, CodePurpose, Counter};
use cabana_domain::delivery::Delivery;
use cabana_domain::device::Device;
use cabana_domain::domain_name::Domain;
use cabana_domain::draft::Draft;
use cabana_domain::event::Event;
use cabana_domain::group::Group;
use cabana_domain::keys::{AccessKey, SamlKey, SigningKey};
use cabana_domain::message::Message;
use cabana_domain::passkey::Passkey;
use cabana_domain::pool::Pool;
use cabana_domain::provider::{Identity, IdentityKey, IdentityProvider};
use cabana_domain::resource_server::ResourceServer;
use cabana_domain::session::Use;
use cabana_domain::tokens::TokenFamily;
use cabana_domain::user::{LoginName, User};
use cabana_domain::{ClientId, PoolId, Sub, Time};
use cabana_model::{DeliveryMediumType, SessionTypeType};

/// One write with its precondition.
///
/// `Insert…` requires that no such row exists ([`StoreError::Conflict`](crate::StoreError)). `Update…` requires the
/// version that the value carries and stores it with the next one (`Stale`; `Gone` if there is no such row). `Delete…`
/// of a missing row is `Gone`. A change in a missing pool or of a missing client is `Gone`. The others state their own
/// preconditions.
#[derive(Clone, Debug)]
pub enum Change {
    /// A pool with its signing keys. Conflict: `pool`.
    InsertPool {
        pool: Box<Pool>,
        keys: Vec<SigningKey>,
    },
    /// All but `kept_issuer`, which has a change of its own.
    UpdatePool(Box<Pool>),
    /// Sets the issuer of a pool that has kept none so far; otherwise no effect.
    KeepIssuer {
        pool: PoolId,
        issuer: String,
    },
    /// The pool with everything in it: users, clients, groups, keys, codes, tokens, messages. All of it is out of reach
    /// at once; a backend may delete the rows later, in its sweep.
    DeletePool(PoolId),

    /// Conflict: `client`.
    InsertClient(Box<Client>),
    UpdateClient(Box<Client>),
    /// The client with its token families and authorization codes.
    DeleteClient {
        pool: PoolId,
        client: ClientId,
    },

    /// Conflict: `domain`.
    InsertDomain(Box<Domain>),
    UpdateDomain(Box<Domain>),
    DeleteDomain {
        pool: PoolId,
        name: String,
    },

    /// Conflict: `resource_server`.
    InsertResourceServer(ResourceServer),
    UpdateResourceServer(ResourceServer),
    DeleteResourceServer {
        pool: PoolId,
        identifier: String,
    },

    /// Conflict: `identity_provider`; `idp_identifier`, if another one of the pool has one of its identifiers.
    InsertIdentityProvider(Box<IdentityProvider>),
    /// Conflict: `idp_identifier`.
    UpdateIdentityProvider(Box<IdentityProvider>),
    /// The identities of its users stay, as the users do.
    DeleteIdentityProvider {
        pool: PoolId,
        name: String,
    },
    /// Conflict: `saml_key`, if the pool has one.
    InsertSamlKey(Box<SamlKey>),
    /// Conflict: `identity`, if the key leads to any user already. `Gone` if the user does not exist.
    InsertIdentity(Box<Identity>),
    /// `Gone` if the key does not lead to this user.
    DeleteIdentity {
        pool: PoolId,
        sub: Sub,
        key: IdentityKey,
    },

    /// A user with all their login names. Conflict: the [`NameKind`](cabana_domain::user::NameKind) of the name that is
    /// taken; `sub`. Two names of one user may be the same text.
    InsertUser {
        user: Box<User>,
        names: Vec<LoginName>,
    },
    /// `names`: the whole new set, or `None` if it did not change. Conflict as for `InsertUser`.
    UpdateUser {
        user: Box<User>,
        names: Option<Vec<LoginName>>,
    },
    /// The user with names, memberships, identities, devices, passkeys, codes, token families, browser sessions.
    DeleteUser {
        pool: PoolId,
        sub: Sub,
    },
    /// Takes a login name of this kind from any user that has it (`ForceAliasCreation`); no precondition.
    ReleaseName {
        pool: PoolId,
        name: LoginName,
    },

    /// Conflict: `passkey`, if the user has one of this ID; another user may have one, too. `Gone` if the user does not exist.
    InsertPasskey(Box<Passkey>),
    /// Stores the sign count and the time of a use, and nothing else: the row must hold the sign count `from`
    /// (`Stale`).
    UsePasskey {
        from: u32,
        to: Box<Passkey>,
    },
    DeletePasskey {
        pool: PoolId,
        sub: Sub,
        id: Vec<u8>,
    },

    /// Conflict: `device`. `Gone` if there is no such user.
    InsertDevice(Box<Device>),
    UpdateDevice(Box<Device>),
    /// Deletes confirmed devices of a user until `most` are left: those that are not remembered first, and the one
    /// that signed in longest ago. `but` stays in any case.
    LimitDevices {
        pool: PoolId,
        sub: Sub,
        but: String,
        most: u32,
    },
    DeleteDevice {
        pool: PoolId,
        sub: Sub,
        key: String,
    },

    /// Conflict: `group`.
    InsertGroup(Group),
    UpdateGroup(Group),
    /// The group with its memberships.
    DeleteGroup {
        pool: PoolId,
        name: String,
    },
    /// Idempotent. `Gone` if the group or the user does not exist.
    AddMember {
        pool: PoolId,
        group: String,
        sub: Sub,
        at: Time,
    },
    /// Idempotent.
    RemoveMember {
        pool: PoolId,
        group: String,
        sub: Sub,
    },

    /// Stores a confirmation code in place of the live one for the same user and purpose.
    PutCode(Code),
    /// Redeems the code: the row must still hold this hash (`Gone`).
    TakeCode {
        pool: PoolId,
        sub: Sub,
        purpose: CodePurpose,
        hash: [u8; 32],
    },
    /// Counts a wrong guess: the row must hold this hash and `guesses` guesses (`Stale`).
    GuessCode {
        pool: PoolId,
        sub: Sub,
        purpose: CodePurpose,
        hash: [u8; 32],
        guesses: u32,
    },

    /// Conflict: `authorization_code`.
    InsertAuthorizationCode(AuthorizationCode),
    /// Redeems the code (`Gone` for all but the first caller).
    TakeAuthorizationCode {
        hash: [u8; 32],
    },

    /// Conflict: `family`.
    InsertFamily(TokenFamily),
    /// Replaces the family's refresh tokens and the last use of its session, and nothing else: the row must not be revoked and its `refresh_hash` must
    /// be `from` (`Stale`).
    RotateFamily {
        from: [u8; 32],
        to: TokenFamily,
    },
    /// Idempotent; no precondition.
    RevokeFamily {
        id: String,
    },

    /// Revokes tracked token sessions of a user until `most` are left: those used longest ago, of those that live at
    /// `now`. `but` stays in any case. Lists for one user wait for each other here.
    LimitSessions {
        pool: PoolId,
        sub: Sub,
        but: String,
        most: u32,
        now: Time,
    },
    /// Records a use of a token session, and of the browser session that it came from, if that is named. No
    /// precondition.
    TouchSession {
        pool: PoolId,
        sub: Sub,
        used: Use,
        origin: Option<String>,
    },
    /// Records a use of a tracked browser session (`Gone` if it has ended).
    TouchBrowserSession(Use),
    /// Ends a tracked session of a user: revokes the token family, or deletes the browser session. `linked`: also the
    /// browser session that the family came from; all that came from the browser session. `Gone` if the user has no
    /// such session.
    RevokeSession {
        pool: PoolId,
        sub: Sub,
        id: String,
        kind: SessionTypeType,
        linked: bool,
    },

    /// Conflict: `browser_session`.
    InsertBrowserSession(BrowserSession),
    /// Idempotent.
    DeleteBrowserSession {
        hash: [u8; 32],
    },

    /// Writes a single-use marker that lasts until it expires. Conflict: the value of `what`.
    Spend {
        what: &'static str,
        key: [u8; 32],
        expires: Time,
    },
    /// Sets a counter that was read as `from` (`Stale` if it has changed since).
    PutCounter {
        key: [u8; 32],
        from: Option<Counter>,
        to: Counter,
    },

    /// Conflict: `draft`.
    InsertDraft(Draft),
    UpdateDraft(Draft),

    /// Puts a message into the outbox. Conflict: `message`.
    Send(Box<Message>),
    /// The worker's report on a message it read with `attempts` attempts (`Stale` if another worker was faster).
    UpdateMessage {
        message: Box<Message>,
        attempts: u32,
    },
    /// Makes queued messages due at `now` that were to wait until `until` at the latest: the process that claimed them
    /// is gone. No precondition.
    ReleaseMessages {
        medium: DeliveryMediumType,
        now: Time,
        until: Time,
    },
    /// Empties the inbox of a pool, or of all pools.
    ClearInbox {
        pool: Option<PoolId>,
    },

    /// Queues a message for the function that sends it. Conflict: `delivery`.
    Deliver(Box<Delivery>),
    /// The worker's report on a delivery it read with `attempts` attempts (`Stale` if another worker was faster).
    UpdateDelivery {
        delivery: Box<Delivery>,
        attempts: u32,
    },
    /// Deletes a delivery that was made, read with `attempts` attempts (`Stale`).
    DeleteDelivery {
        id: String,
        attempts: u32,
    },
    /// As [`Change::ReleaseMessages`].
    ReleaseDeliveries {
        now: Time,
        until: Time,
    },

    /// Conflict: `access_key`.
    InsertAccessKey(AccessKey),
    SetAccessKeyEnabled {
        id: String,
        enabled: bool,
    },
    DeleteAccessKey {
        id: String,
    },

    /// Records what an operator did; the entry outlives the pool. Conflict: `audit`.
    RecordAudit(Box<AuditEntry>),
    /// Records an event of a user; no effect if the pool is gone. Of a deleted user, only events emitted after the
    /// deletion are kept.
    Emit(Box<Event>),
    /// Adds to a pool's count for a day. No precondition, and no effect if the pool is gone.
    AddActivity {
        pool: PoolId,
        /// Days since 1970-01-01, in UTC.
        day: i64,
        kind: ActivityKind,
        by: u32,
    },
}

impl From<Event> for Change {
    fn from(event: Event) -> Self {
        Self::Emit(Box::new(event))
    }
}
