//! The claim of an SRP exchange, in the answers to PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER.

use std::collections::BTreeMap;

use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::flow::Challenge;
use cabana_domain::srp::{Names, ServerExchange, Verifier, timestamp};
use cabana_model::ChallengeNameType;

use super::{Issued, Outcome};
use crate::fault::Fault;
use crate::faults;
use crate::logic::passwords;
use crate::logic::sign_in::Parameters;

/// A claim as the client sent it.
pub(super) struct Claim<'a> {
    /// The sealed state of the exchange.
    pub secret_block: Vec<u8>,
    signature: &'a str,
    stamp: String,
}

impl<'a> Claim<'a> {
    /// Reads the responses of the challenge.
    ///
    /// # Errors
    /// InvalidParameterException for a missing one or another form of the timestamp; NotAuthorizedException for a block
    /// that is no base64.
    pub fn of(responses: &'a Parameters) -> Result<Self, Fault> {
        let signature = responses.need("PASSWORD_CLAIM_SIGNATURE")?;
        let stamp = responses.need("TIMESTAMP")?;
        let secret_block = responses.need("PASSWORD_CLAIM_SECRET_BLOCK")?;
        let secret_block = BASE64_STANDARD.decode(secret_block);
        let secret_block = secret_block.map_err(|_| faults::wrong_password())?;
        // Only the format of the timestamp is checked: the block itself expires and can be used only once.
        let stamp = timestamp::canonical(stamp).map_err(|_| faults::bad_timestamp())?;
        Ok(Self {
            secret_block,
            signature,
            stamp,
        })
    }

    /// Whether its sender knows the secret of this verifier.
    pub fn is_right(
        &self,
        exchange: &ServerExchange,
        verifier: &Verifier,
        names: Names<'_>,
    ) -> bool {
        passwords::count_work("power", 2);
        let key = exchange.session_key(verifier);
        key.signed(names, &self.secret_block, &self.stamp, self.signature)
    }
}

/// The challenge that asks for a claim.
pub(super) fn asked(
    challenge: Challenge,
    name: ChallengeNameType,
    session: Option<String>,
    parameters: BTreeMap<String, String>,
) -> Outcome {
    Outcome::Challenge(Box::new(Issued {
        challenge,
        name,
        session,
        parameters,
        available: Vec::new(),
        ways: Vec::new(),
        recovers: false,
    }))
}
