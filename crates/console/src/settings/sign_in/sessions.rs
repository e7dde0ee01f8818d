//! `/sign-in/sessions`: whether a pool tracks where its users are signed in.

use askama::Template;
use axum::extract::Path;
use cabana_model::{
    GetUserPoolSessionConfigurationRequest, GetUserPoolSessionConfigurationResponse,
    SetUserPoolSessionConfigurationRequest, UserPoolTokenSessionConfigType, UserPoolType,
    UserSessionTrackingType, op,
};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::halt::Halt;
use crate::pool_head;
use crate::settings::panel::Panel;
use crate::settings::sheet::{Sheet, blame, may_change};

/// Most sessions that a user may be allowed.
const MOST: i32 = 100;

/// The settings of a pool.
///
/// # Errors
/// If the store fails.
pub async fn settings(
    desk: &Desk,
    id: &str,
) -> Result<GetUserPoolSessionConfigurationResponse, Halt> {
    let input = GetUserPoolSessionConfigurationRequest {
        user_pool_id: id.to_owned(),
    };
    Ok(desk
        .call::<op::GetUserPoolSessionConfiguration>(&input)
        .await?)
}

/// Whether the pool tracks sessions.
pub fn is_on(settings: &GetUserPoolSessionConfigurationResponse) -> bool {
    settings.user_session_tracking == Some(UserSessionTrackingType::Enabled)
}

fn most(settings: &GetUserPoolSessionConfigurationResponse) -> String {
    let most = settings.token_session.as_ref();
    most.map(|it| it.max_per_user.to_string())
        .unwrap_or_default()
}

/// The panel of the tab.
///
/// # Errors
/// If the store fails.
pub async fn panel(desk: &Desk, id: &str, edit: String) -> Result<Panel, Halt> {
    let settings = settings(desk, id).await?;
    let on = is_on(&settings);
    Ok(Panel::new("sessions", "Session management")
        .action(!desk.operator.read_only, "Edit", edit)
        .row(
            "User session tracking",
            if on { "Enabled" } else { "Disabled" },
        )
        .maybe(
            "Maximum token sessions per user",
            on.then(|| most(&settings)),
        ))
}

#[derive(Template)]
#[template(
    source = r#"{{ form.check("track", "Track user sessions").hint("Users and administrators can list where a user is signed in, and end a session with its tokens. Sign-ins before this stay unlisted.") }}
{{ form.text("most", "Maximum token sessions per user").kind("number").required().hint("1 to 100. A sign-in beyond that ends the session that was used longest ago.") }}"#,
    ext = "html"
)]
struct Controls<'a> {
    form: &'a Form,
}

fn sheet(pool: &UserPoolType) -> Sheet {
    Sheet::of_pool(pool, "/sign-in", "Edit session management")
}

pub async fn edit(Path(id): Path<String>, desk: Desk) -> Answer {
    let pool = pool_head::describe(&desk, &id).await?;
    let settings = settings(&desk, &id).await?;
    let filled = || {
        let form = Form::new(&desk).with("most", most(&settings));
        form.ticked("track", is_on(&settings))
    };
    let form = Form::resumed(&desk, filled).await?;
    sheet(&pool).page(&desk, &form, &Controls { form: &form })
}

pub async fn save(Path(id): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let pool = pool_head::describe(&desk, &id).await?;
    let mut form = Form::sent(&desk);
    form.demand("most", "Enter a number.");
    let most = form.number("most", 1..=MOST);
    if form.is_fine() {
        let tracking = match form.is_on("track") {
            true => UserSessionTrackingType::Enabled,
            false => UserSessionTrackingType::Disabled,
        };
        let input = SetUserPoolSessionConfigurationRequest {
            user_pool_id: id,
            user_session_tracking: tracking,
            token_session: UserPoolTokenSessionConfigType {
                max_per_user: most.unwrap_or_default(),
            },
        };
        match desk
            .call::<op::SetUserPoolSessionConfiguration>(&input)
            .await
        {
            Ok(_) => {
                let news = "The session settings have been saved.";
                return desk.done(sheet(&pool).back(), news);
            }
            Err(fault) => blame(&mut form, fault, &[])?,
        }
    }
    desk.refused(&form).await
}
