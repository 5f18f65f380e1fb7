//! What a version of the rules says of a transcript.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "judgement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub transcript_id: Uuid,
    pub rules: String,
    pub made_at: i64,
    pub current_from: Option<i64>,
    pub current_to: Option<i64>,
    pub compliance: f64,
    pub experience: f64,
    pub risk: f64,
    pub body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
