//! Events of users: assembled here, and committed in one list with the change they report.

use cabana_domain::event::{Event, EventDetail, EventKind};
use cabana_domain::tokens::TokenFamily;
use cabana_domain::user::User;
use cabana_domain::{PoolId, Sub};
use cabana_store::Change;

use crate::cx::Cx;

/// Maximum stored length of a user agent, in bytes.
const USER_AGENT: usize = 256;

impl Cx<'_> {
    /// An event of the user of a token family; the user's name is not read for it.
    pub fn event_of_family(&self, family: &TokenFamily, kind: EventKind) -> Event {
        self.event_about(&family.pool, &family.sub, String::new(), kind)
            .in_app(&family.client)
            .with(&family.authentication.methods)
            .on_device(family.authentication.device.as_deref())
    }

    /// An event of a user, now and in this request. To be committed as [`Change::Emit`] with the change it reports; a
    /// server that keeps no events writes none.
    pub fn event(&self, user: &User, kind: EventKind) -> Event {
        self.event_about(&user.pool, &user.sub, user.username.clone(), kind)
    }

    /// The event of a sign-in of whom nobody is known.
    pub fn event_of_nobody(&self, pool: &PoolId, words: String) -> Event {
        let mut event = self.event_about(pool, &Sub::new(""), String::new(), EventKind::SignIn);
        event.detail.words = Some(words);
        event
    }

    fn event_about(&self, pool: &PoolId, sub: &Sub, username: String, kind: EventKind) -> Event {
        let agent = self.request.user_agent.as_deref();
        let agent = agent.map(|it| it.chars().take(USER_AGENT).collect());
        Event {
            // Without randomness the request's own id serves as well: it is unique too.
            id: self.uuid().unwrap_or_else(|_| self.request.id.clone()),
            at: self.now(),
            pool: pool.clone(),
            sub: sub.clone(),
            kind,
            refused: None,
            detail: EventDetail {
                username,
                source_ip: self.request.source_ip,
                user_agent: agent,
                request: self.request.id.clone(),
                ..EventDetail::default()
            },
        }
    }

    /// The event as a change.
    pub fn emit(&self, user: &User, kind: EventKind) -> Change {
        Change::Emit(Box::new(self.event(user, kind)))
    }
}

/// Removes the events that this server does not keep: all of them if it keeps none, and users created by
/// administrators, which are only counted. The users themselves carry their creation time, and programs create many.
pub(crate) fn keep(changes: &mut Vec<Change>, none: bool) {
    changes.retain(|change| match change {
        Change::Emit(event) => !none && event.kind != EventKind::AdminCreate,
        _ => true,
    });
}

#[cfg(test)]
mod tests {
    use cabana_domain::Time;

    use super::*;

    fn event(kind: EventKind) -> Change {
        Change::from(Event {
            id: "id".to_owned(),
            at: Time::from_seconds(1),
            pool: PoolId::new("us-east-1_a"),
            sub: Sub::new("sub"),
            kind,
            refused: None,
            detail: EventDetail::default(),
        })
    }

    fn kept(kinds: &[EventKind], none: bool) -> usize {
        let mut changes: Vec<_> = kinds.iter().copied().map(event).collect();
        changes.push(Change::RevokeFamily { id: String::new() });
        keep(&mut changes, none);
        changes.len() - 1
    }

    #[test]
    fn a_server_that_keeps_no_events_writes_none_and_everything_else() {
        let kinds = [EventKind::SignIn, EventKind::SignUp, EventKind::AdminCreate];
        assert_eq!((kept(&kinds, false), kept(&kinds, true)), (2, 0));
    }
}
