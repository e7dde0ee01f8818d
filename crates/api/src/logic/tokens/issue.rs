//! Issuing tokens: two signatures, and a token family for the store.
//!
//! Access and ID tokens are self-contained; the refresh token is a handle in the form of a JWE, because Cognito's
//! clients expect one. It names its family, so that redeeming it takes one read, and the store keeps only its
//! SHA-256.

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use cabana_domain::asked_claims::AskedClaims;
use cabana_domain::client::Client;
use cabana_domain::flow::Authentication;
use cabana_domain::group::Group;
use cabana_domain::keys::{KeyUse, SigningKey};
use cabana_domain::pool::Pool;
use cabana_domain::tokens::{TokenFamily, TokenSource};
use cabana_domain::trigger::Occasion;
use cabana_domain::trigger::token_generation::{Groups, Token};
use cabana_domain::user::User;
use cabana_model::SessionTypeType;
use serde_json::{Map, Value, json};
use subtle::ConstantTimeEq;

use crate::Boxed;
use crate::cx::Cx;
use crate::fault::Fault;
use crate::logic::clients::oauth;
use crate::logic::pools::{levels, tiers};
use crate::logic::sessions;
use crate::logic::tokens::{claims, jwt, standard};
use crate::logic::triggers::pre_token_generation::{self, Wanted};

/// The scope of tokens from API sign-ins: the bearer may manage their own account.
pub const SELF_SERVICE: &str = "aws.cognito.signin.user.admin";

/// `{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`: the beginning of every refresh token of Cognito.
const REFRESH_HEADER: &str = "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ";

/// Tokens, ready for a reply.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access_token: String,
    pub id_token: Option<String>,
    pub refresh_token: Option<String>,
    /// Validity of the access token, in seconds.
    pub expires_in: i64,
    /// Scopes of the access token.
    pub scopes: Vec<String>,
}

/// The grant of a sign-in.
#[derive(Clone, Debug)]
pub struct Grant {
    pub source: TokenSource,
    pub scopes: Vec<String>,
    /// Time and methods of the sign-in.
    pub authentication: Authentication,
    pub nonce: Option<String>,
    /// The `aud` of the access token (RFC 8707).
    pub resource: Option<String>,
    /// Whether a refresh token is issued.
    pub refreshable: bool,
    /// The id of the family if it is derived from the redeemed code; `None` for a random one.
    pub family: Option<String>,
    /// Whether the app asked for a level of authentication.
    pub level_asked: bool,
    /// The claims that the app asked for by name.
    pub claims: Option<AskedClaims>,
    /// The tracked browser session that it comes from.
    pub origin: Option<String>,
    /// The occasion, for the pool's function.
    pub occasion: Occasion,
}

impl Grant {
    /// The grant of InitiateAuth and the other API sign-ins.
    pub fn api(authentication: Authentication) -> Self {
        Self {
            source: TokenSource::Api,
            scopes: vec![SELF_SERVICE.to_owned()],
            authentication,
            nonce: None,
            resource: None,
            refreshable: true,
            family: None,
            level_asked: false,
            claims: None,
            origin: None,
            occasion: Occasion::Authentication,
        }
    }
}

/// The subject of tokens: pool, client, user and groups.
pub struct Bearer<'a> {
    pub pool: &'a Pool,
    pub client: &'a Client,
    pub user: &'a User,
    pub groups: &'a [Group],
}

