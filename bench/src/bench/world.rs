//! Test data of the cases: pools, clients, users, tokens.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::ops::Range;
use std::rc::Rc;

use aws_lc_rs::digest::{SHA256, digest};
use cabana_domain::code::AuthorizationCode;
use cabana_domain::flow::{Authentication, Method, Methods};
use cabana_domain::message::DeliveryState;
use cabana_domain::{ClientId, PoolId, Span, Sub};
use cabana_store::{Change, Page, SharedStore};
use serde_json::json;
use tokio::task::spawn_local;

use super::crowd;
use super::fill::{self, Members};
use super::people::{self, PASSWORD};
use super::pools::{make_client, make_machine, make_pool};
use super::srp::SrpClient;
use super::ways::Ways;
use crate::common::Outcome;
use crate::common::api::{Requests, text};
use crate::common::http::Connection;
use crate::common::server::Setup;

pub const CALLBACK: &str = "http://localhost:3000/callback";
pub const SCOPE: &str = "orders/read";
/// Users that sign in, spread over the pool.
const MEMBERS: u32 = 256;
/// Users of the pool without SRP.
const HASHED: u32 = 16;
/// Connections for the preparations.
const BUSY: usize = 32;
const CODES: u32 = 500;

/// A user who is signed in.
pub struct Member {
    pub name: String,
    pub access_token: String,
    pub refresh_token: String,
}

/// A server of the installation under test.
#[derive(Clone, Copy)]
pub struct Node {
    pub address: SocketAddr,
    pub pid: u32,
}

pub struct World {
    /// At least one; preparations go to the first.
    pub nodes: Vec<Node>,
    /// Whether the load's core is used by nothing else.
    pub has_load_core: bool,
    pub requests: Requests,
    pub pool: String,
    pub client: String,
    /// A machine-to-machine client: ID and secret.
    pub machine: (String, String),
    /// A client of the pool whose passwords are Argon2id hashes.
    pub hashed_client: String,
    /// An access token with the scope `openid`.
    pub openid_token: String,
    pub srp: SrpClient,
    /// Pools for other ways to sign in.
    pub ways: Ways,
    users: u32,
    members: Vec<Member>,
    store: SharedStore,
    next_ticket: Cell<u64>,
    codes: RefCell<HashMap<String, String>>,
}

