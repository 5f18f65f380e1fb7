//! Behaviour where it is due, as it should be or with its fault; faults and look-alikes in words.

use lingjian_model::Role::{Agent, Customer, System};

use super::outline::Item;
use super::stage::{Absent, Before, Mark, Piece, Place, Stage};
use crate::FaultKind::{self, *};
use crate::fault::Step;
use crate::grammar::Due;

impl Stage<'_, '_> {
    pub(super) fn due(&mut self, due: Due, next: Option<&Item>) {
        match due {
            Due::Opening => self.opening(),
            Due::Intro => self.intro(),
            Due::Verify => self.verify(next),
            Due::Hold => self.hold(next),
            Due::Complaint => self.complaint(),
            Due::Solve => self.solve(),
            Due::Transfer => self.transfer(),
            Due::DecisionMaker => self.instead(DecisionMakerUnasked, "decision-maker", 0.6),
            Due::FollowUp => {
                self.instead(FollowUpMissing, "follow-up", 0.8);
                let ok = self.plain("ok");
                self.say(Customer, vec![ok]);
            }
            Due::Answer => self.answer(),
            Due::Confirm => self.confirm(),
            Due::Closing => self.closing(),
            Due::Aside => {}
        }
    }

    fn opening(&mut self) {
        let notice = !self.draws.has(RecordingNoticeMissing);
        if notice && self.dice.chance(0.25) {
            let announcement = self.plain("recording-ivr");
            self.say(System, vec![announcement]);
        } else {
            self.notice_due = notice;
        }
        let mut pieces = if self.draws.has(OpeningMissing) {
            self.lacks(OpeningMissing);
            vec![self.plain("opening-missing")]
        } else {
            vec![self.plain("opening")]
        };
        self.with_notice(&mut pieces, 0.7);
        self.say_before_notice(pieces);
    }

    /// A turn of the agent that leaves a recording notice still due to the next one.
    fn say_before_notice(&mut self, pieces: Vec<Piece>) {
        let late = std::mem::take(&mut self.notice_due);
        self.say(Agent, pieces);
        self.notice_due = late;
    }

    /// Gives the recording notice now; otherwise it comes with the agent's next turn.
    fn with_notice(&mut self, pieces: &mut Vec<Piece>, likely: f64) {
        if self.notice_due && self.dice.chance(likely) {
            self.notice_due = false;
            pieces.push(self.plain("recording-notice"));
        }
    }

    fn intro(&mut self) {
        let greeting = self.plain("greeting-out");
        self.say(Agent, vec![greeting]);
        let identity = self.plain("c-identity");
        self.say(Customer, vec![identity]);
        let mut pieces = if !self.draws.has(WhoAndWhyMissing) {
            vec![self.plain("who"), self.plain("why-call")]
        } else if self.dice.chance(0.6) {
            self.lacks(WhoAndWhyMissing);
            // nobody introduces himself: the opening lacks that too
            self.absent.push(Absent { fault: OpeningMissing, step: None, implied: true });
            vec![self.plain("who-and-why-missing.who")]
        } else {
            self.lacks(WhoAndWhyMissing);
            vec![self.plain("who-and-why-missing.why")]
        };
        self.notice_due = !self.draws.has(RecordingNoticeMissing);
        self.with_notice(&mut pieces, 0.6);
        let consent = if !self.draws.has(ConsentMissing) {
            Some("consent")
        } else {
            self.lacks(ConsentMissing);
            self.dice.chance(0.6).then_some("consent-missing")
        };
        let mut asked = false;
        if let Some(key) = consent
            && self.dice.chance(0.5)
        {
            asked = true;
            pieces.push(self.plain(key));
        }
        self.say_before_notice(pieces);
        if let Some(key) = consent
            && !asked
        {
            let ok = self.plain("ok");
            self.say(Customer, vec![ok]);
            let asks = self.plain(key);
            self.say(Agent, vec![asks]);
        }
        let go = self.plain(if consent == Some("consent") { "c-go" } else { "ok" });
        self.say(Customer, vec![go]);
    }

