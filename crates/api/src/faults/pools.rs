//! Texts of pools, clients, domains, resource servers, tags, and of lists.

use cabana_model::ErrorKind as K;

use crate::fault::Fault;

/// Guessed: a paging token that is damaged, too old or of another request.
pub fn bad_paging_token() -> Fault {
    Fault::new(
        K::InvalidParameterException,
        "Invalid pagination token given.",
    )
}
