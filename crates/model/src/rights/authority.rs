//! On whose behalf something is asked for, and with which limit.

use std::collections::BTreeSet;

use super::{Permission, Person, Reach};

/// A person, as far as the session or token in hand carries: what every use case of `app` is asked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// On whose behalf.
    pub person: Person,
    /// The only permissions that may be used; all of the person's where there is no limit. Takes away, never gives: what
    /// the person may not do stays out, also where it is listed here.
    pub limit: Option<BTreeSet<Permission>>,
}

impl Authority {
    /// The person with all they may do: a session.
    #[must_use]
    pub const fn full(person: Person) -> Self {
        Self { person, limit: None }
    }

    /// The same person with these permissions at most: a token. Narrowed twice, what both leave; so the limit of a token
    /// that is made with a token is that of `authority.narrowed(asked)`, and cannot be wider.
    #[must_use]
    pub fn narrowed(self, to: impl IntoIterator<Item = Permission>) -> Self {
        let to = to.into_iter();
        let limit = match self.limit {
            None => to.collect(),
            Some(before) => to.filter(|permission| before.contains(permission)).collect(),
        };
        Self { person: self.person, limit: Some(limit) }
    }

    /// What may be touched with this permission.
    #[must_use]
    pub fn reach(&self, permission: Permission) -> Reach {
        let limited = self.limit.as_ref().is_some_and(|limit| !limit.contains(&permission));
        if limited { Reach::None } else { self.person.reach(permission) }
    }

    /// The permissions with which anything can be touched: what an interface offers.
    pub fn permissions(&self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(|permission| !self.reach(*permission).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Post;

    fn administrator() -> Authority {
        let id = "01980c5e-7a00-7000-8000-00000000002a".parse().unwrap();
        let posts = vec![Post::Administrator];
        Authority::full(Person { id, posts, projects: Vec::new(), teams: Vec::new(), agent: None })
    }

    #[test]
    fn a_limit_takes_away_and_never_gives() {
        let token = administrator().narrowed([Permission::AuditRead, Permission::ConversationsRead]);
        assert_eq!(token.reach(Permission::AuditRead), Reach::All);
        assert_eq!(token.reach(Permission::UsersEdit), Reach::None, "not in the limit");
        assert_eq!(token.reach(Permission::ConversationsRead), Reach::None, "not the person's");
        assert_eq!(token.permissions().collect::<Vec<_>>(), [Permission::AuditRead]);
    }

    #[test]
    fn no_permission_is_not_no_limit() {
        assert_eq!(administrator().narrowed([]).permissions().count(), 0);
    }
}
