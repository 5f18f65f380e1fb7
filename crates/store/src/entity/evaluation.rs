//! A revision of an evaluation.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "evaluation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    pub conversation_id: Uuid,
    pub transcript_id: Option<Uuid>,
    pub judgement_id: Option<Uuid>,
    pub agent_id: Option<Uuid>,
    pub mode: String,
    pub listened_at: i64,
    pub inspector_id: Uuid,
    pub card: String,
    pub card_version: i64,
    pub digest: String,
    pub sheet: String,
    pub stage: String,
    pub total: Option<f64>,
    pub critical: Option<f64>,
    pub fatal: i64,
    pub sent_at: Option<i64>,
    pub appeal_until: Option<i64>,
    pub changes: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::conversation::Entity",
        from = "Column::ConversationId",
        to = "super::conversation::Column::Id"
    )]
    Conversation,
}

impl Related<super::conversation::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Conversation.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
