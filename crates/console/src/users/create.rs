//! `/console/pools/{id}/users/new`: creates a user.

use askama::Template;
use axum::extract::Path;
use cabana_domain::formats;
use cabana_model::{
    AdminCreateUserRequest, AttributeType, DeliveryMediumType, ErrorKind, MessageActionType,
    UsernameAttributeType, op,
};

use crate::desk::{Answer, Desk};
use crate::form::{Field, Form, Group};
use crate::frame::Frame;
use crate::halt::Halt;
use crate::pool_head::PoolHead;
use crate::users::name::Name;
use crate::users::once::Once;
use crate::users::{blame, password};

#[derive(Template)]
#[template(path = "users/create.html")]
struct Create {
    frame: Frame,
    head: PoolHead,
    form: Form,
    rules: String,
    /// Whether users have a user name, and not an e-mail address or phone number in its place.
    has_names: bool,
    can_text: bool,
}

impl Create {
    fn invitation(&self) -> Group {
        let choice = self
            .form
            .choice("invitation", "Invitation message")
            .option("none", "Don't send an invitation")
            .option("email", "Send an email invitation");
        match self.can_text {
            true => choice.option("sms", "Send an SMS invitation"),
            false => choice,
        }
    }

    fn by_mail(&self) -> bool {
        in_place_of_names(&self.head).contains(&UsernameAttributeType::Email)
    }

    fn by_phone(&self) -> bool {
        in_place_of_names(&self.head).contains(&UsernameAttributeType::PhoneNumber)
    }

    fn source(&self) -> Group {
        password::choice(&self.form, "Temporary password")
    }

    fn password(&self) -> Field {
        password::field(&self.form, &self.rules)
    }
}

pub async fn show(Path(id): Path<String>, desk: Desk) -> Answer {
    let blank = || {
        Form::new(&desk)
            .with("invitation", "none")
            .with("password_source", "set")
    };
    let form = Form::resumed(&desk, blank).await?;
    desk.page(&view(&desk, &id, form).await?)
}

async fn view(desk: &Desk, id: &str, form: Form) -> Result<Create, Halt> {
    desk.cx().demand_write()?;
    let head = PoolHead::of(desk, id).await?;
    let users = head.url("/users");
    Ok(Create {
        frame: head.frame(desk, "Create user").below("Users", users),
        rules: password::rules(desk, id).await?,
        has_names: in_place_of_names(&head).is_empty(),
        can_text: desk.console.api.settings.transports.sms,
        head,
        form,
    })
}

fn in_place_of_names(head: &PoolHead) -> &[UsernameAttributeType] {
    head.pool.username_attributes.as_deref().unwrap_or_default()
}

pub async fn create(Path(id): Path<String>, desk: Desk) -> Answer {
    let mut form = Form::sent(&desk);
    let head = PoolHead::of(&desk, &id).await?;
    let name = name(&mut form, in_place_of_names(&head));
    let chosen = password::chosen(&desk, &mut form, &id).await?;
    addresses_demanded(&mut form);
    if !form.is_fine() {
        return desk.refused(&form).await;
    }
    let invited = invitation(&form);
    let input = AdminCreateUserRequest {
        user_pool_id: id.clone(),
        username: name.as_str().into(),
        user_attributes: Some(attributes(&form)),
        temporary_password: Some(chosen.password.as_str().into()),
        message_action: invited.is_none().then_some(MessageActionType::Suppress),
        desired_delivery_mediums: invited.map(|medium| vec![medium]),
        ..AdminCreateUserRequest::default()
    };
    let made = match desk.call::<op::AdminCreateUser>(&input).await {
        Ok(made) => made.user,
        Err(fault) => {
            let fields = fields(head.pool.username_attributes.is_none());
            blame(&mut form, fault, &fields)?;
            return desk.refused(&form).await;
        }
    };
    let made = made.and_then(|it| it.username).map(|it| it.into_inner());
    let name = Name::new(made.unwrap_or(name));
    let page = head.url(&format!("/users/{}", name.segment()));
    let news = format!("User \u{201c}{}\u{201d} has been created.", name.as_str());
    match chosen.generated {
        true => Once::new("Temporary password")
            .line("User name", name.as_str())
            .line("Temporary password", &chosen.password)
            .on(&desk, &page, news),
        false => desk.done(&page, news),
    }
}

/// Reads the user name, or the address that this pool has in its place.
fn name(form: &mut Form, in_place: &[UsernameAttributeType]) -> String {
    use UsernameAttributeType as A;
    if in_place.is_empty() {
        return Name::demand(form, "username", "Enter a user name.");
    }
    let given = |attribute: &A| form.given(attribute.as_str());
    if let Some(given) = in_place.iter().find_map(given) {
        return given;
    }
    match in_place {
        [A::PhoneNumber] => form.demand("phone_number", "Enter a phone number."),
        [A::Email] => form.demand("email", "Enter an email address."),
        _ => form.demand("email", "Enter an email address or a phone number."),
    }
}

/// Checks that the addresses are there which the other choices need.
fn addresses_demanded(form: &mut Form) {
    let none = |form: &Form, name: &str| form.get(name).is_empty();
    if (form.has("invitation", "email") || form.is_on("email_verified")) && none(form, "email") {
        form.demand("email", "Enter an email address.");
    }
    if (form.has("invitation", "sms") || form.is_on("phone_number_verified"))
        && none(form, "phone_number")
    {
        form.demand("phone_number", "Enter a phone number.");
    }
    if let Some(phone) = form.given("phone_number")
        && !formats::looks_like_phone(&phone)
    {
        form.add_problem(
            "phone_number",
            "Enter the number with a plus sign and the country code, such as +14325551212.",
        );
    }
}

fn invitation(form: &Form) -> Option<DeliveryMediumType> {
    match form.get("invitation") {
        "email" => Some(DeliveryMediumType::Email),
        "sms" => Some(DeliveryMediumType::Sms),
        _ => None,
    }
}

fn attributes(form: &Form) -> Vec<AttributeType> {
    let mut attributes = Vec::new();
    for (name, flag) in [
        ("email", "email_verified"),
        ("phone_number", "phone_number_verified"),
    ] {
        let Some(value) = form.given(name) else {
            continue;
        };
        attributes.push(attribute(name, &value));
        if form.is_on(flag) {
            attributes.push(attribute(flag, "true"));
        }
    }
    attributes
}

/// Builds an attribute with a value.
pub fn attribute(name: &str, value: &str) -> AttributeType {
    AttributeType {
        name: name.to_owned(),
        value: Some(value.into()),
    }
}

fn fields(has_names: bool) -> [(ErrorKind, &'static str); 5] {
    use ErrorKind as K;
    let name = if has_names { "username" } else { "email" };
    [
        (K::InvalidPasswordException, "password"),
        (K::UsernameExistsException, name),
        (K::AliasExistsException, "email"),
        (K::CodeDeliveryFailureException, "invitation"),
        (K::UnsupportedUserStateException, name),
    ]
}
