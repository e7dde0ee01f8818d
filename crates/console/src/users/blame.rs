//! Where a fault of an operation stands in a form.

use cabana_api::Fault;
use cabana_model::ErrorKind;

use crate::form::Form;
use crate::halt::Halt;

/// Puts what was wrong beside the field that its kind points to, or on top.
///
/// # Errors
/// What no other input could mend stays a page of its own.
pub fn blame(form: &mut Form, fault: Fault, fields: &[(ErrorKind, &str)]) -> Result<(), Halt> {
    use ErrorKind as K;
    if matches!(
        fault.kind,
        K::InternalErrorException | K::AccessDeniedException
    ) {
        return Err(fault.into());
    }
    let text = fault.message.to_string();
    match fields.iter().find(|(kind, _)| *kind == fault.kind) {
        Some((_, field)) => form.complain(field, text),
        None => form.complain_of_all(text),
    }
    Ok(())
}
