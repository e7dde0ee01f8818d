//! Fixtures of the enumeration table: pools of all kinds, requests about a name, and their visible effects.

use cabana_api::logic::clients::secret_hash;
use cabana_testkit::{Cost, TestApp, Work};
use serde_json::{Value, json};

use crate::users::Scene;

/// A request about a name by an unauthenticated caller.
#[derive(Clone, Copy, Debug)]
pub enum Request {
    WrongPassword,
    BeginSrp,
    BeginSrpWithHash,
    WrongClaim,
    WrongClaimWithHash,
    MadeUpSession,
    DeviceWithoutSession,
    ForgotPassword,
    ConfirmForgotPassword,
    ResendConfirmationCode,
}

/// Kinds of pools: the sign-in names, and whether passwords are stored as SRP verifiers.
#[derive(Clone, Copy, Debug)]
pub enum Pool {
    Names,
    Aliases,
    Addresses,
    /// Users were created while SRP was on; then it was switched off.
    SwitchedOff,
}

/// The visible answer, and the cost.
#[derive(Debug, PartialEq)]
pub struct Seen {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub cost: Cost,
}

pub struct Stage {
    pub scene: Scene,
    pub work: &'static Work,
    pub pool: Pool,
}

impl Stage {
    pub async fn set(pool: Pool, client: Value, work: &'static Work) -> Self {
        let settings = match pool {
            Pool::Names | Pool::SwitchedOff => json!({ "AutoVerifiedAttributes": ["email"] }),
            Pool::Aliases => crate::users::aliases(),
            Pool::Addresses => Value::Null,
        };
        let app = TestApp::new();
        let id = app.pool(settings).await;
        let client = app.client(&id, client).await;
        let scene = Scene {
            app,
            pool: id,
            client,
        };
        Self { scene, work, pool }
    }

    pub async fn switch(&self) {
        if matches!(self.pool, Pool::SwitchedOff) {
            let tags = json!({ "cabana:srp": "off" });
            let update = json!({ "UserPoolTags": tags, "AutoVerifiedAttributes": ["email"] });
            self.scene.admin("UpdateUserPool", update).await.ok();
        }
    }

    pub fn name(&self, name: &str) -> String {
        match self.pool {
            Pool::Addresses => format!("{name}@example.com"),
            _ => name.to_owned(),
        }
    }

