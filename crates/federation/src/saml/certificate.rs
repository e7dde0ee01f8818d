//! The key pair of the service provider, and its certificate.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::prelude::{BASE64_STANDARD, Engine};
use cabana_domain::{Span, Time};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256, SerialNumber};
use time::OffsetDateTime;

use super::Flaw;

/// Life of a certificate, as with Cognito.
const LIFE: Span = Span::days(3_650);
/// Bytes of a serial number.
const SERIAL: usize = 16;

/// An RSA key pair that signs requests and decrypts assertions.
#[derive(Clone, Copy)]
pub struct SpKey<'a> {
    pub pkcs8: &'a [u8],
}

/// Hides the key.
impl std::fmt::Debug for SpKey<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SpKey")
    }
}

impl SpKey<'_> {
    /// The key in PEM.
    pub fn pem(&self) -> String {
        let text = BASE64_STANDARD.encode(self.pkcs8);
        let lines = text.as_bytes().chunks(64).map(String::from_utf8_lossy);
        let lines = lines.collect::<Vec<_>>().join("\n");
        format!("-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n")
    }

    /// Signs by RSA with SHA-256 (PKCS #1 v1.5).
    ///
    /// # Errors
    /// If the key is none.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Flaw> {
        let pair = RsaKeyPair::from_pkcs8(self.pkcs8).map_err(|_| Flaw::OwnKey)?;
        let mut signature = vec![0; pair.public_modulus_len()];
        pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            message,
            &mut signature,
        )
        .map_err(|_| Flaw::OwnKey)?;
        Ok(signature)
    }
}

/// A new key pair in PKCS #8, with a certificate signed by itself, in DER. Takes about 80 ms.
///
/// # Errors
/// If the system has no randomness.
pub fn self_signed(
    name: &str,
    serial: [u8; SERIAL],
    now: Time,
) -> Result<(Vec<u8>, Vec<u8>), Flaw> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| Flaw::OwnKey)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| Flaw::OwnKey)?;
    let pkcs8 = der.as_ref().to_vec();
    let signer = KeyPair::from_pkcs8_der_and_sign_algo(&pkcs8.as_slice().into(), &PKCS_RSA_SHA256);
    let signer = signer.map_err(|_| Flaw::OwnKey)?;
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    let at =
        |time: Time| OffsetDateTime::from_unix_timestamp(time.seconds()).map_err(|_| Flaw::OwnKey);
    params.not_before = at(now)?;
    params.not_after = at(now.after(LIFE))?;
    let certificate = params.self_signed(&signer);
    let certificate = certificate.map_err(|_| Flaw::OwnKey)?;
    Ok((pkcs8, certificate.der().to_vec()))
}
