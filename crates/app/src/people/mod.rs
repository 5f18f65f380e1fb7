//! People: how they sign in, what programs may do for them, who they are.

pub(crate) mod secret;
mod sessions;
mod sign_in;
mod tokens;
mod users;

pub use sign_in::SignedIn;
pub use tokens::NewToken;
pub use users::{NewUser, UserChange};
pub(crate) use users::{name_of, new_account};