    fn verify(&mut self, next: Option<&Item>) {
        if self.draws.has(PrivacyNoticeMissing) {
            let asks = self.wrong("privacy-notice-missing", PrivacyNoticeMissing);
            self.go_on(Agent, vec![asks]);
        } else {
            let pieces = vec![self.plain("privacy-notice"), self.plain("verify-request")];
            self.go_on(Agent, pieces);
        }
        if self.timed_likes.remove(&LongSilence) {
            // the customer asks to wait: nobody's fault, however long
            let wait = self.plain("wait-customer");
            self.say(Customer, vec![wait]);
            let quiet = self.dice.range(9_000, 26_000);
            let kind = if quiet >= 15_000 { LongSilence } else { HoldWithoutAsking };
            let mut found = self.plain("found-customer");
            found.marks.push(Mark::like(kind, Place::Wait { named: false }));
            self.say(Customer, vec![found]);
            if let Some(beat) = self.beats.last_mut() {
                beat.before = Before::Quiet(quiet);
            }
        } else {
            let gives = self.plain("gives");
            self.say(Customer, vec![gives]);
        }
        let verified = self.plain("verified");
        self.pending.push(verified);
        self.flush_unless(next);
    }

    fn hold(&mut self, next: Option<&Item>) {
        let mut quiet = (5_000.0 + self.dice.exponential(11_000.0)).min(60_000.0) as u64;
        let fault = self.draws.drawn.remove(&HoldWithoutAsking);
        let unasked = fault && self.dice.chance(0.6);
        if unasked {
            quiet = if self.dice.chance(0.8) {
                self.dice.range(8_600, 14_400)
            } else {
                self.dice.range(15_500, 30_000)
            };
        } else {
            let asks = self.plain("hold-ask");
            self.go_on(Agent, vec![asks]);
            if self.dice.chance(0.75) {
                let ok = self.plain("ok");
                self.say(Customer, vec![ok]);
            }
        }
        let mut back = self.plain(if fault { "hold-without-asking" } else { "hold-return" });
        let wait = |named| Place::Wait { named };
        if unasked {
            back.marks.push(Mark::fault(HoldWithoutAsking, wait(true)));
            if quiet >= 15_000 {
                back.marks.push(Mark::fault(LongSilence, wait(false)).implied());
            }
        } else if fault {
            back.marks.push(Mark::fault(HoldWithoutAsking, Place::Words));
        } else if quiet > 8_000 {
            back.marks.push(Mark::like(HoldWithoutAsking, wait(true)));
        }
        if !unasked && quiet >= 15_000 {
            back.marks.push(Mark::like(LongSilence, wait(false)));
        }
        self.hold_ms += quiet;
        self.pending.push(back);
        self.pending_before = Before::Quiet(quiet);
        self.flush_unless(next);
    }

    /// What waits for the agent's next turn becomes a turn, unless one follows at once.
    fn flush_unless(&mut self, next: Option<&Item>) {
        let follows = match next {
            Some(Item::Say(role, _)) => *role == Agent,
            Some(Item::Due(due)) => matches!(due, Due::Solve),
            Some(Item::Fault(_) | Item::Like(_)) | None => false,
        };
        if !follows {
            let waited = self.pending_before != Before::Usual;
            let checked = if waited { vec![self.plain("checked")] } else { Vec::new() };
            self.say(Agent, checked);
        }
    }

    fn complaint(&mut self) {
        let says = {
            let mut piece = self.wrong("complaint-said", ComplaintSaid);
            piece.marks.iter_mut().for_each(|mark| mark.implied = true);
            piece
        };
        self.go_on(Customer, vec![says]);
        self.first_two_steps();
    }

    fn first_two_steps(&mut self) {
        let mut pieces = Vec::new();
        for (step, due, wrong) in [
            (Step::Empathy, "empathy", "four-steps-missing.empathy"),
            (Step::Clarify, "clarify", "four-steps-missing.clarify"),
        ] {
            let missing = self.without == Some(step);
            if missing {
                self.absent.push(Absent { fault: FourStepsMissing, step: Some(step), implied: false });
            }
            pieces.push(self.plain(if missing { wrong } else { due }));
        }
        self.say(Agent, pieces);
    }

