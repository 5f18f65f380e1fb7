//! The projects of the centre: invented clients, one line of calls each.

use lingjian_model::{BusinessCategory, Direction};

use crate::Language;

/// A project with its line of calls.
#[derive(Debug, Clone)]
pub(crate) struct ProjectPlan {
    pub(crate) name: &'static str,
    pub(crate) client: &'static str,
    pub(crate) queue: &'static str,
    pub(crate) category: BusinessCategory,
    pub(crate) direction: Direction,
    pub(crate) language: Language,
    /// Which scenarios and wordings fit.
    pub(crate) tag: &'static str,
    /// Its people's team.
    pub(crate) team: &'static str,
    /// On the books, before days off.
    pub(crate) agents: usize,
    /// Inbound: calls on an ordinary weekday.
    pub(crate) daily: f64,
    /// Seconds a caller waits, on average, before giving up.
    pub(crate) patience_s: f64,
    /// Seconds of work after a call, on average.
    pub(crate) wrap_up_s: f64,
    /// Outbound: how many of the dialled answer.
    pub(crate) reached: f64,
    /// How many customers it has.
    pub(crate) customers: usize,
}

const INBOUND: ProjectPlan = ProjectPlan {
    name: "",
    client: "",
    queue: "",
    category: BusinessCategory::CustomerService,
    direction: Direction::Inbound,
    language: Language::Mandarin,
    tag: "",
    team: "",
    agents: 0,
    daily: 0.0,
    patience_s: 110.0,
    wrap_up_s: 25.0,
    reached: 1.0,
    customers: 9_000,
};

const OUTBOUND: ProjectPlan =
    ProjectPlan { direction: Direction::Outbound, reached: 0.36, agents: 3, customers: 30_000, ..INBOUND };

pub(crate) fn projects() -> [ProjectPlan; 7] {
    [
        ProjectPlan {
            name: "云栈商城客服",
            client: "云栈商城",
            queue: "商城售后",
            tag: "shop",
            team: "商城一组",
            agents: 18,
            daily: 1_450.0,
            ..INBOUND
        },
        ProjectPlan {
            name: "汇泽信用卡服务",
            client: "汇泽银行信用卡中心",
            queue: "信用卡服务",
            tag: "bank",
            team: "金融组",
            agents: 15,
            daily: 980.0,
            patience_s: 150.0,
            wrap_up_s: 35.0,
            ..INBOUND
        },
        ProjectPlan {
            name: "启航通信维系",
            client: "启航通信",
            queue: "通信服务与维系",
            category: BusinessCategory::Retention,
            tag: "telecom",
            team: "通信组",
            agents: 16,
            daily: 1_250.0,
            patience_s: 90.0,
            ..INBOUND
        },
        ProjectPlan {
            name: "Harborlane Home",
            client: "Harborlane Home",
            queue: "english-service",
            language: Language::English,
            tag: "en",
            team: "English team",
            agents: 9,
            daily: 600.0,
            ..INBOUND
        },
        ProjectPlan {
            name: "智策软件线索挖掘",
            client: "智策软件",
            queue: "外呼线索",
            category: BusinessCategory::LeadMining,
            tag: "lead",
            team: "外呼一组",
            ..OUTBOUND
        },
        ProjectPlan {
            name: "蓝岸科技活动邀约",
            client: "蓝岸科技",
            queue: "外呼邀约",
            category: BusinessCategory::EventInvitation,
            tag: "event",
            team: "外呼二组",
            ..OUTBOUND
        },
        ProjectPlan {
            name: "驰野满意度回访",
            client: "驰野客户关怀中心",
            queue: "外呼回访",
            category: BusinessCategory::SatisfactionSurvey,
            tag: "survey",
            team: "回访组",
            ..OUTBOUND
        },
    ]
}
