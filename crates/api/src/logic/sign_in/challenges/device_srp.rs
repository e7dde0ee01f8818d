//! DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a remembered device proves itself, by SRP with the secret that it made
//! when it was confirmed.
//!
//! The exchange is the password's, but begins only under the session of a sign-in whose other proofs are there. The
//! state between the two calls, session included, is sealed into `SECRET_BLOCK`, so the first call writes nothing and
//! the second needs no `Session`. Some clients send none with the first call either: for them, the device's row keeps
//! it, and gives it to requests from the same address only.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::Sub;
use cabana_domain::client::Client;
use cabana_domain::device::{Device, WaitingSignIn};
use cabana_domain::flow::{AuthSession, Challenge, Proof};
use cabana_domain::pool::Pool;
use cabana_domain::srp::{Names, ServerExchange, Verifier};
use cabana_model::{Blob, ChallengeNameType};
use cabana_store::Change;
use cabana_store::seal::Purpose;
use serde::{Deserialize, Serialize};

use super::claim::{self, Claim};
use super::{Outcome, check_secret_hash, proceed, resume, resume_read};
use crate::cx::Cx;
use crate::fault::Fault;
use crate::faults::{self, devices as refusals};
use crate::logic::sign_in::session::read_session;
use crate::logic::sign_in::{Attempt, Parameters, admit_factor, count_wrong_factor};
use crate::logic::{passwords, users};

const PLACE: [&str; 1] = ["device srp"];

/// Contents of `SECRET_BLOCK`.
#[derive(Serialize, Deserialize)]
struct Block {
    session: AuthSession,
    exchange: Blob,
}

/// The change that keeps the session of a sign-in which now awaits its device.
pub(super) fn keep(cx: &Cx<'_>, mut device: Device, session: &str) -> Change {
    device.secrets.waiting = Some(WaitingSignIn {
        session: session.to_owned(),
        source_ip: cx.request.source_ip,
    });
    Change::UpdateDevice(Box::new(device))
}

/// First call: judges `SRP_A`, answers with `SRP_B`. No write.
///
/// # Errors
/// NotAuthorizedException if the sign-in awaits no device; ResourceNotFoundException if the device was forgotten;
/// InvalidParameterException for another device, or a bad `SRP_A`.
pub async fn start_device(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    responses: &Parameters,
    session: Option<&str>,
) -> Result<Outcome, Fault> {
    let (key, srp_a) = (responses.need("DEVICE_KEY")?, responses.need("SRP_A")?);
    let name = responses.need("USERNAME")?;
    let session = match session {
        Some(session) => session.to_owned(),
        None => kept(cx, pool, name, key).await?,
    };
    let attempt = resume(cx, client, pool, &session, name).await?;
    check_secret_hash(&attempt, responses)?;
    let (_, verifier) = awaited(cx, &attempt, key)?;
    passwords::count_work("power", 1);
    let (exchange, srp_b) =
        ServerExchange::start(&verifier, srp_a, cx.random()?).map_err(|_| faults::bad_srp_a())?;
    let username = attempt.user.username.clone();
    let block = Block {
        session: attempt.session,
        exchange: Blob(exchange.to_bytes().to_vec()),
    };
    let parameters = BTreeMap::from([
        ("SALT".to_owned(), verifier.salt_hex()),
        ("SECRET_BLOCK".to_owned(), seal(cx, &block)?),
        ("SRP_B".to_owned(), srp_b),
        ("USERNAME".to_owned(), username),
        ("DEVICE_KEY".to_owned(), key.to_owned()),
    ]);
    let name = ChallengeNameType::DevicePasswordVerifier;
    Ok(claim::asked(
        Challenge::Device,
        name,
        Some(session),
        parameters,
    ))
}

