//! Encrypted assertions (XML Encryption).
//!
//! What travels is not given to the library as it is: it gets a document that is written here, with the ciphertexts and
//! algorithms of a list, so that it looks no key up and follows no reference.

use bergshamra_enc::EncContext;
use bergshamra_keys::KeysManager;
use uppsala::NodeId;

use super::certificate::SpKey;
use super::xml::{Reader, escaped};
use super::{DSIG, Flaw, XENC};

const CIPHERS: [&str; 6] = [
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2009/xmlenc11#aes192-gcm",
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
    "http://www.w3.org/2001/04/xmlenc#aes192-cbc",
    "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
];
/// OAEP only: the older padding tells who asks often enough what was encrypted.
const TRANSPORTS: [&str; 2] = [
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    "http://www.w3.org/2009/xmlenc11#rsa-oaep",
];
const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";

/// A document of which the decrypted assertion is the only child of the root, which has the namespaces that were in scope.
///
/// # Errors
/// [`Flaw::Encrypted`].
pub fn decrypted(reader: Reader<'_, '_>, encrypted: NodeId, key: &SpKey) -> Result<String, Flaw> {
    let request = rewritten(reader, encrypted).ok_or(Flaw::Encrypted)?;
    let mut keys = KeysManager::new();
    let private = bergshamra_keys::loader::load_rsa_private_pem(key.pem().as_bytes());
    keys.add_key(private.map_err(|_| Flaw::Encrypted)?);
    let mut context = EncContext::new(keys);
    context.disable_cipher_reference = true;
    let plain = bergshamra_enc::decrypt::decrypt_to_bytes(&context, &request);
    let plain = plain.map_err(|_| Flaw::Encrypted)?;
    let plain = String::from_utf8(plain).map_err(|_| Flaw::Encrypted)?;
    Ok(format!(
        "<e{}>{}</e>",
        scope(reader, encrypted),
        without_declaration(&plain)
    ))
}

fn rewritten(reader: Reader<'_, '_>, encrypted: NodeId) -> Option<String> {
    let data = reader.only(encrypted, XENC, "EncryptedData")?;
    let algorithm = |node: NodeId, of: &[&str]| {
        let found = reader.attribute(node, "Algorithm")?;
        of.contains(&found).then(|| escaped(found))
    };
    let cipher = |node: NodeId| {
        let value = reader.only(node, XENC, "CipherData")?;
        let value = reader.only(value, XENC, "CipherValue")?;
        let text: String = reader.text(value).split_ascii_whitespace().collect();
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
        text.bytes().all(plain).then_some(text)
    };
    let method = algorithm(reader.only(data, XENC, "EncryptionMethod")?, &CIPHERS)?;
    // Some put the key beside the data.
    let within = reader.only(data, DSIG, "KeyInfo");
    let within = within.and_then(|it| reader.only(it, XENC, "EncryptedKey"));
    let wrapped = within.or_else(|| reader.only(encrypted, XENC, "EncryptedKey"))?;
    let transport = reader.only(wrapped, XENC, "EncryptionMethod")?;
    let hash = |namespace, name| {
        let node = reader.only(transport, namespace, name)?;
        let found = reader.attribute(node, "Algorithm")?;
        Some(format!(
            r#"<{name} xmlns="{namespace}" Algorithm="{}"/>"#,
            escaped(found)
        ))
    };
    Some(format!(
        r#"<EncryptedData xmlns="{XENC}" MimeType="application/octet-stream" Type="opaque"><EncryptionMethod Algorithm="{method}"/><KeyInfo xmlns="{DSIG}"><EncryptedKey xmlns="{XENC}"><EncryptionMethod Algorithm="{}">{}{}</EncryptionMethod><CipherData><CipherValue>{}</CipherValue></CipherData></EncryptedKey></KeyInfo><CipherData><CipherValue>{}</CipherValue></CipherData></EncryptedData>"#,
        algorithm(transport, &TRANSPORTS)?,
        hash(DSIG, "DigestMethod").unwrap_or_default(),
        hash(XENC11, "MGF").unwrap_or_default(),
        cipher(wrapped)?,
        cipher(data)?,
    ))
}

/// Declarations of the namespaces in scope.
fn scope(reader: Reader<'_, '_>, node: NodeId) -> String {
    let mut declared = std::collections::BTreeMap::new();
    let mut at = Some(node);
    while let Some(node) = at {
        for (prefix, namespace) in reader
            .element(node)
            .into_iter()
            .flat_map(|it| &it.namespace_declarations)
        {
            declared
                .entry(prefix.to_string())
                .or_insert_with(|| namespace.to_string());
        }
        at = reader.0.parent(node);
    }
    let declared = declared.into_iter().map(|(prefix, namespace)| {
        let mark = if prefix.is_empty() { "" } else { ":" };
        format!(r#" xmlns{mark}{prefix}="{}""#, escaped(&namespace))
    });
    declared.collect()
}

fn without_declaration(plain: &str) -> &str {
    let plain = plain.trim_start_matches('\u{feff}').trim_start();
    match plain
        .strip_prefix("<?xml ")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest,
        None => plain,
    }
}
