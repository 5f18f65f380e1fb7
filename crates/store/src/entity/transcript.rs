//! A version of what was said.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "transcript")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub conversation_id: Uuid,
    pub digest: String,
    pub engine: Option<String>,
    pub model: Option<String>,
    pub model_sha256: Option<String>,
    pub made_at: i64,
    pub current_from: Option<i64>,
    pub current_to: Option<i64>,
    pub body: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
