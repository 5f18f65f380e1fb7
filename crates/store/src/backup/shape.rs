//! Which tables there are, and how their rows are written: asked of the database, so that both engines and every later schema
//! are served by the same lines.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::error::failed;

/// What follows from the words and is made anew.
const DERIVED: &str = "search_";
/// The steps of the schema; they stand in the manifest.
const STEPS: &str = "seaql_migrations";

/// A table of the database, or of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// How many rows of it are kept.
    pub(crate) rows: u64,
    pub(crate) columns: Vec<Column>,
    /// Rows are kept in its order.
    pub(crate) key: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

/// What stands in a column, on either engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Id,
    Text,
    Integer,
    /// Written as text: every bit comes back.
    Real,
    Truth,
}

impl Kind {
    /// The kind of a column, by the name that either engine has for its type.
    fn of(declared: &str) -> Option<Self> {
        match declared.to_ascii_lowercase().as_str() {
            // SQLite has no type for ids; no step declares other bytes.
            "uuid" | "blob" => Some(Self::Id),
            "text" | "character varying" => Some(Self::Text),
            "bigint" | "integer" | "smallint" => Some(Self::Integer),
            "double precision" | "real" => Some(Self::Real),
            "boolean" => Some(Self::Truth),
            _ => None,
        }
    }

    fn read(self, row: &QueryResult, at: usize) -> Result<Json, DbErr> {
        Ok(match self {
            Self::Id => row.try_get_by_index::<Option<Uuid>>(at)?.map(|id| id.to_string()).into(),
            Self::Text => row.try_get_by_index::<Option<String>>(at)?.into(),
            Self::Integer => row.try_get_by_index::<Option<i64>>(at)?.into(),
            Self::Real => row.try_get_by_index::<Option<f64>>(at)?.map(|real| real.to_string()).into(),
            Self::Truth => row.try_get_by_index::<Option<bool>>(at)?.into(),
        })
    }

    fn value(self, json: Json) -> Option<Value> {
        if json.is_null() {
            return Some(match self {
                Self::Id => Value::from(None::<Uuid>),
                Self::Text => Value::from(None::<String>),
                Self::Integer => Value::from(None::<i64>),
                Self::Real => Value::from(None::<f64>),
                Self::Truth => Value::from(None::<bool>),
            });
        }
        match (self, json) {
            (Self::Id, Json::String(text)) => text.parse::<Uuid>().ok().map(Value::from),
            (Self::Text, Json::String(text)) => Some(Value::from(text)),
            (Self::Integer, json) => json.as_i64().map(Value::from),
            (Self::Real, Json::String(text)) => text.parse::<f64>().ok().map(Value::from),
            (Self::Truth, json) => json.as_bool().map(Value::from),
            _ => None,
        }
    }
}

/// A name as both engines take it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Table {
    /// All rows, in the order of the key: the same rows are the same bytes, whichever engine they come from.
    pub(crate) fn select(&self, backend: DbBackend) -> String {
        let columns = self.columns.iter().map(|column| match (column.kind, backend) {
            (Kind::Integer, DbBackend::Postgres) => format!("{}::bigint", quoted(&column.name)),
            (Kind::Real, DbBackend::Postgres) => format!("{}::double precision", quoted(&column.name)),
            _ => quoted(&column.name),
        });
        let order = self.key.iter().map(|name| {
            let text = self.columns.iter().any(|column| column.name == *name && column.kind == Kind::Text);
            let collation = if text && backend == DbBackend::Postgres { " COLLATE \"C\"" } else { "" };
            format!("{}{collation}", quoted(name))
        });
        format!(
            "SELECT {} FROM {} ORDER BY {}",
            columns.collect::<Vec<_>>().join(", "),
            quoted(&self.name),
            order.collect::<Vec<_>>().join(", ")
        )
    }

    /// A row as a line of JSON.
    pub(crate) fn line(&self, row: &QueryResult) -> Result<String, StoreError> {
        let values = self.columns.iter().enumerate().map(|(at, column)| column.kind.read(row, at));
        let values: Vec<Json> = values.collect::<Result<_, _>>().map_err(failed("read a row"))?;
        Ok(Json::Array(values).to_string() + "\n")
    }

    /// The values of a line; none where it is no row of this table.
    pub(crate) fn values(&self, line: &str) -> Option<Vec<Value>> {
        let values: Vec<Json> = serde_json::from_str(line).ok()?;
        if values.len() != self.columns.len() {
            return None;
        }
        self.columns.iter().zip(values).map(|(column, json)| column.kind.value(json)).collect()
    }

    /// Puts so many rows in.
    pub(crate) fn insert(&self, rows: usize) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        let places = (0..rows).map(|row| {
            let from = row * columns.len();
            let places = (1..=columns.len()).map(|at| format!("${}", from + at)).collect::<Vec<_>>();
            format!("({})", places.join(", "))
        });
        let places = places.collect::<Vec<_>>().join(", ");
        format!("INSERT INTO {} ({}) VALUES {places}", quoted(&self.name), columns.join(", "))
    }
}

