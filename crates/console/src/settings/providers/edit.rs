//! `/sign-in/providers/{provider}/edit` and `/delete`.

use askama::Template;
use axum::extract::Path;
use cabana_api::faults::reason;
use cabana_model::{
    DeleteIdentityProviderRequest, IdentityProviderTypeType as Kind, UpdateIdentityProviderRequest,
    UserPoolType, op,
};

use super::types::{self, Control, Detail};
use super::{described, kind, sheet};
use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::{Field, Form};
use crate::pool_head;
use crate::settings::panel::Panel;
use crate::settings::sheet::{Sheet, blame};
use crate::users::name::Name;

/// The controls of a provider.
#[derive(Template)]
#[template(path = "settings/providers/edit.html")]
pub struct Controls<'a> {
    pub form: &'a Form,
    pub kind: Kind,
    pub is_new: bool,
    /// What a new provider has to be told at the other side.
    pub addresses: Option<Panel>,
}

impl Controls<'_> {
    fn has_own_name(&self) -> bool {
        self.is_new && types::has_own_name(self.kind)
    }

    /// Whether a document can be read from a file.
    fn takes_file(&self) -> bool {
        self.kind == Kind::Saml
    }

    fn fields(&self) -> Vec<String> {
        let details = types::details(self.kind).iter();
        details.map(|detail| self.field(detail)).collect()
    }

    fn field(&self, detail: &Detail) -> String {
        let (name, label) = (detail.member, detail.label);
        let is_kept = detail.control.is_secret() && !self.is_new;
        let hint = match is_kept {
            true => "Leave it empty to keep the present one.",
            false => detail.hint,
        };
        let text = |field: Field| match hint {
            "" => field.to_string(),
            hint => field.hint(hint).to_string(),
        };
        match detail.control {
            Control::Text => text(self.form.text(name, label).machine()),
            Control::Secret => text(self.form.text(name, label).kind("password")),
            Control::SecretArea => text(self.form.area(name, label, 6).machine()),
            Control::Area => text(self.form.area(name, label, 8).machine()),
            Control::Method => {
                let select = self.form.select(name, label).hint(hint);
                let select = select.option("GET", "GET").option("POST", "POST");
                select.to_string()
            }
            Control::Tick(_) => self.form.check(name, label).hint(hint).to_string(),
        }
    }
}

/// Fields of faults.
pub fn fields_of(kind: Kind) -> Vec<(About<'static>, &'static str)> {
    let details = types::details(kind).iter();
    let details = details.map(|it| (About::Member(it.member), it.member));
    let own = [
        (About::Member("providerName"), "name"),
        (About::Member("ProviderName"), "name"),
        (About::Reason(reason::provider_exists), "name"),
        (About::Member("idpIdentifiers"), "identifiers"),
        (About::Member("IdpIdentifiers"), "identifiers"),
    ];
    details.chain(own).collect()
}

pub async fn edit(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let of = pool_head::describe(&desk, &pool).await?;
    let provider = described(&desk, &pool, &name).await?;
    let kind = kind(&provider);
    let details = provider.provider_details.unwrap_or_default();
    let identifiers = provider.idp_identifiers.unwrap_or_default().join("\n");
    let filled = || types::fill(kind, Form::new(&desk), &details).with("identifiers", identifiers);
    let form = Form::resumed(&desk, filled).await?;
    let controls = Controls {
        form: &form,
        kind,
        is_new: false,
        addresses: None,
    };
    sheet(&of, &name, "Edit identity provider").page(&desk, &form, &controls)
}

pub async fn save(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let of = pool_head::describe(&desk, &pool).await?;
    let provider = described(&desk, &pool, &name).await?;
    let kind = kind(&provider);
    let before = provider.provider_details.unwrap_or_default();
    let mut form = Form::sent(&desk);
    let input = UpdateIdentityProviderRequest {
        user_pool_id: pool,
        provider_name: name.as_str().to_owned(),
        provider_details: Some(types::read(kind, &form, &before)),
        idp_identifiers: Some(form.lines("identifiers")),
        ..UpdateIdentityProviderRequest::default()
    };
    let sheet = sheet(&of, &name, "Edit identity provider");
    match desk.call::<op::UpdateIdentityProvider>(&input).await {
        Ok(_) => return desk.done(sheet.back(), "The identity provider has been saved."),
        Err(fault) => blame(&mut form, fault, &fields_of(kind))?,
    }
    desk.refused(&form).await
}

#[derive(Template)]
#[template(
    source = "<p>Nobody can sign in through <strong>{{ name }}</strong> any more. The users who came from it stay, with their groups; only their way in is gone.</p>",
    ext = "html"
)]
struct Deletion<'a> {
    name: &'a str,
}

fn deletion(pool: &UserPoolType, name: &Name) -> Sheet {
    sheet(pool, name, "Delete identity provider")
        .submit("Delete identity provider")
        .danger()
}

pub async fn ask(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let of = pool_head::describe(&desk, &pool).await?;
    described(&desk, &pool, &name).await?;
    let form = Form::resumed(&desk, || Form::new(&desk)).await?;
    let controls = Deletion {
        name: name.as_str(),
    };
    deletion(&of, &name).page(&desk, &form, &controls)
}

pub async fn delete(Path((pool, name)): Path<(String, Name)>, desk: Desk) -> Answer {
    let input = DeleteIdentityProviderRequest {
        user_pool_id: pool.clone(),
        provider_name: name.as_str().to_owned(),
    };
    match desk.call::<op::DeleteIdentityProvider>(&input).await {
        Ok(_) => desk.done(
            &format!("/console/pools/{pool}/sign-in"),
            "The identity provider has been deleted.",
        ),
        Err(fault) => {
            let mut form = Form::sent(&desk);
            blame(&mut form, fault, &[])?;
            desk.refused(&form).await
        }
    }
}
