//! Enveloped signatures (XML Signature, as SAML Core §5.4 narrows it).
//!
//! The library verifies digests and signature values, by the certificates it is given alone. Before it is asked, the form
//! is checked here: one reference, to the very element around the signature, with the transforms of the profile and
//! algorithms of a list. Of a document that was checked like this no reading other than ours is left.

use bergshamra_dsig::{DsigContext, VerifyResult};
use bergshamra_keys::KeysManager;
use uppsala::NodeId;

use super::xml::Reader;
use super::{ASSERTION, DSIG, Flaw, PROTOCOL};

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
pub const RSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384";
pub const RSA_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
pub const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const METHODS: [&str; 4] = [RSA_SHA256, RSA_SHA384, RSA_SHA512, ECDSA_SHA256];
const DIGESTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];
/// Most signatures of a document: of the response, and of its assertion.
const MOST_SIGNATURES: usize = 2;
/// Most certificates that a provider signs with.
pub const MOST_CERTIFICATES: usize = 10;

/// The elements of a document that signatures cover, each of them whole.
///
/// # Errors
/// If any signature is invalid, of a form that is not allowed, or out of place.
pub fn covered(reader: Reader<'_, '_>, certificates: &[Vec<u8>]) -> Result<Vec<NodeId>, Flaw> {
    let signatures = reader.all(DSIG, "Signature");
    // Each costs a walk through the whole document.
    if signatures.len() > MOST_SIGNATURES {
        return Err(Flaw::Forbidden("more than two signatures"));
    }
    let mut expected = Vec::new();
    for signature in &signatures {
        expected.push((*signature, signed_by_place(reader, *signature)?));
    }
    if expected.is_empty() {
        return Ok(Vec::new());
    }
    let mut keys = KeysManager::new();
    for certificate in certificates.iter().take(MOST_CERTIFICATES) {
        let key = bergshamra_keys::loader::load_x509_cert_der(certificate);
        keys.add_key(key.map_err(|_| Flaw::Certificate)?);
    }
    let mut context = DsigContext::new(keys);
    context.require_reference_digests = true;
    let verdicts = bergshamra_dsig::verify::verify_all_document(&context, reader.0);
    let verdicts = verdicts.map_err(|_| Flaw::ResponseSignature)?;
    let mut covered = Vec::new();
    for (signature, element) in expected {
        let right = verdicts.iter().any(|verdict| match verdict {
            VerifyResult::Valid {
                signature_node,
                references,
                ..
            } => {
                *signature_node == signature
                    && references.len() == 1
                    && references
                        .iter()
                        .all(|it| it.digest_verified && it.resolved_node == Some(element))
            }
            VerifyResult::Invalid { .. } => false,
        });
        match (right, reader.is(element, ASSERTION, "Assertion")) {
            (true, _) => covered.push(element),
            (false, true) => return Err(Flaw::AssertionSignature),
            (false, false) => return Err(Flaw::ResponseSignature),
        }
    }
    Ok(covered)
}

/// The element that a signature is of: its parent, which is a message or an assertion.
fn signed_by_place(reader: Reader<'_, '_>, signature: NodeId) -> Result<NodeId, Flaw> {
    let place = Flaw::Structure("place for a Signature");
    let parent = reader.0.parent(signature).ok_or(place.clone())?;
    let is_message = reader.root() == Some(parent)
        && ["Response", "LogoutResponse", "LogoutRequest"]
            .iter()
            .any(|name| reader.is(parent, PROTOCOL, name));
    if !is_message && !reader.is(parent, ASSERTION, "Assertion") {
        return Err(place);
    }
    if reader.only(parent, DSIG, "Signature") != Some(signature) {
        return Err(Flaw::SignatureForm("another one beside it"));
    }
    let id = reader
        .attribute(parent, "ID")
        .ok_or(Flaw::Structure("ID"))?;
    check_form(reader, signature, id)?;
    Ok(parent)
}

fn check_form(reader: Reader<'_, '_>, signature: NodeId, id: &str) -> Result<(), Flaw> {
    let form = Flaw::SignatureForm;
    // An ID that could be read as something else than a name: xpointer(…).
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    if id.len() > 256 || !id.chars().all(plain) {
        return Err(Flaw::Structure("ID"));
    }
    let child = |node, name| reader.only(node, DSIG, name);
    for node in reader.elements(signature) {
        let known = ["SignedInfo", "SignatureValue", "KeyInfo"];
        if !known.iter().any(|name| reader.is(node, DSIG, name)) {
            return Err(form("an Object, or something else that may be signed"));
        }
    }
    let info = child(signature, "SignedInfo").ok_or(form("not one SignedInfo"))?;
    child(signature, "SignatureValue").ok_or(form("not one SignatureValue"))?;
    if reader.elements(info).count() != 3 {
        return Err(form("not one Reference"));
    }
    let algorithm = |node: Option<NodeId>| reader.attribute(node?, "Algorithm");
    if algorithm(child(info, "CanonicalizationMethod")) != Some(EXCLUSIVE) {
        return Err(form("a canonicalization other than the exclusive one"));
    }
    let method = child(info, "SignatureMethod");
    if !algorithm(method).is_some_and(|it| METHODS.contains(&it)) {
        return Err(form("an algorithm other than RSA or ECDSA with SHA-2"));
    }
    let reference = child(info, "Reference").ok_or(form("not one Reference"))?;
    if reader.attribute(reference, "URI") != Some(format!("#{id}").as_str()) {
        return Err(form("a Reference to something else than what it is in"));
    }
    if reader.elements(reference).count() != 3 {
        return Err(form("an incomplete Reference"));
    }
    if !algorithm(child(reference, "DigestMethod")).is_some_and(|it| DIGESTS.contains(&it)) {
        return Err(form("a digest other than SHA-2"));
    }
    let transforms = child(reference, "Transforms").ok_or(form("no transforms"))?;
    let transforms: Vec<_> = reader
        .elements(transforms)
        .map(|it| algorithm(Some(it)))
        .collect();
    match transforms == [Some(ENVELOPED), Some(EXCLUSIVE)] {
        true => Ok(()),
        false => Err(form("transforms other than those of SAML")),
    }
}