/// Issues the first tokens of a new family. One query for the groups, two signatures; the caller stores the family.
///
/// # Errors
/// If the pool's keys cannot be used.
pub fn issue<'a>(
    cx: &'a Cx<'a>,
    pool: &'a Pool,
    client: &'a Client,
    user: &'a User,
    grant: Grant,
) -> Boxed<'a, Result<(Tokens, TokenFamily), Fault>> {
    Box::pin(async move {
        let groups = cx.store().groups_of(&pool.id, &user.sub).await?;
        let bearer = Bearer {
            pool,
            client,
            user,
            groups: &groups,
        };
        let mut family = TokenFamily {
            id: match grant.family {
                Some(id) => id,
                None => cx.uuid_by_time()?,
            },
            pool: pool.id.clone(),
            client: client.id.clone(),
            sub: user.sub.clone(),
            scopes: grant.scopes,
            source: grant.source,
            resource: grant.resource,
            event_id: cx.uuid()?,
            authentication: grant.authentication,
            level_asked: grant.level_asked,
            claims: grant.claims,
            issued: cx.now(),
            expires: cx.now().after(client.refresh_token_life()),
            refresh_hash: None,
            earlier: Vec::new(),
            revoked: false,
            session: None,
            origin: grant.origin,
        };
        let refresh_token = if grant.refreshable {
            Some(new_refresh_token(cx, &family.id)?)
        } else {
            None
        };
        family.refresh_hash = refresh_token.as_deref().map(hash);
        if grant.refreshable {
            family.session = sessions::track(cx, pool, SessionTypeType::Token)?;
        }
        let occasion = grant.occasion;
        let mut tokens = sign(cx, &bearer, &family, occasion, grant.nonce.as_deref()).await?;
        tokens.refresh_token = refresh_token;
        Ok((tokens, family))
    })
}

/// Signs an access token, and an ID token if one belongs, for a family, with the changes that the pool's function makes.
/// No refresh token.
///
/// # Errors
/// If the pool's keys cannot be used; those of the function.
pub async fn sign(
    cx: &Cx<'_>,
    bearer: &Bearer<'_>,
    family: &TokenFamily,
    occasion: Occasion,
    nonce: Option<&str>,
) -> Result<Tokens, Fault> {
    let mut scopes = oauth::active(cx, &bearer.pool.id, &family.scopes).await?;
    let groups = claims::groups(bearer.groups);
    let wanted = Wanted {
        pool: bearer.pool,
        client: bearer.client,
        user: Some((bearer.user, &groups)),
        scopes: &scopes,
        occasion,
    };
    let changes = pre_token_generation::run(cx, wanted).await?;
    changes.scopes.apply(&mut scopes);
    let groups = changes.groups.unwrap_or(groups);
    let client = bearer.client.id.as_str();
    let keys = cx.store().signing_keys(&bearer.pool.id).await?;
    let ring = &cx.api.keys;
    let common = common_claims(cx, bearer, family, &groups);
    let mut access = claims::access(cx, bearer, family, &scopes, common.clone())?;
    changes.access.apply(Token::Access, client, &mut access);
    let access_token = standard::sign_access(cx, bearer.pool, &keys, access)?;
    let openid =
        family.source == TokenSource::Api || family.scopes.iter().any(|scope| scope == "openid");
    let id_token = if openid {
        let mut id = claims::id(cx, bearer, family, common, nonce, &access_token)?;
        claims::add_roles(groups, &mut id);
        standard::narrow(bearer, family, &mut id);
        changes.id.apply(Token::Id, client, &mut id);
        Some(jwt::sign(
            ring,
            key(&keys, KeyUse::IdToken)?,
            &Value::Object(id),
        )?)
    } else {
        None
    };
    let expires_in = bearer.client.access_token_life().as_seconds();
    Ok(Tokens {
        access_token,
        id_token,
        refresh_token: None,
        expires_in,
        scopes,
    })
}

