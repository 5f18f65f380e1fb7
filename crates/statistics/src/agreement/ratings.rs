//! Who rated what how: the table that agreement is worked out from. Order of input plays no part in it.

use std::collections::BTreeMap;

use serde::Serialize;

/// What may be done with ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Names: alike or not.
    Nominal,
    /// Names or numbers in an order.
    Ordinal,
    /// Numbers whose differences mean something.
    Interval,
}

/// One row of a table of ratings, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'t> {
    /// Where it stands, for errors; lines count from 1.
    pub line: u64,
    /// What was rated: a call, an item of a call.
    pub unit: &'t str,
    /// Who rated.
    pub rater: &'t str,
    /// Which look of the rater at this unit; empty where each looks once.
    pub trial: &'t str,
    /// The rating; empty where none was given.
    pub rating: &'t str,
}

/// What is wrong with a table of ratings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Fault {
    /// The row's line; nothing where the whole table is meant.
    pub line: Option<u64>,
    /// The column: `unit`, `rater`, `trial` or `rating`.
    pub column: &'static str,
    /// What is wrong.
    pub reason: String,
    /// What to do.
    pub advice: String,
}

/// One rating: who, and which category (an index into [`Ratings::categories`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) rater: usize,
    pub(super) category: usize,
}

/// A rater's looks at one unit beyond the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Looks {
    pub(super) unit: usize,
    pub(super) rater: usize,
    /// All of them, the first included.
    pub(super) categories: Vec<usize>,
}

/// A table of ratings. Units, raters and categories are sorted, so nothing depends on the order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    scale: Scale,
    units: Vec<String>,
    raters: Vec<String>,
    categories: Vec<String>,
    /// What each category counts: the number on an interval scale, the place in the order on an ordinal one; empty on a
    /// nominal one.
    values: Vec<f64>,
    /// The ratings of each unit (the first look of each rater), by rater.
    marks: Vec<Vec<Mark>>,
    repeats: Vec<Looks>,
}

impl Ratings {
    /// Reads rows. Where no scale is named it is [`Scale::Interval`] if every rating is a number, else
    /// [`Scale::Nominal`]. An ordinal scale takes its order from `order`, or from the numbers.
    ///
    /// # Errors
    /// A cell that is empty and must not be, a rating that is no number or stands not in the order, the same unit rated
    /// twice by the same rater in the same trial, a table without ratings.
    pub fn read<'t>(
        rows: impl IntoIterator<Item = Row<'t>>,
        scale: Option<Scale>,
        order: &[String],
    ) -> Result<Self, Fault> {
        let mut seen: BTreeMap<(&str, &str), BTreeMap<&str, Row<'t>>> = BTreeMap::new();
        for row in rows {
            let row = trimmed(row);
            if row.rating.is_empty() {
                continue;
            }
            for (column, cell) in [("unit", row.unit), ("rater", row.rater)] {
                if cell.is_empty() {
                    return Err(fault(&row, column, "is empty", "say who rated what in every row"));
                }
            }
            if let Some(first) = seen.entry((row.unit, row.rater)).or_default().insert(row.trial, row) {
                // Rows may come in any order: the later line is the one to blame.
                let (first, again) = if first.line <= row.line { (first, row) } else { (row, first) };
                let reason = format!("this rater rated this unit before, in line {}", first.line);
                let advice = "keep one of them, or number a rater's looks in a column `trial`";
                return Err(fault(&again, "rating", &reason, advice));
            }
        }
        let rows = || seen.values().flat_map(BTreeMap::values);
        if seen.is_empty() {
            let reason = "there is no rating".to_owned();
            let advice = "one row a rating: unit, rater, rating".to_owned();
            return Err(Fault { line: None, column: "rating", reason, advice });
        }
        let (scale, categories, values) = categories(rows(), scale, order)?;
        let place = |text: &str| match scale {
            Scale::Interval => {
                let number = number(text).unwrap_or_default();
                values.partition_point(|value| *value < number)
            }
            _ => categories.iter().position(|category| same(category, text)).unwrap_or_default(),
        };
        // Categories may be many where they are numbers in an order: each text is looked up once.
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for row in rows() {
            places.entry(row.rating).or_insert_with(|| place(row.rating));
        }
        let units: Vec<&str> = sorted(seen.keys().map(|(unit, _)| *unit));
        let raters: Vec<&str> = sorted(seen.keys().map(|(_, rater)| *rater));
        let (mut marks, mut repeats) = (vec![Vec::new(); units.len()], Vec::new());
        for ((unit, rater), trials) in &seen {
            let unit = units.partition_point(|known| known < unit);
            let rater = raters.partition_point(|known| known < rater);
            let mut looks: Vec<&Row<'_>> = trials.values().collect();
            // Trials are numbers as a rule: 10 comes after 2.
            looks.sort_by(|one, other| {
                let numbers = number(one.trial).zip(number(other.trial));
                let by_number = numbers.map(|(one, other)| one.total_cmp(&other));
                by_number.unwrap_or_else(|| one.trial.cmp(other.trial))
            });
            let looks: Vec<usize> = looks.iter().filter_map(|row| places.get(row.rating).copied()).collect();
            if let Some(first) = looks.first() {
                marks[unit].push(Mark { rater, category: *first });
            }
            if looks.len() > 1 {
                repeats.push(Looks { unit, rater, categories: looks });
            }
        }
        let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        Ok(Self { scale, units: owned(units), raters: owned(raters), categories, values, marks, repeats })
    }

    /// Numbers in a grid: a row a unit, a column a rater. Numbers that are not finite are missing.
    #[must_use]
    pub fn grid(rows: &[Vec<Option<f64>>]) -> Self {
        let finite = |cell: &Option<f64>| cell.filter(|number| number.is_finite());
        let mut values: Vec<f64> = rows.iter().flatten().filter_map(finite).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        let mark = |(rater, cell): (usize, &Option<f64>)| {
            let number = finite(cell)?;
            Some(Mark { rater, category: values.partition_point(|value| *value < number) })
        };
        let raters = rows.iter().map(Vec::len).max().unwrap_or(0);
        let named = |many: usize| (1..=many).map(|number| number.to_string()).collect();
        Self {
            scale: Scale::Interval,
            units: named(rows.len()),
            raters: named(raters),
            categories: values.iter().map(f64::to_string).collect(),
            marks: rows.iter().map(|row| row.iter().enumerate().filter_map(mark).collect()).collect(),
            values,
            repeats: Vec::new(),
        }
    }

    /// What may be done with the ratings.
    #[must_use]
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// What was rated, by name.
    #[must_use]
    pub fn units(&self) -> &[String] {
        &self.units
    }

    /// Who rated, by name.
    #[must_use]
    pub fn raters(&self) -> &[String] {
        &self.raters
    }

    /// The ratings there are, in order: declared, by number, or by name.
    #[must_use]
    pub fn categories(&self) -> &[String] {
        &self.categories
    }

    /// How many ratings there are, repeats aside.
    #[must_use]
    pub fn len(&self) -> usize {
        self.marks.iter().map(Vec::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.marks.iter().all(Vec::is_empty)
    }

    pub(super) fn marks(&self) -> &[Vec<Mark>] {
        &self.marks
    }

    pub(super) fn repeats(&self) -> &[Looks] {
        &self.repeats
    }

    /// What each category counts; nothing where categories have no order.
    pub(super) fn values(&self) -> Option<&[f64]> {
        (self.scale != Scale::Nominal).then_some(self.values.as_slice())
    }

    /// The numbers of the categories; nothing where they are none.
    pub(super) fn numbers(&self) -> Option<&[f64]> {
        (self.scale == Scale::Interval).then_some(self.values.as_slice())
    }
}