/// Second call: judges the claim. A right one uses the session up.
///
/// # Errors
/// As the first call; NotAuthorizedException for a wrong claim, which has been counted by then.
pub async fn answer_device(
    cx: &Cx<'_>,
    client: &Client,
    pool: &Pool,
    responses: &Parameters,
    session: Option<&str>,
) -> Result<Outcome, Fault> {
    let key = responses.need("DEVICE_KEY")?;
    let claim = Claim::of(responses)?;
    let block = open(cx, &claim.secret_block).ok_or_else(faults::wrong_password)?;
    if let Some(session) = session
        && read_session(cx, session)?.id != block.session.id
    {
        return Err(faults::session_foreign());
    }
    let name = responses.need("USERNAME")?;
    let mut attempt = resume_read(cx, client, pool, block.session, name).await?;
    check_secret_hash(&attempt, responses)?;
    admit_factor(cx, &attempt.user)?;
    let (device, verifier) = awaited(cx, &attempt, key)?;
    let exchange = ServerExchange::from_bytes(&block.exchange.0).map_err(Fault::internal)?;
    let names = Names::device(&device.group, &device.key);
    if !claim.is_right(&exchange, &verifier, names) {
        let event = attempt.event(cx).refused("wrong_device");
        count_wrong_factor(cx, attempt.user, event).await?;
        return Err(faults::wrong_password());
    }
    attempt.prove(Proof::Device(key.to_owned()));
    proceed(cx, attempt).await
}

/// The device that the sign-in awaits, if it is the one that the answer names, with its verifier.
fn awaited<'a>(
    cx: &Cx<'_>,
    attempt: &'a Attempt<'_>,
    key: &str,
) -> Result<(&'a Device, Verifier), Fault> {
    if attempt.session.asked != Some(Challenge::Device) {
        return Err(faults::session_foreign());
    }
    if attempt.session.device.as_deref() != Some(key) {
        return Err(refusals::wrong_device_key());
    }
    // Forgotten since.
    let device = attempt
        .device
        .as_ref()
        .ok_or_else(refusals::no_such_device)?;
    attempt.demand(cx, Challenge::Device)?;
    let verifier = device.secrets.verifier.as_ref();
    let verifier = verifier.ok_or_else(refusals::no_such_device)?;
    Ok((device, verifier.read().map_err(Fault::internal)?))
}

/// The session that a device's row keeps, for a client that sends none. A name without an account costs the same
/// queries, so that timing does not tell it from others.
async fn kept(cx: &Cx<'_>, pool: &Pool, name: &str, key: &str) -> Result<String, Fault> {
    let user = users::find(cx, pool, name).await?;
    let sub = user.map_or_else(|| Sub::new(""), |user| user.sub);
    let device = cx.store().device(&pool.id, &sub, key).await?;
    device
        .and_then(|device| device.secrets.waiting)
        .filter(|waiting| waiting.source_ip == cx.request.source_ip)
        .map(|waiting| waiting.session)
        .ok_or_else(|| faults::missing_parameter("Session"))
}

fn seal(cx: &Cx<'_>, block: &Block) -> Result<String, Fault> {
    let plain = serde_json::to_vec(block).map_err(Fault::internal)?;
    let sealed = cx.api.sealer.seal(Purpose::Ticket, &PLACE, &plain);
    Ok(BASE64_STANDARD.encode(sealed.map_err(Fault::internal)?))
}

fn open(cx: &Cx<'_>, secret_block: &[u8]) -> Option<Block> {
    let plain = cx
        .api
        .sealer
        .open(Purpose::Ticket, &PLACE, secret_block)
        .ok()?;
    serde_json::from_slice(&plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_earlier_and_later_programs_are_read() {
        let golden = r#"{"session":{"id":"a","pool":"us-east-1_a","client":"c","sub":"s","proven":["Password"],
            "asked":"Device","chosen":null,"totp_seed":null,"sent":null,"device":"us-east-1_a-b","expires":9},
            "exchange":"BAUG","later":1}"#;
        let block: Block = serde_json::from_str(golden).unwrap();
        assert_eq!(block.session.device.as_deref(), Some("us-east-1_a-b"));
        assert_eq!(block.exchange, Blob(vec![4, 5, 6]));
    }
}
