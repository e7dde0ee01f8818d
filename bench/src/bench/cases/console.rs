//! Pages of the console, requested by a signed-in administrator, one after another.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use async_trait::async_trait;
use serde_json::json;
use tokio::sync::OnceCell;

use super::Case;
use crate::bench::crowd::BIG_GROUP;
use crate::bench::load::Pace;
use crate::bench::people;
use crate::bench::report::Report;
use crate::bench::world::World;
use crate::common::Outcome;
use crate::common::browser::{Browser, between};
use crate::common::http::Connection;

const POOL: &str = "cabana_Operators";
const NAME: &str = "bench";
const PASSWORD: &str = "correct horse battery staple";
/// Number of pages after which a page counts as deep.
const DEEP: usize = 100;

/// Pages by name and path; `{pool}`, `{client}` and `{user}` stand for IDs.
const PAGES: [(&str, &str); 14] = [
    ("pools", "/console/pools"),
    ("overview with chart", "/console/pools/{pool}"),
    ("quick start", "/console/pools/{pool}/quick-start"),
    ("groups", "/console/pools/{pool}/groups"),
    ("user", "/console/pools/{pool}/users/{user}"),
    ("sign-in experience", "/console/pools/{pool}/sign-in"),
    ("messaging", "/console/pools/{pool}/messaging"),
    ("app integration", "/console/pools/{pool}/integration"),
    ("app client", "/console/pools/{pool}/clients/{client}"),
    ("inbox", "/console/inbox"),
    ("operators", "/console/operators"),
    ("access keys", "/console/access-keys"),
    ("server", "/console/server"),
    ("delete a pool", "/console/pools/{pool}/delete"),
];

/// Lists that are paged through first.
const DEEP_PAGES: [(&str, &str); 6] = [
    ("users", "/console/pools/{pool}/users"),
    ("audit log", "/console/audit"),
    ("audit log of a pool", "/console/audit?pool={pool}"),
    ("messages", "/console/messages"),
    ("messages of a state", "/console/messages?state=inbox"),
    ("big group", "/console/pools/{pool}/groups/{group}"),
];

/// Searches for users: attribute and value.
const SEARCHES: [(&str, &str); 10] = [
    ("username", "maria"),
    ("email", "maria."),
    ("phone_number", "+1555"),
    ("name", "maria s"),
    ("given_name", "maria"),
    ("family_name", "s"),
    ("preferred_username", "m"),
    ("sub", "a"),
    ("cognito:user_status", "confirmed"),
    ("status", "enabled"),
];

pub fn all() -> Vec<Rc<dyn Case>> {
    let session = Rc::new(Session::default());
    let page = |name: String, path: &str, depth| {
        Rc::new(ConsolePage {
            name: format!("console: {name}"),
            path: path.to_owned(),
            depth,
            session: session.clone(),
            found: RefCell::default(),
        }) as Rc<dyn Case>
    };
    let mut cases = Vec::new();
    for (name, path) in PAGES {
        cases.push(page(name.to_owned(), path, 0));
    }
    for (name, path) in DEEP_PAGES {
        cases.push(page(name.to_owned(), path, 0));
        cases.push(page(format!("{name}, deep"), path, DEEP));
    }
    for (property, text) in SEARCHES {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("property", property)
            .append_pair("text", text)
            .finish();
        let path = format!("/console/pools/{{pool}}/users?{query}");
        cases.push(page(format!("users by {property}"), &path, 0));
        cases.push(page(format!("users by {property}, deep"), &path, DEEP));
    }
    cases
}

/// The administrator's cookies; created once for all pages.
#[derive(Default)]
struct Session(OnceCell<String>);

impl Session {
    async fn cookies(&self, world: &World) -> Outcome<&String> {
        self.0.get_or_try_init(|| enter(world)).await
    }
}

/// Creates an administrator and signs them in through the hosted pages.
async fn enter(world: &World) -> Outcome<String> {
    world.crowd().await?;
    let connection = &mut Connection::open(world.address(0)?).await?;
    let user = json!({ "UserPoolId": POOL, "Username": NAME });
    let with = |more: serde_json::Value| {
        let mut body = user.clone();
        if let (Some(body), Some(more)) = (body.as_object_mut(), more.as_object()) {
            body.extend(more.clone());
        }
        body
    };
    for (operation, body) in [
        (
            "AdminCreateUser",
            with(json!({ "MessageAction": "SUPPRESS" })),
        ),
        (
            "AdminSetUserPassword",
            with(json!({ "Password": PASSWORD, "Permanent": true })),
        ),
        (
            "AdminAddUserToGroup",
            with(json!({ "GroupName": "administrators" })),
        ),
    ] {
        world.requests.ok(connection, operation, body).await?;
    }
    let mut browser = Browser::new(&world.requests, Connection::open(world.address(0)?).await?);
    let login = browser.get("/console").await?;
    let fields = [("username", NAME), ("password", PASSWORD)];
    let page = browser.post(&login, &fields).await?;
    match page.path.starts_with("/console") {
        true => Ok(browser.cookies()),
        false => Err(format!("the console does not open, but {}", page.path).into()),
    }
}

struct ConsolePage {
    name: String,
    path: String,
    depth: usize,
    session: Rc<Session>,
    /// The request.
    found: RefCell<Vec<u8>>,
}

impl ConsolePage {
    fn start(&self, world: &World) -> String {
        self.path
            .replace("{pool}", &world.pool)
            .replace("{client}", &world.client)
            .replace("{user}", &people::username(0))
            .replace("{group}", BIG_GROUP)
    }
}

#[async_trait(?Send)]
impl Case for ConsolePage {
    fn name(&self) -> &str {
        &self.name
    }

    fn pace(&self, _so_far: &Report) -> Option<Pace> {
        Some(Pace::full(1))
    }

    /// Pages through the list until it is deep inside, or at the end.
    async fn prepare(&self, world: &Rc<World>, _tickets: Range<u64>) -> Outcome<()> {
        let cookies = self.session.cookies(world).await?;
        let mut connection = Connection::open(world.address(0)?).await?;
        let mut request = world.requests.get(&self.start(world), cookies);
        for _ in 0..self.depth {
            let reply = connection.send(&request).await?;
            super::succeeded(&reply)?;
            let page = reply.text();
            let pager = between(&page, "class=\"pager\"", "</p>");
            let Some(next) = pager.and_then(|it| between(it, "href=\"", "\"")) else {
                break;
            };
            let next = next.replace("&#38;", "&").replace("&amp;", "&");
            request = world.requests.get(&next, cookies);
        }
        *self.found.borrow_mut() = request;
        Ok(())
    }

    fn request(&self, _world: &World, _ticket: u64) -> Outcome<Vec<u8>> {
        Ok(self.found.borrow().clone())
    }
}
