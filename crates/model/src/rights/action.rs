//! What the audit trail writes down.

use super::named::named;

named! {
    /// What somebody did (M1). Whatever is written to the audit trail is one of these; the pages have words for each.
    Action {
        /// Signed in.
        SessionBegin = "session.begin",
        /// Signed out, or ended a session elsewhere.
        SessionEnd = "session.end",
        /// Was not let in.
        SessionRefused = "session.refused",
        /// Saw a conversation.
        ConversationRead = "conversation.read",
        /// Took a list of conversations out as a file.
        ConversationExport = "conversation.export",
        /// Listened.
        RecordingPlay = "recording.play",
        /// Made a user.
        UserCreate = "user.create",
        /// Changed a user's name, posts, projects, teams, or shut them out.
        UserChange = "user.change",
        /// Changed the own password.
        UserPasswordChange = "user.password.change",
        /// Gave a user a new password.
        UserPasswordReset = "user.password.reset",
        /// Made an API token.
        TokenCreate = "token.create",
        /// Took an API token back.
        TokenDelete = "token.delete",
        /// Let failed work be tried again.
        WorkRetry = "work.retry",
    }
}
