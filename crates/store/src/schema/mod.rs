//! The schema, step by step. A step that has been released is never changed: a new one follows it.

use sea_orm::{ConnectionTrait as _, DbBackend, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager, async_trait};

/// All steps, oldest first.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(Step { name: "0001_spine", sql: include_str!("0001_spine.sql") }),
            Box::new(Step { name: "0002_people", sql: include_str!("0002_people.sql") }),
            Box::new(Step { name: "0006_packs", sql: include_str!("0006_packs.sql") }),
            Box::new(Step { name: "0007_places", sql: include_str!("0007_places.sql") }),
        ]
    }
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
