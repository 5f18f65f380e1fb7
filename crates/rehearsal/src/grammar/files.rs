//! The embedded files. A new scenario needs its line here.

use crate::{Language, Wordings};

/// A file's name, for messages, and its text.
pub(super) type File = (&'static str, &'static str);

macro_rules! file {
    ($path:literal) => {
        (concat!("grammar/", $path), include_str!(concat!("../../grammar/", $path)))
    };
}

macro_rules! scenario {
    ($language:literal, $name:literal) => {
        ($name, include_str!(concat!("../../grammar/", $language, "/scenarios/", $name, ".txt")))
    };
}

/// The files of a language.
pub(super) struct Files {
    pub(super) slots: File,
    pub(super) asides: File,
    pub(super) noise: File,
    pub(super) scenarios: &'static [File],
    open: [File; 3],
    sealed: [File; 3],
}

impl Files {
    pub(super) fn wordings(&self, set: Wordings) -> &[File; 3] {
        match set {
            Wordings::Open => &self.open,
            Wordings::Sealed => &self.sealed,
        }
    }
}

pub(super) fn of(language: Language) -> &'static Files {
    match language {
        Language::Mandarin => &MANDARIN,
        Language::English => &ENGLISH,
    }
}

static MANDARIN: Files = Files {
    slots: file!("zh/slots.txt"),
    asides: file!("zh/asides.txt"),
    noise: file!("zh/noise.txt"),
    scenarios: &[
        scenario!("zh", "address-change"),
        scenario!("zh", "broadband-fault"),
        scenario!("zh", "cancellation"),
        scenario!("zh", "card-lost"),
        scenario!("zh", "complaint-attitude"),
        scenario!("zh", "complaint-charge"),
        scenario!("zh", "complaint-courier"),
        scenario!("zh", "coupon"),
        scenario!("zh", "data-charge"),
        scenario!("zh", "event-invite"),
        scenario!("zh", "instalment"),
        scenario!("zh", "invoice"),
        scenario!("zh", "late-delivery"),
        scenario!("zh", "lead-software"),
        scenario!("zh", "lead-training"),
        scenario!("zh", "limit-increase"),
        scenario!("zh", "plan-change"),
        scenario!("zh", "refund"),
        scenario!("zh", "roaming"),
        scenario!("zh", "survey-app"),
        scenario!("zh", "survey-car"),
        scenario!("zh", "survey-delivery"),
        scenario!("zh", "warranty"),
        scenario!("zh", "wrong-bill"),
        scenario!("zh", "wrong-item"),
    ],
    open: [file!("open/zh/behaviour.txt"), file!("open/zh/faults.txt"), file!("open/zh/lookalikes.txt")],
    sealed: [
        file!("sealed/zh/behaviour.txt"),
        file!("sealed/zh/faults.txt"),
        file!("sealed/zh/lookalikes.txt"),
    ],
};

static ENGLISH: Files = Files {
    slots: file!("en/slots.txt"),
    asides: file!("en/asides.txt"),
    noise: file!("en/noise.txt"),
    scenarios: &[
        scenario!("en", "billing"),
        scenario!("en", "booking-change"),
        scenario!("en", "complaint-service"),
        scenario!("en", "order-late"),
        scenario!("en", "refund"),
        scenario!("en", "technical"),
    ],
    open: [file!("open/en/behaviour.txt"), file!("open/en/faults.txt"), file!("open/en/lookalikes.txt")],
    sealed: [
        file!("sealed/en/behaviour.txt"),
        file!("sealed/en/faults.txt"),
        file!("sealed/en/lookalikes.txt"),
    ],
};