fn trimmed<'t>(row: Row<'t>) -> Row<'t> {
    Row {
        line: row.line,
        unit: row.unit.trim(),
        rater: row.rater.trim(),
        trial: row.trial.trim(),
        rating: row.rating.trim(),
    }
}

fn fault(row: &Row<'_>, column: &'static str, reason: &str, advice: &str) -> Fault {
    Fault { line: Some(row.line), column, reason: reason.to_owned(), advice: advice.to_owned() }
}

fn sorted<'t>(names: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A finite number. Zero has one sign.
fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite()).map(|number| number + 0.0)
}

/// Whether two texts are the same rating: 1 and 1.0 are.
fn same(one: &str, other: &str) -> bool {
    one == other || number(one).is_some_and(|one| number(other) == Some(one))
}

type Categories = (Scale, Vec<String>, Vec<f64>);

/// The scale, its categories and what they count.
fn categories<'r, 't: 'r>(
    rows: impl Iterator<Item = &'r Row<'t>> + Clone,
    scale: Option<Scale>,
    order: &[String],
) -> Result<Categories, Fault> {
    // The first line that breaks a rule is named, whatever the order of units.
    let first = |breaks: &dyn Fn(&Row<'t>) -> bool| {
        rows.clone().filter(|row| breaks(row)).min_by_key(|row| row.line).copied()
    };
    let not_a_number = first(&|row| number(row.rating).is_none());
    let scale = match (scale, not_a_number) {
        (Some(scale), _) => scale,
        (None, _) if !order.is_empty() => Scale::Ordinal,
        (None, None) => Scale::Interval,
        (None, Some(_)) => Scale::Nominal,
    };
    let places = |many: usize| (0..many).map(|place| place as f64).collect::<Vec<_>>();
    match (scale, not_a_number) {
        (Scale::Ordinal, _) if !order.is_empty() => {
            if let Some(row) = first(&|row| !order.iter().any(|known| same(known, row.rating))) {
                let advice = "name every rating in the order, the lowest first";
                return Err(fault(&row, "rating", "is not in the order that was given", advice));
            }
            Ok((scale, order.to_vec(), places(order.len())))
        }
        (Scale::Ordinal, Some(row)) => {
            let advice = "give their order, the lowest first, or call the scale nominal";
            Err(fault(&row, "rating", "is not a number, so the order of the ratings is not known", advice))
        }
        (Scale::Interval, Some(row)) => {
            let advice = "write numbers, or call the scale nominal or ordinal";
            Err(fault(&row, "rating", "is not a number", advice))
        }
        (Scale::Nominal, Some(_)) => {
            let names: Vec<&str> = sorted(rows.map(|row| row.rating));
            Ok((scale, names.into_iter().map(str::to_owned).collect(), Vec::new()))
        }
        (_, None) => {
            let mut numbers: Vec<f64> = rows.filter_map(|row| number(row.rating)).collect();
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            let names = numbers.iter().map(f64::to_string).collect();
            let values = match scale {
                Scale::Interval => numbers,
                Scale::Ordinal => places(numbers.len()),
                Scale::Nominal => Vec::new(),
            };
            Ok((scale, names, values))
        }
    }
}