    fn solve(&mut self) {
        let missing = self.without == Some(Step::Solve);
        if missing {
            self.absent.push(Absent { fault: FourStepsMissing, step: Some(Step::Solve), implied: false });
            // nothing was promised, so nothing else can be confirmed
            let nothing = self.cast.wording("solution-none", self.dice);
            self.cast.set("solution", nothing);
        }
        let says = self.plain(if missing { "four-steps-missing.solve" } else { "solve" });
        self.say(Agent, vec![says]);
    }

    fn transfer(&mut self) {
        self.transferred = true;
        let fault = self.draws.has(TransferWithoutNotice);
        if !fault {
            let notice = self.plain("transfer-notice");
            self.go_on(Agent, vec![notice]);
            let ok = self.plain("ok");
            self.say(Customer, vec![ok]);
        } else if self.dice.chance(0.7) {
            let mutters = self.plain("transfer-without-notice");
            self.say(Agent, vec![mutters]);
        }
        let mut system = self.plain("sys-transfer");
        if fault {
            system.marks.push(Mark::fault(TransferWithoutNotice, Place::Turn));
        }
        self.say(System, vec![system]);
        let greets = self.plain("transfer-greet");
        self.pending_before = Before::Quiet(self.dice.range(2_000, 5_500));
        self.say(Agent, vec![greets]);
        let ok = self.plain("ok");
        self.say(Customer, vec![ok]);
    }

    /// The due wording, or the fault: often some other words in its place.
    fn instead(&mut self, fault: FaultKind, due: &str, likely: f64) {
        let key = if !self.draws.has(fault) {
            due
        } else {
            self.lacks(fault);
            if !self.dice.chance(likely) {
                return;
            }
            fault.name()
        };
        let says = self.plain(key);
        self.go_on(Agent, vec![says]);
    }

    fn answer(&mut self) {
        let fault = self.draws.has(AnswerNotRecorded);
        let corrects = !fault && self.dice.chance(self.odds.lookalike);
        let mut pieces = Vec::new();
        if corrects {
            // another answer first, then the one that counts
            let first = self.cast.wording("answer", self.dice);
            pieces.push(Piece { text: format!("{first}，"), marks: Vec::new() });
            self.cast.sticky("answer", self.dice);
            let mut like = self.plain("like.answer-not-recorded");
            like.marks.push(Mark::like(AnswerNotRecorded, Place::Words));
            pieces.push(like);
        } else {
            self.cast.sticky("answer", self.dice);
            pieces.push(self.plain("c-answer"));
        }
        self.say(Customer, pieces);
        let takes = if fault {
            self.wrong("answer-not-recorded", AnswerNotRecorded)
        } else {
            self.plain("answer-recorded")
        };
        self.say(Agent, vec![takes]);
        let ok = self.plain("ok");
        self.say(Customer, vec![ok]);
    }

    fn confirm(&mut self) {
        let drawn = self.draws.has(SolutionUnconfirmed);
        let step = self.without == Some(Step::Confirm);
        if !drawn && !step {
            let confirms = self.plain("confirm");
            self.say(Agent, vec![confirms]);
            let yes = self.plain("ok");
            self.say(Customer, vec![yes]);
            return;
        }
        // the two are one fact in a complaint: whichever was not drawn follows from the other
        self.absent.push(Absent { fault: SolutionUnconfirmed, step: None, implied: !drawn });
        let complaint = self.beats.iter().flat_map(|beat| &beat.pieces).flat_map(|piece| &piece.marks);
        if complaint.into_iter().any(|mark| mark.fault == ComplaintSaid && !mark.like) {
            self.absent.push(Absent { fault: FourStepsMissing, step: Some(Step::Confirm), implied: !step });
        }
        if self.dice.chance(0.7) {
            let says = self.plain("solution-unconfirmed");
            self.say(Agent, vec![says]);
        }
    }

