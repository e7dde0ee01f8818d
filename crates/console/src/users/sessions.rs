//! `/console/pools/{id}/users/{name}/sessions`: where a user is signed in.

use askama::Template;
use axum::extract::Path;
use cabana_model::{
    AdminListUserSessionsRequest, AdminRevokeUserSessionRequest, RevokeAssociatedSessionsType,
    SessionDescriptionType, SessionTypeType, op,
};

use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::{Frame, When};
use crate::pager::{List, Pager};
use crate::users::name::Name;
use crate::users::person::Person;
use crate::users::user::{frame, url};

/// Sessions per page: as many as the operation lists.
const PAGE: u16 = 60;

#[derive(Template)]
#[template(path = "users/sessions.html")]
struct Sessions {
    frame: Frame,
    form: Form,
    user: Name,
    url: String,
    sessions: Vec<Session>,
    pager: Pager,
}

/// A line of the list.
struct Session {
    id: String,
    is_sso: bool,
    device: String,
    client: String,
    address: String,
    created: Option<When>,
    active: Option<When>,
}

impl Session {
    fn kind(&self) -> &'static str {
        match self.is_sso {
            true => "Sign-in pages",
            false => "App",
        }
    }

    /// What ends with it.
    fn consequence(&self) -> &'static str {
        match self.is_sso {
            true => "The browser has to sign in again, and every app that it signed in to.",
            false => "The app's tokens are revoked. The user has to sign in to it again.",
        }
    }
}

impl From<SessionDescriptionType> for Session {
    fn from(session: SessionDescriptionType) -> Self {
        let exposed = |it: Option<cabana_model::Secret>| {
            it.map(|it| it.expose().to_owned()).unwrap_or_default()
        };
        Self {
            id: session.session_id.unwrap_or_default(),
            is_sso: session.session_type == Some(SessionTypeType::Sso),
            device: session.device_type.unwrap_or_default(),
            client: exposed(session.client_id),
            address: exposed(session.last_ip_address),
            created: session.create_date.map(When::from),
            active: session.last_active_date.map(When::from),
        }
    }
}

fn page_of(pool: &str, name: &Name) -> String {
    format!("{}/sessions", url(pool, name))
}

pub async fn show(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    let input = AdminListUserSessionsRequest {
        user_pool_id: pool.clone(),
        username: person.name.as_str().into(),
        next_token: desk.query.get("next").map(str::to_owned),
    };
    let listed = desk.call::<op::AdminListUserSessions>(&input).await?;
    let sessions = listed.sessions.into_iter().flatten().map(Session::from);
    let sessions: Vec<_> = sessions.collect();
    let own = page_of(&pool, &person.name);
    let list = List {
        path: &own,
        kept: &[],
        limit: PAGE,
        total: None,
    };
    let pager = list.pager(&desk.query, sessions.len(), listed.next_token.as_deref());
    let frame = frame(&desk, &pool, "Sessions").await?;
    desk.page(&Sessions {
        frame: frame.below(person.name.as_str(), url(&pool, &person.name)),
        form: Form::resumed(&desk, || Form::new(&desk)).await?,
        user: person.name,
        url: own,
        sessions,
        pager,
    })
}

/// Ends a session: one of the sign-in pages with all that came from it.
pub async fn end(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let page = page_of(&pool, &name);
    let Some(session_id) = Form::sent(&desk).given("session") else {
        return desk.problem_at(&page, "Choose a session.").await;
    };
    let linked = session_id.starts_with("sso");
    let input = AdminRevokeUserSessionRequest {
        user_pool_id: pool,
        username: name.as_str().into(),
        session_id,
        revoke_associated_sessions: linked.then_some(RevokeAssociatedSessionsType::Linked),
    };
    let outcome = desk.call::<op::AdminRevokeUserSession>(&input).await;
    desk.acted(outcome, &page, "The session has been ended.")
        .await
}
