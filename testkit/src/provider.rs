//! An identity provider in this process: OpenID Connect, and as much of the social dialects as tests need.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use bytes::Bytes;
use cabana_api::Boxed;
use cabana_api::ports::{Clock, Fetch, FetchError};
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::ports::TestClock;

/// Its issuer.
pub const ISSUER: &str = "https://idp.example";

type Answer = Result<Response<Bytes>, FetchError>;
/// Answers a request in place of the provider, or leaves it to it.
type Override = Box<dyn Fn(&Request<Bytes>) -> Option<Answer> + Send + Sync>;
/// Changes the header and the claims of an ID token before it is signed.
type Tamper = Box<dyn Fn(&mut Value, &mut Value) + Send + Sync>;

/// The provider.
pub struct TestProvider {
    clock: Arc<TestClock>,
    state: Mutex<State>,
}

struct State {
    keys: Vec<(String, EcdsaKeyPair)>,
    /// Claims of the person who signs in next, in the ID token and in the user info.
    id_claims: Value,
    user_info: Value,
    discovery: Value,
    /// What each code stands for: nonce, challenge.
    codes: BTreeMap<String, (Option<String>, Option<String>)>,
    calls: Vec<(String, String)>,
    tamper: Option<Tamper>,
    instead: Option<Override>,
    given: u32,
}

impl TestProvider {
    fn new(clock: Arc<TestClock>) -> Self {
        let discovery = json!({
            "issuer": ISSUER,
            "authorization_endpoint": format!("{ISSUER}/auth"),
            "token_endpoint": format!("{ISSUER}/token"),
            "userinfo_endpoint": format!("{ISSUER}/me"),
            "jwks_uri": format!("{ISSUER}/keys"),
            "code_challenge_methods_supported": ["S256"],
        });
        let state = State {
            keys: vec![("key 1".to_owned(), key())],
            id_claims: json!({ "sub": "Ann-1" }),
            user_info: json!({ "sub": "Ann-1", "email": "ann@corp.example" }),
            discovery,
            codes: BTreeMap::new(),
            calls: Vec::new(),
            tamper: None,
            instead: None,
            given: 0,
        };
        Self {
            clock,
            state: Mutex::new(state),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the claims of the person who signs in next.
    pub fn person(&self, id_claims: Value, user_info: Value) {
        let mut state = self.state();
        (state.id_claims, state.user_info) = (id_claims, user_info);
    }

    /// Sets a member of the discovery document; null takes it away.
    pub fn says(&self, member: &str, value: Value) {
        let mut state = self.state();
        match (value, &mut state.discovery) {
            (Value::Null, Value::Object(document)) => drop(document.remove(member)),
            (value, document) => document[member] = value,
        }
    }

    /// Changes ID tokens before they are signed, from now on.
    pub fn tamper(&self, how: impl Fn(&mut Value, &mut Value) + Send + Sync + 'static) {
        self.state().tamper = Some(Box::new(how));
    }

    /// Answers requests otherwise, from now on.
    pub fn instead(&self, how: impl Fn(&Request<Bytes>) -> Option<Answer> + Send + Sync + 'static) {
        self.state().instead = Some(Box::new(how));
    }

    /// Behaves as it is again.
    pub fn heal(&self) {
        let mut state = self.state();
        (state.tamper, state.instead) = (None, None);
    }

    /// Signs with a new key from now on; the old ones are published no more.
    pub fn rotate(&self) {
        let mut state = self.state();
        state.given += 1;
        let kid = format!("key of {}", state.given);
        state.keys = vec![(kid, key())];
    }

    /// Path and body of the calls so far; forgets them.
    pub fn calls(&self) -> Vec<(String, String)> {
        std::mem::take(&mut self.state().calls)
    }

    /// What the provider does with a browser that was sent to it: signs the person in. Returns the query of the address
    /// to which it sends the browser back.
    pub fn signs_in(&self, location: &str) -> String {
        let asked = parameters(location);
        let mut state = self.state();
        state.given += 1;
        let code = format!("code {}", state.given);
        let challenge = asked.get("code_challenge").cloned();
        let known = (asked.get("nonce").cloned(), challenge);
        state.codes.insert(code.clone(), known);
        let mut back = form_urlencoded::Serializer::new(String::new());
        back.append_pair("code", &code);
        back.append_pair("state", asked.get("state").map_or("", String::as_str));
        back.finish()
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        let mut state = self.state();
        let path = request.uri().path().to_owned();
        let body = String::from_utf8_lossy(request.body()).into_owned();
        state.calls.push((path.clone(), body.clone()));
        if let Some(answer) = state.instead.as_ref().and_then(|instead| instead(request)) {
            return answer;
        }
        match path.as_str() {
            "/.well-known/openid-configuration" => Ok(document(&state.discovery)),
            "/keys" => {
                let keys: Vec<_> = state
                    .keys
                    .iter()
                    .map(|(kid, key)| published(kid, key))
                    .collect();
                Ok(document(&json!({ "keys": keys })))
            }
            "/me" => Ok(document(&state.user_info)),
            "/token" => Ok(self.token(&mut state, &body)),
            other => Err(FetchError::Unreachable(format!("nothing at {other}"))),
        }
    }

    fn token(&self, state: &mut State, body: &str) -> Response<Bytes> {
        let asked: BTreeMap<String, String> = form_urlencoded::parse(body.as_bytes())
            .into_owned()
            .collect();
        let refused = |code: &str| {
            let mut response = document(&json!({ "error": code }));
            *response.status_mut() = StatusCode::BAD_REQUEST;
            response
        };
        // Each code once.
        let code = asked.get("code").map_or("", String::as_str);
        let Some((nonce, challenge)) = state.codes.remove(code) else {
            return refused("invalid_grant");
        };
        let verified = asked.get("code_verifier").map(|it| sha256(it));
        if challenge.is_some() && challenge != verified {
            return refused("invalid_grant");
        }
        let now = self.clock.now().seconds();
        let mut claims = json!({
            "iss": ISSUER, "aud": asked.get("client_id"), "iat": now, "exp": now + 300, "nonce": nonce,
        });
        for (name, value) in state.id_claims.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        let (kid, key) = &state.keys[0];
        let mut header = json!({ "alg": "ES256", "kid": kid });
        if let Some(tamper) = &state.tamper {
            tamper(&mut header, &mut claims);
        }
        document(&json!({
            "access_token": "at", "token_type": "Bearer", "expires_in": 300,
            "id_token": signed(key, &header, &claims),
        }))
    }
}

impl Fetch for TestProvider {
    fn fetch(&self, request: Request<Bytes>) -> Boxed<'_, Answer> {
        Box::pin(async move {
            // As a real call does, it lets others go first.
            tokio::task::yield_now().await;
            self.answer(&request)
        })
    }
}

impl TestApp {
    /// Sends all calls of other servers to a provider.
    pub fn provider(&mut self) -> Arc<TestProvider> {
        let provider = Arc::new(TestProvider::new(self.clock.clone()));
        let api = Arc::get_mut(&mut self.api).expect("nobody else's API");
        api.fetch = provider.clone();
        provider
    }

