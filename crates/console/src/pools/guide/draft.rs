//! The values entered in the guide so far.

use std::collections::BTreeMap;

use cabana_web::params::Params;
use serde::{Deserialize, Serialize};

use super::step::Step;
use crate::form::{Form, Problem};

/// Fields of the form that are not part of the draft.
const CONTROLS: [&str; 2] = ["_csrf", "go"];
const EXPIRED: &str = "What was entered in the other steps has expired. Nothing was created.";

/// Values of each step that was sent, and problems found in it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    sent: BTreeMap<Step, Vec<(String, String)>>,
    problems: BTreeMap<Step, Vec<Problem>>,
    pub state: State,
}

/// What has become of a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    #[default]
    Open,
    /// Another request is creating the user pool.
    Creating,
    /// The user pool exists.
    Created { pool: String, name: String },
}

impl Draft {
    /// A draft in place of one that has expired.
    pub fn anew() -> Self {
        let mut draft = Self::default();
        let mut form = Form::default();
        form.add_form_problem(EXPIRED);
        draft.refuse(Step::SignIn, form);
        draft
    }

    /// The draft in another state.
    #[must_use]
    pub fn in_state(self, state: State) -> Self {
        Self { state, ..self }
    }

    /// Replaces the values of a step with those that were sent.
    pub fn keep(&mut self, step: Step, sent: &Params) {
        let entered = sent.iter().filter(|(name, _)| !CONTROLS.contains(name));
        let own = entered.map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.sent.insert(step, own.collect());
        self.problems.remove(&step);
    }

    /// Keeps the problems of a step.
    pub fn refuse(&mut self, step: Step, form: Form) {
        self.problems.insert(step, form.kept().problems);
    }

    /// The form of a step, with the values of all steps.
    pub fn form(&self, step: Step, blank: Form) -> Form {
        let problems = self.problems.get(&step);
        self.answers(blank)
            .with_problems(problems.cloned().unwrap_or_default())
    }

    /// The values of all steps. Steps that were not sent yet have their defaults, which may depend on the steps before
    /// them.
    pub fn answers(&self, blank: Form) -> Form {
        let add = |form: Form, step: Step| match self.sent.get(&step) {
            Some(values) => with_all(form, values),
            None => step.beginning(form),
        };
        Step::ALL.into_iter().fold(blank, add)
    }
}

fn with_all(form: Form, values: &[(String, String)]) -> Form {
    let add = |form: Form, (name, value): &(String, String)| form.with(name, value);
    values.iter().fold(form, add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_shown_as_it_was_sent_until_it_is_sent_anew() {
        let mut draft = Draft::default();
        let sent = Params::parse("_csrf=x&go=next&pool_name=a&client_name=");
        draft.keep(Step::Integrate, &sent);
        let mut form = draft.answers(Form::default());
        form.add_problem("client_name", "Enter a name.");
        draft.refuse(Step::Integrate, form);
        let text = serde_json::to_string(&draft).unwrap();
        let draft: Draft = serde_json::from_str(&text).unwrap();
        let shown = draft.form(Step::Integrate, Form::default());
        assert!(!shown.is_fine() && shown.get("pool_name") == "a" && shown.get("go").is_empty());
        // The other steps have no problems, and their defaults.
        let other = draft.form(Step::Security, Form::default());
        assert!(other.is_fine() && other.get("mfa") == "ON");
        let mut again = draft;
        again.keep(Step::Integrate, &Params::parse("pool_name=b"));
        let shown = again.form(Step::Integrate, Form::default());
        assert!(shown.is_fine() && shown.get("pool_name") == "b");
    }

    #[test]
    fn drafts_of_earlier_and_later_programs_go_on() {
        let golden = r#"{"sent":{"SignIn":[["sign_in","email"]],"Security":[]},
            "problems":{"Security":[{"field":"mfa","text":"Choose."}]},
            "state":{"Created":{"pool":"us-east-1_a","name":"a"}},"later":1}"#;
        let draft: Draft = serde_json::from_str(golden).unwrap();
        let form = draft.form(Step::Security, Form::default());
        assert!(form.has("sign_in", "email") && !form.is_fine());
        assert_ne!(draft.state, State::Open);
        assert!(serde_json::from_str::<Draft>("{}").is_ok());
        // Answers of a page nobody here knows would be lost, so the draft is refused.
        let unknown = golden.replace("Security", "Passkeys");
        assert!(serde_json::from_str::<Draft>(&unknown).is_err());
    }
}
