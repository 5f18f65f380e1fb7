//! Something that an import did not take.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refusal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub digest: String,
    pub times: i64,
    pub first_at: i64,
    pub at: i64,
    pub kind: String,
    pub source: Option<String>,
    pub actor: Option<Uuid>,
    pub actor_name: String,
    pub file: String,
    pub line: Option<i64>,
    pub field: Option<String>,
    pub reason: String,
    pub advice: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
