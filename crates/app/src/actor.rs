//! On whose behalf something is asked for.

use lingjian_model::{Authority, Permission, Person, Post, Reach, SessionId, UserId};

use crate::{AppError, House};

/// Somebody who is known: by a session, or by a token.
#[derive(Debug, Clone)]
pub struct Actor {
    /// What they may do.
    pub authority: Authority,
    /// What they sign in with: stands in the audit trail.
    pub name: String,
    /// What others call them.
    pub display_name: String,
    /// The session, where a browser asks.
    pub session: Option<SessionId>,
    /// What requests that change something must carry, where a browser asks.
    pub csrf: Option<String>,
}

/// What is known of whoever asks before they are known.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// From which address.
    pub address: Option<String>,
    /// With which program.
    pub program: Option<String>,
}

impl Actor {
    /// Who.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.authority.person.id
    }

    /// What they may reach with a permission.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] where that is nothing.
    pub fn reach(&self, permission: Permission) -> Result<Reach, AppError> {
        match self.authority.reach(permission) {
            Reach::None => Err(AppError::Forbidden { permission: permission.name() }),
            reach => Ok(reach),
        }
    }
}

impl House {
    /// Whoever sits at the machine and may read its files: can do what an administrator can, and stands in the audit trail as such.
    #[must_use]
    pub fn operator(&self) -> Actor {
        let person = Person {
            id: UserId(uuid::Uuid::nil()),
            posts: vec![Post::Administrator],
            projects: Vec::new(),
            teams: Vec::new(),
            agent: None,
        };
        Actor {
            authority: Authority::full(person),
            name: "(operator)".to_owned(),
            display_name: "(operator)".to_owned(),
            session: None,
            csrf: None,
        }
    }
}
