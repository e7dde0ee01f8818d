//! `/console/pools/new`: the guide that creates a user pool. Nothing is created before its last step. In between, a draft
//! keeps what was entered; every step has an address, and is shown as it was left.

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
use axum::extract::Path;
use cabana_api::Fault;
use cabana_domain::Span;

use self::client_fields::Life;
use self::draft::{Draft, State};
use self::review::Section;
use self::step::Step;
use super::{domain_names, make};
use crate::desk::{Answer, Desk, see_other};
use crate::drafts::{self, Found};
use crate::form::Form;
use crate::frame::Frame;
use crate::halt::Halt;
use crate::settings::sheet::may_change;

pub use self::client_fields::{check_name, check_urls};
pub use self::sign_in::{apply as names, picked};
pub use self::sign_up::{ADDITIONAL, required_attribute};

/// Path of the guide.
pub const PAGE: &str = "/console/pools/new";
/// Time to complete the guide, counted anew from each step.
const LIFE: Span = Span::hours(12);
/// Times that a step is written if other tabs write the same draft.
const TRIES: usize = 4;

#[derive(Template)]
#[template(path = "pools/guide/page.html")]
struct Page {
    frame: Frame,
    form: Form,
    step: Step,
    /// Address of the step.
    here: String,
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

    /// The rows for custom attributes that *Add another* opens, one after the other.
    fn spare_rows(&self) -> std::ops::Range<usize> {
        sign_up::used_rows(&self.form).max(1)..sign_up::rows(&self.form)
    }

