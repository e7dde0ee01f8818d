//! `/console/pools/{id}`: the first page of a pool.

use askama::Template;
use axum::extract::Path;
use cabana_domain::PoolId;
use cabana_domain::activity;
use cabana_model::{ListUserPoolClientsRequest, UserPoolType, VerifiedAttributeType, op};

use super::chart::{Chart, DAYS, Day, days};
use crate::desk::{Answer, Desk};
use crate::frame::{Frame, grouped};
use crate::pool_head::PoolHead;

#[derive(Template)]
#[template(path = "settings/overview.html")]
struct Overview {
    frame: Frame,
    head: PoolHead,
    days: Vec<Day>,
    chart: Chart,
    has_client: bool,
    /// Whether the pool verifies addresses by mail and the server cannot send any.
    cannot_mail: bool,
}

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id).await?;
    let api = &desk.console.api;
    let today = activity::day(api.clock.now());
    let since = today - i64::try_from(DAYS).unwrap_or(0);
    let counts = api.store.activity(&PoolId::new(id), since).await?;
    let days = days(today, &counts);
    let first = ListUserPoolClientsRequest {
        user_pool_id: head.id.clone(),
        max_results: Some(1),
        ..ListUserPoolClientsRequest::default()
    };
    let clients = desk.call::<op::ListUserPoolClients>(&first).await?;
    let has_client = clients.user_pool_clients.is_some_and(|it| !it.is_empty());
    desk.page(&Overview {
        frame: head.frame(&desk, "Overview"),
        chart: Chart::of(&days),
        has_client,
        cannot_mail: verifies_by_mail(&head.pool) && !api.settings.transports.email,
        head,
        days,
    })
}

fn verifies_by_mail(pool: &UserPoolType) -> bool {
    let mut verified = pool.auto_verified_attributes.iter().flatten();
    verified.any(|it| *it == VerifiedAttributeType::Email)
}

impl Overview {
    fn sign_ups(&self) -> u64 {
        self.days.iter().map(|day| day.sign_ups).sum()
    }

    fn sign_ins(&self) -> u64 {
        self.days.iter().map(|day| day.sign_ins).sum()
    }

    /// Summary of the chart, for screen readers.
    fn words(&self) -> String {
        let counted = |number, what| match number {
            1 => format!("1 {what}"),
            _ => format!("{} {what}s", grouped(number)),
        };
        let ups = counted(self.sign_ups(), "sign-up");
        let ins = counted(self.sign_ins(), "sign-in");
        format!("{ups} and {ins} in the last {DAYS} days.")
    }
}
