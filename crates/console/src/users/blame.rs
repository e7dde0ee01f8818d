//! Placement of an operation's fault in a form.

use cabana_api::Fault;
use cabana_api::faults::reason;
use cabana_model::ErrorKind;

use crate::about::About;
use crate::form::Form;
use crate::halt::Halt;

/// Adds a fault to the form as a problem, beside the field of its kind or on top.
///
/// # Errors
/// The fault, if no other value could avoid it: it becomes a page.
pub fn blame(form: &mut Form, fault: Fault, fields: &[(ErrorKind, &str)]) -> Result<(), Halt> {
    use ErrorKind as K;
    if matches!(
        fault.kind,
        K::InternalErrorException | K::AccessDeniedException
    ) {
        return Err(fault.into());
    }
    let named = fields.iter().find(|(kind, _)| *kind == fault.kind);
    let named = named.map(|(_, field)| *field);
    match (named, in_words(&fault)) {
        (Some(field), words) => {
            let text = words.map_or_else(|| fault.message.to_string(), |(_, text)| text.to_owned());
            form.add_problem(field, text);
        }
        (None, Some((field, text))) => {
            // In the form that edits attributes, their names have a prefix.
            let attribute = format!("a.{field}");
            let is_there = !form.raw(&attribute).is_empty();
            form.add_problem(if is_there { &attribute } else { field }, text);
        }
        (None, None) => form.add_form_problem(fault.message.to_string()),
    }
    Ok(())
}

/// Field and plain words for faults whose message is in the API's own terms.
fn in_words(fault: &Fault) -> Option<(&'static str, &'static str)> {
    const WORDS: [(About<'_>, &str, &str); 4] = [
        (
            About::Member("username"),
            "username",
            "A user name has up to 128 letters, digits and symbols, and no spaces.",
        ),
        (
            About::Member("groupName"),
            "name",
            "A group name has up to 128 letters, digits and symbols, and no spaces.",
        ),
        (
            About::Reason(reason::bad_email),
            "email",
            "Enter an email address, such as ann@example.com.",
        ),
        (
            About::Reason(reason::bad_phone_number),
            "phone_number",
            "Enter a phone number with a plus sign and the country code, such as +14325551212.",
        ),
    ];
    let found = WORDS.into_iter().find(|(about, ..)| about.is_of(fault));
    found.map(|(_, field, text)| (field, text))
}
