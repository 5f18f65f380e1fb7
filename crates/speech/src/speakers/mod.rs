//! Two parties on one channel: which sentence is whose. A first cut and an honest one: every turn says how sure it
//! is.
//!
//! 1. Each piece (a sentence within a stretch of speech) has a voice: pitch and shape of the spectrum.
//! 2. The pieces are parted into two groups around two mean voices, unless one voice explains them as well.
//! 3. Short pieces, which say little of the voice, lean on their neighbours: a change of speaker in the middle of a
//!    stretch of speech is unlikely, after a pause or a question it is not.
//! 4. Which group is the agent's is read from what is said: who greets, names the company, offers help.

mod cues;
mod voice;

use lingjian_model::{Role, Span};

use voice::DIMENSIONS;
pub(crate) use voice::{Ear, Voice};

/// A sentence or a part of one, said by one person.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    pub span: Span,
    pub text: String,
    pub voice: Voice,
}

/// Whose a piece is, and how sure that is, 0–1.
pub(crate) type Attribution = (Role, f32);

/// Pieces with fewer voiced frames (¼ s) do not help to find the two voices.
const FEW_FRAMES: f32 = 16.0;
/// Two groups are two people when their mean voices lie at least so far apart, in spreads of the pieces within the
/// groups. Splitting one person's pieces in two gives about 2.
const APART: f32 = 2.9;
/// … and at least so far in scatters of the frames within a sentence. One made-up voice alone split into halves 0.3 to
/// 1.0 apart (eight recordings), two lay 1.4 to 2.4 apart (five).
const NEAR: f32 = 1.15;
/// Nobody's voice scatters less than this within a sentence, in octaves of pitch and in the numbers of the shape.
const STEADY: f32 = 0.1;
/// A group with less than this share of the frames is an outburst or a noise, not a party.
const MIN_SHARE: f32 = 0.05;

/// Attributes every piece, in order of time.
pub(crate) fn attribute(pieces: &[Said]) -> Vec<Attribution> {
    let Some(groups) = part(pieces) else {
        return alone(pieces);
    };
    let sides = smooth(pieces, &groups);
    let cue = |side: bool| -> f32 {
        let said = pieces.iter().zip(&sides).filter(|(_, (second, sure))| *second == side && *sure > 0.6);
        said.map(|(piece, _)| cues::agent(&piece.text)).sum()
    };
    // Who speaks first is more often the one who answers the telephone.
    let first = if sides.first().is_some_and(|(second, _)| *second) { -0.7 } else { 0.7 };
    let evidence = cue(false) - cue(true) + first;
    let (agent_is_second, roles_sure) = (evidence < 0.0, sigmoid(evidence.abs()));
    sides
        .into_iter()
        .map(|(second, sure)| {
            let role = if second == agent_is_second { Role::Agent } else { Role::Customer };
            (role, sure * roles_sure + (1.0 - sure) * (1.0 - roles_sure))
        })
        .collect()
}

