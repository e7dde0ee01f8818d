//! Messages that functions send.

use cabana_domain::Time;
use cabana_domain::delivery::Delivery;
use cabana_store::Result;

use super::Plan;
use super::pools::pool_exists;
use crate::engine::{Step, Verdict};
use crate::sealing::seal;
use crate::sql::deliveries as sql;
use crate::value::params;
use crate::words;

impl Plan<'_> {
    pub(super) fn deliver(&mut self, delivery: &Delivery) -> Result<()> {
        let place = ["deliveries", "event", delivery.pool.as_str(), &delivery.id];
        let event = seal(self.sealer, &place, delivery.event.expose().as_bytes())?;
        self.push(Step::ask(
            sql::INSERT_DELIVERY,
            params![
                &delivery.pool,
                &delivery.id,
                delivery.trigger.name(),
                &delivery.arn,
                event,
                words::delivery_state(delivery.state),
                delivery.attempts,
                delivery.due,
                delivery.error.as_ref(),
                delivery.created,
            ],
            Verdict::Conflict("delivery"),
            pool_exists(&delivery.pool),
        ))
    }

    pub(super) fn update_delivery(&mut self, delivery: &Delivery, attempts: u32) -> Result<()> {
        self.push(Step::ask(
            sql::UPDATE_DELIVERY,
            params![
                &delivery.id,
                attempts,
                words::delivery_state(delivery.state),
                delivery.attempts,
                delivery.due,
                delivery.error.as_ref(),
            ],
            Verdict::Stale,
            (sql::DELIVERY_EXISTS, params![&delivery.id]),
        ))
    }

    pub(super) fn delete_delivery(&mut self, id: &str, attempts: u32) -> Result<()> {
        self.push(Step::ask(
            sql::DELETE_DELIVERY,
            params![id, attempts],
            Verdict::Stale,
            (sql::DELIVERY_EXISTS, params![id]),
        ))
    }

    pub(super) fn release_deliveries(&mut self, now: Time, until: Time) -> Result<()> {
        self.push(Step::any(sql::RELEASE_DELIVERIES, params![now, until]))
    }
}
