//! Which post may do what, and how far: as little as its work takes. `docs/rights.md` says why.

use super::Permission::{self, *};
use super::Post;
use super::Scope::{self, All, Own, Project, Team};

/// In the order of [`Permission::ALL`], each at most once.
type Grants = &'static [(Permission, Scope)];

/// Sees and hears how one's own calls were judged, accepts it or appeals (C5); signs what was agreed when coached (C8). Does not unmask: to learn from a call takes no number.
const AGENT: Grants = &[
    (ConversationsList, Own),
    (ConversationsRead, Own),
    (RecordingsPlay, Own),
    (OverviewRead, Own),
    (EvaluationsRead, Own),
    (EvaluationsAnswer, Own),
    (CoachingRead, Own),
    (CoachingSign, Own),
    (TokensOwn, Own),
    (SessionsOwn, Own),
];

const TEAM_LEADER: Grants = &[
    (ConversationsList, Team),
    (ConversationsRead, Team),
    (RecordingsPlay, Team),
    (OverviewRead, Team),
    (EvaluationsRead, Team),
    (EvaluationsWrite, Team),
    (EvaluationsAnswer, Team),
    (CoachingRead, Team),
    (CoachingWrite, Team),
    (RulesRead, Project),
    (ProjectsRead, Project),
    (TeamsRead, Team),
    (UsersRead, Team),
    (TokensOwn, Own),
    (SessionsOwn, Own),
];

/// Unmasks: who takes over a complaint must know whose it is.
const SUPERVISOR: Grants = &[
    (ConversationsList, Project),
    (ConversationsRead, Project),
    (ConversationsUnmask, Project),
    (ConversationsImport, Project),
    (RecordingsPlay, Project),
    (OverviewRead, Project),
    (EvaluationsRead, Project),
    (EvaluationsWrite, Project),
    (EvaluationsDecide, Project),
    (CoachingRead, Project),
    (AgreementRead, Project),
    (SamplingRead, Project),
    (SamplingEdit, Project),
    (RulesRead, Project),
    (ProjectsRead, Project),
    (TeamsRead, Project),
    (UsersRead, Project),
    (TokensOwn, Own),
    (SessionsOwn, Own),
];

/// Unmasks: whether the record says what the customer said is the first thing to inspect (C3).
const INSPECTOR: Grants = &[
    (ConversationsList, Project),
    (ConversationsRead, Project),
    (ConversationsUnmask, Project),
    (RecordingsPlay, Project),
    (OverviewRead, Project),
    (EvaluationsRead, Project),
    (EvaluationsWrite, Project),
    (RulesRead, Project),
    (ProjectsRead, Project),
    (TeamsRead, Project),
    (UsersRead, Project),
    (TokensOwn, Own),
    (SessionsOwn, Own),
];

/// From outside: masked, nothing to take along, no token for a program.
const THIRD_PARTY_INSPECTOR: Grants = &[
    (ConversationsList, Project),
    (ConversationsRead, Project),
    (RecordingsPlay, Project),
    (EvaluationsRead, Project),
    (EvaluationsWrite, Project),
    (RulesRead, Project),
    (ProjectsRead, Project),
    (SessionsOwn, Own),
];

/// Unmasks: without a number nobody is called back.
const CALL_BACK_AGENT: Grants = &[
    (ConversationsList, Project),
    (ConversationsRead, Project),
    (ConversationsUnmask, Project),
    (RecordingsPlay, Project),
    (ProjectsRead, Project),
    (TokensOwn, Own),
    (SessionsOwn, Own),
];

