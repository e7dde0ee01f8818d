//! Events.

macro_rules! columns {
    () => {
        "e.happened, e.id, e.id, e.happened, p.id, e.sub, e.kind, e.refused, e.detail"
    };
}

statements! {
    EVENTS_OF_POOL = (
        "SELECT ", columns!(), " FROM events e JOIN pools p ON p.n = e.pool
         WHERE e.pool = ", pool!(), " AND (e.happened, e.id) < ($2, $3)
         ORDER BY e.happened DESC, e.id DESC LIMIT $4"
    );
    EVENTS_OF_USER = (
        "SELECT ", columns!(), " FROM events e JOIN pools p ON p.n = e.pool
         WHERE e.pool = ", pool!(), " AND e.sub = $2 AND (e.happened, e.id) < ($3, $4)
         ORDER BY e.happened DESC, e.id DESC LIMIT $5"
    );
    EMIT = (
        "INSERT INTO events (pool, happened, id, sub, kind, refused, detail)
         SELECT n, $2, $3, $4, $5, $6, $7 FROM pools WHERE id = $1
         ON CONFLICT (pool, happened, id) DO NOTHING"
    );
    DELETE_EVENTS_OF_USER = ("DELETE FROM events WHERE pool = ", pool!(), " AND sub = $2");
}
