//! `/messaging/email`: the sender of mails.

use askama::Template;
use cabana_model::{EmailSendingAccountType, UpdateUserPoolRequest, UserPoolType};

use crate::desk::Desk;
use crate::form::Form;
use crate::pool_head::PoolHead;
use crate::settings::panel::{Cell, Panel};
use crate::settings::sheet::Edits;

pub fn panel(desk: &Desk, head: &PoolHead) -> Panel {
    let facts = &desk.console.settings.facts;
    let own = head.pool.email_configuration.clone().unwrap_or_default();
    let identity = own.email_sending_account == Some(EmailSendingAccountType::Developer);
    let from = own.from.unwrap_or_else(|| match facts.mail_from.as_str() {
        "" => "The sender of this server".to_owned(),
        sender => format!("{sender} (the sender of this server)"),
    });
    let panel = Panel::new("email", "Email")
        .action(
            !desk.operator.read_only,
            "Edit",
            head.url("/messaging/email"),
        )
        .row(
            "Email provider",
            "Send email with this server's mail settings",
        )
        .row("Mail transport", facts.mail.as_str())
        .row("FROM email address", from)
        .row(
            "REPLY-TO email address",
            own.reply_to_email_address.unwrap_or_default(),
        );
    // Kept for tools that set it; its address is the sender if the pool names no other.
    panel.maybe(
        "Sending identity",
        own.source_arn.filter(|_| identity).map(Cell::Code),
    )
}

#[derive(Template)]
#[template(path = "settings/email.html")]
struct Controls<'a> {
    form: &'a Form,
}

/// Splits `Name <address>` into name and address.
fn parts(from: &str) -> (String, String) {
    let Some((name, rest)) = from.rsplit_once('<') else {
        return (String::new(), from.trim().to_owned());
    };
    let name = name.trim();
    let quoted = name.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let name = quoted.map_or_else(|| name.to_owned(), |it| it.replace("\\\"", "\""));
    (name, rest.trim_end().trim_end_matches('>').to_owned())
}

/// Joins name and address to `Name <address>`, with the name in quotes if mail programs would misread it.
fn joined(name: &str, address: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || " '-_".contains(c);
    if name.is_empty() {
        address.to_owned()
    } else if name.chars().all(plain) {
        format!("{name} <{address}>")
    } else {
        format!("\"{}\" <{address}>", name.replace('"', "\\\""))
    }
}

fn is_address(text: &str) -> bool {
    let fits = |c: char| !c.is_whitespace() && !c.is_control() && !"<>,;\"".contains(c);
    text.chars().all(fits)
        && text
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
}

fn address(form: &mut Form, name: &str) -> Option<String> {
    let text = form.given(name)?;
    if !is_address(&text) {
        form.add_problem(
            name,
            "Enter an email address, such as no-reply@example.com.",
        );
    }
    Some(text)
}

pub struct Email;

impl Edits for Email {
    type Of = UserPoolType;
    type Input = UpdateUserPoolRequest;
    const TITLE: &'static str = "Edit email";
    const NEWS: &'static str = "The email settings have been saved.";
    const LEAD: &'static str =
        "Mails are sent through this server's mail transport, which must accept this sender.";
    const PART: &'static str = "/messaging";

    fn fill(form: Form, pool: &UserPoolType) -> Form {
        let own = pool.email_configuration.clone().unwrap_or_default();
        let (name, address) = parts(own.from.as_deref().unwrap_or_default());
        form.with("address", address)
            .with("name", name)
            .with("reply", own.reply_to_email_address.unwrap_or_default())
    }

    fn read(form: &mut Form, _: &UserPoolType, input: &mut UpdateUserPoolRequest) {
        let from = address(form, "address");
        let name = form.get("name").to_owned();
        if !name.is_empty() && from.is_none() {
            form.add_problem("address", "Enter an address for this name.");
        }
        if name.chars().any(|c| c.is_control() || "<>\\".contains(c)) {
            form.add_problem("name", "A name cannot contain < > or \\.");
        }
        let email = input.email_configuration.get_or_insert_default();
        email.from = from.map(|address| joined(&name, &address));
        email.reply_to_email_address = address(form, "reply");
    }

    fn controls(form: &Form, _: &UserPoolType) -> askama::Result<String> {
        Controls { form }.render()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_put_together_as_it_is_taken_apart() {
        for (name, address) in [
            ("", "a@b.example"),
            ("Ada", "a@b.example"),
            ("Lovelace, \"Ada\"", "a@b.example"),
        ] {
            let from = joined(name, address);
            assert_eq!(
                parts(&from),
                (name.to_owned(), address.to_owned()),
                "{from}"
            );
        }
        assert_eq!(joined("A. B", "a@b"), "\"A. B\" <a@b>");
    }

    #[test]
    fn what_is_no_address_is_told() {
        assert!(is_address("no-reply@example.com"));
        for wrong in ["", "a", "@b", "a@", "a b@c", "a@b@c", "<a@b>", "a@b,c@d"] {
            assert!(!is_address(wrong), "{wrong}");
        }
    }
}