    /// Sends all calls of other servers to the provider of another node.
    pub fn asks(&mut self, provider: &Arc<TestProvider>) {
        let api = Arc::get_mut(&mut self.api).expect("nobody else's API");
        api.fetch = provider.clone();
    }

    /// Makes the provider known to a pool, under this name; `more` are members of CreateIdentityProvider.
    pub async fn provider_of(&self, pool: &str, name: &str, more: Value) {
        let mut wanted = json!({
            "UserPoolId": pool, "ProviderName": name, "ProviderType": "OIDC",
            "ProviderDetails": {
                "client_id": "cabana", "client_secret": "hush hush", "authorize_scopes": "openid email",
                "oidc_issuer": ISSUER, "attributes_request_method": "GET",
            },
            "AttributeMapping": { "email": "email" },
        });
        for (member, value) in more.as_object().into_iter().flatten() {
            wanted[member] = value.clone();
        }
        self.ok("CreateIdentityProvider", wanted).await;
    }
}

/// The parameters of an address.
pub fn parameters(address: &str) -> BTreeMap<String, String> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

fn key() -> EcdsaKeyPair {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).expect("a key");
    EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref()).expect("a key")
}

fn published(kid: &str, key: &EcdsaKeyPair) -> Value {
    let point = key.public_key().as_ref();
    json!({
        "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig",
        "x": text(&point[1..33]), "y": text(&point[33..]),
    })
}

fn signed(key: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| text(value.to_string().as_bytes());
    let message = format!("{}.{}", part(header), part(claims));
    let signature = key.sign(&SystemRandom::new(), message.as_bytes());
    format!(
        "{message}.{}",
        text(signature.expect("a signature").as_ref())
    )
}

fn sha256(value: &str) -> String {
    text(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, value.as_bytes()).as_ref())
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn document(value: &Value) -> Response<Bytes> {
    Response::new(Bytes::from(value.to_string()))
}
