//! A scorecard that is being written.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scorecard_draft")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub card: String,
    pub based_on: i64,
    pub file: String,
    pub written_by: String,
    pub written_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