/// One voice only: all of it is one party's, the agent's where nothing speaks against it.
fn alone(pieces: &[Said]) -> Vec<Attribution> {
    let evidence: f32 = pieces.iter().map(|piece| cues::agent(&piece.text)).sum();
    let role = if evidence < 0.0 { Role::Customer } else { Role::Agent };
    let sure = sigmoid(evidence.abs() / 2.0);
    pieces.iter().map(|_| (role, sure)).collect()
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// Two mean voices, in units in which the pieces of one person scatter equally in every direction.
#[derive(Debug, Clone, PartialEq)]
struct Groups {
    scale: [f32; DIMENSIONS],
    centres: [[f32; DIMENSIONS]; 2],
}

impl Groups {
    /// How much nearer the second centre is than the first, in squared spreads.
    fn lean(&self, voice: &Voice) -> f32 {
        if voice.frames < 1.0 {
            return 0.0;
        }
        let point = scaled(&voice.mean(), &self.scale);
        distance(&point, &self.centres[0]) - distance(&point, &self.centres[1])
    }
}

fn scaled(point: &[f32; DIMENSIONS], scale: &[f32; DIMENSIONS]) -> [f32; DIMENSIONS] {
    std::array::from_fn(|d| point[d] * scale[d])
}

fn distance(a: &[f32; DIMENSIONS], b: &[f32; DIMENSIONS]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// Parts the pieces in two (2-means, weighted with their frames, begun along the direction in which they scatter
/// most); nothing where one voice explains them as well.
fn part(pieces: &[Said]) -> Option<Groups> {
    let voices: Vec<&Voice> =
        pieces.iter().map(|piece| &piece.voice).filter(|voice| voice.frames >= FEW_FRAMES).collect();
    if voices.len() < 4 {
        return None;
    }
    // Scatter of the frames within the pieces, by direction.
    let frames: f32 = voices.iter().map(|voice| voice.frames).sum();
    let scale: [f32; DIMENSIONS] = std::array::from_fn(|d| {
        let within: f32 =
            voices.iter().map(|voice| voice.squares[d] - voice.sum[d] * voice.sum[d] / voice.frames).sum();
        1.0 / (within / frames).sqrt().max(STEADY)
    });
    let points: Vec<([f32; DIMENSIONS], f32)> =
        voices.iter().map(|voice| (scaled(&voice.mean(), &scale), voice.frames.min(200.0))).collect();
    let mut centres = halves(&points);
    let mut sides: Vec<bool> = Vec::new();
    for _ in 0..50 {
        let new: Vec<bool> = points
            .iter()
            .map(|(point, _)| distance(point, &centres[1]) < distance(point, &centres[0]))
            .collect();
        if new == sides {
            break;
        }
        sides = new;
        for (side, centre) in [false, true].into_iter().zip(&mut centres) {
            if let Some(mean) =
                mean(points.iter().zip(&sides).filter(|(_, at)| **at == side).map(|(point, _)| point))
            {
                *centre = mean;
            }
        }
    }
    let weight = |side: bool| -> f32 {
        points.iter().zip(&sides).filter(|(_, at)| **at == side).map(|((_, weight), _)| weight).sum()
    };
    let (first, second) = (weight(false), weight(true));
    if first.min(second) < MIN_SHARE * (first + second) {
        return None;
    }
    // Scatter of the pieces around their centre, along the line between the two.
    let between = distance(&centres[0], &centres[1]).sqrt();
    let along: f32 = points
        .iter()
        .zip(&sides)
        .map(|((point, weight), side)| {
            let centre = if *side { &centres[1] } else { &centres[0] };
            let offset: f32 =
                (0..DIMENSIONS).map(|d| (point[d] - centre[d]) * (centres[1][d] - centres[0][d])).sum();
            weight * (offset / between.max(1e-6)).powi(2)
        })
        .sum();
    let spread = (along / (first + second)).sqrt();
    (between > NEAR && between / spread.max(1e-6) > APART).then_some(Groups { scale, centres })
}

fn mean<'p>(points: impl Iterator<Item = &'p ([f32; DIMENSIONS], f32)>) -> Option<[f32; DIMENSIONS]> {
    let mut sum = [0.0; DIMENSIONS];
    let mut total = 0.0;
    for (point, weight) in points {
        total += weight;
        for (sum, value) in sum.iter_mut().zip(point) {
            *sum += value * weight;
        }
    }
    (total > 0.0).then(|| sum.map(|sum| sum / total))
}

/// The means of the two halves of the points along the direction in which they scatter most (power iteration).
fn halves(points: &[([f32; DIMENSIONS], f32)]) -> [[f32; DIMENSIONS]; 2] {
    let centre = mean(points.iter()).unwrap_or_default();
    let mut direction: [f32; DIMENSIONS] = std::array::from_fn(|d| 1.0 / (d + 1) as f32);
    let along = |point: &[f32; DIMENSIONS], direction: &[f32; DIMENSIONS]| -> f32 {
        (0..DIMENSIONS).map(|d| (point[d] - centre[d]) * direction[d]).sum()
    };
    for _ in 0..30 {
        let mut next = [0.0; DIMENSIONS];
        for (point, weight) in points {
            let projection = along(point, &direction) * weight;
            for d in 0..DIMENSIONS {
                next[d] += (point[d] - centre[d]) * projection;
            }
        }
        let length = next.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length <= 0.0 {
            break;
        }
        direction = next.map(|x| x / length);
    }
    let half = |positive: bool| {
        mean(points.iter().filter(|(point, _)| (along(point, &direction) > 0.0) == positive))
            .unwrap_or(centre)
    };
    [half(false), half(true)]
}

/// The likeliest sequence of speakers (Viterbi), and how sure each piece's is by its own voice and its neighbours'.
fn smooth(pieces: &[Said], groups: &Groups) -> Vec<(bool, f32)> {
    // The likelihood of a piece under a group falls with the squared distance; a long piece is not as many proofs as
    // it has frames.
    let leans: Vec<f32> = pieces
        .iter()
        .map(|piece| (groups.lean(&piece.voice) * (piece.voice.frames / 60.0).min(1.5)).clamp(-8.0, 8.0))
        .collect();
    let costs: Vec<f32> = pieces.windows(2).map(|pair| change_cost(&pair[0], &pair[1])).collect();
    // Forward and backward best scores of "second"; their sums give the best path and its margin at every piece.
    let pass =
        |leans: &mut dyn Iterator<Item = f32>, costs: &mut dyn Iterator<Item = f32>| -> Vec<[f32; 2]> {
            let mut scores: Vec<[f32; 2]> = Vec::new();
            for lean in leans {
                let before = scores.last().copied();
                let [first, second] = match before {
                    Some([first, second]) => {
                        let cost = costs.next().unwrap_or(0.0);
                        [first.max(second - cost), second.max(first - cost)]
                    }
                    None => [0.0, 0.0],
                };
                scores.push([first - lean / 2.0, second + lean / 2.0]);
            }
            scores
        };
    let forward = pass(&mut leans.iter().copied(), &mut costs.iter().copied());
    let mut backward = pass(&mut leans.iter().rev().copied(), &mut costs.iter().rev().copied());
    backward.reverse();
    forward
        .iter()
        .zip(&backward)
        .zip(&leans)
        .map(|((forward, backward), lean)| {
            let margin = forward[1] + backward[1] - forward[0] - backward[0] - lean;
            (margin > 0.0, sigmoid(margin.abs()))
        })
        .collect()
}

/// How unlikely a change of speaker is between two pieces.
fn change_cost(before: &Said, after: &Said) -> f32 {
    let pause = after.span.start.since(before.span.end).0;
    let asked = before.text.ends_with(['?', '？']);
    match (pause, asked) {
        (_, true) => 0.0,
        (0..150, _) => 2.5,
        (150..400, _) => 1.0,
        _ => 0.3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation(voices: [(f32, [f32; 2]); 2], lines: &[(usize, &str)]) -> Vec<Said> {
        let ear = Ear::new();
        let mut at = 0;
        lines
            .iter()
            .enumerate()
            .map(|(number, (who, text))| {
                let (pitch, [low, high]) = voices[*who];
                let vary = 1.0 + 0.007 * ((number * 7 % 5) as f32 - 2.0);
                let samples = voice::tests::sing(pitch * vary, [low * vary, high], 1.2);
                let span = Span::new(at, at + 1200);
                at += 1700;
                Said { span, text: (*text).to_owned(), voice: ear.hear(&samples) }
            })
            .collect()
    }

    const LINES: [(usize, &str); 8] = [
        (0, "Thank you for calling Acme, my name is Ann, how may I help you?"),
        (1, "I bought a kettle and it is broken."),
        (0, "I am sorry to hear that."),
        (0, "May I have your order number?"),
        (1, "It is one two three."),
        (1, "Can I get my money back?"),
        (0, "Certainly, I will arrange that."),
        (1, "Thanks."),
    ];

    #[test]
    fn two_voices_are_told_apart_and_the_agent_is_known_by_what_is_said() {
        let pieces = conversation([(210.0, [700.0, 1900.0]), (115.0, [500.0, 1300.0])], &LINES);
        let roles = attribute(&pieces);
        for ((role, sure), (who, text)) in roles.iter().zip(LINES) {
            assert_eq!(*role, if who == 0 { Role::Agent } else { Role::Customer }, "{text}");
            assert!(*sure > 0.8, "{text}: {sure}");
        }
        assert_eq!(attribute(&pieces), roles, "the same every time");
    }

    #[test]
    fn one_voice_is_one_party() {
        let voice = (180.0, [650.0, 1700.0]);
        let pieces = conversation([voice, voice], &LINES);
        let roles = attribute(&pieces);
        assert!(roles.iter().all(|(role, _)| *role == roles[0].0), "{roles:?}");
    }

    #[test]
    fn nothing_said_is_nobodys() {
        assert!(attribute(&[]).is_empty());
        let silent = Said { span: Span::new(0, 10), text: String::new(), voice: Voice::default() };
        let roles = attribute(&[silent.clone(), silent]);
        assert!(roles.iter().all(|(_, sure)| *sure <= 0.5), "{roles:?}");
    }
}
