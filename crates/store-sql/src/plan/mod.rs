//! From changes to steps: each [`Change`] becomes statements with their expectations. One file per subject; both
//! engines run the same steps.

mod audit;
mod clients;
mod codes;
mod deliveries;
mod devices;
mod drafts;
mod events;
mod groups;
mod messages;
mod passkeys;
mod pools;
mod providers;
mod sessions;
mod users;

use std::collections::BTreeMap;

use cabana_domain::{PoolId, Sub};
use cabana_store::{Change, Result, Sealer};

use crate::engine::Step;
use crate::sql::pools as sql;
use crate::value::params;

/// Rows over which a pool's number of users is spread: that many sign-ups at once do not wait for one another on
/// PostgreSQL.
const SHARDS: u32 = 32;

/// The steps of a list of changes.
pub fn plan(sealer: &Sealer, changes: &[Change]) -> Result<Vec<Step>> {
    let mut plan = Plan {
        sealer,
        steps: Vec::with_capacity(changes.len() * 2),
        counts: BTreeMap::new(),
    };
    for change in changes {
        plan.add(change)?;
    }
    Ok(plan.finish())
}

struct Plan<'a> {
    sealer: &'a Sealer,
    steps: Vec<Step>,
    counts: BTreeMap<(PoolId, u32), i64>,
}

