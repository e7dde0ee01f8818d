//! The cases: their requests, and the expected answers.

mod console;
mod dialect;
mod federated;
mod listing;
mod oauth;
mod signing_in;
mod users;
mod ways_in;

use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use async_trait::async_trait;

use super::load::Pace;
use super::report::Report;
use super::world::World;
use crate::common::Outcome;
use crate::common::http::Reply;

/// One kind of request. Every request has a ticket, a number that no other request has.
#[async_trait(?Send)]
pub trait Case {
    fn name(&self) -> &str;

    /// RS256 signatures in each answer.
    fn signatures(&self) -> u32 {
        0
    }

    /// ES256 verifications for each answer, besides its signatures.
    fn verifications(&self) -> u32 {
        0
    }

    /// Argon2id hashes for each answer.
    fn hashes(&self) -> u32 {
        0
    }

    /// An upper bound of answers per second: for that many, data is prepared.
    fn fastest(&self) -> u32 {
        1_000_000
    }

    /// How long an answer waits for something other than the server.
    fn waits(&self) -> Duration {
        Duration::ZERO
    }

    /// A single pace, if not the usual ones; it may depend on the results so far.
    fn pace(&self, _so_far: &Report) -> Option<Pace> {
        None
    }

    /// A second case that runs at the same time.
    fn beside(&self) -> Option<(Rc<dyn Case>, Pace)> {
        None
    }

    /// Creates the data that these tickets need.
    async fn prepare(&self, _world: &Rc<World>, _tickets: Range<u64>) -> Outcome<()> {
        Ok(())
    }

    /// The request of a ticket.
    fn request(&self, world: &World, ticket: u64) -> Outcome<Vec<u8>>;

    /// Checks an answer; returns the next request if the exchange has more.
    fn answer(&self, _world: &World, _ticket: u64, reply: &Reply<'_>) -> Outcome<Option<Vec<u8>>> {
        succeeded(reply)?;
        Ok(None)
    }
}

/// All cases, in the order of the table. Users are created after everything else but the console: until then the pool
/// has as many as requested, all of one kind.
pub fn all() -> Vec<Rc<dyn Case>> {
    let mut cases = users::reading();
    cases.extend(listing::all());
    cases.extend(signing_in::all());
    cases.extend(ways_in::all());
    cases.push(Rc::new(federated::Federated));
    cases.extend(oauth::all());
    cases.extend(dialect::all());
    cases.extend(users::making());
    cases.extend(console::all());
    cases
}

fn succeeded(reply: &Reply<'_>) -> Outcome<()> {
    if reply.status != 200 {
        return Err(format!("{} {}", reply.status, reply.text()).into());
    }
    Ok(())
}
