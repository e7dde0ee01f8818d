//! `/signup`: creates an account.

use axum::response::Response;
use cabana_api::Fault;
use cabana_api::logic::users::aliases;
use cabana_api::logic::users::sign_up_domains::{self, SignUpDomains};
use cabana_domain::Sub;
use cabana_domain::formats::looks_like_email;
use cabana_domain::pool::Pool;
use cabana_model::ErrorKind as K;
use http::StatusCode;

use super::confirm::Unconfirmed;
use super::problems::{self, password_problem, password_rules};
use super::sign_up_fields::{Fields, Filled, field};
use super::step::{Page, Step};
use super::{login, operations};
use crate::authorize::frame::{check_csrf, csrf, frame, page, post};
use crate::authorize::{self, Authorization, Failure, Halt, answered};
use crate::pages::{Delivery, Medium, PageError, Problem, SignUp, Wrong};
use crate::visit::Visit;

/// Whether people may create accounts themselves.
pub fn is_open(pool: &Pool) -> bool {
    let settings = pool.settings.admin_create_user_config.as_ref();
    let closed = settings.is_some_and(|it| it.allow_admin_create_user_only == Some(true));
    !closed && sign_up_domains::can_be_proven(pool)
}

pub async fn show(visit: Visit) -> Response {
    let result = open(&visit).await;
    answered(&visit, result)
}

async fn open(visit: &Visit) -> Result<Response, Halt> {
    let request = authorize::read_for_own_users(visit).await?;
    check_open(visit, &request)?;
    let step = Step::current(visit).filter(|step| matches!(step.page, Page::SignUp));
    Ok(form(visit, &request, step.as_ref())?)
}

fn check_open(visit: &Visit, request: &Authorization) -> Result<(), Halt> {
    if is_open(visit.pool()) {
        return Ok(());
    }
    let failure = Failure::new(PageError::SignUpClosed, StatusCode::FORBIDDEN);
    Err(failure.of(Some(request.client.clone())).into())
}

fn form(visit: &Visit, request: &Authorization, step: Option<&Step>) -> Result<Response, Fault> {
    let csrf = csrf(visit)?;
    let fields = Fields::of(visit.pool());
    let typed = step.map(Step::typed).unwrap_or_default();
    let username = typed.get("username").unwrap_or_default();
    let mut frame = frame(visit, Some(&request.client));
    frame.identifier = frame.identifier.at_sign_up();
    if let Some(step) = step {
        frame.problems.clone_from(&step.problems);
    }
    let view = SignUp {
        frame,
        post: post(visit, &csrf, "/signup", Vec::new()),
        username: fields.identifier.is_none().then(|| username.to_owned()),
        attributes: fields.asked(&typed),
        rules: password_rules(visit.pool()),
        sign_in_url: visit.carrying("/login"),
    };
    page(Some(&request.client), &view, StatusCode::OK, Some(&csrf))
}

/// The form again, with these problems.
fn again(visit: &Visit, problems: Vec<Problem>) -> Result<Response, Fault> {
    let step = Step::from(Page::SignUp).keeping(visit);
    step.with(problems).go(visit)
}

pub async fn sign_up(visit: Visit) -> Response {
    let result = submitted(&visit).await;
    answered(&visit, result)
}

async fn submitted(visit: &Visit) -> Result<Response, Halt> {
    check_csrf(visit).await?;
    let request = authorize::read_for_own_users(visit).await?;
    check_open(visit, &request)?;
    let fields = Fields::of(visit.pool());
    let filled = match fields.read(&visit.form) {
        Ok(filled) => filled,
        Err(problems) => return Ok(again(visit, problems)?),
    };
    let username = filled.username.as_str();
    let refused_name = foreign_email(visit.pool(), &fields, &filled)
        .or_else(|| name_like_an_alias(visit.pool(), &filled));
    if let Some(problem) = refused_name {
        return Ok(again(visit, vec![problem])?);
    }
    let password = visit.form.get("password").unwrap_or_default();
    if let Some(problem) = password_problem(visit.pool(), "password", password) {
        return Ok(again(visit, vec![problem])?);
    }
    let typed = filled.attributes.clone();
    let made = operations::sign_up(
        visit,
        &request.client,
        username,
        password,
        filled.attributes,
    )
    .await;
    let made = match made {
        Ok(made) => made,
        Err(fault) => return refused(visit, &fields, fault),
    };
    if made.user_confirmed {
        return match login::with_password(visit, &request, username, password, true).await {
            Ok(response) => Ok(response),
            Err(_) => Ok(login::again(visit, username, Vec::new())?),
        };
    }
    let delivery = operations::delivery(made.code_delivery_details);
    let delivery = delivery.map(|it| as_typed(it, &typed));
    let (pool, sub) = (&visit.pool().id, Sub::new(made.user_sub));
    let user = visit.cx().store().user(pool, &sub).await;
    let user = user.map_err(Fault::from)?;
    let waiting = Unconfirmed::new(visit, &request, username, user.as_ref());
    let step = Step::from(Page::Confirm(waiting.sent_to(delivery)));
    Ok(step.sent_now(visit).go(visit)?)
}