impl Plan<'_> {
    fn add(&mut self, change: &Change) -> Result<()> {
        use Change as C;
        match change {
            C::InsertPool { pool, keys } => self.insert_pool(pool, keys),
            C::UpdatePool(pool) => self.update_pool(pool),
            C::KeepIssuer { pool, issuer } => self.keep_issuer(pool, issuer),
            C::DeletePool(id) => self.delete_pool(id),
            C::InsertClient(client) => self.insert_client(client),
            C::UpdateClient(client) => self.update_client(client),
            C::DeleteClient { pool, client } => self.delete_client(pool, client),
            C::InsertDomain(domain) => self.insert_domain(domain),
            C::UpdateDomain(domain) => self.update_domain(domain),
            C::DeleteDomain { pool, name } => self.delete_domain(pool, name),
            C::InsertResourceServer(server) => self.insert_resource_server(server),
            C::UpdateResourceServer(server) => self.update_resource_server(server),
            C::DeleteResourceServer { pool, identifier } => {
                self.delete_resource_server(pool, identifier)
            }
            C::InsertIdentityProvider(provider) => self.insert_identity_provider(provider),
            C::UpdateIdentityProvider(provider) => self.update_identity_provider(provider),
            C::DeleteIdentityProvider { pool, name } => self.delete_identity_provider(pool, name),
            C::InsertSamlKey(key) => self.insert_saml_key(key),
            C::InsertIdentity(identity) => self.insert_identity(identity),
            C::DeleteIdentity { pool, sub, key } => self.delete_identity(pool, sub, key),
            C::InsertUser { user, names } => self.insert_user(user, names),
            C::UpdateUser { user, names } => self.update_user(user, names.as_deref()),
            C::DeleteUser { pool, sub } => self.delete_user(pool, sub),
            C::ReleaseName { pool, name } => self.release_name(pool, name),
            C::InsertPasskey(passkey) => self.insert_passkey(passkey),
            C::UsePasskey { from, to } => self.use_passkey(*from, to),
            C::DeletePasskey { pool, sub, id } => self.delete_passkey(pool, sub, id),
            C::InsertDevice(device) => self.insert_device(device),
            C::UpdateDevice(device) => self.update_device(device),
            C::LimitDevices {
                pool,
                sub,
                but,
                most,
            } => self.limit_devices(pool, sub, but, *most),
            C::DeleteDevice { pool, sub, key } => self.delete_device(pool, sub, key),
            C::InsertGroup(group) => self.insert_group(group),
            C::UpdateGroup(group) => self.update_group(group),
            C::DeleteGroup { pool, name } => self.delete_group(pool, name),
            C::AddMember {
                pool,
                group,
                sub,
                at,
            } => self.add_member(pool, group, sub, *at),
            C::RemoveMember { pool, group, sub } => self.remove_member(pool, group, sub),
            C::PutCode(code) => self.put_code(code),
            C::TakeCode {
                pool,
                sub,
                purpose,
                hash,
            } => self.take_code(pool, sub, *purpose, hash),
            C::GuessCode {
                pool,
                sub,
                purpose,
                hash,
                guesses,
            } => self.guess_code(pool, sub, *purpose, hash, *guesses),
            C::InsertAuthorizationCode(code) => self.insert_authorization_code(code),
            C::TakeAuthorizationCode { hash } => self.take_authorization_code(hash),
            C::InsertFamily(family) => self.insert_family(family),
            C::RotateFamily { from, to } => self.rotate_family(from, to),
            C::RevokeFamily { id } => self.revoke_family(id),
            C::LimitSessions {
                pool,
                sub,
                but,
                most,
                now,
            } => self.limit_sessions(pool, sub, but, *most, *now),
            C::TouchSession {
                pool,
                sub,
                used,
                origin,
            } => self.touch_session(pool, sub, used, origin.as_ref()),
            C::TouchBrowserSession(used) => self.touch_browser_session(used),
            C::RevokeSession {
                pool,
                sub,
                id,
                kind,
                linked,
            } => self.revoke_session(pool, sub, id, *kind, *linked),
            C::InsertBrowserSession(session) => self.insert_browser_session(session),
            C::DeleteBrowserSession { hash } => self.delete_browser_session(hash),
            C::Spend { what, key, expires } => self.spend(what, key, *expires),
            C::PutCounter { key, from, to } => self.put_counter(key, from.as_ref(), to),
            C::InsertDraft(draft) => self.insert_draft(draft),
            C::UpdateDraft(draft) => self.update_draft(draft),
            C::Send(message) => self.send(message),
            C::UpdateMessage { message, attempts } => self.update_message(message, *attempts),
            C::ReleaseMessages { medium, now, until } => {
                self.release_messages(*medium, *now, *until)
            }
            C::ClearInbox { pool } => self.clear_inbox(pool.as_ref()),
            C::Deliver(delivery) => self.deliver(delivery),
            C::UpdateDelivery { delivery, attempts } => self.update_delivery(delivery, *attempts),
            C::DeleteDelivery { id, attempts } => self.delete_delivery(id, *attempts),
            C::ReleaseDeliveries { now, until } => self.release_deliveries(*now, *until),
            C::InsertAccessKey(key) => self.insert_access_key(key),
            C::SetAccessKeyEnabled { id, enabled } => self.enable_access_key(id, *enabled),
            C::DeleteAccessKey { id } => self.delete_access_key(id),
            C::RecordAudit(entry) => self.record_audit(entry),
            C::Emit(event) => self.emit(event),
            C::AddActivity {
                pool,
                day,
                kind,
                by,
            } => self.add_activity(pool, *day, *kind, *by),
        }
    }

    fn push(&mut self, step: Step) -> Result<()> {
        self.steps.push(step);
        Ok(())
    }

    /// Adds to a user count; written once at the end of the list, in a fixed order, so that the rows are locked only
    /// briefly and no two lists wait for each other.
    fn count(&mut self, pool: &PoolId, sub: &Sub, by: i64) {
        let shard = sub.as_str().bytes().fold(0u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(byte.into())
        });
        let entry = self.counts.entry((pool.clone(), shard % SHARDS));
        *entry.or_default() += by;
    }

    fn finish(mut self) -> Vec<Step> {
        for ((pool, shard), by) in self.counts {
            if by != 0 {
                let row = params![&pool, shard, by];
                self.steps.push(Step::any(sql::ADD_TO_COUNT, row));
            }
        }
        self.steps
    }
}