    fn closing(&mut self) {
        let courtesy = !self.draws.has(ClosingMissing);
        if self.dice.chance(0.6) {
            let thanks = self.plain("thanks");
            self.say(Customer, vec![thanks]);
        }
        if courtesy {
            let closes = self.plain("closing");
            self.say(Agent, vec![closes]);
        } else {
            self.lacks(ClosingMissing);
            if self.dice.chance(0.8) {
                let ends = self.plain("closing-missing");
                self.say(Agent, vec![ends]);
            }
        }
        if self.dice.chance(if courtesy { 0.75 } else { 0.3 }) {
            let bye = self.plain("bye");
            self.say(Customer, vec![bye]);
        }
    }

    pub(super) fn fault(&mut self, fault: FaultKind) {
        match fault {
            ComplaintSaid => {
                let says = self.wrong("complaint-said", fault);
                self.say(Customer, vec![says]);
                self.first_two_steps();
                let detail = self.plain("complaint-detail");
                self.say(Customer, vec![detail]);
                let ack = self.plain("fresh-ack");
                self.say(Agent, vec![ack]);
            }
            RefundSaid | EscalationSaid => {
                let says = self.wrong(fault.name(), fault);
                if self.dice.chance(0.4) {
                    self.pending_customer.push(says);
                } else {
                    self.say(Customer, vec![says]);
                    let reply = self.plain("reply-said");
                    self.say(Agent, vec![reply]);
                }
            }
            RepeatedScript => self.repeated(),
            _ => {
                let says = self.wrong(fault.name(), fault);
                if self.dice.chance(0.4) {
                    self.pending.push(says);
                } else {
                    self.say(Agent, vec![says]);
                    let reacts = self.plain("huh");
                    self.say(Customer, vec![reacts]);
                }
            }
        }
    }

    fn repeated(&mut self) {
        let script = self.plain("repeated-script").text;
        let mut first = 0;
        let mut replied = String::new();
        for round in 0..3 {
            let mut pieces = Vec::new();
            if round > 0 && self.dice.chance(0.4) {
                let text = self.cast.wording("vary", self.dice);
                pieces.push(Piece { text: self.joined(text), marks: Vec::new() });
            }
            let marks =
                if round == 2 { vec![Mark::fault(RepeatedScript, Place::Since(first))] } else { Vec::new() };
            pieces.push(Piece { text: script.clone(), marks });
            self.say(Agent, pieces);
            if round == 0 {
                first = self.last_id();
            }
            let mut reply = self.plain("repeated-script.reply");
            for _ in 0..3 {
                if reply.text == replied {
                    reply = self.plain("repeated-script.reply");
                }
            }
            replied.clone_from(&reply.text);
            self.say(Customer, vec![reply]);
        }
    }

    fn joined(&self, text: String) -> String {
        if self.mandarin() { text } else { format!("{text} ") }
    }

    pub(super) fn like(&mut self, fault: FaultKind) {
        let key = format!("like.{fault}");
        let mut says = self.plain(&key);
        says.marks.push(Mark::like(fault, Place::Words));
        match fault {
            ComplaintSaid | RefundSaid | EscalationSaid | ForbiddenWords => {
                if self.dice.chance(0.5) {
                    self.pending_customer.push(says);
                } else {
                    self.say(Customer, vec![says]);
                    let ack = self.plain("fresh-ack");
                    self.say(Agent, vec![ack]);
                }
            }
            RepeatedScript => {
                // said again because the customer did not hear: twice, and on demand
                let script = self.plain("repeated-script");
                self.say(Agent, vec![script.clone()]);
                let again = self.plain("again");
                self.say(Customer, vec![again]);
                self.say(Agent, vec![says, script]);
                let ok = self.plain("got");
                self.say(Customer, vec![ok]);
            }
            TransferWithoutNotice => {
                self.say(Agent, vec![says]);
                let declines = self.plain("like.transfer-without-notice.reply");
                self.say(Customer, vec![declines]);
            }
            _ => {
                if self.dice.chance(0.5) {
                    self.pending.push(says);
                } else {
                    self.say(Agent, vec![says]);
                    let ok = self.plain("ok");
                    self.say(Customer, vec![ok]);
                }
            }
        }
    }
}
