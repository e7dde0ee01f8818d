//! The password, proven by SRP: `SRP_A` in, PASSWORD_VERIFIER out, the claim in.
//!
//! The state between the two calls is sealed into `SECRET_BLOCK`, so the first call writes nothing. A right claim
//! uses the block up.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::client::Client;
use cabana_domain::event::EventKind;
use cabana_domain::flow::{AuthSession, Challenge, FirstFactor};
use cabana_domain::pool::Pool;
use cabana_domain::srp::{ServerExchange, Verifier};
use cabana_domain::user::User;
use cabana_domain::{ClientId, PoolId, Sub, Time};
use cabana_model::{Blob, ChallengeNameType, UserStatusType};
use cabana_store::Change;
use cabana_store::seal::Purpose;
use serde::{Deserialize, Serialize};

use super::claim::{self, Claim};
use super::{Outcome, is_called};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults;
use crate::logic::sign_in::first_factor::{after_password, count_unknown, lockout_of, unknown_key};
use crate::logic::sign_in::session::{self, SPENT};
use crate::logic::sign_in::{Attempt, Parameters, commit, failed, stand_in};
use crate::logic::triggers::pre_authentication;
use crate::logic::{passwords, tokens, users};

const PLACE: [&str; 1] = ["srp"];
/// Length of the sealed data, in bytes: the same for every user. A user name of 128 characters fits.
const LENGTH: usize = 1_536;

/// Contents of `SECRET_BLOCK`.
#[derive(Serialize, Deserialize)]
struct Block {
    pool: PoolId,
    client: ClientId,
    /// A made-up one for a name without an account.
    sub: Sub,
    known: bool,
    /// `USER_ID_FOR_SRP`; empty if it is too long for any account.
    user_id: String,
    /// The name as typed, as the key under which failures of unknown names are counted.
    name: Blob,
    exchange: Blob,
    /// The state of CUSTOM_AUTH.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<Box<AuthSession>>,
    /// The device that was named with `SRP_A`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    expires: Time,
}

/// What an exchange begins with.
pub(super) struct Beginning<'a> {
    pub srp_a: &'a str,
    /// The device that the client names.
    pub device: Option<String>,
    /// The state of CUSTOM_AUTH.
    pub session: Option<AuthSession>,
}

/// First call: judges `SRP_A`, answers with `SRP_B`. No write.
///
/// # Errors
/// UserNotFoundException if existence is not hidden; InvalidParameterException for a bad `SRP_A`.
pub async fn start_srp(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    name: &str,
    parameters: &Parameters,
) -> Result<Outcome, Fault> {
    let beginning = Beginning {
        srp_a: parameters.need("SRP_A")?,
        device: parameters.device_key().map(str::to_owned),
        session: None,
    };
    if !pool.allows_srp() {
        return Err(faults::srp_is_off());
    }
    let user = users::find(cx, pool, name).await?;
    if user.is_some() || client.hides_user_existence() {
        pre_authentication::run(cx, client, pool, name, user.as_ref()).await?;
    }
    begin_srp(cx, client, pool, name, user, beginning)
}

