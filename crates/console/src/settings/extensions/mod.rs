//! `/extensions`: the functions that take part in a pool's work (Lambda triggers).

pub mod edit;
pub mod function;

use axum::extract::Path;
use cabana_domain::PoolId;
use cabana_domain::trigger::Trigger;

use super::panel::{Cell, Panel};
use super::tab;
use crate::desk::{Answer, Desk};
use crate::frame::When;
use crate::pool_head::PoolHead;

/// The name of a trigger, as Amazon's console has it, and when its function is called.
pub fn words(trigger: Trigger) -> (&'static str, &'static str) {
    match trigger {
        Trigger::PreSignUp => (
            "Pre sign-up",
            "Before an account is created; it may refuse or confirm the account.",
        ),
        Trigger::PostConfirmation => (
            "Post confirmation",
            "After an account was confirmed, or a password was reset.",
        ),
        Trigger::PreAuthentication => (
            "Pre authentication",
            "At the start of a sign-in; it may refuse.",
        ),
        Trigger::PostAuthentication => (
            "Post authentication",
            "After a sign-in, before tokens are given.",
        ),
        Trigger::PreTokenGeneration => (
            "Pre token generation",
            "Before tokens are signed; it changes their claims.",
        ),
        Trigger::UserMigration => (
            "Migrate user",
            "When a user is unknown here; it may create them.",
        ),
        Trigger::InboundFederation => (
            "Inbound federation",
            "At each sign-in through an identity provider; it changes what the provider says.",
        ),
        Trigger::DefineAuthChallenge => (
            "Define auth challenge",
            "In custom authentication: it decides what is asked next, and when the sign-in is complete.",
        ),
        Trigger::CreateAuthChallenge => (
            "Create auth challenge",
            "In custom authentication: it makes a challenge.",
        ),
        Trigger::VerifyAuthChallengeResponse => (
            "Verify auth challenge response",
            "In custom authentication: it judges the answer to a challenge.",
        ),
        Trigger::CustomMessage => (
            "Custom message",
            "Before a message is sent; it writes the texts.",
        ),
        Trigger::CustomEmailSender => (
            "Custom email sender",
            "In place of a mail; it sends the message itself.",
        ),
        Trigger::CustomSmsSender => (
            "Custom SMS sender",
            "In place of a text message; it sends the message itself.",
        ),
    }
}

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let head = PoolHead::of(&desk, &id).await?;
    let config = head.pool.lambda_config.clone().unwrap_or_default();
    let (pool, calls) = (PoolId::new(id), &desk.console.api.function_calls);
    let set = Trigger::ALL
        .into_iter()
        .filter_map(|trigger| Some((trigger, trigger.arn(&config)?)));
    let line = |(trigger, arn): (Trigger, &str)| {
        let last = calls.of(&pool, trigger).into_iter().next();
        let outcome = last.as_ref().map(|last| match last.error {
            None => Cell::Tag("good", "Answered".to_owned()),
            Some(_) => Cell::Tag("bad", "Failed".to_owned()),
        });
        let (name, _) = words(trigger);
        vec![
            Cell::Link {
                text: name.to_owned(),
                url: head.url(&format!("/extensions/{}", trigger.name())),
            },
            Cell::Code(arn.to_owned()),
            last.map_or(Cell::Nothing, |last| Cell::At(When(last.at))),
            outcome.unwrap_or(Cell::Nothing),
        ]
    };
    let lines: Vec<_> = set.map(line).collect();
    let panel = Panel::new("functions", "Lambda triggers")
        .count(lines.len())
        .lead("Functions that are called while people sign up and sign in. A function that cannot be called fails what it takes part in.")
        .action(
            !desk.operator.read_only,
            "Edit",
            head.url("/extensions/edit"),
        )
        .table(
            &["Trigger", "Lambda function", "Last call", "Outcome"],
            lines,
            "No function takes part in this user pool.",
        )
        .hide_when_narrow(&["Lambda function"]);
    tab::show(&desk, &head, "Extensions", vec![panel])
}
