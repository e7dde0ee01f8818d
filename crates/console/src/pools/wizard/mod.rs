//! `/console/pools/new`: the wizard. Nothing is created before its last step, and the server stores nothing in between:
//! the values entered travel with the form, sealed.

mod client_fields;
mod draft;
mod integrate;
mod line;
mod messages;
mod review;
mod security;
mod sign_in;
mod sign_up;
mod step;

use askama::Template;

use self::client_fields::Life;
use self::draft::Draft;
use self::review::Section;
use self::step::Step;
use super::{domain_names, list, make, only_for_administrators};
use crate::desk::{Answer, Desk};
use crate::form::Form;
use crate::frame::Frame;
use crate::halt::Halt;

pub use self::client_fields::{check_name, check_urls};
pub use self::sign_in::{apply as names, picked};
pub use self::sign_up::{ADDITIONAL, required_attribute};

#[derive(Template)]
#[template(path = "pools/wizard/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    step: Step,
    /// The values of the other steps, sealed.
    draft: String,
    /// Suffix of prefix domains.
    suffix: String,
    /// Delivery of mails, in words, and their default sender.
    mail: String,
    mail_from: String,
    sends_texts: bool,
    sections: Vec<Section>,
}

impl Page {
    fn steps(&self) -> [Step; 6] {
        Step::ALL
    }

    fn uses_sms(&self) -> bool {
        messages::uses_sms(&self.form)
    }

    fn required(&self) -> String {
        let all = sign_up::required_by_choices(&self.form);
        match all.is_empty() {
            true => "None".to_owned(),
            false => all.join(", "),
        }
    }

    /// Further attributes that may be required.
    fn additional(&self) -> crate::form::Group {
        let already = sign_up::required_by_choices(&self.form);
        let group = self
            .form
            .checks("required", "Additional required attributes");
        let rest = ADDITIONAL.into_iter().filter(|it| !already.contains(it));
        rest.fold(group, |group, name| group.option(name, name))
    }

    fn rows(&self) -> std::ops::Range<usize> {
        0..sign_up::rows(&self.form)
    }

    fn custom(&self, row: &usize, what: &str) -> String {
        sign_up::field(*row, what)
    }

    fn lives(&self) -> [Life; 3] {
        Life::ALL
    }

    fn scopes(&self) -> crate::form::Group {
        let group = self.form.checks("scopes", "OpenID Connect scopes");
        integrate::SCOPES
            .iter()
            .fold(group, |group, (scope, name)| group.option(scope, name))
    }
}

/// Shows the first step.
pub async fn begin(desk: Desk) -> Answer {
    only_for_administrators(&desk)?;
    let draft = Draft::default();
    let form = draft.answers(Form::new(&desk));
    desk.page(&page(&desk, Step::SignIn, &draft, form)?)
}

/// Takes a step that was sent and goes to the next, a previous or the last one.
pub async fn go_on(desk: Desk) -> Answer {
    only_for_administrators(&desk)?;
    let step = desk.form.get("step").and_then(Step::of_key);
    let step = step.ok_or_else(|| Halt::bad_request("The wizard has no such step."))?;
    let mut draft = Draft::of(&desk)?;
    if step != Step::Review {
        draft.keep(step, &desk.form);
    }
    let mut form = draft.answers(Form::new(&desk));
    let to = match desk.form.get("go") {
        Some("previous") => step.previous(),
        Some("add") => return desk.page(&page(&desk, step, &draft, sign_up::with_row(form))?),
        Some("create") => return create(&desk, &draft, form).await,
        Some(edit) if edit.starts_with("edit-") => edit
            .strip_prefix("edit-")
            .and_then(Step::of_key)
            .unwrap_or(step),
        _ => {
            check(&desk, step, &mut form).await?;
            if !form.is_fine() {
                return desk.again(&page(&desk, step, &draft, form)?);
            }
            step.next()
        }
    };
    desk.page(&page(&desk, to, &draft, form)?)
}

async fn check(desk: &Desk, step: Step, form: &mut Form) -> Result<(), Halt> {
    step.check(form);
    if step != Step::Integrate {
        return Ok(());
    }
    let Some(name) = integrate::domain_name(form).map(str::to_owned) else {
        return Ok(());
    };
    let (field, problem) = match form.get("domain_type") {
        "custom" => ("custom_domain", domain_names::taken(desk, &name).await?),
        _ => ("prefix", domain_names::prefix_problem(desk, &name).await?),
    };
    if let Some(problem) = problem {
        form.add_problem(field, problem);
    }
    Ok(())
}

/// Checks all steps once more, and creates the pool.
async fn create(desk: &Desk, draft: &Draft, mut form: Form) -> Answer {
    for step in Step::ALL {
        check(desk, step, &mut form).await?;
        if !form.is_fine() {
            return desk.again(&page(desk, step, draft, form)?);
        }
    }
    let plan = review::plan(&form, &desk.console.api.settings.account_id);
    let name = plan.pool.pool_name.clone();
    match make::make(desk, plan).await {
        Ok(made) => desk.done(
            &list::showing(desk, &made.pool).await?,
            format!("User pool \"{name}\" has been created successfully."),
        ),
        Err(mut broken) => match broken.pool.take() {
            Some(pool) => broken.page(desk, pool),
            None => {
                form.add_form_problem(broken.problem()?);
                desk.again(&page(desk, Step::Review, draft, form)?)
            }
        },
    }
}

fn page(desk: &Desk, step: Step, draft: &Draft, form: Form) -> Result<Page, Halt> {
    let settings = &desk.console.api.settings;
    let facts = &desk.console.settings.facts;
    let frame = desk
        .frame(step.title())
        .below("User pools", "/console/pools")
        .below("Create user pool", "/console/pools/new");
    Ok(Page {
        frame,
        draft: draft.sealed_for(desk, step)?,
        suffix: domain_names::suffix(settings),
        mail: facts.mail.clone(),
        mail_from: facts.mail_from.clone(),
        sends_texts: settings.transports.sms,
        sections: match step {
            Step::Review => review::sections(&form),
            _ => Vec::new(),
        },
        step,
        form,
    })
}
