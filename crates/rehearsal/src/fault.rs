//! What is planted, and where: the truth of a rehearsed call.

use std::fmt;

use lingjian_model::Span;
use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal),+ $(,)?) => {
        /// The kinds of planted faults and events. The names are the truth file's and do not change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultKind { $($(#[doc = $doc])+ $variant),+ }

        impl FaultKind {
            /// All of them, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in every format.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

kinds! {
    /// The agent does not greet or does not say who is speaking.
    OpeningMissing = "opening-missing",
    /// The agent ends without any closing courtesy.
    ClosingMissing = "closing-missing",
    /// Nobody says that the call is recorded.
    RecordingNoticeMissing = "recording-notice-missing",
    /// The agent asks for identity or bank details without saying what for and how they are kept.
    PrivacyNoticeMissing = "privacy-notice-missing",
    /// 服务禁语: rude or prohibited words of the agent.
    ForbiddenWords = "forbidden-words",
    /// The customer waits more than 8 s unasked, or is not thanked after a hold.
    HoldWithoutAsking = "hold-without-asking",
    /// The call is passed on without a word.
    TransferWithoutNotice = "transfer-without-notice",
    /// 诱导客户.
    LeadingCustomer = "leading-customer",
    /// 诋毁同事、同行.
    Disparaging = "disparaging",
    /// The customer says that he complains or will.
    ComplaintSaid = "complaint-said",
    /// The customer wants the money back.
    RefundSaid = "refund-said",
    /// The customer wants a manager, a regulator, the media or a lawyer.
    EscalationSaid = "escalation-said",
    /// 推诿.
    Shirking = "shirking",
    /// 反问、顶撞客户.
    TalkingBack = "talking-back",
    /// 沟通卡顿: the same script three times in a row.
    RepeatedScript = "repeated-script",
    /// 15 s or more in which nobody speaks and nobody asked to wait.
    LongSilence = "long-silence",
    /// The agent cuts in on a customer who has been speaking for more than 1 s, for 1 s or more.
    Interruption = "interruption",
    /// An agent's turn above 380 characters or 230 words a minute.
    TooFast = "too-fast",
    /// A promise nobody can keep: 终身保修, 百分之百, …
    FalsePromise = "false-promise",
    /// The solution or next step is not confirmed with the customer.
    SolutionUnconfirmed = "solution-unconfirmed",
    /// After a complaint, one of 共情-澄清-解决-确认 is missing.
    FourStepsMissing = "four-steps-missing",
    /// Outbound: who calls, or why, is not said.
    WhoAndWhyMissing = "who-and-why-missing",
    /// Outbound: not asked whether it is convenient to go on.
    ConsentMissing = "consent-missing",
    /// Outbound sales: not asked who decides.
    DecisionMakerUnasked = "decision-maker-unasked",
    /// Outbound sales: no follow-up agreed.
    FollowUpMissing = "follow-up-missing",
    /// Surveys: another answer is taken down than the customer gave.
    AnswerNotRecorded = "answer-not-recorded",
}

impl FaultKind {
    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether it is something the customer says rather than a fault of the agent.
    #[must_use]
    pub const fn said_by_customer(self) -> bool {
        matches!(self, Self::ComplaintSaid | Self::RefundSaid | Self::EscalationSaid)
    }

    /// How likely it is beside the plan's rate.
    pub(crate) const fn weight(self) -> f64 {
        match self {
            Self::ForbiddenWords | Self::Disparaging | Self::FalsePromise => 0.8,
            Self::ComplaintSaid => 1.5,
            Self::PrivacyNoticeMissing | Self::FourStepsMissing | Self::AnswerNotRecorded => 2.5,
            Self::TransferWithoutNotice => 3.0,
            _ => 1.0,
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl Serialize for FaultKind {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.name())
    }
}

/// The four steps of handling a complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// 共情.
    Empathy,
    /// 澄清.
    Clarify,
    /// 解决.
    Solve,
    /// 确认.
    Confirm,
}

/// Something planted in a call: a fault, an event, or a harmless look-alike of one.
///
/// What is *missing* has no turn and spans the whole call, unless something else was said in its place: privacy
/// notice (the turn that asks), hold (the turn that comes back; the span is the wait), transfer (the system's turn).
/// A long silence has no turn; an interruption's span is its overlap; a repeated script names its last saying
/// and spans from the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planted {
    /// What.
    pub fault: FaultKind,
    /// The turn, counted from 0 in the conversation's order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<usize>,
    /// From which character of that turn up to and without which (Unicode scalar values).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chars: Option<[usize; 2]>,
    /// When; words inside a turn are placed by their share of its characters.
    #[serde(flatten)]
    pub span: Span,
    /// Which of the four steps is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Step>,
    /// It follows from another fault of this call, and was not drawn by itself.
    #[serde(skip)]
    pub implied: bool,
}

/// How likely a kind was in a call where it could happen, before it was drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// What.
    pub fault: FaultKind,
    /// How likely, 0–1.
    pub probability: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_and_come_back() {
        for kind in FaultKind::ALL {
            assert!(kind.name().chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{kind}");
            assert_eq!(FaultKind::from_name(kind.name()), Some(*kind));
        }
        assert_eq!(FaultKind::ALL.len(), 26);
        assert_eq!(FaultKind::from_name("none"), None);
    }
}