/// The whole centre: one measure for all projects, and calls that no project claims have somebody who sees them.
const QUALITY_MANAGER: Grants = &[
    (ConversationsList, All),
    (ConversationsRead, All),
    (ConversationsUnmask, All),
    (ConversationsImport, All),
    (ConversationsExport, All),
    (RecordingsPlay, All),
    (RecordingsDownload, All),
    (OverviewRead, All),
    (EvaluationsRead, All),
    (EvaluationsWrite, All),
    (EvaluationsAnswer, All),
    (EvaluationsDecide, All),
    (CoachingRead, All),
    (CoachingWrite, All),
    (AgreementRead, All),
    (SamplingRead, All),
    (SamplingEdit, All),
    (RulesRead, All),
    (RulesEdit, All),
    (RulesPublish, All),
    (WorkRead, All),
    (WorkRetry, All),
    (ProjectsRead, All),
    (TeamsRead, All),
    (UsersRead, All),
    (TokensOwn, Own),
    (SessionsOwn, Own),
];

const TRAINER: Grants = &[
    (ConversationsList, Project),
    (ConversationsRead, Project),
    (RecordingsPlay, Project),
    (OverviewRead, Project),
    (EvaluationsRead, Project),
    (CoachingRead, Project),
    (CoachingWrite, Project),
    (RulesRead, Project),
    (ProjectsRead, Project),
    (TeamsRead, Project),
    (UsersRead, Project),
    (TokensOwn, Own),
    (SessionsOwn, Own),
];

/// Counts calls, needs none of their words; staff is planned across projects, by name.
const PLANNER: Grants = &[
    (ConversationsList, All),
    (OverviewRead, All),
    (ProjectsRead, All),
    (TeamsRead, All),
    (UsersRead, All),
    (TokensOwn, Own),
    (SessionsOwn, Own),
];

/// Counts calls, needs none of their words.
const MIS: Grants = &[
    (ConversationsList, All),
    (OverviewRead, All),
    (ProjectsRead, All),
    (TeamsRead, All),
    (TokensOwn, Own),
    (SessionsOwn, Own),
];

/// Everything but administration, and but the rules: who answers for the figures does not set their measure. Reads the
/// audit trail, so that somebody besides the administrator sees what the administrator did.
const OPERATIONS_MANAGER: Grants = &[
    (ConversationsList, All),
    (ConversationsRead, All),
    (ConversationsUnmask, All),
    (ConversationsImport, All),
    (ConversationsExport, All),
    (RecordingsPlay, All),
    (RecordingsDownload, All),
    (OverviewRead, All),
    (EvaluationsRead, All),
    (EvaluationsWrite, All),
    (EvaluationsDecide, All),
    (CoachingRead, All),
    (AgreementRead, All),
    (SamplingRead, All),
    (RulesRead, All),
    (WorkRead, All),
    (ProjectsRead, All),
    (ProjectsEdit, All),
    (TeamsRead, All),
    (TeamsEdit, All),
    (UsersRead, All),
    (TokensOwn, Own),
    (SessionsOwn, Own),
    (AuditRead, All),
];

/// Runs the machines and the feeds: puts calls in, reads none.
const IT: Grants = &[
    (ConversationsImport, All),
    (WorkRead, All),
    (WorkRetry, All),
    (ProjectsRead, All),
    (TokensOwn, Own),
    (SessionsOwn, Own),
    (SessionsEnd, All),
    (WebhooksEdit, All),
    (SettingsEdit, All),
];

/// Says who may do what, and reads no calls: neither power needs the other, and together they need no second person.
/// See [`Post::OF_THE_FIRST_USER`] for how one person tries the product alone.
const ADMINISTRATOR: Grants = &[
    (ProjectsRead, All),
    (ProjectsEdit, All),
    (TeamsRead, All),
    (TeamsEdit, All),
    (UsersRead, All),
    (UsersEdit, All),
    (TokensOwn, Own),
    (TokensEdit, All),
    (SessionsOwn, Own),
    (SessionsEnd, All),
    (AuditRead, All),
    (WebhooksEdit, All),
    (SettingsEdit, All),
];

/// From outside: reads the own projects, masked; what is to be taken along is delivered (A3).
const CLIENT: Grants = &[
    (ConversationsList, Project),
    (ConversationsRead, Project),
    (RecordingsPlay, Project),
    (OverviewRead, Project),
    (RulesRead, Project),
    (ProjectsRead, Project),
    (SessionsOwn, Own),
];

