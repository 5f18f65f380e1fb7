//! A rule's hit: a place, never words.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "finding")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub judgement_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i64,
    pub rule: String,
    pub version: String,
    pub severity: String,
    pub dimension: String,
    pub points: f64,
    pub role: Option<String>,
    pub turn: Option<i64>,
    pub char_from: Option<i64>,
    pub char_to: Option<i64>,
    pub start_ms: Option<i64>,
    pub end_ms: Option<i64>,
    pub value_amount: Option<f64>,
    pub value_unit: Option<String>,
    pub bound_amount: Option<f64>,
    pub bound_unit: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
