//! Pages with a single form, which edits settings or asks for confirmation, and shows problems.

use askama::Template;
use axum::extract::Path;
use cabana_api::Fault;
use cabana_model::{
    ErrorKind, UpdateUserPoolClientRequest, UpdateUserPoolRequest, UserPoolClientType,
    UserPoolType, op,
};

use super::update;
use crate::about::About;
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::Frame;
use crate::halt::Halt;
use crate::pool_head;

/// Title, breadcrumbs and buttons around the controls of a form.
#[derive(Clone, Debug)]
pub struct Sheet {
    title: String,
    crumbs: Vec<(String, String)>,
    back: String,
    submit: &'static str,
    lead: &'static str,
    danger: bool,
}

#[derive(Template)]
#[template(path = "settings/sheet.html")]
struct View<'a> {
    frame: Frame,
    form: &'a Form,
    sheet: &'a Sheet,
    controls: String,
}

/// Parts of a pool's pages, with their names in breadcrumbs.
const PARTS: [(&str, &str); 6] = [
    ("/sign-in", "Sign-in experience"),
    ("/sign-up", "Sign-up experience"),
    ("/messaging", "Messaging"),
    ("/integration", "App integration"),
    ("/extensions", "Extensions"),
    ("/properties", "User pool properties"),
];

impl Sheet {
    /// A page with this title, which leads back to `part` of the pool's pages.
    pub fn of_pool(pool: &UserPoolType, part: &str, title: impl Into<String>) -> Self {
        let id = pool.id.as_deref().unwrap_or_default();
        let name = pool.name.clone().unwrap_or_default();
        let home = format!("/console/pools/{id}");
        let back = format!("{home}{part}");
        let mut crumbs = vec![
            ("User pools".to_owned(), "/console/pools".to_owned()),
            (name, home),
        ];
        let part = PARTS.iter().find(|(path, _)| *path == part);
        crumbs.extend(part.map(|(_, name)| ((*name).to_owned(), back.clone())));
        Self {
            title: title.into(),
            crumbs,
            back,
            submit: "Save changes",
            lead: "",
            danger: false,
        }
    }

    /// A page with this title, which leads back to the client's page.
    pub fn of_client(
        pool: &UserPoolType,
        client: &UserPoolClientType,
        title: impl Into<String>,
    ) -> Self {
        let mut sheet = Self::of_pool(pool, "/integration", title);
        let pool = pool.id.as_deref().unwrap_or_default();
        let id = client.client_id.as_deref().unwrap_or_default();
        sheet.back = format!("/console/pools/{pool}/clients/{id}");
        let name = client.client_name.clone().unwrap_or_default();
        sheet.crumbs.push((name, sheet.back.clone()));
        sheet
    }

    /// Adds a page above this one, to which it leads back.
    #[must_use]
    pub fn below(mut self, name: impl Into<String>, url: String) -> Self {
        self.crumbs.push((name.into(), url.clone()));
        self.back = url;
        self
    }

    /// Sets the introduction below the title.
    #[must_use]
    pub fn lead(mut self, text: &'static str) -> Self {
        self.lead = text;
        self
    }

    /// Sets the label of the button.
    #[must_use]
    pub fn submit(mut self, label: &'static str) -> Self {
        self.submit = label;
        self
    }

    /// Marks an action that cannot be undone.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Path that the page leads back to.
    pub fn back(&self) -> &str {
        &self.back
    }

    /// Renders the page with these controls.
    ///
    /// # Errors
    /// If a template fails, or the operator may not change anything.
    pub fn page(&self, desk: &Desk, form: &Form, controls: &impl Template) -> Answer {
        may_change(desk)?;
        let controls = controls.render()?;
        self.show(desk, form, controls)
    }

    /// Frame of the page.
    pub fn frame(&self, desk: &Desk) -> Frame {
        let start = desk.frame(self.title.as_str());
        let crumbs = self.crumbs.iter();
        crumbs.fold(start, |frame, (name, url)| frame.below(name, url))
    }

    fn show(&self, desk: &Desk, form: &Form, controls: String) -> Answer {
        let view = View {
            frame: self.frame(desk),
            form,
            sheet: self,
            controls,
        };
        desk.page(&view)
    }
}

/// Refuses the page of a change to operators who may not make it. The API refuses the change itself.
///
/// # Errors
/// If the operator is read-only.
pub fn may_change(desk: &Desk) -> Result<(), Halt> {
    if desk.operator.read_only {
        return Err(Halt::read_only());
    }
    Ok(())
}

