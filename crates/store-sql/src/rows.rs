//! From rows to entities: one function for each, reading the columns in the order its statements name them.

mod sessions;

use std::net::IpAddr;

use cabana_domain::activity::DailyCount;
use cabana_domain::audit::AuditEntry;
use cabana_domain::client::Client;
use cabana_domain::code::{AuthorizationCode, Code, CodePurpose, Counter};
use cabana_domain::delivery::Delivery;
use cabana_domain::device::Device;
use cabana_domain::domain_name::Domain;
use cabana_domain::draft::Draft;
use cabana_domain::event::{Event, EventKind};
use cabana_domain::flow::Authentication;
use cabana_domain::group::Group;
use cabana_domain::keys::{AccessKey, SigningKey};
use cabana_domain::message::Message;
use cabana_domain::passkey::Passkey;
use cabana_domain::pool::Pool;
use cabana_domain::provider::{IdentityProvider, ProviderSummary};
use cabana_domain::resource_server::ResourceServer;
use cabana_domain::trigger::Trigger;
use cabana_domain::user::{User, UserSummary};
use cabana_domain::{ClientId, PoolId, Sub};
use cabana_model::Secret;
use cabana_store::{Result, Sealer};

use crate::failures::Failures;
use crate::sealing::{passkey_place, provider_place};
use crate::value::Cells;
use crate::words;

pub use sessions::{browser_session, family, session};

pub fn pool(cells: &mut Cells) -> Result<Pool> {
    Ok(Pool {
        id: PoolId::new(cells.text()?),
        version: cells.int()?,
        settings: cells.json()?,
        mfa: cells.json()?,
        kept_issuer: cells.opt_text()?,
        created: cells.time()?,
        modified: cells.time()?,
        sessions: cells.opt_json()?.unwrap_or_default(),
    })
}

pub fn signing_key(cells: &mut Cells, pool: &PoolId, sealer: &Sealer) -> Result<SigningKey> {
    let kid = cells.text()?;
    let place = ["signing_keys", "pkcs8", pool.as_str(), &kid];
    Ok(SigningKey {
        pool: pool.clone(),
        usage: cells.word(words::read_key_use)?,
        pkcs8: cells.sealed(sealer, &place)?,
        modulus: cells.blob()?,
        exponent: cells.blob()?,
        created: cells.time()?,
        kid,
    })
}

pub fn client(cells: &mut Cells, pool: PoolId, sealer: &Sealer) -> Result<Client> {
    let id = ClientId::new(cells.text()?);
    Ok(Client {
        version: cells.int()?,
        settings: cells.json()?,
        secrets: cells.sealed_json(sealer, &["clients", "secrets", pool.as_str(), id.as_str()])?,
        created: cells.time()?,
        modified: cells.time()?,
        sso_minutes: cells.opt_number()?,
        id,
        pool,
    })
}

pub fn domain(cells: &mut Cells, pool: PoolId) -> Result<Domain> {
    Ok(Domain {
        name: cells.text()?,
        pool,
        version: cells.int()?,
        managed_login_version: cells.number()?,
        custom: cells.opt_json()?,
        created: cells.time()?,
    })
}

pub fn resource_server(cells: &mut Cells, pool: &PoolId) -> Result<ResourceServer> {
    Ok(ResourceServer {
        pool: pool.clone(),
        identifier: cells.text()?,
        version: cells.int()?,
        name: cells.text()?,
        scopes: cells.json()?,
    })
}

pub fn identity_provider(
    cells: &mut Cells,
    pool: &PoolId,
    sealer: &Sealer,
) -> Result<IdentityProvider> {
    let name = cells.text()?;
    Ok(IdentityProvider {
        pool: pool.clone(),
        version: cells.int()?,
        kind: cells.word(|word| word.parse().ok())?,
        identifiers: cells.json()?,
        settings: cells.sealed_json(sealer, &provider_place(pool, &name))?,
        created: cells.time()?,
        modified: cells.time()?,
        name,
    })
}

pub fn provider_summary(cells: &mut Cells) -> Result<ProviderSummary> {
    Ok(ProviderSummary {
        name: cells.text()?,
        kind: cells.word(|word| word.parse().ok())?,
        created: cells.time()?,
        modified: cells.time()?,
    })
}

