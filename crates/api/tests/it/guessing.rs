//! Mixing known credentials with guesses does not speed up guessing: whatever happens in between, and under whatever
//! name, no hour has more than twenty judged guesses at one user.

use cabana_api::limits::Rates;
use cabana_api::ports::Clock;
use cabana_domain::{Span, Time};
use cabana_testkit::{Answer, TestApp, TestClient};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::auth::{respond, sign_in, srp};
use crate::challenges::code;

const EMAIL: &str = "ada@example.org";
const LOCKED: &str = "Password attempts exceeded";

/// Ada, who signs in with a user name, her `sub` or an e-mail address.
struct Ada {
    app: TestApp,
    pool: String,
    client: TestClient,
    names: [String; 3],
    password: String,
    /// Number of passwords she has had.
    passwords: u32,
    secret: String,
    /// The latest one that awaited a second factor.
    session: Value,
    judged: Vec<Time>,
}

impl Ada {
    async fn new() -> Self {
        let app = TestApp::limited(Rates::OFF);
        let pool = json!({ "AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"] });
        let pool = app.pool(pool).await;
        let client = app
            .client(&pool, json!({ "AuthSessionValidity": 15 }))
            .await;
        let token = json!({ "Enabled": true });
        let factors = json!({ "UserPoolId": pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token });
        app.ok("SetUserPoolMfaConfig", factors).await;
        let attributes = json!([{ "Name": "email", "Value": EMAIL }, { "Name": "email_verified", "Value": "true" }]);
        let made = json!({ "UserPoolId": pool, "Username": "ada", "UserAttributes": attributes, "MessageAction": "SUPPRESS" });
        let made = app.ok("AdminCreateUser", made).await;
        let is_sub = |it: &&Value| it["Name"] == "sub";
        let sub = made["User"]["Attributes"]
            .as_array()
            .unwrap()
            .iter()
            .find(is_sub)
            .unwrap();
        let sub = sub["Value"].as_str().unwrap().to_owned();
        let mut ada = Self {
            app,
            pool,
            client,
            names: ["ada".to_owned(), sub, EMAIL.to_owned()],
            password: String::new(),
            passwords: 0,
            secret: String::new(),
            session: Value::Null,
            judged: Vec::new(),
        };
        ada.password = ada.next_password();
        let password = json!({ "UserPoolId": ada.pool, "Username": "ada", "Password": ada.password, "Permanent": true });
        ada.app.ok("AdminSetUserPassword", password).await;
        ada
    }

    /// The same with an authenticator app as her second factor.
    async fn with_generator() -> Self {
        let mut ada = Self::new().await;
        let access = ada.token().await;
        let seed = ada
            .app
            .ok("AssociateSoftwareToken", json!({ "AccessToken": access }))
            .await;
        ada.secret = seed["SecretCode"].as_str().unwrap().to_owned();
        let shown = json!({ "AccessToken": access, "UserCode": code(&ada.secret, &ada.app) });
        ada.app.ok("VerifySoftwareToken", shown).await;
        let wanted =
            json!({ "AccessToken": access, "SoftwareTokenMfaSettings": { "Enabled": true } });
        ada.app.ok("SetUserMFAPreference", wanted).await;
        ada.app.advance(Span::minutes(1));
        ada
    }

    fn next_password(&mut self) -> String {
        self.passwords += 1;
        format!("Correct-horse{}", self.passwords)
    }

    async fn token(&self) -> Value {
        let tokens = sign_in(&self.app, &self.client, "ada", &self.password)
            .await
            .ok();
        tokens["AuthenticationResult"]["AccessToken"].clone()
    }

    async fn password(&mut self, name: usize, right: bool) {
        let password = if right {
            &self.password
        } else {
            "Wrong-horse1"
        };
        let answer = sign_in(&self.app, &self.client, &self.names[name], password).await;
        if right && answer.status == 200 {
            self.session = answer.body["Session"].clone();
        }
    }

    async fn srp(&mut self) {
        let (answer, _) = srp(&self.app, &self.pool, &self.client, "ada", &self.password).await;
        if answer.status == 200 {
            self.session = answer.body["Session"].clone();
        }
    }

    async fn factor(&self, name: usize, code: &str) -> Answer {
        let answers = json!({ "USERNAME": self.names[name], "SOFTWARE_TOKEN_MFA_CODE": code });
        respond(
            &self.app,
            &self.client,
            "SOFTWARE_TOKEN_MFA",
            &self.session,
            answers,
        )
        .await
    }

    async fn forgot(&self, name: usize) -> Answer {
        let body = json!({ "ClientId": self.client.id, "Username": self.names[name] });
        self.app.call("ForgotPassword", body).await
    }

    async fn confirm(&self, name: usize, code: &str, password: &str) -> Answer {
        let body = json!({
            "ClientId": self.client.id, "Username": self.names[name],
            "ConfirmationCode": code, "Password": password,
        });
        self.app.call("ConfirmForgotPassword", body).await
    }

    async fn reset(&mut self, name: usize) {
        if self.forgot(name).await.status == 200 {
            let code = self.app.code_sent_to(EMAIL).await;
            let password = self.next_password();
            if self.confirm(name, &code, &password).await.status == 200 {
                self.password = password;
            }
        }
    }

    /// Records a judged guess; returns the number within the last hour.
    fn judge(&mut self) -> usize {
        let now = self.app.clock.now();
        self.judged.push(now);
        let hour = self
            .judged
            .iter()
            .filter(|it| **it > now.before(Span::hours(1)));
        hour.count()
    }
}

