//! The values entered in the wizard so far. The browser carries them from step to step, sealed.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cabana_api::Fault;
use cabana_domain::{Span, Time};
use cabana_store::seal::Purpose;
use cabana_web::params::Params;
use serde::{Deserialize, Serialize};

use super::step::Step;
use crate::desk::Desk;
use crate::form::Form;
use crate::halt::Halt;

/// Time to complete the wizard, counted anew from each step.
const LIFE: Span = Span::hours(12);
/// Fields of the form that are not part of the draft.
const CONTROLS: [&str; 4] = ["_csrf", "draft", "step", "go"];

/// Names and values of each step that was sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Draft(BTreeMap<Step, Vec<(String, String)>>);

#[derive(Serialize, Deserialize)]
struct Dated {
    until: Time,
    draft: Draft,
}

impl Draft {
    /// Opens the draft that the form carries.
    ///
    /// # Errors
    /// If the draft is not this operator's, or too old.
    pub fn of(desk: &Desk) -> Result<Self, Halt> {
        let stale = || {
            Halt::bad_request(
                "The values from the earlier steps have expired, or another operator entered them. \
                 Nothing was created. Start again.",
            )
        };
        let Some(text) = desk.form.get("draft") else {
            return Ok(Self::default());
        };
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| stale())?;
        let plain = desk
            .console
            .api
            .sealer
            .open(Purpose::Ticket, &place(desk), &sealed)
            .map_err(|_| stale())?;
        let dated: Dated = serde_json::from_slice(&plain).map_err(|_| stale())?;
        match dated.until > desk.console.api.clock.now() {
            true => Ok(dated.draft),
            false => Err(stale()),
        }
    }

    /// Seals the draft for the form of this step, without the step's own values, which are in the form's fields.
    ///
    /// # Errors
    /// If the draft cannot be sealed.
    pub fn sealed_for(&self, desk: &Desk, step: Step) -> Result<String, Fault> {
        let mut draft = self.clone();
        draft.0.remove(&step);
        let dated = Dated {
            until: desk.console.api.clock.now().after(LIFE),
            draft,
        };
        let plain = serde_json::to_vec(&dated).map_err(Fault::internal)?;
        let sealed = desk
            .console
            .api
            .sealer
            .seal(Purpose::Ticket, &place(desk), &plain)
            .map_err(Fault::internal)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(sealed))
    }

    /// Replaces the values of a step with those that were sent.
    pub fn keep(&mut self, step: Step, sent: &Params) {
        let entered = sent.iter().filter(|(name, _)| !CONTROLS.contains(name));
        let own = entered.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.0.insert(step, own.collect());
    }

    /// The values of all steps. Steps that were not sent yet have their defaults, which may depend on the steps before
    /// them.
    pub fn answers(&self, blank: Form) -> Form {
        let mut all = blank;
        for step in Step::ALL {
            all = match self.0.get(&step) {
                Some(values) => values
                    .iter()
                    .fold(all, |form, (name, value)| form.with(name, value)),
                None => step.beginning(all),
            };
        }
        all
    }
}

/// Binds a draft to its operator: nobody else can open it.
fn place(desk: &Desk) -> [&str; 3] {
    ["console", "new-pool", desk.operator.sub.as_str()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drafts_of_earlier_and_later_programs_go_on() {
        let golden =
            r#"{"until":9,"draft":{"SignIn":[["alias","email"]],"Security":[]},"later":1}"#;
        let dated: Dated = serde_json::from_str(golden).unwrap();
        assert_eq!(
            dated.draft.0[&Step::SignIn],
            [("alias".to_owned(), "email".to_owned())]
        );
        // Answers of a page nobody here knows would be lost, so the draft is refused.
        let unknown = golden.replace("Security", "Passkeys");
        assert!(serde_json::from_str::<Dated>(&unknown).is_err());
    }
}
