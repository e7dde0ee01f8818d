//! The outbox and the inbox.

use cabana_domain::message::Message;
use cabana_domain::{PoolId, Time};
use cabana_model::DeliveryMediumType;
use cabana_store::Result;

use super::Plan;
use super::pools::pool_exists;
use crate::engine::{Step, Verdict};
use crate::sealing::seal_json;
use crate::sql::messages as sql;
use crate::value::{Value, params};
use crate::words;

impl Plan<'_> {
    fn sealed_content(&self, message: &Message) -> Result<Value> {
        let place = ["messages", "content", message.pool.as_str(), &message.id];
        match &message.content {
            Some(content) => seal_json(self.sealer, &place, content),
            None => Ok(Value::Null),
        }
    }

    pub(super) fn send(&mut self, message: &Message) -> Result<()> {
        let content = self.sealed_content(message)?;
        self.push(Step::ask(
            sql::INSERT_MESSAGE,
            params![
                &message.pool,
                &message.id,
                message.medium.as_str(),
                &message.to,
                message.from.as_ref(),
                message.reply_to.as_ref(),
                content,
                words::delivery_state(message.state),
                message.attempts,
                message.due,
                message.error.as_ref(),
                message.created,
            ],
            Verdict::Conflict("message"),
            pool_exists(&message.pool),
        ))
    }

    pub(super) fn update_message(&mut self, message: &Message, attempts: u32) -> Result<()> {
        let content = self.sealed_content(message)?;
        self.push(Step::ask(
            sql::UPDATE_MESSAGE,
            params![
                &message.id,
                attempts,
                content,
                words::delivery_state(message.state),
                message.attempts,
                message.due,
                message.error.as_ref(),
            ],
            Verdict::Stale,
            (sql::MESSAGE_EXISTS, params![&message.id]),
        ))
    }

    pub(super) fn release_messages(
        &mut self,
        medium: DeliveryMediumType,
        now: Time,
        until: Time,
    ) -> Result<()> {
        let row = params![medium.as_str(), now, until];
        self.push(Step::any(sql::RELEASE_MESSAGES, row))
    }

    pub(super) fn clear_inbox(&mut self, pool: Option<&PoolId>) -> Result<()> {
        self.push(match pool {
            None => Step::any(sql::CLEAR_INBOX, params![]),
            Some(pool) => Step::any(sql::CLEAR_INBOX_OF_POOL, params![pool]),
        })
    }
}
