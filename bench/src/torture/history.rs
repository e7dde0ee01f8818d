//! The history: requests and acknowledgements, person by person.
//!
//! Every person belongs to one connection, which sends one request at a time. So a person's history is linear, and at
//! most the last act is without an answer.

/// Facts about a person that clients can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub status: &'static str,
    pub enabled: bool,
    /// The number in name, given name and address; all three are always written together.
    pub revision: u32,
    /// Whether the address is verified and so a name to sign in with.
    pub has_alias: bool,
    /// The number of the password.
    pub password: u32,
    pub is_member: bool,
    pub has_mfa: bool,
    /// Whether the refresh token of the last sign-in still works; `None` before the first.
    pub session: Option<bool>,
}

/// One write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Create,
    SignUp,
    Confirm,
    Password(u32),
    Revise(u32),
    Join,
    Leave,
    Mfa(bool),
    SignIn,
    Rotate,
    Revoke,
    Disable,
    Delete,
}

impl Act {
    /// The facts after the act.
    pub fn after(self, before: Option<&Facts>) -> Option<Facts> {
        let new = Facts {
            status: "FORCE_CHANGE_PASSWORD",
            enabled: true,
            revision: 0,
            has_alias: true,
            password: 0,
            is_member: false,
            has_mfa: false,
            session: None,
        };
        let mut facts = match self {
            Self::Create => return Some(new),
            Self::SignUp => {
                return Some(Facts {
                    status: "UNCONFIRMED",
                    has_alias: false,
                    ..new
                });
            }
            Self::Delete => return None,
            _ => before?.clone(),
        };
        match self {
            Self::Confirm => facts.status = "CONFIRMED",
            Self::Password(number) => {
                facts.password = number;
                facts.status = "CONFIRMED";
            }
            Self::Revise(number) => {
                facts.revision = number;
                facts.has_alias = true;
            }
            Self::Join => facts.is_member = true,
            Self::Leave => facts.is_member = false,
            Self::Mfa(on) => facts.has_mfa = on,
            Self::SignIn => facts.session = Some(true),
            Self::Revoke => facts.session = Some(false),
            Self::Disable => facts.enabled = false,
            Self::Rotate | Self::Create | Self::SignUp | Self::Delete => {}
        }
        Some(facts)
    }
}

/// A person the load created, or tried to create.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    /// The acts on this person, in order.
    pub script: Vec<Act>,
    /// State of the last acknowledgement; `None` if there is no such user.
    pub facts: Option<Facts>,
    /// The act that is not answered yet.
    pub pending: Option<Act>,
    /// The refresh token of the last sign-in.
    pub token: Option<String>,
    /// The current token of a client whose refresh tokens rotate.
    pub rotating: Option<String>,
    /// Whether its last rotation was answered.
    pub rotation_is_known: bool,
}

impl Person {
    pub fn new(name: String, number: u64) -> Self {
        Self {
            name,
            script: script(number),
            facts: None,
            pending: None,
            token: None,
            rotating: None,
            rotation_is_known: true,
        }
    }

    /// Whether the person signs up, instead of being created by an administrator.
    pub fn signs_up(&self) -> bool {
        self.script.contains(&Act::SignUp)
    }

    /// The address of a revision.
    pub fn email(&self, revision: u32) -> String {
        format!("{}.{revision}@example.com", self.name)
    }

    /// The permitted states: as acknowledged, or with the pending act done.
    pub fn allowed(&self) -> Vec<Option<Facts>> {
        let mut allowed = vec![self.facts.clone()];
        if let Some(act) = self.pending {
            allowed.push(act.after(self.facts.as_ref()));
        }
        allowed
    }
}

/// The acts on the person of this number.
fn script(number: u64) -> Vec<Act> {
    use Act::{
        Confirm, Create, Delete, Disable, Join, Leave, Mfa, Password, Revise, Revoke, Rotate,
        SignIn, SignUp,
    };
    if number % 5 == 4 {
        return vec![SignUp, Confirm, Revise(1), Join, SignIn, Rotate, Rotate];
    }
    let mut acts = vec![
        Create,
        Password(1),
        Revise(1),
        Join,
        SignIn,
        Rotate,
        Mfa(true),
        Revise(2),
        Revoke,
        Leave,
        Mfa(false),
        Rotate,
        Password(2),
        Revise(3),
        Join,
    ];
    match number % 3 {
        0 => acts.push(Delete),
        1 => acts.push(Disable),
        _ => {}
    }
    acts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_without_an_answer_allows_both_ends_and_nothing_else() {
        let mut person = Person::new("p".to_owned(), 0);
        person.pending = Some(Act::Create);
        assert_eq!(person.allowed().len(), 2);
        assert_eq!(person.allowed()[0], None);
        person.facts = person.allowed()[1].clone();
        person.pending = Some(Act::Revise(1));
        let allowed: Vec<u32> = person
            .allowed()
            .iter()
            .map(|it| it.as_ref().unwrap().revision)
            .collect();
        assert_eq!(allowed, [0, 1]);
        person.pending = Some(Act::Delete);
        assert_eq!(person.allowed()[1], None);
    }

    #[test]
    fn every_script_only_does_what_can_be_done() {
        for number in 0..30 {
            let mut facts = None;
            for (position, act) in script(number).into_iter().enumerate() {
                assert_eq!(facts.is_none(), position == 0, "{number}: {act:?}");
                facts = act.after(facts.as_ref());
            }
        }
    }
}
