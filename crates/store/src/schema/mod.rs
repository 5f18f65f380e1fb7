//! The schema, step by step. A step that has been released is never changed: a new one follows it.
//!
//! Each table has a primary key, or it cannot be backed up; a column that names recordings stands in `blobs::NAMED_BY`.

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait};

use crate::StoreError;
use crate::error::failed;

/// The step after which all words are indexed anew.
pub(crate) const SEARCH: &str = "0008_search";

/// All steps, oldest first.
struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Step { name: "0001_spine", sql: include_str!("0001_spine.sql") }),
            Box::new(Step { name: "0002_people", sql: include_str!("0002_people.sql") }),
            Box::new(Step { name: "0003_refusals", sql: include_str!("0003_refusals.sql") }),
            Box::new(Step { name: "0004_edges", sql: include_str!("0004_edges.sql") }),
            Box::new(Step { name: "0006_packs", sql: include_str!("0006_packs.sql") }),
            Box::new(Step { name: "0007_places", sql: include_str!("0007_places.sql") }),
            Box::new(Step { name: SEARCH, sql: include_str!("0008_search.sql") }),
            Box::new(Step { name: "0009_openid", sql: include_str!("0009_openid.sql") }),
            Box::new(Step { name: "0010_turn", sql: include_str!("0010_turn.sql") }),
            Box::new(Step { name: "0011_desk", sql: include_str!("0011_desk.sql") }),
            Box::new(Step { name: "0012_draws", sql: include_str!("0012_draws.sql") }),
            Box::new(Step { name: "0013_plans", sql: include_str!("0013_plans.sql") }),
            Box::new(Step { name: "0014_coaching", sql: include_str!("0014_coaching.sql") }),
        ]
    }
}

/// The names of all steps, oldest first.
pub(crate) fn steps() -> Vec<String> {
    Migrator::migrations().iter().map(|step| step.name().to_owned()).collect()
}

/// Brings the schema on by so many steps, or to its end.
pub(crate) async fn bring_on(inner: &DatabaseTransaction, steps: Option<u32>) -> Result<(), StoreError> {
    Migrator::up(inner, steps).await.map_err(failed("bring its schema up to date"))
}

/// A step, written once for both engines. In it `SERIAL` is a key that counts up, `UUID` an id; a line that ends in
/// `-- sqlite` or `-- postgres` is for that engine alone.
struct Step {
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    // SeaORM's default would leave half a step behind on SQLite.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let sql = in_the_words_of(connection.get_database_backend(), self.sql);
        connection.execute_unprepared(&sql).await.map(|_| ())
    }
}

fn in_the_words_of(backend: DbBackend, sql: &str) -> String {
    let (ours, other) = match backend {
        DbBackend::Sqlite => ("-- sqlite", "-- postgres"),
        _ => ("-- postgres", "-- sqlite"),
    };
    let lines = sql.lines().map(str::trim_end).filter(|line| !line.ends_with(other));
    let lines = lines.map(|line| {
        let line = line.trim_end_matches(ours);
        match backend {
            DbBackend::Sqlite => {
                line.replace(" SERIAL", " INTEGER PRIMARY KEY AUTOINCREMENT").replace(" UUID", " BLOB")
            }
            _ => line.replace(" SERIAL", " BIGSERIAL PRIMARY KEY"),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
