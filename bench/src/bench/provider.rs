//! An identity provider in this process, on the load's core: OpenID Connect over TLS. It asks nobody anything: a code says
//! whom its ID token is about, and in answer to what.

use std::rc::Rc;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::spawn_local;
use tokio_rustls::TlsAcceptor;

use super::fill;
use super::serving::answer_all;
use crate::common::Outcome;

/// The client that the server under test is.
pub const CLIENT: &str = "bench";

/// Where the provider is.
pub struct Provider {
    pub issuer: String,
    /// The certificate that it shows, in PEM: nobody else has signed it.
    pub certificate: String,
}

struct State {
    issuer: String,
    key: EcdsaKeyPair,
}

/// Serves until the program ends.
///
/// # Errors
/// If no port is free.
pub async fn serve() -> Outcome<Provider> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der())?;
    let config = ServerConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()?
    .with_no_client_auth()
    .with_single_cert(vec![made.cert.der().clone()], key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let issuer = format!("https://localhost:{}", listener.local_addr()?.port());
    let (algorithm, random) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random)?;
    let state = Rc::new(State {
        issuer: issuer.clone(),
        key: EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref())?,
    });
    spawn_local(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, state) = (acceptor.clone(), state.clone());
            // A connection that ends is the server's affair.
            spawn_local(async move {
                stream.set_nodelay(true)?;
                let stream = acceptor.accept(stream).await?;
                let answer = async |path: String, body: Vec<u8>| answered(&state, &path, &body);
                answer_all(stream, answer).await
            });
        }
    });
    Ok(Provider {
        issuer,
        certificate: made.cert.pem(),
    })
}

/// The code of a person, in answer to this nonce.
pub fn code(subject: &str, nonce: &str) -> String {
    format!("{subject}.{nonce}")
}

fn answered(state: &State, path: &str, body: &[u8]) -> Outcome<Value> {
    let issuer = &state.issuer;
    Ok(match path {
        "/.well-known/openid-configuration" => json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"), "userinfo_endpoint": format!("{issuer}/me"),
            "jwks_uri": format!("{issuer}/keys"), "code_challenge_methods_supported": ["S256"],
        }),
        "/keys" => {
            let point = state.key.public_key().as_ref();
            let (x, y) = point.get(1..).unwrap_or_default().split_at(32);
            let text = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
            json!({ "keys": [{
                "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "key", "x": text(x), "y": text(y),
            }] })
        }
        "/token" => {
            let code = form_urlencoded::parse(body).find(|(name, _)| name == "code");
            let code = code.map(|(_, code)| code.into_owned()).unwrap_or_default();
            let (subject, nonce) = code.rsplit_once('.').ok_or("a code of nobody")?;
            json!({
                "access_token": subject, "token_type": "Bearer", "expires_in": 300,
                "id_token": id_token(state, subject, nonce)?,
            })
        }
        // What the ID token says is enough.
        _ => json!({}),
    })
}

fn id_token(state: &State, subject: &str, nonce: &str) -> Outcome<String> {
    let now = fill::time()?.seconds();
    let header = json!({ "alg": "ES256", "kid": "key" });
    let claims = json!({
        "iss": state.issuer, "aud": CLIENT, "sub": subject, "nonce": nonce, "iat": now, "exp": now + 300,
        "email": format!("{subject}@corp.example"), "email_verified": true,
    });
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&header), part(&claims));
    let signature = state.key.sign(&SystemRandom::new(), message.as_bytes())?;
    Ok(format!(
        "{message}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(signature)
    ))
}
