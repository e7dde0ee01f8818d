//! `/console/operators/{name}`: an operator.

use askama::Template;
use axum::extract::Path;

use crate::desk::{Answer, Desk};
use crate::form::{Form, Group};
use crate::frame::Frame;
use crate::users::name::Name;
use crate::users::once::Once;
use crate::users::operators::rules::{find, group_of, role, role_text};
use crate::users::operators::{frame, role_choice, url};
use crate::users::person::Person;

#[derive(Template)]
#[template(path = "users/operator.html")]
struct Operator {
    frame: Frame,
    form: Form,
    person: Person,
    role: &'static str,
    is_me: bool,
    url: String,
    once: Option<Once>,
}

impl Operator {
    fn roles(&self) -> Group {
        role_choice(&self.form)
    }

    fn has_authenticator(&self) -> bool {
        let mut factors = self.person.factors.iter();
        factors.any(|it| it == "SOFTWARE_TOKEN_MFA")
    }
}

pub async fn show(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    let role = role(&desk, &person.name).await?;
    let once = Once::here(&desk);
    let shown = once.is_some();
    let view = Operator {
        frame: frame(&desk, person.name.as_str()),
        form: Form::resumed(&desk, || Form::new(&desk))
            .await?
            .with("role", role.map_or("", group_of)),
        role: role_text(role),
        is_me: person.sub() == desk.operator.sub.as_str(),
        url: url(&person.name),
        person,
        once,
    };
    Ok(Once::shown(&desk, shown, desk.page(&view)?))
}
