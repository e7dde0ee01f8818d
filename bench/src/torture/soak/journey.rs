//! A person's journey through an app, and an administrator's calls about them.

use std::collections::VecDeque;
use std::rc::Rc;

use serde_json::{Value, json};

use super::super::page;
use super::super::place::{GROUP, Place, password};
use crate::common::Outcome;
use crate::common::api::text;
use crate::common::http::Connection;

/// People kept per traveller before they are deleted.
const STAY: usize = 50;
/// Every journey of this number creates a pool of its own, and deletes it.
const POOL: u64 = 200;

/// Goes from one journey to the next.
pub struct Traveller {
    place: Rc<Place>,
    number: usize,
    journeys: u64,
    people: VecDeque<String>,
    connection: Option<Connection>,
}

impl Traveller {
    pub fn new(place: Rc<Place>, number: usize) -> Self {
        Self {
            place,
            number,
            journeys: 0,
            people: VecDeque::new(),
            connection: None,
        }
    }

    /// One person's journey from sign-up on; an earlier person is deleted. Returns the number of answered requests.
    ///
    /// # Errors
    /// An unexpected answer.
    pub async fn journey(&mut self) -> Outcome<u64> {
        self.journeys += 1;
        let mut connection = match self.connection.take() {
            // Connections come and go, like those of browsers.
            Some(connection) if !self.journeys.is_multiple_of(10) => connection,
            _ => self.place.connect(0).await?,
        };
        let name = format!("traveller-{}-{}", self.number, self.journeys);
        let mut trip = Trip {
            place: &self.place,
            connection: &mut connection,
            answers: 0,
        };
        trip.arrive(&name).await?;
        trip.sign_in(&name).await?;
        trip.use_pages(&name).await?;
        trip.be_administered(&name).await?;
        self.people.push_back(name);
        if self.people.len() > STAY
            && let Some(who) = self.people.pop_front()
        {
            let user = json!({ "UserPoolId": self.place.pool, "Username": who });
            trip.signed("AdminDeleteUser", user).await?;
        }
        if self.journeys % POOL == 1 {
            trip.make_a_pool().await?;
        }
        let answers = trip.answers;
        self.connection = Some(connection);
        Ok(answers)
    }
}

struct Trip<'t> {
    place: &'t Place,
    connection: &'t mut Connection,
    answers: u64,
}