/// The claims both tokens share.
fn common_claims(
    cx: &Cx<'_>,
    bearer: &Bearer<'_>,
    family: &TokenFamily,
    groups: &Groups,
) -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("sub".into(), json!(bearer.user.sub));
    claims.insert(
        "iss".into(),
        json!(bearer.pool.issuer(&cx.api.settings.public_url)),
    );
    claims.insert(
        "auth_time".into(),
        json!(family.authentication.at.seconds()),
    );
    claims.insert("iat".into(), json!(cx.now().seconds()));
    let has_names = family.claims.is_some();
    // A tracked session can be revoked in any case, with its access tokens.
    let is_tracked = family.session.is_some() || family.origin.is_some();
    let names_family = has_names || is_tracked;
    if bearer.client.revokes_tokens() || bearer.client.rotation_grace().is_some() || names_family {
        claims.insert("origin_jti".into(), json!(family.id));
    }
    if family.source == TokenSource::Api {
        claims.insert("event_id".into(), json!(family.event_id));
    }
    // As observed at Cognito: only if the pool names its levels, or the app asked for one.
    let settings = &bearer.pool.settings;
    let wanted = settings.acr_configuration.is_some() || family.level_asked;
    let told = wanted && !tiers::is_lite(settings);
    let level = family.authentication.level().filter(|_| told);
    if let Some(acr) = level.and_then(|level| levels::name(bearer.pool, level)) {
        claims.insert("acr".into(), json!(acr));
        claims.insert("amr".into(), json!(family.authentication.names()));
    }
    if !groups.names.is_empty() {
        claims.insert("cognito:groups".into(), json!(groups.names));
    }
    claims
}

/// The key that signs new tokens of this use: the newest.
///
/// # Errors
/// If the pool has none, which is not expected.
pub fn key(keys: &[SigningKey], usage: KeyUse) -> Result<&SigningKey, Fault> {
    keys.iter()
        .find(|key| key.usage == usage)
        .ok_or_else(|| Fault::internal("the pool has no signing key"))
}

/// A new refresh token of a family. Its last part authenticates the others, to tell an old token of the family from a
/// forgery that names it (an `origin_jti` is no secret).
///
/// # Errors
/// If the system has no randomness.
pub fn new_refresh_token(cx: &Cx<'_>, family: &str) -> Result<String, Fault> {
    let id = uuid::Uuid::try_parse(family).map_err(Fault::internal)?;
    let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let body = format!(
        "{REFRESH_HEADER}.{}.{}.{}",
        part(id.as_bytes()),
        part(&cx.random::<12>()?),
        part(&cx.random::<32>()?),
    );
    let tag = refresh_tag(cx, &body);
    Ok(format!("{body}.{tag}"))
}

/// The id of the token family that an authorization code turns into. A replayed code therefore leads to the tokens it
/// issued although nothing of the code is stored. The code cannot be derived from it.
pub fn family_of_code(cx: &Cx<'_>, code_hash: &[u8; 32]) -> String {
    let hash = cx.api.sealer.keyed_hash(&[b"family of code", code_hash]);
    let mut bytes = [0; 16];
    let (half, _) = hash.split_at(16);
    bytes.copy_from_slice(half);
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
    id.to_string()
}

fn refresh_tag(cx: &Cx<'_>, body: &str) -> String {
    let hash = cx.api.sealer.keyed_hash(&[b"refresh", body.as_bytes()]);
    let (tag, _) = hash.split_at(16);
    BASE64_URL_SAFE_NO_PAD.encode(tag)
}

/// Whether a string has the form of a refresh token.
pub fn looks_like_refresh_token(token: &str) -> bool {
    token.starts_with(REFRESH_HEADER)
}

/// The family of a refresh token made by this server; `None` for anything else.
pub fn family_of(cx: &Cx<'_>, refresh_token: &str) -> Option<String> {
    let (body, tag) = refresh_token.rsplit_once('.')?;
    if !bool::from(tag.as_bytes().ct_eq(refresh_tag(cx, body).as_bytes())) {
        return None;
    }
    let id = BASE64_URL_SAFE_NO_PAD
        .decode(body.split('.').nth(1)?)
        .ok()?;
    uuid::Uuid::from_slice(&id).ok().map(|id| id.to_string())
}

/// The stored form of a token that is redeemed once: its SHA-256.
pub fn hash(token: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    out
}
