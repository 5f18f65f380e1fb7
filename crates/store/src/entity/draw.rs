//! Calls that were drawn to be listened to.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "draw")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    pub drawn_by: Uuid,
    pub drawn_at: i64,
    pub period_from: i64,
    pub period_to: i64,
    pub card: String,
    pub due_at: i64,
    pub asked: String,
    pub planned: String,
    pub seed: i64,
    pub population: i64,
    pub population_digest: String,
    pub reason: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