/// The same for a user who has been looked up, perhaps in the course of another sign-in.
pub(super) fn begin_srp(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    name: &str,
    user: Option<User>,
    beginning: Beginning<'_>,
) -> Result<Outcome, Fault> {
    let known = user.is_some();
    let (sub, user_id, verifier) = match user {
        Some(user)
            if user.status == UserStatusType::Unconfirmed && !client.hides_user_existence() =>
        {
            return Err(faults::user_not_confirmed());
        }
        Some(user) => {
            let verifier = passwords::verifier(&user.secrets.password)
                .unwrap_or_else(|_| stand_in::verifier(cx, pool, &user.username).0);
            (user.sub, user.username, verifier)
        }
        None if client.hides_user_existence() => {
            let (verifier, id) = stand_in::verifier(cx, pool, &pool.login_key(name));
            let user_id = if pool.has_username_attributes() {
                id.clone()
            } else {
                pool.login_key(name)
            };
            (Sub::new(id), user_id, verifier)
        }
        None => return Err(faults::no_such_user()),
    };
    passwords::count_work("power", 1);
    let (exchange, srp_b) = ServerExchange::start(&verifier, beginning.srp_a, cx.random()?)
        .map_err(|_| faults::bad_srp_a())?;
    let block = Block {
        pool: pool.id.clone(),
        client: client.id.clone(),
        sub,
        known,
        user_id: user_id.clone(),
        name: Blob(unknown_key(cx, pool, name).to_vec()),
        exchange: Blob(exchange.to_bytes().to_vec()),
        session: beginning.session.map(Box::new),
        device: beginning.device,
        expires: cx.now().after(client.session_life()),
    };
    let sealed = seal(cx, block)?;
    let parameters = BTreeMap::from([
        ("SALT".to_owned(), verifier.salt_hex()),
        ("SECRET_BLOCK".to_owned(), BASE64_STANDARD.encode(sealed)),
        ("SRP_B".to_owned(), srp_b),
        ("USERNAME".to_owned(), user_id.clone()),
        ("USER_ID_FOR_SRP".to_owned(), user_id),
    ]);
    let challenge = Challenge::First(FirstFactor::PasswordSrp);
    let name = ChallengeNameType::PasswordVerifier;
    Ok(claim::asked(challenge, name, None, parameters))
}

/// Second call: judges the claim.
///
/// # Errors
/// NotAuthorizedException with various messages; a wrong claim has been counted by then.
pub async fn answer_srp(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    responses: &Parameters,
) -> Result<Outcome, Fault> {
    let given = responses.need("USERNAME")?;
    let claim = Claim::of(responses)?;
    let block = open(cx, &claim.secret_block).ok_or_else(faults::wrong_password)?;
    if block.pool != pool.id || block.client != client.id {
        return Err(faults::session_foreign());
    }
    if block.expires <= cx.now() {
        return Err(faults::session_expired());
    }
    let exchange = ServerExchange::from_bytes(&block.exchange.0).map_err(Fault::internal)?;
    let names = passwords::names(pool, &block.user_id);
    let claimed = |verifier: &Verifier| claim.is_right(&exchange, verifier, names);
    // Judged before looking up the user, and reported only after the claim is counted.
    let unproven = responses.check_secret_hash(client, &[&block.user_id]).err();
    let Some(user) = known(cx, pool, &block).await? else {
        return Err(unknown(cx, pool, &block, unproven, claimed).await?);
    };
    if user.lockout.is_locked(cx.now()) {
        return Err(faults::locked_out());
    }
    if let Some(fault) = unproven {
        let event = cx.event(&user, EventKind::SignIn).in_app(&client.id);
        failed(cx, user, event).await?;
        return Err(fault);
    }
    let known_as = is_called(pool, &user, given) || block.name.0 == unknown_key(cx, pool, given);
    let right = match passwords::verifier(&user.secrets.password) {
        Ok(verifier) => claimed(&verifier) && known_as,
        Err(_) => {
            claimed(&stand_in::verifier(cx, pool, &user.username).0);
            false
        }
    };
    if !right {
        let event = cx.event(&user, EventKind::SignIn).in_app(&client.id);
        return Err(failed(cx, user, event).await?);
    }
    let mut attempt = match block.session {
        Some(session) => session::continued(cx, client, pool, user, *session).await?,
        None => Attempt::begin(cx, client, pool, user)?,
    };
    attempt.changes.push(Change::Spend {
        what: SPENT,
        key: tokens::hash(&BASE64_STANDARD.encode(&claim.secret_block)),
        expires: block.expires,
    });
    match (responses.device_key(), block.device) {
        (Some(key), _) => {
            if let Err(fault) = attempt.demand_device(cx, key).await {
                return Err(no_such_device(
                    cx,
                    &attempt,
                    &claim.secret_block,
                    block.expires,
                    fault,
                )
                .await?);
            }
        }
        (None, Some(key)) => attempt.session.name_device(Some(key)),
        (None, None) => {}
    }
    if attempt.session.custom.is_some() {
        // Used up before a function is called, as each of its rounds is.
        commit(cx, std::mem::take(&mut attempt.changes)).await?;
    }
    after_password(cx, attempt).await
}

