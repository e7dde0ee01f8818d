//! Passkeys.

macro_rules! owner {
    () => {
        concat!(
            "(SELECT n FROM users WHERE pool = ",
            pool!(),
            " AND sub = $2)"
        )
    };
}

statements! {
    PASSKEYS = (
        "SELECT credential, detail, sign_count, created, last_used FROM passkeys
         WHERE owner = ", owner!(), " ORDER BY created, credential"
    );
    PASSKEY_EXISTS = (
        "SELECT sign_count FROM passkeys WHERE owner = ", owner!(), " AND credential = $3"
    );
    INSERT_PASSKEY = (
        "INSERT INTO passkeys (owner, credential, detail, sign_count, created, last_used)
         SELECT n, $3, $4, $5, $6, $7 FROM users WHERE pool = ", pool!(), " AND sub = $2
         ON CONFLICT (owner, credential) DO NOTHING"
    );
    USE_PASSKEY = (
        "UPDATE passkeys SET sign_count = $5, last_used = $6
         WHERE owner = ", owner!(), " AND credential = $3 AND sign_count = $4"
    );
    DELETE_PASSKEY = ("DELETE FROM passkeys WHERE owner = ", owner!(), " AND credential = $3");
}
