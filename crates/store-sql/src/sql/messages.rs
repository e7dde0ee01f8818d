//! The outbox and the inbox.

macro_rules! columns {
    () => {
        "m.id, p.id, m.medium, m.recipient, m.sender, m.reply_to, m.content, m.state, m.attempts, m.due,
         m.error, m.created FROM messages m JOIN pools p ON p.n = m.pool "
    };
}

statements! {
    MESSAGE = ("SELECT ", columns!(), "WHERE m.id = $1");
    MESSAGES = (
        "SELECT m.created, m.id, ", columns!(), "WHERE (m.created, m.id) < ($1, $2)
         ORDER BY m.created DESC, m.id DESC LIMIT $3"
    );
    MESSAGES_IN_STATE = (
        "SELECT m.created, m.id, ", columns!(), "WHERE m.state = $1 AND (m.created, m.id) < ($2, $3)
         ORDER BY m.created DESC, m.id DESC LIMIT $4"
    );
    DUE_MESSAGES = (
        "SELECT ", columns!(), "WHERE m.state = 'queued' AND m.medium = $1 AND m.due <= $2
         ORDER BY m.due, m.id LIMIT $3"
    );
    MESSAGE_EXISTS = ("SELECT attempts FROM messages WHERE id = $1");
    INSERT_MESSAGE = (
        "INSERT INTO messages (pool, id, medium, recipient, sender, reply_to, content, state, attempts,
           due, error, created)
         SELECT n, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM pools WHERE id = $1
         ON CONFLICT (id) DO NOTHING"
    );
    UPDATE_MESSAGE = (
        "UPDATE messages SET content = $3, state = $4, attempts = $5, due = $6, error = $7
         WHERE id = $1 AND attempts = $2"
    );
    RELEASE_MESSAGES = (
        "UPDATE messages SET due = $2
         WHERE state = 'queued' AND medium = $1 AND due > $2 AND due <= $3"
    );
    CLEAR_INBOX = ("DELETE FROM messages WHERE state = 'inbox'");
    CLEAR_INBOX_OF_POOL = ("DELETE FROM messages WHERE state = 'inbox' AND pool = ", pool!());
}
