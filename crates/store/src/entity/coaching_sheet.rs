//! A coaching sheet.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "coaching_sheet")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agent_id: Uuid,
    pub conversation_id: Uuid,
    pub transcript_id: Option<Uuid>,
    pub evaluation_id: Option<Uuid>,
    pub evaluation_revision: Option<i64>,
    pub card: Option<String>,
    pub card_version: Option<i64>,
    pub digest: Option<String>,
    pub coach_id: Uuid,
    pub begun_at: i64,
    pub notes: String,
    pub stage: String,
    pub due_at: Option<i64>,
    pub effect: Option<String>,
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
