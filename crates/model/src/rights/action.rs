//! What the audit trail writes down.

use crate::named::named;

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
        /// Joined who they are at the provider to the own account, or was joined by name.
        UserIdentityJoin = "user.identity.join",
        /// Took away from an account who it is at the provider.
        UserIdentityRemove = "user.identity.remove",
        /// Gave a user a new password.
        UserPasswordReset = "user.password.reset",
        /// Made an API token.
        TokenCreate = "token.create",
        /// Took an API token back.
        TokenDelete = "token.delete",
        /// Let failed work be tried again.
        WorkRetry = "work.retry",
        /// Took everything out as a backup.
        BackupMake = "backup.make",
        /// Brought everything back from a backup.
        BackupRestore = "backup.restore",
        /// Brought in a file over the network.
        UploadTake = "upload.take",
        /// Let another program be told what happens.
        WebhookCreate = "webhook.create",
        /// Changed what it is told, or where.
        WebhookChange = "webhook.change",
        /// Let it be told again what it missed.
        WebhookRetry = "webhook.retry",
        /// Passed over a message that it does not take.
        WebhookSkip = "webhook.skip",
        /// Let it be told no more.
        WebhookDelete = "webhook.delete",
        /// Made a project.
        ProjectCreate = "project.create",
        /// Changed or archived a project.
        ProjectChange = "project.change",
        /// Made a team.
        TeamCreate = "team.create",
        /// Changed or archived a team.
        TeamChange = "team.change",
        /// Changed an agent's name, level or team.
        AgentChange = "agent.change",
        /// Wrote on a draft of a rule pack.
        RulesDraft = "rules.draft",
        /// Threw a draft away.
        RulesDraftDiscard = "rules.draft.discard",
        /// Tried rules on a sample of calls.
        RulesSample = "rules.sample",
        /// Published a version of a rule pack.
        RulesPublish = "rules.publish",
        /// Saw how somebody judged a call.
        EvaluationRead = "evaluation.read",
        /// Began to judge a call.
        EvaluationBegin = "evaluation.begin",
        /// Threw the own draft away.
        EvaluationDiscard = "evaluation.discard",
        /// Judged a call.
        EvaluationSubmit = "evaluation.submit",
        /// Sent the result to whose call it was.
        EvaluationSend = "evaluation.send",
        /// Accepted a result.
        EvaluationAcknowledge = "evaluation.acknowledge",
        /// Appealed against a result.
        EvaluationAppeal = "evaluation.appeal",
        /// Turned an appeal down.
        EvaluationUphold = "evaluation.uphold",
        /// Granted an appeal.
        EvaluationChange = "evaluation.change",
        /// Saw a coaching sheet.
        CoachingRead = "coaching.read",
        /// Began a coaching sheet.
        CoachingBegin = "coaching.begin",
        /// Threw the own draft of a coaching sheet away.
        CoachingDiscard = "coaching.discard",
        /// Put a coaching sheet before the agent.
        CoachingHold = "coaching.hold",
        /// Signed a coaching sheet.
        CoachingSign = "coaching.sign",
        /// Disputed a coaching sheet.
        CoachingDispute = "coaching.dispute",
        /// Put a later evaluation on a coaching sheet.
        CoachingFollow = "coaching.follow",
        /// Closed a coaching sheet.
        CoachingClose = "coaching.close",
        /// Drew calls to be listened to.
        SamplingDraw = "sampling.draw",
        /// Gave what was drawn to somebody else to listen to, or took it back.
        SamplingAssign = "sampling.assign",
        /// Made a standing plan, by which calls are drawn again and again.
        SamplingPlanCreate = "sampling.plan.create",
        /// Changed a standing plan, paused it or had it go on.
        SamplingPlanChange = "sampling.plan.change",
        /// Ended a standing plan.
        SamplingPlanEnd = "sampling.plan.end",
        /// Wrote on a draft of a scorecard.
        ScorecardDraft = "scorecard.draft",
        /// Threw a draft of a scorecard away.
        ScorecardDraftDiscard = "scorecard.draft.discard",
        /// Published a version of a scorecard.
        ScorecardPublish = "scorecard.publish",
        /// Shared a view of the list, or shared it no more.
        ViewShare = "view.share",
    }
}
