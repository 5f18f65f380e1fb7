//! Which branches a dialogue takes, and what is planted where, before a word is said.

use std::collections::BTreeSet;

use lingjian_model::Role;

use super::{Draws, Odds};
use crate::FaultKind::{self, *};
use crate::cast::Cast;
use crate::dice::Dice;
use crate::fault::Step;
use crate::grammar::{Due, Line, Part};

/// A dialogue before it is said.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    /// A turn of the scenario.
    Say(Role, Vec<Part>),
    /// Behaviour that is due.
    Due(Due),
    /// A fault or event in words.
    Fault(FaultKind),
    /// A look-alike in words.
    Like(FaultKind),
}

/// What will happen.
pub(crate) struct Outline {
    pub(crate) items: Vec<Item>,
    pub(crate) draws: Draws,
    /// Which of the four steps is left out.
    pub(crate) without: Option<Step>,
    /// Look-alikes that are made of time, not of words.
    pub(crate) timed_likes: BTreeSet<FaultKind>,
}

/// Faults that are words of the agent, put before one of the agent's turns.
const SPOKEN: [FaultKind; 7] =
    [ForbiddenWords, LeadingCustomer, Disparaging, Shirking, TalkingBack, RepeatedScript, FalsePromise];

/// Look-alikes in the customer's words and in the agent's.
const LIKE_CUSTOMER: [FaultKind; 4] = [ComplaintSaid, RefundSaid, EscalationSaid, ForbiddenWords];
const LIKE_AGENT: [FaultKind; 7] = [
    LeadingCustomer,
    Disparaging,
    Shirking,
    TalkingBack,
    FalsePromise,
    RepeatedScript,
    TransferWithoutNotice,
];
const LIKE_TIMED: [FaultKind; 3] = [TooFast, Interruption, LongSilence];

pub(crate) fn draw(cast: &mut Cast<'_>, odds: Odds, dice: &mut Dice) -> Outline {
    let mut items = Vec::new();
    flatten(&cast.scenario.lines, &cast.book.asides, dice, &mut items);
    let mut draws = Draws::default();
    let mut without = None;

    let has =
        |items: &[Item], due| items.iter().any(|item| matches!(item, Item::Due(there) if *there == due));
    let dues: [(Due, &[FaultKind]); 9] = [
        (Due::Opening, &[OpeningMissing]),
        (Due::Intro, &[WhoAndWhyMissing, ConsentMissing]),
        (Due::Verify, &[PrivacyNoticeMissing]),
        (Due::Hold, &[HoldWithoutAsking]),
        (Due::Transfer, &[TransferWithoutNotice]),
        (Due::DecisionMaker, &[DecisionMakerUnasked]),
        (Due::FollowUp, &[FollowUpMissing]),
        (Due::Answer, &[AnswerNotRecorded]),
        (Due::Confirm, &[SolutionUnconfirmed]),
    ];
    for (due, faults) in dues {
        if has(&items, due) {
            for fault in faults {
                draws.draw(*fault, odds, dice);
            }
        }
    }
    draws.draw(ClosingMissing, odds, dice);
    draws.draw(RecordingNoticeMissing, odds, dice);

    let service = has(&items, Due::Confirm);
    let mut said = BTreeSet::new();
    for fault in [ComplaintSaid, RefundSaid, EscalationSaid] {
        let scripted = scripted(&items, fault) || fault == ComplaintSaid && has(&items, Due::Complaint);
        let fits = service
            && (fault != RefundSaid || ["shop", "telecom", "en"].iter().any(|tag| cast.tags.contains(*tag)));
        if scripted {
            said.insert(fault);
        } else if fits && places(&items, Role::Customer).is_some() && draws.draw(fault, odds, dice) {
            said.insert(fault);
            insert(&mut items, Role::Customer, Item::Fault(fault), dice);
        }
    }
    if said.contains(&ComplaintSaid) && draws.draw(FourStepsMissing, odds, dice) {
        // a scenario of its own solves the customer's matter anyway: only a complaint scenario can leave that out
        let steps: &[Step] = if has(&items, Due::Solve) {
            &[Step::Empathy, Step::Clarify, Step::Solve, Step::Confirm]
        } else {
            &[Step::Empathy, Step::Clarify, Step::Confirm]
        };
        without = dice.pick(steps).copied();
    }
    for fault in SPOKEN {
        let fits = match fault {
            Shirking | RepeatedScript => service,
            _ => cast.has(fault.name()),
        };
        if fits && places(&items, Role::Agent).is_some() && draws.draw(fault, odds, dice) {
            insert(&mut items, Role::Agent, Item::Fault(fault), dice);
        }
    }
    let mut timed_likes = BTreeSet::new();
    likes(cast, odds, &draws, &said, service, &mut items, dice);
    for like in LIKE_TIMED {
        if dice.chance(odds.lookalike) {
            timed_likes.insert(like);
        }
    }
    if draws.has(AnswerNotRecorded) {
        let answer = cast.wording("answer-low", dice);
        let better = if answer == "满意" || dice.chance(0.6) { "非常满意" } else { "满意" };
        cast.set("wrong-answer", better);
        cast.set("answer", answer);
    }
    Outline { items, draws, without, timed_likes }
}