/// Adds a fault to the form as a problem, beside its field or on top.
///
/// # Errors
/// The fault, if no other value could avoid it: it becomes a page.
pub fn blame(form: &mut Form, fault: Fault, fields: &[(About<'_>, &str)]) -> Result<(), Halt> {
    match fault.kind {
        ErrorKind::InternalErrorException
        | ErrorKind::AccessDeniedException
        | ErrorKind::NotAuthorizedException
        | ErrorKind::ResourceNotFoundException => Err(fault.into()),
        _ => {
            let text = fault.message.to_string();
            let field = fields.iter().find(|(about, _)| about.is_of(&fault));
            match field {
                Some((_, field)) => form.add_problem(field, text),
                None => form.add_form_problem(text),
            }
            Ok(())
        }
    }
}

/// A form that changes some settings and keeps the others.
pub trait Edits {
    /// Description of the pool or client.
    type Of;
    /// Request that changes it.
    type Input;
    const TITLE: &'static str;
    /// Success message.
    const NEWS: &'static str;
    const LEAD: &'static str = "";
    /// Part of the pool's pages that the form belongs to.
    const PART: &'static str = "/integration";
    /// Fields of faults.
    const FIELDS: &'static [(About<'static>, &'static str)] = &[];

    /// Fills the form with the current settings.
    fn fill(form: Form, of: &Self::Of) -> Form;

    /// Checks the form and reads it into a request that would otherwise change nothing.
    fn read(form: &mut Form, of: &Self::Of, input: &mut Self::Input);

    /// Renders the controls of the form.
    ///
    /// # Errors
    /// If the template fails.
    fn controls(form: &Form, of: &Self::Of) -> askama::Result<String>;
}

/// Shows the page that changes settings of a pool.
pub async fn edit_pool<E: Edits<Of = UserPoolType>>(Path(id): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let pool = pool_head::describe(&desk, &id).await?;
    let form = Form::resumed(&desk, || E::fill(Form::new(&desk), &pool)).await?;
    let sheet = Sheet::of_pool(&pool, E::PART, E::TITLE).lead(E::LEAD);
    sheet.show(&desk, &form, E::controls(&form, &pool)?)
}

/// Changes settings of a pool.
pub async fn save_pool<E>(Path(id): Path<String>, desk: Desk) -> Answer
where
    E: Edits<Of = UserPoolType, Input = UpdateUserPoolRequest>,
{
    let pool = pool_head::describe(&desk, &id).await?;
    let sheet = Sheet::of_pool(&pool, E::PART, E::TITLE);
    let mut form = Form::sent(&desk);
    let mut input = update::request_of_pool(&pool)?;
    E::read(&mut form, &pool, &mut input);
    if form.is_fine() {
        match desk.call::<op::UpdateUserPool>(&input).await {
            Ok(_) => return desk.done(sheet.back(), E::NEWS),
            Err(fault) => blame(&mut form, fault, E::FIELDS)?,
        }
    }
    desk.refused(&form).await
}

/// Shows the page that changes settings of a client.
pub async fn edit_client<E: Edits<Of = UserPoolClientType>>(
    Path((pool, id)): Path<(String, String)>,
    desk: Desk,
) -> Answer {
    may_change(&desk)?;
    let pool = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, pool.id.as_deref().unwrap_or_default(), &id).await?;
    let form = Form::resumed(&desk, || E::fill(Form::new(&desk), &client)).await?;
    let sheet = Sheet::of_client(&pool, &client, E::TITLE).lead(E::LEAD);
    sheet.show(&desk, &form, E::controls(&form, &client)?)
}

/// Changes settings of a client.
pub async fn save_client<E>(Path((pool, id)): Path<(String, String)>, desk: Desk) -> Answer
where
    E: Edits<Of = UserPoolClientType, Input = UpdateUserPoolClientRequest>,
{
    let pool = pool_head::describe(&desk, &pool).await?;
    let client = update::client(&desk, pool.id.as_deref().unwrap_or_default(), &id).await?;
    let sheet = Sheet::of_client(&pool, &client, E::TITLE);
    let mut form = Form::sent(&desk);
    let mut input = update::request_of_client(&client)?;
    E::read(&mut form, &client, &mut input);
    if form.is_fine() {
        match desk.call::<op::UpdateUserPoolClient>(&input).await {
            Ok(_) => return desk.done(sheet.back(), E::NEWS),
            Err(fault) => blame(&mut form, fault, E::FIELDS)?,
        }
    }
    desk.refused(&form).await
}