impl Post {
    /// What the post may do, each with how far; in the order of [`Permission::ALL`], each at most once.
    #[must_use]
    pub const fn grants(self) -> &'static [(Permission, Scope)] {
        match self {
            Self::Agent => AGENT,
            Self::TeamLeader => TEAM_LEADER,
            Self::Supervisor => SUPERVISOR,
            Self::Inspector => INSPECTOR,
            Self::ThirdPartyInspector => THIRD_PARTY_INSPECTOR,
            Self::CallBackAgent => CALL_BACK_AGENT,
            Self::QualityManager => QUALITY_MANAGER,
            Self::Trainer => TRAINER,
            Self::Planner => PLANNER,
            Self::Mis => MIS,
            Self::OperationsManager => OPERATIONS_MANAGER,
            Self::It => IT,
            Self::Administrator => ADMINISTRATOR,
            Self::Client => CLIENT,
        }
    }

    /// How far the post may do this, if at all.
    #[must_use]
    pub fn scope(self, permission: Permission) -> Option<Scope> {
        self.grants().iter().find(|(granted, _)| *granted == permission).map(|(_, scope)| *scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: &str = "·";

    /// Post × permission → scope, as a table for people.
    fn matrix() -> String {
        let header = ["permission"].into_iter().chain(Post::ALL.iter().map(|post| post.name()));
        let header: Vec<String> = header.map(str::to_owned).collect();
        let widest = Permission::ALL.iter().map(|permission| permission.name().len() + 2).max().unwrap();
        let width =
            |column: usize| if column == 0 { widest } else { header[column].len().max("project".len()) };
        let row = |cells: &[String]| {
            let padded = cells.iter().enumerate().map(|(column, cell)| {
                let missing = width(column).saturating_sub(cell.chars().count());
                format!(" {cell}{} |", " ".repeat(missing))
            });
            format!("|{}\n", padded.collect::<String>())
        };
        let rule: Vec<String> = (0..header.len()).map(|column| "-".repeat(width(column))).collect();
        let mut table = row(&header) + &row(&rule);
        for permission in Permission::ALL {
            let scopes = Post::ALL.iter().map(|post| post.scope(*permission).map_or(NOTHING, Scope::name));
            let cells: Vec<String> =
                [format!("`{permission}`")].into_iter().chain(scopes.map(str::to_owned)).collect();
            table += &row(&cells);
        }
        table
    }

    #[test]
    fn who_may_do_what() {
        insta::assert_snapshot!(matrix());
    }

    #[test]
    fn the_page_shows_this_matrix() {
        let page = include_str!("../../../../docs/rights.md");
        let matrix = matrix();
        assert!(page.contains(&matrix), "docs/rights.md does not hold this table:\n{matrix}");
        for name in Post::ALL.iter().map(|post| post.name()) {
            assert!(page.contains(&format!("| `{name}` |")), "docs/rights.md does not say who {name} is");
        }
    }

    #[test]
    fn grants_are_listed_in_order_and_once() {
        for post in Post::ALL {
            assert!(post.grants().is_sorted_by(|a, b| a.0 < b.0), "{post}");
        }
    }

    /// Whoever may do the first may do the second as far: a page that opens has what it shows.
    #[test]
    fn a_permission_brings_what_it_needs() {
        let needs = [
            (ConversationsRead, ConversationsList),
            (ConversationsUnmask, ConversationsRead),
            (ConversationsExport, ConversationsRead),
            (ConversationsImport, ProjectsRead),
            (RecordingsPlay, ConversationsList),
            (RecordingsDownload, RecordingsPlay),
            (OverviewRead, ConversationsList),
            (EvaluationsRead, ConversationsRead),
            (EvaluationsWrite, EvaluationsRead),
            (EvaluationsWrite, RecordingsPlay),
            (EvaluationsWrite, RulesRead),
            (EvaluationsAnswer, EvaluationsRead),
            (EvaluationsDecide, EvaluationsRead),
            (CoachingRead, EvaluationsRead),
            (CoachingWrite, CoachingRead),
            (CoachingWrite, RecordingsPlay),
            (CoachingSign, CoachingRead),
            (AgreementRead, EvaluationsRead),
            (SamplingRead, ConversationsList),
            (SamplingEdit, SamplingRead),
            (RulesEdit, RulesRead),
            (RulesEdit, ConversationsRead),
            (RulesPublish, RulesEdit),
            (WorkRetry, WorkRead),
            (ProjectsEdit, ProjectsRead),
            (TeamsEdit, TeamsRead),
            (UsersEdit, UsersRead),
            (TokensEdit, UsersRead),
            (UsersRead, TeamsRead),
        ];
        for post in Post::ALL {
            for (one, other) in needs {
                assert!(
                    post.scope(one) <= post.scope(other),
                    "{post}: {one} goes further than {other}, which it needs"
                );
            }
        }
    }

    #[test]
    fn administration_and_it_see_no_contents() {
        for post in [Post::Administrator, Post::It] {
            let contents = post.grants().iter().find(|(permission, _)| permission.shows_contents());
            assert_eq!(contents, None, "{post}");
            assert_eq!(post.scope(ConversationsList), None, "{post}");
        }
        for post in [Post::Planner, Post::Mis] {
            assert!(post.grants().iter().all(|(permission, _)| !permission.shows_contents()), "{post}");
        }
    }

    #[test]
    fn people_from_outside_read_masked_and_take_nothing_along() {
        let kept = [ConversationsUnmask, ConversationsExport, RecordingsDownload, TokensOwn, UsersRead];
        for post in [Post::ThirdPartyInspector, Post::Client] {
            for permission in kept {
                assert_eq!(post.scope(permission), None, "{post}: {permission}");
            }
            assert!(post.grants().iter().all(|(_, scope)| *scope <= Project), "{post}");
        }
    }

    /// Giving rights and judging by rules are apart: one person may do both only by holding two posts.
    #[test]
    fn no_post_alone_gives_rights_and_reads_calls_or_sets_rules() {
        for post in Post::ALL.iter().filter(|post| post.scope(UsersEdit).is_some()) {
            assert_eq!(post.scope(ConversationsRead), None, "{post}");
            assert_eq!(post.scope(RulesEdit), None, "{post}");
        }
        let auditors = Post::ALL.iter().filter(|post| post.scope(AuditRead).is_some());
        assert!(auditors.clone().any(|post| post.scope(UsersEdit).is_none()), "administrators are watched");
    }

    /// What stands in no project and no team can be granted for the whole centre only.
    #[test]
    fn scopes_fit_what_is_granted() {
        let of_the_centre = [TokensEdit, SessionsEnd, AuditRead, WebhooksEdit, SettingsEdit, UsersEdit];
        for post in Post::ALL {
            for (permission, scope) in post.grants() {
                let fits = match permission {
                    TokensOwn | SessionsOwn | CoachingSign => *scope == Own,
                    permission if of_the_centre.contains(permission) => *scope == All,
                    RulesRead | RulesEdit | RulesPublish | ProjectsRead | ProjectsEdit => *scope >= Project,
                    _ => true,
                };
                assert!(fits, "{post}: {permission} at {scope}");
            }
            assert_eq!(post.scope(SessionsOwn), Some(Own), "{post} can sign out everywhere");
        }
    }

    #[test]
    fn the_first_user_can_do_everything() {
        for permission in Permission::ALL {
            let widest = Post::OF_THE_FIRST_USER.iter().filter_map(|post| post.scope(*permission)).max();
            let expected = match permission {
                // A signature is the agent's.
                CoachingSign => None,
                TokensOwn | SessionsOwn => Some(Own),
                _ => Some(All),
            };
            assert_eq!(widest, expected, "{permission}");
        }
    }
}
