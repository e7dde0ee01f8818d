//! The audit log.

macro_rules! columns {
    () => {
        "id, happened, operator, source_ip, action, pool, target, detail"
    };
}

statements! {
    ENTRIES = (
        "SELECT happened, id, ", columns!(), " FROM audit WHERE (happened, id) < ($1, $2)
         ORDER BY happened DESC, id DESC LIMIT $3"
    );
    ENTRIES_OF_POOL = (
        "SELECT happened, id, ", columns!(), " FROM audit WHERE pool = $1 AND (happened, id) < ($2, $3)
         ORDER BY happened DESC, id DESC LIMIT $4"
    );
    RECORD = (
        "INSERT INTO audit (id, happened, operator, source_ip, action, pool, target, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING"
    );
}
