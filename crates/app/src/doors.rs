//! Ways in and out of the house, as its owner has set them up. What is not set up is shut.

use crate::openid::OpenId;
use crate::uploads::Reception;
use crate::webhooks::Targets;

/// Ways in and out.
#[derive(Debug, Default)]
pub struct Doors {
    /// Where files come in over the network; none: nowhere.
    pub reception: Option<Reception>,
    /// Where people sign in besides here; none: by password only.
    pub openid: Option<OpenId>,
    /// Where the house may send what happens.
    pub targets: Targets,
}
