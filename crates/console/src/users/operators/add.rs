//! Adds an operator: a user of the operators' pool with a temporary password, in the group of their role.

use askama::Template;
use cabana_api::Fault;
use cabana_domain::pool::OPERATORS_POOL;
use cabana_model::{
    AdminAddUserToGroupRequest, AdminCreateUserRequest, AdminDeleteUserRequest, ErrorKind,
    MessageActionType, op,
};

use crate::desk::{Answer, Desk};
use crate::form::{Field, Form, Group};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::users::create::attribute;
use crate::users::name::Name;
use crate::users::once::Once;
use crate::users::operators::rules::{group_of, role_named};
use crate::users::operators::{frame, role_choice, url};
use crate::users::{blame, password};

#[derive(Template)]
#[template(path = "users/operator_add.html")]
struct Add {
    frame: Frame,
    form: Form,
    rules: String,
}

impl Add {
    fn role(&self) -> Group {
        role_choice(&self.form)
    }

    fn source(&self) -> Group {
        password::choice(&self.form, "Temporary password")
    }

    fn password(&self) -> Field {
        password::field(&self.form, &self.rules)
    }
}

async fn view(desk: &Desk, form: Form) -> Result<Add, Halt> {
    desk.cx().demand_write()?;
    Ok(Add {
        frame: frame(desk, "Add operator"),
        rules: password::rules(desk, OPERATORS_POOL).await?,
        form,
    })
}

pub async fn show(desk: Desk) -> Answer {
    let blank = || {
        Form::new(&desk)
            .with("role", "read-only")
            .with("password_source", "generate")
    };
    let form = Form::resumed(&desk, blank).await?;
    desk.page(&view(&desk, form).await?)
}

pub async fn add(desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let name = Name::demand(&mut form, "username", "Enter a user name.");
    let email = form.demand("email", "Enter an email address.");
    let role = role_named(form.get("role"));
    if role.is_none() {
        form.add_problem("role", "Choose a role.");
    }
    let chosen = password::chosen(&desk, &mut form, OPERATORS_POOL).await?;
    let Some(role) = role.filter(|_| form.is_fine()) else {
        return desk.refused(&form).await;
    };
    match make(&desk, &name, &email, &chosen.password, group_of(role)).await {
        Ok(()) => {}
        Err(fault) => {
            blame(&mut form, fault, &FIELDS)?;
            return desk.refused(&form).await;
        }
    }
    let page = url(&Name::new(name.as_str()));
    let news = format!("Operator \u{201c}{name}\u{201d} has been added.");
    match chosen.generated {
        true => Once::new("Temporary password")
            .line("User name", &name)
            .line("Temporary password", &chosen.password)
            .on(&desk, &page, news),
        false => desk.done(&page, news),
    }
}

const FIELDS: [(ErrorKind, &str); 3] = [
    (ErrorKind::InvalidPasswordException, "password"),
    (ErrorKind::UsernameExistsException, "username"),
    (ErrorKind::AliasExistsException, "email"),
];

async fn make(
    desk: &Desk,
    name: &str,
    email: &str,
    password: &str,
    group: &str,
) -> Result<(), Fault> {
    let user = AdminCreateUserRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        username: name.into(),
        user_attributes: Some(vec![
            attribute("email", email),
            attribute("email_verified", "true"),
        ]),
        temporary_password: Some(password.into()),
        message_action: Some(MessageActionType::Suppress),
        ..AdminCreateUserRequest::default()
    };
    desk.call::<op::AdminCreateUser>(&user).await?;
    let member = AdminAddUserToGroupRequest {
        user_pool_id: OPERATORS_POOL.to_owned(),
        username: name.into(),
        group_name: group.to_owned(),
    };
    let added = desk.call::<op::AdminAddUserToGroup>(&member).await;
    if added.is_err() {
        // Without a role the user could do nothing, but would occupy the name.
        let user = AdminDeleteUserRequest {
            user_pool_id: OPERATORS_POOL.to_owned(),
            username: name.into(),
        };
        desk.call::<op::AdminDeleteUser>(&user).await?;
    }
    added.map(drop)
}
