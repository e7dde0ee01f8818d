//! A message in an address, with its signature beside it (SAML Bindings §3.4.4.1): what is signed are the parameters as
//! they were sent.

use std::io::Read;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    VerificationAlgorithm,
};
use base64::prelude::{BASE64_STANDARD, Engine};
use flate2::read::DeflateDecoder;

use super::Flaw;
use super::signature::{ECDSA_SHA256, MOST_CERTIFICATES, RSA_SHA256, RSA_SHA384, RSA_SHA512};
use super::xml::LONGEST;

/// Bytes of a signature of ECDSA with P-256 if it is not written in ASN.1.
const FIXED: usize = 64;

/// The parameters of a message, encoded as sent.
#[derive(Clone, Debug)]
pub struct SignedQuery<'a> {
    /// The one that holds the message.
    kind: &'static str,
    message: &'a str,
    relay_state: Option<&'a str>,
    algorithm: &'a str,
    signature: &'a str,
}

impl<'a> SignedQuery<'a> {
    /// Finds the parameters in a query.
    ///
    /// # Errors
    /// If one is missing, or there twice.
    pub fn parse(query: &'a str, kind: &'static str) -> Result<Self, Flaw> {
        let find = |name: &'static str| {
            let mut found = query.split('&').filter_map(|pair| {
                let (it, value) = pair.split_once('=')?;
                (decoded(it) == name).then_some((it, value))
            });
            match (found.next(), found.next()) {
                (None, _) => Ok(None),
                (Some((it, value)), None) if it == name => Ok(Some(value)),
                _ => Err(Flaw::Structure(name)),
            }
        };
        Ok(Self {
            kind,
            message: find(kind)?.ok_or(Flaw::Structure("message"))?,
            relay_state: find("RelayState")?.filter(|it| !it.is_empty()),
            algorithm: find("SigAlg")?.ok_or(Flaw::Unsigned)?,
            signature: find("Signature")?.ok_or(Flaw::Unsigned)?,
        })
    }

    /// The XML.
    ///
    /// # Errors
    /// If it is not deflated text, or too long.
    pub fn inflated(&self) -> Result<String, Flaw> {
        let deflated = bytes(self.message)?;
        let most = LONGEST as u64 + 1;
        let mut text = Vec::new();
        let read = DeflateDecoder::new(deflated.as_slice())
            .take(most)
            .read_to_end(&mut text);
        read.map_err(|_| Flaw::Encoding)?;
        match text.len() > LONGEST {
            true => Err(Flaw::TooLarge),
            false => String::from_utf8(text).map_err(|_| Flaw::Malformed),
        }
    }

    /// Requires a signature by one of these certificates.
    ///
    /// # Errors
    /// If it is none of theirs, or of an algorithm that is not allowed.
    pub fn verify(&self, certificates: &[Vec<u8>]) -> Result<(), Flaw> {
        let signature = bytes(self.signature)?;
        let algorithm = algorithm(&decoded(self.algorithm), signature.len())?;
        let mut signed = format!("{}={}", self.kind, self.message);
        if let Some(state) = self.relay_state {
            signed.push_str(&format!("&RelayState={state}"));
        }
        signed.push_str(&format!("&SigAlg={}", self.algorithm));
        for certificate in certificates.iter().take(MOST_CERTIFICATES) {
            let key = bergshamra_keys::loader::load_x509_cert_der(certificate);
            let key = key.map_err(|_| Flaw::Certificate)?.to_spki_der();
            let key = UnparsedPublicKey::new(algorithm, key.ok_or(Flaw::Certificate)?);
            if key.verify(signed.as_bytes(), &signature).is_ok() {
                return Ok(());
            }
        }
        Err(Flaw::ResponseSignature)
    }
}

fn algorithm(name: &str, length: usize) -> Result<&'static dyn VerificationAlgorithm, Flaw> {
    match name {
        RSA_SHA256 => Ok(&RSA_PKCS1_2048_8192_SHA256),
        RSA_SHA384 => Ok(&RSA_PKCS1_2048_8192_SHA384),
        RSA_SHA512 => Ok(&RSA_PKCS1_2048_8192_SHA512),
        // The binding does not say how one of ECDSA is written.
        ECDSA_SHA256 if length == FIXED => Ok(&ECDSA_P256_SHA256_FIXED),
        ECDSA_SHA256 => Ok(&ECDSA_P256_SHA256_ASN1),
        _ => Err(Flaw::SignatureForm(
            "an algorithm other than RSA or ECDSA with SHA-2",
        )),
    }
}

fn decoded(text: &str) -> String {
    // As the only name of a query, which may hold a `=` too.
    let text = text.replace('=', "%3D");
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    pairs
        .next()
        .map_or_else(String::new, |(it, _)| it.into_owned())
}

fn bytes(text: &str) -> Result<Vec<u8>, Flaw> {
    let text: String = decoded(text).split_ascii_whitespace().collect();
    BASE64_STANDARD.decode(text).map_err(|_| Flaw::Encoding)
}
