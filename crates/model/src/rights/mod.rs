//! Who may do what, and how far (J1, M1): posts grant permissions, each within a scope; `docs/rights.md` tells it whole.
//!
//! Nothing here asks a database. `app` asks [`Authority::reach`] before it does anything, and `store` compiles the
//! [`Reach`] it gets into the filter of its query: rows out of reach are never read.

mod action;
mod authority;
mod grants;
mod permission;
mod person;
mod post;
mod reach;
mod scope;
#[cfg(test)]
mod tests;

pub use action::Action;
pub use authority::Authority;
pub use permission::Permission;
pub use person::Person;
pub use post::Post;
pub use reach::{Part, Placed, Reach};
pub use scope::Scope;
