//! ListUsers, 60 at a time: first pages and pages deep within, with and without a filter.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use async_trait::async_trait;
use serde_json::json;

use super::Case;
use crate::bench::people;
use crate::bench::world::World;
use crate::common::Outcome;
use crate::common::http::Connection;

/// Number of tokens of deep pages that are kept.
const TOKENS: usize = 512;

pub fn all() -> Vec<Rc<dyn Case>> {
    let mut cases = vec![
        ListUsers::new("first page", "", false),
        ListUsers::new("deep pages", "", true),
    ];
    let (given, family) = people::NAMES_LISTED;
    for (what, filter) in [
        ("email ^=", format!("email ^= \"{given}.\"")),
        ("name ^=", format!("name ^= \"{given} \"")),
        ("given_name =", format!("given_name = \"{given}\"")),
        ("family_name ^=", format!("family_name ^= \"{family}\"")),
        ("username ^=", format!("username ^= \"{given}.\"")),
        ("phone_number ^=", "phone_number ^= \"+1555\"".to_owned()),
        (
            "user_status =",
            "cognito:user_status = \"CONFIRMED\"".to_owned(),
        ),
        ("status =", "status = \"Enabled\"".to_owned()),
        ("sub ^=", "sub ^= \"\"".to_owned()),
    ] {
        cases.push(ListUsers::new(&format!("{what}, deep"), &filter, true));
    }
    cases.push(ListUsers::new("email =, one user", ONE, false));
    let boxed = |case| Rc::new(case) as Rc<dyn Case>;
    cases.into_iter().map(boxed).collect()
}

/// A filter that matches one user, a different one for each ticket.
const ONE: &str = "one";

struct ListUsers {
    name: String,
    filter: String,
    deep: bool,
    tokens: RefCell<Vec<String>>,
}

impl ListUsers {
    fn new(what: &str, filter: &str, deep: bool) -> Self {
        Self {
            name: format!("ListUsers {what}"),
            filter: filter.to_owned(),
            deep,
            tokens: RefCell::default(),
        }
    }

    fn body(&self, world: &World, filter: &str, token: Option<&str>) -> String {
        let mut body = json!({ "UserPoolId": world.pool, "Limit": 60 });
        if let Some(members) = body.as_object_mut() {
            if !filter.is_empty() {
                members.insert("Filter".to_owned(), json!(filter));
            }
            if let Some(token) = token {
                members.insert("PaginationToken".to_owned(), json!(token));
            }
        }
        body.to_string()
    }
}

#[async_trait(?Send)]
impl Case for ListUsers {
    fn name(&self) -> &str {
        &self.name
    }

    /// Reads all pages and keeps tokens from the second half on.
    async fn prepare(&self, world: &Rc<World>, _tickets: Range<u64>) -> Outcome<()> {
        if !self.deep || !self.tokens.borrow().is_empty() {
            return Ok(());
        }
        let mut connection = Connection::open(world.address(0)?).await?;
        let mut tokens: Vec<String> = Vec::new();
        loop {
            let body = self.body(world, &self.filter, tokens.last().map(String::as_str));
            let request = world.requests.signed("ListUsers", &body)?;
            let reply = connection.send(&request).await?;
            super::succeeded(&reply)?;
            let page: serde_json::Value = serde_json::from_slice(reply.body)?;
            match page.get("PaginationToken").and_then(|it| it.as_str()) {
                Some(token) => tokens.push(token.to_owned()),
                None => break,
            }
        }
        // The last page is not full.
        tokens.pop();
        let deep = tokens.split_off(tokens.len() / 2);
        let step = (deep.len() / TOKENS).max(1);
        *self.tokens.borrow_mut() = deep.into_iter().step_by(step).collect();
        if self.tokens.borrow().is_empty() {
            return Err(format!("{}: too few users for a second page", self.name).into());
        }
        Ok(())
    }

    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>> {
        let body = if self.filter == ONE {
            let filter = format!("email = \"{}\"", people::email(world.any_user(ticket)));
            self.body(world, &filter, None)
        } else {
            let tokens = self.tokens.borrow();
            let token = usize::try_from(ticket)?.checked_rem(tokens.len());
            let token = token.and_then(|at| tokens.get(at)).map(String::as_str);
            self.body(world, &self.filter, token)
        };
        world.requests.signed("ListUsers", &body)
    }
}
