//! How far a grant goes.

use crate::named::named;

named! {
    /// How far a grant goes (数据范围), from narrow to wide.
    Scope {
        /// One's own: calls in which one is the agent, one's own tokens and sessions.
        Own = "self",
        /// The teams that the person has.
        Team = "team",
        /// The projects that the person has.
        Project = "project",
        /// The whole centre, with what stands in no project.
        All = "all",
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn scopes_go_from_narrow_to_wide() {
        assert!(Scope::ALL.is_sorted());
        assert_eq!(Scope::ALL.first(), Some(&Scope::Own));
        assert_eq!(Scope::ALL.last(), Some(&Scope::All));
    }
}
