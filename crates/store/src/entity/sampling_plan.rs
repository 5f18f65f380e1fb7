//! A plan by which calls are drawn again and again.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sampling_plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub project_id: Uuid,
    pub name: String,
    pub period: String,
    pub wishes: String,
    pub due_days: i64,
    pub first_day: String,
    pub last_day: Option<String>,
    pub paused: bool,
    pub ended_at: Option<i64>,
    pub made_by: Uuid,
    pub made_at: i64,
    pub changed_by: Uuid,
    pub changed_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