    pub async fn ask(&self, request: Request, name: &str) -> Seen {
        let (operation, mut body) = self.body(request, name).await;
        body["ClientId"] = json!(self.scene.client.id);
        let before = self.work.now();
        let request = self.scene.app.request(operation, &body);
        let (parts, bytes) = self.scene.app.api.handle(request).await.into_parts();
        let cost = self.work.since(&before);
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = value.to_str().unwrap_or_default();
            (name.to_string(), value.to_owned())
        });
        Seen {
            status: parts.status.as_u16(),
            headers: headers.collect(),
            body: blind(std::str::from_utf8(&bytes).unwrap(), name),
            cost,
        }
    }

    pub async fn body(&self, request: Request, name: &str) -> (&'static str, Value) {
        use Request as R;
        let confidential = self.scene.client.secret.as_deref();
        let hash = confidential.map(|it| secret_hash::compute(it, name, &self.scene.client.id));
        let named = |mut members: Value| {
            members["Username"] = json!(name);
            members["SecretHash"] = json!(hash);
            members
        };
        let initiate = |flow: &str, mut parameters: Value| {
            parameters["USERNAME"] = json!(name);
            if parameters["SECRET_HASH"].is_null() {
                parameters["SECRET_HASH"] = json!(hash);
            }
            (
                "InitiateAuth",
                json!({ "AuthFlow": flow, "AuthParameters": parameters }),
            )
        };
        let a = "07".repeat(256);
        match request {
            R::WrongPassword => {
                initiate("USER_PASSWORD_AUTH", json!({ "PASSWORD": "Wrong-horse-1" }))
            }
            R::BeginSrp => initiate("USER_SRP_AUTH", json!({ "SRP_A": a })),
            R::BeginSrpWithHash => initiate(
                "USER_SRP_AUTH",
                json!({ "SRP_A": a, "SECRET_HASH": "bm90" }),
            ),
            R::WrongClaim | R::WrongClaimWithHash => {
                let (_, mut begin) = initiate("USER_SRP_AUTH", json!({ "SRP_A": a }));
                begin["ClientId"] = json!(self.scene.client.id);
                let begun = self.scene.app.call("InitiateAuth", begin).await.body;
                let parameters = &begun["ChallengeParameters"];
                let id = parameters["USER_ID_FOR_SRP"].as_str().unwrap_or(name);
                let hash =
                    confidential.map(|it| secret_hash::compute(it, id, &self.scene.client.id));
                let hash = match request {
                    R::WrongClaim => json!(hash),
                    _ => json!("bm90"),
                };
                let answers = json!({
                    "USERNAME": id,
                    "PASSWORD_CLAIM_SECRET_BLOCK": parameters["SECRET_BLOCK"].as_str().unwrap_or("AAAA"),
                    "PASSWORD_CLAIM_SIGNATURE": "AAAA",
                    "TIMESTAMP": "Mon Feb 10 18:30:12 UTC 2025",
                    "SECRET_HASH": hash,
                });
                let name = "PASSWORD_VERIFIER";
                let body = json!({ "ChallengeName": name, "ChallengeResponses": answers });
                ("RespondToAuthChallenge", body)
            }
            R::MadeUpSession => {
                let answers =
                    json!({ "USERNAME": name, "NEW_PASSWORD": "New-horse-1", "SECRET_HASH": hash });
                let body = json!({ "ChallengeName": "NEW_PASSWORD_REQUIRED",
                    "Session": "A".repeat(200), "ChallengeResponses": answers });
                ("RespondToAuthChallenge", body)
            }
            R::DeviceWithoutSession => {
                let key = "us-east-1_00000000-0000-4000-8000-000000000000";
                let answers = json!({ "USERNAME": name, "DEVICE_KEY": key, "SRP_A": "ab", "SECRET_HASH": hash });
                let body =
                    json!({ "ChallengeName": "DEVICE_SRP_AUTH", "ChallengeResponses": answers });
                ("RespondToAuthChallenge", body)
            }
            R::ForgotPassword => ("ForgotPassword", named(json!({}))),
            R::ConfirmForgotPassword => {
                let body = json!({ "ConfirmationCode": "no-code", "Password": "New-horse-1" });
                ("ConfirmForgotPassword", named(body))
            }
            R::ResendConfirmationCode => ("ResendConfirmationCode", named(json!({}))),
        }
    }
}

/// Normalizes legitimate differences between any two names: random numbers to their length, a masked address to its
/// form.
fn blind(body: &str, name: &str) -> String {
    let mut blind = body.to_owned();
    for key in [
        "SALT",
        "SECRET_BLOCK",
        "SRP_B",
        "USERNAME",
        "USER_ID_FOR_SRP",
        "Destination",
    ] {
        let start = format!("\"{key}\":\"");
        let Some(at) = blind.find(&start).map(|at| at + start.len()) else {
            continue;
        };
        let end = at + blind[at..].find('"').unwrap();
        let value = &blind[at..end];
        let alike = match key {
            "SALT" | "SECRET_BLOCK" => format!("{} long", value.len()),
            // A number without its leading zeros; the name itself, of whatever length, or a UUID.
            "SRP_B" => format!("{}", value.len() > 700),
            "Destination" => value.replace(|c: char| c.is_ascii_lowercase(), "a"),
            _ if value == name => "the name".to_owned(),
            _ if uuid::Uuid::try_parse(value).is_ok() => "a UUID".to_owned(),
            _ => value.to_owned(),
        };
        blind.replace_range(at..end, &alike);
    }
    blind
}