fn likes(
    cast: &Cast<'_>,
    odds: Odds,
    draws: &Draws,
    said: &BTreeSet<FaultKind>,
    service: bool,
    items: &mut Vec<Item>,
    dice: &mut Dice,
) {
    let kinds = LIKE_CUSTOMER.map(|kind| (kind, Role::Customer)).into_iter();
    for (kind, role) in kinds.chain(LIKE_AGENT.map(|kind| (kind, Role::Agent))) {
        let fits = service || matches!(kind, ForbiddenWords | LeadingCustomer | Disparaging | FalsePromise);
        // never beside the real thing: a call's truth about a kind is one or the other
        let taken = draws.has(kind) || said.contains(&kind);
        if fits && !taken && cast.has(&format!("like.{kind}")) && dice.chance(odds.lookalike) {
            insert(items, role, Item::Like(kind), dice);
        }
    }
}

fn flatten(lines: &[Line], asides: &[Line], dice: &mut Dice, into: &mut Vec<Item>) {
    for line in lines {
        match line {
            Line::Say(role, parts) => into.push(Item::Say(*role, parts.clone())),
            Line::Due(Due::Aside) => {
                let count = dice.weighted(&[0.35, 0.45, 0.2]);
                flatten_asides(asides, count, dice, into);
            }
            Line::Due(due) => into.push(Item::Due(*due)),
            Line::Maybe(percent, block) => {
                if dice.chance(f64::from(*percent) / 100.0) {
                    flatten(block, asides, dice, into);
                }
            }
            Line::Either(ways) => {
                if let Some(way) = dice.pick(ways) {
                    flatten(way, asides, dice, into);
                }
            }
        }
    }
}

/// That many side questions, never one twice.
fn flatten_asides(asides: &[Line], count: usize, dice: &mut Dice, into: &mut Vec<Item>) {
    let mut ways: Vec<&Vec<Line>> = asides
        .iter()
        .flat_map(|line| if let Line::Either(ways) = line { ways.as_slice() } else { &[] })
        .collect();
    for _ in 0..count.min(ways.len()) {
        let way = ways.swap_remove(dice.below(ways.len()));
        flatten(way, &[], dice, into);
    }
}

fn scripted(items: &[Item], fault: FaultKind) -> bool {
    items.iter().any(|item| match item {
        Item::Say(_, parts) => parts.iter().any(|part| matches!(part, Part::Key(key) if key == fault.name())),
        _ => false,
    })
}

/// Where something can be put before a turn of that role, in answer to the other.
fn places(items: &[Item], role: Role) -> Option<Vec<usize>> {
    let speaker = |item: &Item| match item {
        Item::Say(role, _) => Some(*role),
        _ => None,
    };
    let places: Vec<usize> = items
        .windows(2)
        .enumerate()
        .filter_map(|(at, pair)| match (speaker(&pair[0]), speaker(&pair[1])) {
            (Some(before), Some(after)) if after == role && before != role => Some(at + 1),
            _ => None,
        })
        .collect();
    if places.is_empty() { None } else { Some(places) }
}

fn insert(items: &mut Vec<Item>, role: Role, item: Item, dice: &mut Dice) {
    if let Some(place) = places(items, role).and_then(|places| dice.pick(&places).copied()) {
        items.insert(place, item);
    }
}
