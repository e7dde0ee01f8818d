//! The outbox and the inbox.

use async_trait::async_trait;
use cabana_domain::Time;
use cabana_domain::message::{DeliveryState, Message};
use cabana_model::DeliveryMediumType;
use cabana_store::{Page, Paged, ReadMessages, Result};

use crate::engine::Engine;
use crate::rows;
use crate::sql::messages as sql;
use crate::store::SqlStore;
use crate::value::params;
use crate::words;

#[async_trait]
impl<E: Engine> ReadMessages for SqlStore<E> {
    async fn message(&self, id: &str) -> Result<Option<Message>> {
        self.one("messages", sql::MESSAGE, params![id], |cells| {
            rows::message(cells, &self.sealer)
        })
        .await
    }

    async fn messages(&self, state: Option<DeliveryState>, page: Page) -> Result<Paged<Message>> {
        let (statement, row) = match state {
            None => (sql::MESSAGES, params![]),
            Some(state) => (
                sql::MESSAGES_IN_STATE,
                params![words::delivery_state(state)],
            ),
        };
        let start = params![i64::MAX, ""];
        self.page("messages", statement, row, start, &page, |cells| {
            rows::message(cells, &self.sealer)
        })
        .await
    }

    async fn due_messages(
        &self,
        medium: DeliveryMediumType,
        now: Time,
        limit: u32,
    ) -> Result<Vec<Message>> {
        self.many(
            "messages",
            sql::DUE_MESSAGES,
            params![medium.as_str(), now, limit],
            |cells| rows::message(cells, &self.sealer),
        )
        .await
    }
}
