//! Drafts.

statements! {
    DRAFT = ("SELECT mark, version, content, expires FROM drafts WHERE mark = $1");
    DRAFT_EXISTS = ("SELECT version FROM drafts WHERE mark = $1");
    INSERT_DRAFT = (
        "INSERT INTO drafts (mark, version, content, expires) VALUES ($1, $2, $3, $4)
         ON CONFLICT (mark) DO NOTHING"
    );
    UPDATE_DRAFT = (
        "UPDATE drafts SET version = version + 1, content = $3, expires = $4
         WHERE mark = $1 AND version = $2"
    );
}