    fn is_spare(&self, row: &usize) -> bool {
        self.spare_rows().contains(row)
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

/// Page of a draft whose user pool exists, or is being created.
#[derive(Template)]
#[template(path = "pools/guide/created.html")]
struct Finished {
    frame: Frame,
    /// Path and name of the user pool.
    pool: Option<(String, String)>,
}

/// Begins the guide.
pub async fn begin(desk: Desk) -> Answer {
    may_change(&desk)?;
    start(&desk, Draft::default()).await
}

/// Keeps a new draft, and redirects to its first step.
async fn start(desk: &Desk, draft: Draft) -> Answer {
    if desk.info.reads_only {
        // Nothing is kept for a HEAD.
        return desk.page(&page(desk, Step::SignIn, "", &draft));
    }
    let id = desk.drafts(PAGE).keep(&draft, LIFE).await?;
    Ok(see_other(&address(Step::SignIn, &id)))
}

fn address(step: Step, id: &str) -> String {
    drafts::address(&format!("{PAGE}/{}", step.key()), id)
}

fn named(key: &str) -> Result<Step, Halt> {
    let step = Step::of_key(key);
    step.ok_or_else(|| Halt::not_found("The guide has no such step."))
}

/// The draft that the address names, and its ID.
async fn found(desk: &Desk) -> Result<Option<(&str, Found<Draft>)>, Fault> {
    let Some(id) = desk.draft.as_deref() else {
        return Ok(None);
    };
    let found = desk.drafts(PAGE).find(id).await?;
    Ok(found.map(|found| (id, found)))
}

/// Shows a step as it was left.
pub async fn show(Path(step): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let step = named(&step)?;
    let Some((id, found)) = found(&desk).await? else {
        return start(&desk, Draft::anew()).await;
    };
    let draft = found.content;
    let pool = match &draft.state {
        State::Open => return desk.page(&page(&desk, step, id, &draft)),
        State::Creating => None,
        State::Created { pool, name } => Some((format!("/console/pools/{pool}"), name.clone())),
    };
    desk.page(&Finished {
        frame: frame(&desk, Step::Review, PAGE),
        pool,
    })
}

/// Takes a step that was sent, and redirects to the next, a previous or the last one.
pub async fn go_on(Path(step): Path<String>, desk: Desk) -> Answer {
    may_change(&desk)?;
    let step = named(&step)?;
    for _ in 0..TRIES {
        let Some((id, found)) = found(&desk).await? else {
            let mut draft = Draft::anew();
            draft.keep(step, &desk.form);
            return start(&desk, draft).await;
        };
        if found.content.state != State::Open {
            return Ok(see_other(&address(Step::Review, id)));
        }
        if desk.form.get("go") == Some("create") {
            return create(&desk, id, found).await;
        }
        let mut draft = found.content.clone();
        let to = take(&desk, step, &mut draft).await?;
        let kept = desk.drafts(PAGE).replace(&found, draft, LIFE).await?;
        if kept.is_some() {
            return Ok(see_other(&address(to, id)));
        }
    }
    Err(Halt::bad_request(
        "Several tabs have sent steps of this guide at the same time. Go back and send this one again.",
    ))
}

/// Reads a step into the draft; returns the step to show.
async fn take(desk: &Desk, step: Step, draft: &mut Draft) -> Result<Step, Halt> {
    if step != Step::Review {
        draft.keep(step, &desk.form);
    }
    Ok(match desk.form.get("go") {
        Some("previous") => step.previous(),
        Some(edit) if edit.starts_with("edit-") => edit
            .strip_prefix("edit-")
            .and_then(Step::of_key)
            .unwrap_or(step),
        _ => {
            let mut form = draft.answers(Form::default());
            check(desk, step, &mut form).await?;
            if form.is_fine() {
                step.next()
            } else {
                draft.refuse(step, form);
                step
            }
        }
    })
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

/// Checks all steps once more, and creates the pool. Of two requests with the same draft only one does.
async fn create(desk: &Desk, id: &str, found: Found<Draft>) -> Answer {
    let drafts = desk.drafts(PAGE);
    let open = found.content.clone();
    let mut form = open.answers(Form::default());
    for step in Step::ALL {
        check(desk, step, &mut form).await?;
        if !form.is_fine() {
            let mut draft = open;
            draft.refuse(step, form);
            drafts.replace(&found, draft, LIFE).await?;
            return Ok(see_other(&address(step, id)));
        }
    }
    let in_state = |state| open.clone().in_state(state);
    let claimed = drafts
        .replace(&found, in_state(State::Creating), LIFE)
        .await?;
    let Some(claimed) = claimed else {
        return Ok(see_other(&address(Step::Review, id)));
    };
    let plan = review::plan(&form, &desk.console.api.settings.account_id);
    let name = plan.pool.pool_name.clone();
    let news = format!("User pool \"{name}\" has been created successfully.");
    let created = |pool: &str| {
        in_state(State::Created {
            pool: pool.to_owned(),
            name,
        })
    };
    match make::make(desk, plan).await {
        Ok(made) => {
            drafts.replace(&claimed, created(&made.pool), LIFE).await?;
            desk.done(&made.quick_start(), news)
        }
        Err(mut broken) => match broken.pool.take() {
            Some(pool) => {
                drafts.replace(&claimed, created(&pool), LIFE).await?;
                broken.told_at(desk, &pool).await
            }
            None => {
                let problem = broken.problem();
                let mut draft = open;
                if let Ok(text) = &problem {
                    form.add_form_problem(text.as_str());
                    draft.refuse(Step::Review, form);
                }
                drafts.replace(&claimed, draft, LIFE).await?;
                problem.map(|_| see_other(&address(Step::Review, id)))
            }
        },
    }
}

fn frame(desk: &Desk, step: Step, begin: &str) -> Frame {
    desk.frame(step.title())
        .below("User pools", "/console/pools")
        .below("Create user pool", begin)
}

fn page(desk: &Desk, step: Step, id: &str, draft: &Draft) -> Page {
    let settings = &desk.console.api.settings;
    let facts = &desk.console.settings.facts;
    let form = draft.form(step, Form::new(desk));
    let form = match step {
        Step::SignUp => sign_up::with_spare_rows(form),
        _ => form,
    };
    Page {
        frame: frame(desk, step, &address(Step::SignIn, id)),
        here: address(step, id),
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
    }
}