impl World {
    /// Creates the data: through the API, except for the mass of users.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn make(setup: &Setup, nodes: Vec<Node>, users: u32) -> Outcome<Rc<Self>> {
        let requests = setup.requests();
        let connection = &mut Connection::open(setup.address()).await?;
        let pool = make_pool(&requests, connection, json!({})).await?;
        let hashed_pool = make_pool(&requests, connection, json!({ "cabana:srp": "off" })).await?;
        let client = make_client(&requests, connection, &pool).await?;
        let hashed_client = make_client(&requests, connection, &hashed_pool).await?;
        let machine = make_machine(&requests, connection, &pool).await?;
        let one_of = users / MEMBERS;
        let (to_fill, list) = setup.store_to_fill().await?;
        for (pool, users, one_of) in [(&pool, users, one_of), (&hashed_pool, HASHED, 1)] {
            let found = to_fill.pool(&PoolId::new(pool.as_str())).await?;
            let found = found.ok_or("the pool is not in the store")?;
            let members = Members {
                users,
                one_of,
                list,
            };
            fill::fill(&to_fill, &found, members).await?;
        }
        drop(to_fill);
        setup.sync()?;
        // The first connection was closed: filling takes longer than the server waits for a request.
        let connection = &mut Connection::open(setup.address()).await?;
        let mut world = Self {
            nodes,
            has_load_core: !setup.has_database(),
            requests,
            pool,
            client,
            machine,
            hashed_client,
            openid_token: String::new(),
            srp: SrpClient::new()?,
            ways: Ways::default(),
            users,
            members: Vec::new(),
            store: setup.store().await?,
            next_ticket: Cell::new(0),
            codes: RefCell::default(),
        };
        for number in 0..MEMBERS {
            let member = world.sign_in(connection, number * one_of).await?;
            world.members.push(member);
        }
        world.openid_token = world.openid_token(connection).await?;
        Ok(Rc::new(world))
    }

    async fn sign_in(&self, connection: &mut Connection, number: u32) -> Outcome<Member> {
        let name = people::username(number);
        let body = json!({
            "ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
        });
        let answer = self.requests.ok(connection, "InitiateAuth", body).await?;
        Ok(Member {
            name,
            access_token: text(&answer, "/AuthenticationResult/AccessToken")?,
            refresh_token: text(&answer, "/AuthenticationResult/RefreshToken")?,
        })
    }

    async fn openid_token(&self, connection: &mut Connection) -> Outcome<String> {
        let ticket = self.tickets(1);
        self.insert_codes(ticket..ticket + 1).await?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", &self.client),
            ("code", &authorization_code(ticket)),
            ("redirect_uri", CALLBACK),
        ];
        let path = format!("/{}/oauth2/token", self.pool);
        let reply = connection
            .send(&self.requests.form(&path, "", &fields))
            .await?;
        text(&serde_json::from_slice(reply.body)?, "/access_token")
    }

    /// The server's store.
    pub fn store(&self) -> &SharedStore {
        &self.store
    }

    /// The address for a connection: each node in turn.
    pub fn address(&self, number: usize) -> Outcome<SocketAddr> {
        let node = self.nodes.get(number % self.nodes.len().max(1));
        Ok(node.ok_or("no server runs")?.address)
    }

    /// Reserves this many tickets; returns the first.
    pub fn tickets(&self, count: u64) -> u64 {
        let first = self.next_ticket.get();
        self.next_ticket.set(first + count);
        first
    }

    /// The number of any user; neighbouring tickets give distant users.
    pub fn any_user(&self, ticket: u64) -> u32 {
        let scattered = ticket.wrapping_mul(2_654_435_761) % u64::from(self.users.max(1));
        u32::try_from(scattered).unwrap_or_default()
    }

    /// A signed-in user.
    ///
    /// # Errors
    /// If no user is signed in yet.
    pub fn member(&self, ticket: u64) -> Outcome<&Member> {
        let at = (ticket % u64::from(MEMBERS)) as usize;
        let found = self.members.get(at);
        found.ok_or_else(|| "no user is signed in".into())
    }

    /// The name of a user whose password is an Argon2id hash.
    pub fn hashed(&self, ticket: u64) -> String {
        people::username((ticket % u64::from(HASHED)) as u32)
    }

    /// Stores an authorization code for each ticket, as the sign-in page would.
    ///
    /// # Errors
    /// If the store refuses.
    pub async fn insert_codes(&self, tickets: Range<u64>) -> Outcome<()> {
        let now = fill::time()?;
        let sub = self.sub_of_a_member().await?;
        let tickets: Vec<u64> = tickets.collect();
        for some in tickets.chunks(CODES as usize) {
            let code = |ticket: &u64| {
                let mut hash = [0; 32];
                let code = authorization_code(*ticket);
                hash.copy_from_slice(digest(&SHA256, code.as_bytes()).as_ref());
                Change::InsertAuthorizationCode(AuthorizationCode {
                    origin: None,
                    hash,
                    pool: PoolId::new(self.pool.as_str()),
                    client: ClientId::new(self.client.as_str()),
                    sub: sub.clone(),
                    redirect_uri: CALLBACK.to_owned(),
                    scopes: vec!["openid".to_owned(), "email".to_owned()],
                    code_challenge: None,
                    nonce: Some("n-0S6_WzA2Mj".to_owned()),
                    resource: None,
                    authentication: Authentication {
                        at: now,
                        methods: Methods(vec![Method::Pwd]),
                        device: None,
                        app: None,
                        provider: None,
                        vouched: None,
                    },
                    level_asked: false,
                    claims: None,
                    expires: now.after(Span::minutes(5)),
                })
            };
            self.store.apply(some.iter().map(code).collect()).await?;
        }
        Ok(())
    }

    /// Fills the console's lists: groups, members, messages, an audit log, activity.
    ///
    /// # Errors
    /// If the store refuses.
    pub async fn crowd(&self) -> Outcome<()> {
        let pool = PoolId::new(self.pool.as_str());
        crowd::fill(&self.store, &pool, self.users).await
    }

    async fn sub_of_a_member(&self) -> Outcome<Sub> {
        let pool = PoolId::new(self.pool.as_str());
        let user = self.store.user_by_name(&pool, &people::username(0)).await?;
        Ok(user.ok_or("the first user is gone")?.sub)
    }

    /// Sends requests, many at once, that must all succeed.
    ///
    /// # Errors
    /// If one does not.
    pub async fn send_all(self: &Rc<Self>, requests: impl Iterator<Item = Vec<u8>>) -> Outcome<()> {
        let waiting = Rc::new(RefCell::new(requests.collect::<Vec<_>>()));
        let address = self.address(0)?;
        let workers: Vec<_> = (0..BUSY)
            .map(|_| spawn_local(send_each(address, waiting.clone())))
            .collect();
        for worker in workers {
            worker.await??;
        }
        Ok(())
    }

    /// Reads the confirmation codes of these people from the inbox.
    ///
    /// # Errors
    /// If the store does not answer, or lacks one of the codes.
    pub async fn read_codes(&self, names: impl Iterator<Item = String>) -> Outcome<()> {
        let mut wanted: std::collections::HashSet<String> = names.collect();
        while !wanted.is_empty() {
            let mut page = Page {
                limit: CODES,
                after: None,
            };
            let before = wanted.len();
            loop {
                let found = self
                    .store
                    .messages(Some(DeliveryState::Inbox), page)
                    .await?;
                for message in found.items {
                    let name = message.to.split('@').next().unwrap_or_default().to_owned();
                    let code = message.content.and_then(|content| content.code);
                    if let Some(code) = code
                        && wanted.remove(&name)
                    {
                        self.codes.borrow_mut().insert(name, code);
                    }
                }
                match found.next {
                    Some(next) if !wanted.is_empty() => {
                        page = Page {
                            limit: CODES,
                            after: Some(next),
                        };
                    }
                    _ => break,
                }
            }
            if wanted.len() == before {
                // The server may not have delivered them yet.
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
        }
        Ok(())
    }

    /// The code sent to a person.
    ///
    /// # Errors
    /// If none was read.
    pub fn code_for(&self, name: &str) -> Outcome<String> {
        let code = self.codes.borrow_mut().remove(name);
        code.ok_or_else(|| format!("no code for {name}").into())
    }
}

/// The authorization code of a ticket.
pub fn authorization_code(ticket: u64) -> String {
    format!("bench-{ticket:030}")
}

async fn send_each(address: SocketAddr, waiting: Rc<RefCell<Vec<Vec<u8>>>>) -> Outcome<()> {
    let mut connection = Connection::open(address).await?;
    loop {
        let Some(request) = waiting.borrow_mut().pop() else {
            return Ok(());
        };
        let reply = connection.send(&request).await?;
        if reply.status != 200 {
            return Err(format!("{} {}", reply.status, reply.text()).into());
        }
    }
}
