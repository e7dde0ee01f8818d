//! Messages that functions send.

macro_rules! columns {
    () => {
        "d.id, p.id, d.kind, d.arn, d.event, d.state, d.attempts, d.due, d.error, d.created
         FROM deliveries d JOIN pools p ON p.n = d.pool "
    };
}

statements! {
    DELIVERY = ("SELECT ", columns!(), "WHERE d.id = $1");
    DUE_DELIVERIES = (
        "SELECT ", columns!(), "WHERE d.state = 'queued' AND d.due <= $1
         ORDER BY d.due, d.id LIMIT $2"
    );
    DELIVERY_EXISTS = ("SELECT attempts FROM deliveries WHERE id = $1");
    INSERT_DELIVERY = (
        "INSERT INTO deliveries (pool, id, kind, arn, event, state, attempts, due, error, created)
         SELECT n, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM pools WHERE id = $1
         ON CONFLICT (id) DO NOTHING"
    );
    UPDATE_DELIVERY = (
        "UPDATE deliveries SET state = $3, attempts = $4, due = $5, error = $6
         WHERE id = $1 AND attempts = $2"
    );
    DELETE_DELIVERY = ("DELETE FROM deliveries WHERE id = $1 AND attempts = $2");
    RELEASE_DELIVERIES = (
        "UPDATE deliveries SET due = $1 WHERE state = 'queued' AND due > $1 AND due <= $2"
    );
}
