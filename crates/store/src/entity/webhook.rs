//! An address that is told what happens.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub url: String,
    pub project_id: Option<Uuid>,
    pub kinds: String,
    pub secret: String,
    pub active: bool,
    pub told: i64,
    pub told_at: Option<i64>,
    pub attempts: i64,
    pub run_after: i64,
    pub resting: bool,
    pub reason: Option<String>,
    pub lease_until: Option<i64>,
    pub lease_token: Option<Uuid>,
    pub created_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
