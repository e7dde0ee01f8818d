//! `/extensions/{trigger}`: one function of a pool, its last calls, and a test event.

use askama::Template;
use axum::extract::Path;
use cabana_api::logic::triggers;
use cabana_api::logic::triggers::Called;
use cabana_api::ports::Answerer;
use cabana_domain::PoolId;
use cabana_domain::pool::Pool;
use cabana_domain::trigger::Trigger;

use super::words;
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::{Frame, When};
use crate::halt::Halt;
use crate::settings::panel::{Cell, Panel};

#[derive(Template)]
#[template(path = "settings/function.html")]
struct View {
    frame: Frame,
    form: Form,
    panels: Vec<Panel>,
    /// Address of the form that sends a test event; `None` for a read-only operator.
    test: Option<String>,
}

/// The pool, the trigger and the ARN of its function.
async fn found(desk: &Desk, id: &str, trigger: &str) -> Result<(Pool, Trigger, String), Halt> {
    let gone = || Halt::not_found("There is no such function.");
    let pool = desk.console.api.store.pool(&PoolId::new(id)).await?;
    let pool = pool.ok_or_else(gone)?;
    let trigger = Trigger::read(trigger).ok_or_else(gone)?;
    let config = pool.settings.lambda_config.as_ref();
    let arn = config.and_then(|it| trigger.arn(it)).ok_or_else(gone)?;
    Ok(((*pool).clone(), trigger, arn.to_owned()))
}

fn url(id: &str, rest: &str) -> String {
    format!("/console/pools/{id}/extensions{rest}")
}

pub async fn show(Path((id, trigger)): Path<(String, String)>, desk: Desk) -> Answer {
    let (pool, trigger, arn) = found(&desk, &id, &trigger).await?;
    let (name, when) = words(trigger);
    let calls = desk.console.api.function_calls.of(&pool.id, trigger);
    let panels = vec![
        Panel::new("function", "Lambda function")
            .lead(when)
            .row(
                "Answered by",
                answered_by(desk.console.api.functions.answerer(&arn)),
            )
            .row("ARN", Cell::Copied(arn, "ARN")),
        Panel::new("calls", "Last calls")
            .lead("Since this server was started, on this node.")
            .table(
                &["Time", "Trigger source", "Duration", "Outcome"],
                calls.into_iter().map(line).collect(),
                "It has not been called yet.",
            )
            .hide_when_narrow(&["Trigger source"]),
    ];
    let may = !desk.operator.read_only;
    let pool_name = pool.settings.name.clone().unwrap_or_default();
    let frame = desk
        .frame(name)
        .below("User pools", "/console/pools")
        .below(pool_name, format!("/console/pools/{id}"))
        .below("Extensions", url(&id, ""));
    desk.page(&View {
        frame,
        form: Form::resumed(&desk, || Form::new(&desk)).await?,
        panels,
        test: may.then(|| url(&id, &format!("/{}/test", trigger.name()))),
    })
}

fn answered_by(answerer: Answerer) -> Cell {
    match answerer {
        Answerer::Webhook(url) => format!("Webhook at {url}").into(),
        Answerer::Invoke(url) => format!("Invoke API at {url}").into(),
        Answerer::Runtime { address, is_there } => Cell::List(vec![
            format!("Runtime with AWS_LAMBDA_RUNTIME_API={address}"),
            match is_there {
                true => "It is running.".to_owned(),
                false => "It is not running: cabana env functions prints lines that start it.".to_owned(),
            },
        ]),
        Answerer::Nothing => Cell::Long(
            "Nothing answers for this function: set its address with --function or in [functions] of cabana.toml."
                .to_owned(),
        ),
    }
}

fn line(call: Called) -> Vec<Cell> {
    vec![
        Cell::At(When(call.at)),
        Cell::Code(call.source),
        format!("{} ms", call.took.as_millis()).into(),
        match call.error {
            None => Cell::Tag("good", "Answered".to_owned()),
            Some(error) => Cell::Long(error),
        },
    ]
}

/// Sends a test event.
pub async fn test(Path((id, trigger)): Path<(String, String)>, desk: Desk) -> Answer {
    let (pool, trigger, _) = found(&desk, &id, &trigger).await?;
    let outcome = triggers::send_test_event(desk.cx(), &pool, trigger).await;
    let page = url(&id, &format!("/{}", trigger.name()));
    let news = match trigger {
        Trigger::CustomEmailSender | Trigger::CustomSmsSender => {
            "The test event is queued. The list below shows when it was sent."
        }
        _ => "The function has answered the test event.",
    };
    desk.acted(outcome, &page, news).await
}
