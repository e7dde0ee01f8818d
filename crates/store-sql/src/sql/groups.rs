//! Groups and their members.

use super::users::listed_columns;

macro_rules! columns {
    () => {
        "g.name, g.version, g.description, g.role_arn, g.precedence, g.created, g.modified"
    };
}

statements! {
    GROUP = ("SELECT ", columns!(), " FROM user_groups g WHERE g.pool = ", pool!(), " AND g.name = $2");
    GROUPS = (
        "SELECT g.name, ", columns!(), " FROM user_groups g
         WHERE g.pool = ", pool!(), " AND g.name > $2 ORDER BY g.name LIMIT $3"
    );
    GROUPS_OF = (
        "SELECT ", columns!(), " FROM users u
         JOIN members m ON m.member = u.n JOIN user_groups g ON g.n = m.team
         WHERE u.pool = ", pool!(), " AND u.sub = $2
         ORDER BY (g.precedence IS NULL), g.precedence, g.name"
    );
    MEMBERS = (
        "SELECT m.added, m.member, ", listed_columns!(), " FROM members m JOIN users u ON u.n = m.member
         WHERE m.team = (SELECT n FROM user_groups WHERE pool = ", pool!(), " AND name = $2)
           AND (m.added, m.member) > ($3, $4)
         ORDER BY m.added, m.member LIMIT $5"
    );
    GROUP_EXISTS = ("SELECT n FROM user_groups WHERE pool = ", pool!(), " AND name = $2");
    INSERT_GROUP = (
        "INSERT INTO user_groups (pool, name, version, description, role_arn, precedence, created, modified)
         SELECT n, $2, $3, $4, $5, $6, $7, $8 FROM pools WHERE id = $1
         ON CONFLICT (pool, name) DO NOTHING"
    );
    UPDATE_GROUP = (
        "UPDATE user_groups SET version = version + 1, description = $4, role_arn = $5,
           precedence = $6, modified = $7
         WHERE pool = ", pool!(), " AND name = $2 AND version = $3"
    );
    DELETE_GROUP = ("DELETE FROM user_groups WHERE pool = ", pool!(), " AND name = $2");
    ADD_MEMBER = (
        "INSERT INTO members (team, member, added)
         SELECT g.n, u.n, $4 FROM user_groups g, users u
         WHERE g.pool = ", pool!(), " AND g.name = $2 AND u.pool = g.pool AND u.sub = $3
         ON CONFLICT (team, member) DO UPDATE SET added = members.added"
    );
    REMOVE_MEMBER = (
        "DELETE FROM members
         WHERE team = (SELECT n FROM user_groups WHERE pool = ", pool!(), " AND name = $2)
           AND member = (SELECT n FROM users WHERE pool = ", pool!(), " AND sub = $3)"
    );
}