pub fn user(cells: &mut Cells, pool: &PoolId, sealer: &Sealer) -> Result<User> {
    let sub = Sub::new(cells.text()?);
    let (version, username) = (cells.int()?, cells.text()?);
    let status = cells.word(|word| word.parse().ok())?;
    let enabled = cells.flag()?;
    let (attributes, pending, mfa) = (cells.json()?, cells.json()?, cells.json()?);
    let Failures { passwords, factors } = cells.json()?;
    Ok(User {
        pool: pool.clone(),
        version,
        username,
        status,
        enabled,
        attributes,
        pending,
        mfa,
        lockout: passwords,
        factor_guesses: factors,
        secrets: cells.sealed_json(sealer, &["users", "secrets", pool.as_str(), sub.as_str()])?,
        temporary_password_expires: cells.opt_time()?,
        tokens_not_before: cells.time()?,
        created: cells.time()?,
        modified: cells.time()?,
        sub,
    })
}

pub fn user_summary(cells: &mut Cells) -> Result<UserSummary> {
    Ok(UserSummary {
        sub: Sub::new(cells.text()?),
        username: cells.text()?,
        status: cells.word(|word| word.parse().ok())?,
        enabled: cells.flag()?,
        attributes: cells.json()?,
        mfa: cells.json()?,
        created: cells.time()?,
        modified: cells.time()?,
    })
}

pub fn passkey(cells: &mut Cells, pool: &PoolId, sub: &Sub, sealer: &Sealer) -> Result<Passkey> {
    let id = cells.blob()?;
    Ok(Passkey {
        detail: cells.sealed_json(sealer, &passkey_place(pool, sub, &hex::encode(&id)))?,
        sign_count: cells.number()?,
        created: cells.time()?,
        last_used: cells.opt_time()?,
        pool: pool.clone(),
        sub: sub.clone(),
        id,
    })
}

pub fn device(cells: &mut Cells, pool: &PoolId, sub: &Sub, sealer: &Sealer) -> Result<Device> {
    let key = cells.text()?;
    let place = ["devices", "secrets", pool.as_str(), sub.as_str(), &key];
    Ok(Device {
        pool: pool.clone(),
        sub: sub.clone(),
        version: cells.int()?,
        group: cells.text()?,
        name: cells.opt_text()?,
        remembered: cells.flag()?,
        secrets: cells.sealed_json(sealer, &place)?,
        last_ip: address(cells)?,
        created: cells.time()?,
        modified: cells.time()?,
        authenticated: cells.time()?,
        expires: cells.opt_time()?,
        key,
    })
}

/// An IP address, or none.
fn address(cells: &mut Cells) -> Result<Option<IpAddr>> {
    match cells.opt_text()? {
        Some(address) => Ok(Some(address.parse().map_err(|error| cells.corrupt(error))?)),
        None => Ok(None),
    }
}

pub fn group(cells: &mut Cells, pool: &PoolId) -> Result<Group> {
    Ok(Group {
        pool: pool.clone(),
        name: cells.text()?,
        version: cells.int()?,
        description: cells.opt_text()?,
        role_arn: cells.opt_text()?,
        precedence: cells.opt_number()?,
        created: cells.time()?,
        modified: cells.time()?,
    })
}

pub fn code(cells: &mut Cells, pool: &PoolId, sub: &Sub, purpose: CodePurpose) -> Result<Code> {
    Ok(Code {
        pool: pool.clone(),
        sub: sub.clone(),
        purpose,
        hash: cells.hash()?,
        attribute: cells.text()?,
        destination: cells.text()?,
        guesses: cells.number()?,
        created: cells.time()?,
        expires: cells.time()?,
    })
}

/// A sign-in; in a row written before schema 4, from the two columns that such programs read.
fn authentication(cells: &mut Cells) -> Result<Authentication> {
    let (at, methods) = (cells.time()?, cells.json()?);
    Ok(cells.opt_json()?.unwrap_or(Authentication {
        at,
        methods,
        device: None,
        provider: None,
        app: None,
        vouched: None,
    }))
}