async fn names(at: &impl ConnectionTrait, sql: &str, of: &[&str]) -> Result<Vec<Vec<String>>, StoreError> {
    let fail = failed("say which tables it has");
    let values = of.iter().map(|text| Value::from(*text));
    let rows = Statement::from_sql_and_values(at.get_database_backend(), sql, values);
    let rows = at.query_all_raw(rows).await.map_err(&fail)?;
    let columns = |row: &QueryResult| {
        let width = row.column_names().len();
        (0..width).map(|at| row.try_get_by_index::<String>(at)).collect::<Result<Vec<_>, _>>()
    };
    rows.iter().map(columns).collect::<Result<_, _>>().map_err(&fail)
}

fn first(rows: Vec<Vec<String>>) -> Vec<String> {
    rows.into_iter().filter_map(|row| row.into_iter().next()).collect()
}

/// The names of all tables, whoever made them.
pub(crate) async fn table_names(at: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    let sql = match at.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
        _ => {
            "SELECT table_name::text FROM information_schema.tables \
              WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        }
    };
    let mut names = first(names(at, sql, &[]).await?);
    names.sort_unstable();
    Ok(names)
}

/// The steps that brought the schema to where it is.
pub(crate) async fn steps(at: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    if !table_names(at).await?.iter().any(|name| name == STEPS) {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT version FROM {STEPS}");
    let mut steps = first(names(at, &sql, &[]).await?);
    steps.sort_unstable();
    Ok(steps)
}

/// The tables whose rows are kept.
pub(crate) async fn tables(at: &impl ConnectionTrait) -> Result<Vec<Table>, StoreError> {
    let (columns, key) = match at.get_database_backend() {
        DbBackend::Sqlite => (
            "SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
            "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk",
        ),
        _ => (
            "SELECT column_name::text, data_type::text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
            "SELECT a.attname::text FROM pg_index i \
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
             WHERE i.indrelid = quote_ident($1)::regclass AND i.indisprimary \
             ORDER BY array_position(i.indkey::int2[], a.attnum)",
        ),
    };
    let mut tables = Vec::new();
    for name in table_names(at).await? {
        if name == STEPS || name.starts_with(DERIVED) {
            continue;
        }
        let mut table = Table { rows: 0, columns: Vec::new(), key: Vec::new(), name };
        for column in names(at, columns, &[&table.name]).await? {
            let [column, declared] = column.as_slice() else { continue };
            let kind = Kind::of(declared).ok_or_else(|| StoreError::Damaged {
                what: "the schema",
                reason: format!("{}.{column} is of the type {declared}, which no backup knows", table.name),
            })?;
            table.columns.push(Column { name: column.clone(), kind });
        }
        table.key = first(names(at, key, &[&table.name]).await?);
        if table.key.is_empty() {
            let reason = format!("the table {} has no primary key to keep its rows in order", table.name);
            return Err(StoreError::Damaged { what: "the schema", reason });
        }
        tables.push(table);
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_a_real_comes_back() {
        for real in [0.1 + 0.2, -0.0, 1e300, 5e-324, 1.0 / 3.0] {
            let Some(Value::Double(Some(back))) = Kind::Real.value(real.to_string().into()) else { panic!() };
            assert_eq!(f64::to_bits(real), back.to_bits());
        }
    }

    #[test]
    fn what_is_of_another_kind_is_no_row() {
        let column = |kind| Column { name: "c".to_owned(), kind };
        let table = Table {
            name: "t".to_owned(),
            rows: 0,
            columns: vec![column(Kind::Id), column(Kind::Truth)],
            key: vec!["c".to_owned()],
        };
        let id = Uuid::from_u128(7);
        assert!(table.values(&format!("[\"{id}\",true]")).is_some());
        assert!(table.values("[null,null]").is_some());
        for wrong in ["[7,true]", "[null]", "[\"退款\",true]", "[null,\"yes\"]", "{}", ""] {
            assert!(table.values(wrong).is_none(), "{wrong}");
        }
    }
}
