//! `/console/pools/{id}/users/{name}/password`: sets a user's password.

use askama::Template;
use axum::extract::Path;
use cabana_model::{AdminSetUserPasswordRequest, ErrorKind, op};

use crate::desk::{Answer, Desk};
use crate::form::{Field, Form, Group};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::users::name::Name;
use crate::users::once::Once;
use crate::users::person::Person;
use crate::users::user::{frame, url};
use crate::users::{blame, password};

#[derive(Template)]
#[template(path = "users/set_password.html")]
struct SetPassword {
    frame: Frame,
    form: Form,
    url: String,
    rules: String,
}

impl SetPassword {
    fn kind(&self) -> Group {
        self.form
            .choice("kind", "Kind of password")
            .option("temporary", "Temporary")
            .meaning("The user must choose another one when they sign in.")
            .option("permanent", "Permanent")
            .meaning("The user signs in with it from now on.")
    }

    fn source(&self) -> Group {
        password::choice(&self.form, "Password")
    }

    fn password(&self) -> Field {
        password::field(&self.form, &self.rules)
    }
}

async fn view(desk: &Desk, pool: &str, name: &Name, form: Form) -> Result<SetPassword, Halt> {
    desk.cx().demand_write()?;
    let url = url(pool, name);
    let frame = frame(desk, pool, "Set password").await?;
    Ok(SetPassword {
        frame: frame.below(name.as_str(), url.as_str()),
        rules: password::rules(desk, pool).await?,
        form,
        url,
    })
}

pub async fn show(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let person = Person::of(&desk, &pool, &name).await?;
    let blank = || {
        Form::new(&desk)
            .with("kind", "temporary")
            .with("password_source", "set")
    };
    let form = Form::resumed(&desk, blank).await?;
    desk.page(&view(&desk, &pool, &person.name, form).await?)
}

pub async fn set(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let chosen = password::chosen(&desk, &mut form, &pool).await?;
    if form.is_fine() {
        let input = AdminSetUserPasswordRequest {
            user_pool_id: pool.clone(),
            username: name.as_str().into(),
            password: chosen.password.as_str().into(),
            permanent: Some(form.has("kind", "permanent")),
        };
        match desk.call::<op::AdminSetUserPassword>(&input).await {
            Ok(_) if chosen.generated => {
                return Once::new("New password")
                    .line("User name", name.as_str())
                    .line("Password", &chosen.password)
                    .on(&desk, &url(&pool, &name), "The password has been set.");
            }
            Ok(_) => return desk.done(&url(&pool, &name), "The password has been set."),
            Err(fault) if fault.kind == ErrorKind::UserNotFoundException => {
                return Err(fault.into());
            }
            Err(fault) => blame(&mut form, fault, &FIELDS)?,
        }
    }
    desk.refused(&form).await
}

const FIELDS: [(ErrorKind, &str); 2] = [
    (ErrorKind::InvalidPasswordException, "password"),
    (
        ErrorKind::PasswordHistoryPolicyViolationException,
        "password",
    ),
];
