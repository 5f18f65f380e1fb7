//! A conversation, with what counts today.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub source: String,
    pub external_id: String,
    pub received_at: i64,
    pub at: i64,
    pub started_at: Option<i64>,
    pub duration_ms: i64,
    pub project_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    pub agent_id: Option<Uuid>,
    pub language: Option<String>,
    pub direction: Option<String>,
    pub queue: Option<String>,
    pub attributes: String,
    pub recording: Option<String>,
    pub recording_name: Option<String>,
    pub recording_bytes: Option<i64>,
    pub state: String,
    pub transcript_id: Option<Uuid>,
    pub judgement_id: Option<Uuid>,
    pub compliance: Option<f64>,
    pub experience: Option<f64>,
    pub risk: Option<f64>,
    pub findings: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
