//! What can be done to what.

use crate::named::named;

named! {
    /// One action on one kind of thing (权限). Whatever is done over HTTP or in the interface asks for one of these.
    ///
    /// To hold a permission says nothing yet of how far it goes: see [`Scope`](crate::Scope) and [`Reach`](crate::Reach).
    Permission {
        /// That a conversation was: when, how long, who served, which project; its scores. No words, and numbers masked.
        ConversationsList = "conversations.list",
        /// Transcript and findings with their evidence, personal data masked.
        ConversationsRead = "conversations.read",
        /// Personal data as said and as recorded: in words, in attributes, in sound.
        ConversationsUnmask = "conversations.unmask",
        /// Put conversations in: calls, transcripts, recordings, by upload or by a feed. Shows nothing of them.
        ConversationsImport = "conversations.import",
        /// Take transcripts, findings and call lists out as a file.
        ConversationsExport = "conversations.export",
        /// Listen.
        RecordingsPlay = "recordings.play",
        /// Take a recording out as a file.
        RecordingsDownload = "recordings.download",
        /// Figures over many calls.
        OverviewRead = "overview.read",
        /// Calls as people judged them: who, on which card, with which answers and evidence. Whose call it is reads it once it
        /// was sent to them.
        EvaluationsRead = "evaluations.read",
        /// Judge calls, and send the result.
        EvaluationsWrite = "evaluations.write",
        /// Accept a result, or appeal against it.
        EvaluationsAnswer = "evaluations.answer",
        /// Decide appeals.
        EvaluationsDecide = "evaluations.decide",
        /// Coaching sheets: what was wrong, what was agreed, what came of it. Who is coached reads theirs once it was put before
        /// them.
        CoachingRead = "coaching.read",
        /// Coach: write sheets, put them before the agent, follow them up, close them.
        CoachingWrite = "coaching.write",
        /// Sign a sheet of one's own, or dispute it: nobody does that for another.
        CoachingSign = "coaching.sign",
        /// How inspectors agree with each other and with the machine, by name.
        AgreementRead = "agreement.read",
        /// Which calls were drawn to be listened to, by which plan, and who listens: what nobody who is listened to may foresee.
        SamplingRead = "sampling.read",
        /// Draw calls, and say who listens.
        SamplingEdit = "sampling.edit",
        /// Rule packs, scorecards and their versions. A pack stands in every project that it judges.
        RulesRead = "rules.read",
        /// Write drafts of rules and scorecards, and try rules on calls that one may read.
        RulesEdit = "rules.edit",
        /// Put a version of the rules, or of a scorecard, in force.
        RulesPublish = "rules.publish",
        /// The queue: what waits, runs, failed, and why.
        WorkRead = "work.read",
        /// Try again what failed.
        WorkRetry = "work.retry",
        /// Projects and their recording standards.
        ProjectsRead = "projects.read",
        /// Set up, change and close projects.
        ProjectsEdit = "projects.edit",
        /// Teams and the agents in them.
        TeamsRead = "teams.read",
        /// Set up teams, move agents.
        TeamsEdit = "teams.edit",
        /// Users: their names, posts, projects, teams.
        UsersRead = "users.read",
        /// Invite and shut out users; give and take posts, projects, teams.
        UsersEdit = "users.edit",
        /// Make, see and revoke one's own API tokens.
        TokensOwn = "tokens.own",
        /// See and revoke API tokens of others. Nobody makes a token in another's name.
        TokensEdit = "tokens.edit",
        /// See and end one's own sessions.
        SessionsOwn = "sessions.own",
        /// See and end sessions of others.
        SessionsEnd = "sessions.end",
        /// Who did what when: the audit trail.
        AuditRead = "audit.read",
        /// Addresses that are told what happens.
        WebhooksEdit = "webhooks.edit",
        /// Settings of the centre.
        SettingsEdit = "settings.edit",
    }
}

impl Permission {
    /// Whether it is about calls, whose owner is the agent who served. Everything else is owned by a user.
    #[must_use]
    pub const fn is_about_calls(self) -> bool {
        matches!(
            self,
            Self::ConversationsList
                | Self::ConversationsRead
                | Self::ConversationsUnmask
                | Self::ConversationsImport
                | Self::ConversationsExport
                | Self::RecordingsPlay
                | Self::RecordingsDownload
                | Self::OverviewRead
                | Self::EvaluationsRead
                | Self::EvaluationsWrite
                | Self::EvaluationsAnswer
                | Self::EvaluationsDecide
                | Self::CoachingRead
                | Self::CoachingWrite
                | Self::CoachingSign
                | Self::AgreementRead
                | Self::SamplingRead
                | Self::SamplingEdit
        )
    }

    /// Whether it shows what was said: words, sound, or the files of them.
    #[must_use]
    pub const fn shows_contents(self) -> bool {
        matches!(
            self,
            Self::ConversationsRead
                | Self::ConversationsUnmask
                | Self::ConversationsExport
                | Self::RecordingsPlay
                | Self::RecordingsDownload
        )
    }
}