pub fn authorization_code(cells: &mut Cells) -> Result<AuthorizationCode> {
    Ok(AuthorizationCode {
        hash: cells.hash()?,
        pool: PoolId::new(cells.text()?),
        client: ClientId::new(cells.text()?),
        sub: Sub::new(cells.text()?),
        redirect_uri: cells.text()?,
        scopes: cells.json()?,
        code_challenge: cells.opt_text()?,
        nonce: cells.opt_text()?,
        resource: cells.opt_text()?,
        authentication: authentication(cells)?,
        level_asked: cells.flag()?,
        claims: cells.opt_json()?,
        expires: cells.time()?,
        origin: cells.opt_text()?,
    })
}

pub fn counter(cells: &mut Cells) -> Result<Counter> {
    Ok(Counter {
        count: cells.number()?,
        since: cells.time()?,
        last: cells.time()?,
        expires: cells.time()?,
    })
}

pub fn draft(cells: &mut Cells, sealer: &Sealer) -> Result<Draft> {
    let hash = cells.hash()?;
    let version = cells.int()?;
    let content = cells.sealed(sealer, &["drafts", "content", &hex::encode(hash)])?;
    let content = String::from_utf8(content).map_err(|error| cells.corrupt(error))?;
    Ok(Draft {
        hash,
        version,
        content: content.into(),
        expires: cells.time()?,
    })
}

pub fn message(cells: &mut Cells, sealer: &Sealer) -> Result<Message> {
    let id = cells.text()?;
    let pool = PoolId::new(cells.text()?);
    Ok(Message {
        medium: cells.word(|word| word.parse().ok())?,
        to: cells.text()?,
        from: cells.opt_text()?,
        reply_to: cells.opt_text()?,
        content: cells.opt_sealed_json(sealer, &["messages", "content", pool.as_str(), &id])?,
        state: cells.word(words::read_delivery_state)?,
        attempts: cells.number()?,
        due: cells.time()?,
        error: cells.opt_text()?,
        created: cells.time()?,
        id,
        pool,
    })
}

pub fn delivery(cells: &mut Cells, sealer: &Sealer) -> Result<Delivery> {
    let id = cells.text()?;
    let pool = PoolId::new(cells.text()?);
    let trigger = cells.word(Trigger::read)?;
    let arn = cells.text()?;
    let event = cells.sealed(sealer, &["deliveries", "event", pool.as_str(), &id])?;
    let event = String::from_utf8(event).map_err(|error| cells.corrupt(error))?;
    Ok(Delivery {
        trigger,
        arn,
        event: event.into(),
        state: cells.word(words::read_delivery_state)?,
        attempts: cells.number()?,
        due: cells.time()?,
        error: cells.opt_text()?,
        created: cells.time()?,
        id,
        pool,
    })
}

pub fn access_key(cells: &mut Cells, sealer: &Sealer) -> Result<AccessKey> {
    let id = cells.text()?;
    let secret: Secret = cells.sealed_json(sealer, &["access_keys", "secret", &id])?;
    Ok(AccessKey {
        secret,
        enabled: cells.flag()?,
        name: cells.text()?,
        created: cells.time()?,
        id,
    })
}

pub fn daily_count(cells: &mut Cells) -> Result<DailyCount> {
    Ok(DailyCount {
        day: cells.int()?,
        kind: cells.word(words::read_activity_kind)?,
        count: cells.number()?,
    })
}

pub fn audit_entry(cells: &mut Cells) -> Result<AuditEntry> {
    let id = cells.text()?;
    let at = cells.time()?;
    let operator = cells.text()?;
    Ok(AuditEntry {
        id,
        at,
        operator,
        source_ip: address(cells)?,
        action: cells.text()?,
        pool: cells.opt_text()?.map(PoolId::new),
        target: cells.opt_text()?,
        detail: cells.opt_text()?,
    })
}

pub fn event(cells: &mut Cells) -> Result<Event> {
    Ok(Event {
        id: cells.text()?,
        at: cells.time()?,
        pool: PoolId::new(cells.text()?),
        sub: Sub::new(cells.text()?),
        kind: EventKind::read(&cells.text()?),
        refused: cells.opt_text()?,
        detail: cells.json()?,
    })
}