impl Trip<'_> {
    async fn signed(&mut self, operation: &str, body: Value) -> Outcome<Value> {
        self.answers += 1;
        self.place
            .requests
            .ok(self.connection, operation, body)
            .await
    }

    /// A call without an access key; answered with 200 or the expected error.
    async fn public(&mut self, operation: &str, body: Value, expected: &str) -> Outcome<Value> {
        let request = self.place.requests.public(operation, &body.to_string());
        self.ask(operation, &request, expected).await
    }

    async fn ask(&mut self, what: &str, request: &[u8], expected: &str) -> Outcome<Value> {
        self.answers += 1;
        let reply = self.connection.send(request).await?;
        let said = reply.text();
        let is_right = match expected {
            "" => reply.status == 200,
            kind => reply.status == 400 && said.contains(kind),
        };
        if !is_right {
            return Err(format!("{what}: {} {said}", reply.status).into());
        }
        Ok(serde_json::from_str(&said).unwrap_or_default())
    }

    async fn arrive(&mut self, name: &str) -> Outcome<()> {
        let sign_up = json!({
            "ClientId": self.place.client, "Username": name, "Password": password(1),
            "UserAttributes": [{ "Name": "email", "Value": format!("{name}@example.com") }],
        });
        self.public("SignUp", sign_up.clone(), "").await?;
        self.public("SignUp", sign_up, "UsernameExistsException")
            .await?;
        let code = json!({
            "ClientId": self.place.client, "Username": name, "ConfirmationCode": "000000",
        });
        // One of a million such codes is right.
        let _ = self
            .public("ConfirmSignUp", code, "CodeMismatchException")
            .await;
        let user = json!({ "UserPoolId": self.place.pool, "Username": name });
        let confirmed = self.signed("AdminGetUser", user.clone()).await?;
        if text(&confirmed, "/UserStatus")? == "UNCONFIRMED" {
            self.signed("AdminConfirmSignUp", user).await?;
        }
        Ok(())
    }

    async fn sign_in(&mut self, name: &str) -> Outcome<()> {
        let sign_in = |client: &str, number: u32| {
            json!({
                "ClientId": client, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": { "USERNAME": name, "PASSWORD": password(number) },
            })
        };
        let place = self.place;
        let refused = "NotAuthorizedException";
        self.public("InitiateAuth", sign_in(&place.client, 2), refused)
            .await?;
        let tokens = self
            .public("InitiateAuth", sign_in(&place.client, 1), "")
            .await?;
        let access = text(&tokens, "/AuthenticationResult/AccessToken")?;
        self.public("GetUser", json!({ "AccessToken": access }), "")
            .await?;
        let refresh = json!({
            "ClientId": place.client, "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": { "REFRESH_TOKEN": text(&tokens, "/AuthenticationResult/RefreshToken")? },
        });
        self.public("InitiateAuth", refresh, "").await?;
        let tokens = self
            .public("InitiateAuth", sign_in(&place.rotating, 1), "")
            .await?;
        let rotate = json!({
            "ClientId": place.rotating,
            "RefreshToken": text(&tokens, "/AuthenticationResult/RefreshToken")?,
        });
        self.public("GetTokensFromRefreshToken", rotate, "").await?;
        Ok(())
    }

    async fn use_pages(&mut self, name: &str) -> Outcome<()> {
        let place = self.place;
        let code = page::authorization_code(place, self.connection, name, &password(1)).await?;
        self.answers += 2;
        let exchange = page::exchange(place, &code);
        let tokens = self.ask("token", &exchange, "").await?;
        let bearer = format!(
            "authorization: Bearer {}\r\n",
            text(&tokens, "/access_token")?
        );
        let path = format!("/{}/oauth2/userInfo", place.pool);
        let info = place.requests.get(&path, &bearer);
        self.ask("userInfo", &info, "").await?;
        // A code that is never redeemed.
        page::authorization_code(place, self.connection, name, &password(1)).await?;
        self.answers += 2;
        Ok(())
    }

    async fn be_administered(&mut self, name: &str) -> Outcome<()> {
        let pool = &self.place.pool;
        let attributes = json!([{ "Name": "given_name", "Value": name }]);
        let calls = [
            (
                "AdminUpdateUserAttributes",
                json!({ "UserPoolId": pool, "Username": name, "UserAttributes": attributes }),
            ),
            (
                "AdminAddUserToGroup",
                json!({ "UserPoolId": pool, "Username": name, "GroupName": GROUP }),
            ),
            (
                "ListUsers",
                json!({ "UserPoolId": pool, "Filter": format!("given_name = \"{name}\"") }),
            ),
            (
                "AdminUserGlobalSignOut",
                json!({ "UserPoolId": pool, "Username": name }),
            ),
        ];
        for (operation, body) in calls {
            self.signed(operation, body).await?;
        }
        Ok(())
    }

    async fn make_a_pool(&mut self) -> Outcome<()> {
        let made = self
            .signed("CreateUserPool", json!({ "PoolName": "for a moment" }))
            .await?;
        let pool = text(&made, "/UserPool/Id")?;
        for number in 0..10 {
            let user = json!({
                "UserPoolId": pool, "Username": format!("guest-{number}"), "MessageAction": "SUPPRESS",
            });
            self.signed("AdminCreateUser", user).await?;
        }
        self.signed("DeleteUserPool", json!({ "UserPoolId": pool }))
            .await?;
        Ok(())
    }
}