/// A right password beside a device that is not there. Clients then send the claim again without the device, so the
/// block stays good for that; it is judged with a device only once, and an event tells that the password was right.
async fn no_such_device(
    cx: &Cx<'_>,
    attempt: &Attempt<'_>,
    secret_block: &[u8],
    expires: Time,
    fault: Fault,
) -> Result<Fault, Fault> {
    if fault.is_internal() {
        return Ok(fault);
    }
    let once = Change::Spend {
        what: SPENT,
        key: cx.api.sealer.keyed_hash(&[b"device of srp", secret_block]),
        expires,
    };
    let event = attempt.event(cx).refused("unknown_device");
    commit(cx, vec![once, event.into()]).await?;
    Ok(fault)
}

/// Seals a block padded to a fixed length, so that its size reveals nothing about its contents. With the state of
/// CUSTOM_AUTH, which the functions determine, to a multiple of it.
fn seal(cx: &Cx<'_>, mut block: Block) -> Result<Vec<u8>, Fault> {
    let mut plain = serde_json::to_vec(&block).map_err(Fault::internal)?;
    let length = match block.session {
        // `true` is shorter than `false`.
        Some(_) => (plain.len() + usize::from(block.known)).next_multiple_of(LENGTH),
        None => LENGTH,
    };
    if plain.len() > length {
        block.user_id.clear();
        plain = serde_json::to_vec(&block).map_err(Fault::internal)?;
    }
    // JSON parsers ignore trailing white space.
    plain.resize(length, b' ');
    let sealed = cx.api.sealer.seal(Purpose::Ticket, &PLACE, &plain);
    sealed.map_err(Fault::internal)
}

fn open(cx: &Cx<'_>, secret_block: &[u8]) -> Option<Block> {
    let plain = cx
        .api
        .sealer
        .open(Purpose::Ticket, &PLACE, secret_block)
        .ok()?;
    serde_json::from_slice(&plain).ok()
}

async fn known(cx: &Cx<'_>, pool: &Pool, block: &Block) -> Result<Option<User>, Fault> {
    match block.known {
        true => Ok(cx.store().user(&pool.id, &block.sub).await?),
        false => Ok(None),
    }
}

/// The claim of a user who does not exist: the same work, the same count, the same message.
async fn unknown(
    cx: &Cx<'_>,
    pool: &Pool,
    block: &Block,
    unproven: Option<Fault>,
    claimed: impl Fn(&Verifier) -> bool,
) -> Result<Fault, Fault> {
    let key = block
        .name
        .0
        .as_slice()
        .try_into()
        .map_err(Fault::internal)?;
    let counter = cx.store().counter(&key).await?;
    if lockout_of(counter).is_locked(cx.now()) {
        return Ok(faults::locked_out());
    }
    if unproven.is_none() {
        claimed(&stand_in::verifier(cx, pool, &block.user_id).0);
    }
    count_unknown(cx, key, counter).await?;
    Ok(unproven.unwrap_or_else(faults::wrong_password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_earlier_and_later_programs_are_read() {
        let golden = r#"{"pool":"us-east-1_a","client":"c","sub":"s","known":true,"user_id":"ada","name":"AQID",
            "exchange":"BAUG","expires":9,"later":1}   "#;
        let block: Block = serde_json::from_str(golden).unwrap();
        assert_eq!(
            (block.user_id.as_str(), block.name),
            ("ada", Blob(vec![1, 2, 3]))
        );
        assert_eq!(block.exchange, Blob(vec![4, 5, 6]));
        // Schema 3 did not say whether the name is known. Nobody signs in on such a block: the client begins again.
        let of_schema_3 = golden.replace(r#""known":true,"#, "");
        assert!(serde_json::from_str::<Block>(&of_schema_3).is_err());
    }
}
