//! The posts of a contact centre.

use crate::named::named;

named! {
    /// The post that a person holds (岗位, J1). One person may hold several; what each grants stands in `grants.rs`.
    ///
    /// Not to be taken for [`Role`](crate::Role), which says who speaks in a conversation.
    Post {
        /// 坐席: serves customers, and sees how that was judged.
        Agent = "agent",
        /// 班组长, TL: plans, trains and coaches a team.
        TeamLeader = "team_leader",
        /// 主管, SP: answers for projects, and takes over where a complaint goes up.
        Supervisor = "supervisor",
        /// 质检员: judges calls.
        Inspector = "inspector",
        /// 第三方质检员: judges calls, employed elsewhere.
        ThirdPartyInspector = "third_party_inspector",
        /// 客户回访员: calls customers back.
        CallBackAgent = "call_back_agent",
        /// 质检经理: answers for quality and for what it is measured by.
        QualityManager = "quality_manager",
        /// 培训师: teaches, from what inspection found.
        Trainer = "trainer",
        /// 排班规划员: forecasts, staffs, schedules.
        Planner = "planner",
        /// 报表专员: figures and reports.
        Mis = "mis",
        /// 运营经理: answers for the centre's work.
        OperationsManager = "operations_manager",
        /// 技术支持: keeps machines and feeds running.
        It = "it",
        /// 系统管理员: who may do what.
        Administrator = "administrator",
        /// 甲方: whose projects these are.
        Client = "client",
    }
}

impl Post {
    /// What the first user of a new centre holds.
    ///
    /// An administrator reads no calls, and nobody else is there yet: with the quality manager's post the first user can
    /// try the whole product alone. Whoever wants the two apart, as every larger centre does, takes the second post away
    /// once a quality manager is there.
    pub const OF_THE_FIRST_USER: &[Self] = &[Self::Administrator, Self::QualityManager];
}