/// The destination in full: the person has just typed it, and sees whether it is right.
fn as_typed(delivery: Delivery, typed: &[(String, String)]) -> Delivery {
    let attribute = match delivery.medium {
        Medium::Email => "email",
        Medium::Sms => "phone_number",
    };
    match typed.iter().find(|(name, _)| name == attribute) {
        Some((_, value)) => Delivery {
            destination: value.clone(),
            ..delivery
        },
        None => delivery,
    }
}

/// The problem with an email address, or a user name that is one, outside the domains that may sign up.
fn foreign_email(pool: &Pool, fields: &Fields, filled: &Filled) -> Option<Problem> {
    let domains = SignUpDomains::of(pool)?;
    let wrong = || Wrong::ForeignEmail(domains.shown());
    let mut attributes = filled.attributes.iter();
    let email = attributes.find(|(name, _)| name == "email");
    if let Some((name, value)) = email
        && !domains.admits(value)
    {
        return Some(Problem::at(field(name), wrong()));
    }
    let is_email = looks_like_email(&filled.username);
    let foreign = match is_email {
        true => !domains.admits(&filled.username),
        false => email.is_none(),
    };
    let name = fields
        .identifier
        .map_or_else(|| "username".to_owned(), field);
    foreign.then(|| Problem::at(name, wrong()))
}

/// The problem with a user name that could be another person's email address or phone number, if those sign in too.
fn name_like_an_alias(pool: &Pool, filled: &Filled) -> Option<Problem> {
    let chosen = !pool.has_username_attributes();
    let is_like = chosen && aliases::looked_like(pool, &filled.username).is_some();
    is_like.then(|| Problem::at("username", Wrong::UsernameIsAlias))
}

/// Attributes that break the model's constraints, by their position in the request, or the schema, by their names.
fn broken_attributes(fields: &Fields, fault: &Fault) -> Vec<Problem> {
    let attribute = |member: &String| {
        let mut names = fields.attributes.iter();
        let name = match member.strip_prefix("userAttributes.") {
            Some(rest) => {
                let (place, _) = rest.split_once('.')?;
                names.nth(place.parse::<usize>().ok()?.checked_sub(1)?)?
            }
            None => names.find(|name| *name == member)?,
        };
        Some(Problem::at(field(name), Wrong::InvalidValue))
    };
    fault.members.iter().filter_map(attribute).collect()
}

fn refused(visit: &Visit, fields: &Fields, fault: Fault) -> Result<Response, Halt> {
    let at = problems::Fields {
        password: Some("password"),
        username: Some("username"),
        code: None,
    };
    let Some(mut problem) = problems::problem(&fault, at) else {
        return Err(Halt::Fault(fault));
    };
    // If an email address or phone number is the user name, that is what is taken.
    if let (K::UsernameExistsException, Some(name)) = (fault.kind, fields.identifier) {
        problem = Problem::at(field(name), Wrong::AliasExists);
    }
    if let (Wrong::InvalidUsername, Some(name)) = (&problem.wrong, fields.identifier) {
        let wrong = match name {
            "email" => Wrong::InvalidEmail,
            _ => Wrong::InvalidPhone,
        };
        problem = Problem::at(field(name), wrong);
    }
    let is_vague = |wrong: &Wrong| matches!(wrong, Wrong::Generic | Wrong::InvalidValue);
    let problems = match broken_attributes(fields, &fault) {
        broken if is_vague(&problem.wrong) && !broken.is_empty() => broken,
        _ => vec![problem],
    };
    Ok(again(visit, problems)?)
}
