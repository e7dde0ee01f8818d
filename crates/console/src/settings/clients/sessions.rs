//! `/clients/{client_id}/sessions`: how long an app client reuses a sign-in at the hosted pages.

use askama::Template;
use axum::extract::Path;
use cabana_api::faults::reason;
use cabana_model::{
    ClientSSOSessionConfigType, GetUserPoolClientSessionConfigurationRequest,
    SetUserPoolClientSessionConfigurationRequest, UserPoolClientType, UserPoolType, op,
};

use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::halt::Halt;
use crate::pool_head;
use crate::settings::panel::Panel;
use crate::settings::sheet::{Sheet, blame, may_change};
use crate::settings::sign_in::sessions;
use crate::settings::update;
use crate::settings::words::counted;

/// 90 days, in minutes.
const LONGEST: i32 = 129_600;

const FIELDS: [(About<'static>, &str); 1] =
    [(About::Reason(reason::sessions_not_tracked), "minutes")];

async fn minutes(desk: &Desk, pool: &str, client: &str) -> Result<i32, Halt> {
    let input = GetUserPoolClientSessionConfigurationRequest {
        user_pool_id: pool.to_owned(),
        client_id: client.into(),
    };
    let shown = desk
        .call::<op::GetUserPoolClientSessionConfiguration>(&input)
        .await?;
    let session = shown.sso_session.unwrap_or_default();
    Ok(session.max_validity_minutes)
}

/// The panel of the client's page; none, if the pool tracks no sessions.
///
/// # Errors
/// If the store fails.
pub async fn panel(
    desk: &Desk,
    pool: &str,
    client: &str,
    edit: String,
) -> Result<Option<Panel>, Halt> {
    if !sessions::is_on(&sessions::settings(desk, pool).await?) {
        return Ok(None);
    }
    let shown = match minutes(desk, pool, client).await? {
        0 => "Never reused".to_owned(),
        minutes => counted(minutes, "minute"),
    };
    let panel = Panel::new("sessions", "Session management")
        .action(!desk.operator.read_only, "Edit", edit)
        .row("Maximum validity of a sign-in for this app", shown);
    Ok(Some(panel))
}

#[derive(Template)]
#[template(
    source = r#"{{ form.text("minutes", "Maximum validity in minutes").kind("number").required().hint("How long after a sign-in at the hosted pages this app lets the same browser in without another: up to 129600 minutes, which are 90 days. 0: never.") }}"#,
    ext = "html"
)]
struct Controls<'a> {
    form: &'a Form,
}

fn sheet(pool: &UserPoolType, client: &UserPoolClientType) -> Sheet {
    Sheet::of_client(pool, client, "Edit session management")
}

pub async fn edit(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let minutes = minutes(&desk, &pool, &id).await?;
    let filled = || Form::new(&desk).with("minutes", minutes.to_string());
    let form = Form::resumed(&desk, filled).await?;
    sheet(&described, &client).page(&desk, &form, &Controls { form: &form })
}

pub async fn save(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let described = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, &pool, &id).await?;
    let mut form = Form::sent(&desk);
    form.demand("minutes", "Enter a number of minutes.");
    let minutes = form.number("minutes", 0..=LONGEST);
    if form.is_fine() {
        let input = SetUserPoolClientSessionConfigurationRequest {
            user_pool_id: pool,
            client_id: id.into(),
            sso_session: ClientSSOSessionConfigType {
                max_validity_minutes: minutes.unwrap_or_default(),
            },
        };
        let set = desk.call::<op::SetUserPoolClientSessionConfiguration>(&input);
        match set.await {
            Ok(_) => {
                let news = "The session settings have been saved.";
                return desk.done(sheet(&described, &client).back(), news);
            }
            Err(fault) => blame(&mut form, fault, &FIELDS)?,
        }
    }
    desk.refused(&form).await
}
