//! Sets a temporary password for an operator who can no longer sign in.

use askama::Template;
use axum::extract::Path;
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{AdminSetUserPasswordRequest, ErrorKind, op};

use crate::desk::{Answer, Desk};
use crate::form::{Field, Form, Group};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::users::name::Name;
use crate::users::once::Once;
use crate::users::operators::rules::find;
use crate::users::operators::{frame, url};
use crate::users::{blame, password};

#[derive(Template)]
#[template(path = "users/operator_password.html")]
struct Reset {
    frame: Frame,
    form: Form,
    url: String,
    rules: String,
}

impl Reset {
    fn source(&self) -> Group {
        password::choice(&self.form, "Temporary password")
    }

    fn password(&self) -> Field {
        password::field(&self.form, &self.rules)
    }
}

async fn view(desk: &Desk, name: &Name, form: Form) -> Result<Reset, Halt> {
    desk.cx().demand_write()?;
    let url = url(name);
    Ok(Reset {
        frame: frame(desk, "Reset password").below(name.as_str(), url.as_str()),
        rules: password::rules(desk, OPERATORS_POOL).await?,
        form,
        url,
    })
}

pub async fn show(Path(name): Path<Name>, desk: Desk) -> Answer {
    let person = find(&desk, &name).await?;
    let blank = || Form::new(&desk).with("password_source", "generate");
    let form = Form::resumed(&desk, blank).await?;
    desk.page(&view(&desk, &person.name, form).await?)
}

pub async fn set(Path(name): Path<Name>, desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let name = find(&desk, &name).await?.name;
    let chosen = password::chosen(&desk, &mut form, OPERATORS_POOL).await?;
    if form.is_fine() {
        let input = AdminSetUserPasswordRequest {
            user_pool_id: OPERATORS_POOL.to_owned(),
            username: name.as_str().into(),
            password: chosen.password.as_str().into(),
            permanent: Some(false),
        };
        let news = "The password has been reset.";
        match desk.call::<op::AdminSetUserPassword>(&input).await {
            Ok(_) if chosen.generated => {
                return Once::new("Temporary password")
                    .line("User name", name.as_str())
                    .line("Temporary password", &chosen.password)
                    .on(&desk, &url(&name), news);
            }
            Ok(_) => return desk.done(&url(&name), news),
            Err(fault) => {
                let fields = [(ErrorKind::InvalidPasswordException, "password")];
                blame(&mut form, fault, &fields)?;
            }
        }
    }
    desk.refused(&form).await
}