/// The moves of an attacker who knows the password and reads the mail, but has no authenticator app.
#[derive(Clone, Copy, Debug)]
enum Step {
    Password {
        name: usize,
        right: bool,
    },
    Srp,
    Factor {
        name: usize,
    },
    /// The owner signs in in between.
    RightFactor,
    Reset {
        name: usize,
    },
    Pause(i64),
}

/// A name that starts a sign-in: a `sub` only continues one.
fn login_name() -> impl Strategy<Value = usize> {
    prop_oneof![Just(0), Just(2)]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (login_name(), prop::bool::weighted(0.8)).prop_map(|(name, right)| Step::Password { name, right }),
        1 => Just(Step::Srp),
        12 => (0..3_usize).prop_map(|name| Step::Factor { name }),
        1 => Just(Step::RightFactor),
        1 => login_name().prop_map(|name| Step::Reset { name }),
        4 => prop_oneof![1..20_i64, 100..1000_i64].prop_map(Step::Pause),
    ]
}

fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4) })]

    #[test]
    fn no_hour_has_more_than_twenty_judged_guesses_at_a_second_factor(
        steps in prop::collection::vec(step(), 150..200),
    ) {
        run(async {
            let mut ada = Ada::with_generator().await;
            for step in steps {
                match step {
                    Step::Password { name, right } => ada.password(name, right).await,
                    Step::Srp => ada.srp().await,
                    Step::Factor { name } => {
                        if ada.factor(name, "000000").await.body["__type"] == "CodeMismatchException" {
                            prop_assert!(ada.judge() <= 20);
                        }
                    }
                    Step::RightFactor => drop(ada.factor(0, &code(&ada.secret, &ada.app)).await),
                    Step::Reset { name } => ada.reset(name).await,
                    Step::Pause(seconds) => ada.app.advance(Span::seconds(seconds)),
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_hour_has_more_than_twenty_judged_guesses_at_a_code_whatever_the_name(
        steps in prop::collection::vec((login_name(), 0..10_u32, 0..300_i64), 100..150),
    ) {
        run(async {
            let mut ada = Ada::new().await;
            for (name, what, pause) in steps {
                match what {
                    0 => drop(ada.forgot(name).await),
                    1 => ada.app.advance(Span::seconds(10 * pause)),
                    _ => {
                        let answer = ada.confirm(name, "000000", "Correct-horse9").await;
                        if answer.body["__type"] != "LimitExceededException" {
                            prop_assert!(ada.judge() <= 20);
                        }
                    }
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn no_hour_has_more_than_twenty_judged_guesses_at_the_code_of_an_attribute(
        steps in prop::collection::vec((0..10_u32, 0..300_i64), 100..150),
    ) {
        run(async {
            let mut ada = Ada::new().await;
            for (what, pause) in steps {
                let access = ada.token().await;
                let attribute = json!({ "AccessToken": access, "AttributeName": "email" });
                match what {
                    0 => drop(ada.app.call("GetUserAttributeVerificationCode", attribute).await),
                    1 => ada.app.advance(Span::seconds(10 * pause)),
                    _ => {
                        let guess = json!({ "AccessToken": access, "AttributeName": "email", "Code": "000000" });
                        let answer = ada.app.call("VerifyUserAttribute", guess).await;
                        if answer.body["__type"] != "LimitExceededException" {
                            prop_assert!(ada.judge() <= 20);
                        }
                    }
                }
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_right_password_forgives_no_wrong_second_factor() {
    let mut ada = Ada::with_generator().await;
    ada.password(0, true).await;
    for name in [0, 1, 2, 0] {
        let answer = ada.factor(name, "000000").await;
        answer.refused("CodeMismatchException", "Invalid code received for user");
    }
    ada.password(2, true).await;
    ada.srp().await;
    ada.reset(2).await;
    ada.password(2, true).await;
    let fifth = ada.factor(1, "000000").await;
    fifth.refused("CodeMismatchException", "Invalid code received for user");
    ada.password(0, true).await;
    let right = code(&ada.secret, &ada.app);
    ada.factor(0, &right)
        .await
        .refused("NotAuthorizedException", LOCKED);
    ada.app.advance(Span::seconds(60));
    let right = code(&ada.secret, &ada.app);
    assert!(ada.factor(0, &right).await.ok()["AuthenticationResult"].is_object());
}

#[tokio::test]
async fn an_administrator_forgives_wrong_second_factors() {
    let mut ada = Ada::with_generator().await;
    ada.password(0, true).await;
    for _ in 0..6 {
        ada.factor(0, "000000").await;
    }
    let on = json!({ "UserPoolId": ada.pool, "Username": "ada", "SoftwareTokenMfaSettings": { "Enabled": true } });
    ada.app.ok("AdminSetUserMFAPreference", on).await;
    ada.password(0, true).await;
    let right = code(&ada.secret, &ada.app);
    ada.factor(0, &right).await.ok();
}

#[tokio::test]
async fn answers_to_challenges_are_counted_for_the_user_whatever_they_are_called() {
    let mut ada = Ada::with_generator().await;
    let api = std::sync::Arc::get_mut(&mut ada.app.api).unwrap();
    api.limits = cabana_api::limits::Limits::new(Rates {
        per_user: 1,
        ..Rates::OFF
    });
    ada.password(0, true).await;
    let mut judged = 0;
    for turn in 0..30 {
        let answer = ada.factor(turn % 3, "000000").await;
        judged += usize::from(answer.body["__type"] != "TooManyRequestsException");
    }
    // The burst of one name, not of three.
    assert_eq!(judged, 5);
}
