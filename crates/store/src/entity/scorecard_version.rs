//! A version of a scorecard that was published.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "scorecard_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub card: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub digest: String,
    pub file: String,
    pub note: String,
    pub written_by: String,
    pub published_by: String,
    pub published_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
