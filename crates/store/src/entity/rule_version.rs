//! A version of a rule pack.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub pack: String,
    pub number: i64,
    pub release: i64,
    pub files: String,
    pub digest: String,
    pub note: String,
    pub written_by: String,
    pub published_by: String,
    pub published_at: i64,
    pub again: bool,
    pub rules_before: String,
    pub rules_after: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
