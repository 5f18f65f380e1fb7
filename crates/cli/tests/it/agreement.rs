//! `lingjian agreement`.

use serde_json::Value;

use super::{Place, Ran};

/// Krippendorff's example of 2011: four observers, twelve units, gaps.
fn krippendorff() -> String {
    let units =
        ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", ".3.."];
    let mut csv = "unit,rater,rating\n".to_owned();
    for (unit, ratings) in units.iter().enumerate() {
        for (rater, rating) in ratings.chars().enumerate() {
            csv += &format!(
                "{},{},{}\n",
                unit + 1,
                ["甲", "乙", "丙", "丁"][rater],
                rating.to_string().replace('.', "")
            );
        }
    }
    csv
}

fn agreement(table: impl AsRef<[u8]>, more: &[&str]) -> Ran {
    let place = Place::new();
    place.write("ratings.csv", table);
    place.lingjian(["agreement", "ratings.csv"].into_iter().chain(more.iter().copied()))
}

fn json(table: impl AsRef<[u8]>, more: &[&str]) -> Value {
    let ran = agreement(table, &[&["--json"], more].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.lines().remove(0)
}

fn assert_near(found: &Value, wanted: f64) {
    assert!(found.as_f64().is_some_and(|found| (found - wanted).abs() < 5e-4), "{found} is not {wanted}");
}

#[test]
fn the_shape_is_the_contracts() {
    let found = json(krippendorff(), &[]);
    assert_near(&found["krippendorff_alpha"]["nominal"], 0.743);
    assert_near(&found["krippendorff_alpha"]["ordinal"], 0.815);
    assert_near(&found["krippendorff_alpha"]["interval"], 0.849);
    for name in ["percent", "cohen_kappa", "weighted_kappa", "fleiss_kappa"] {
        assert!(found[name].as_f64().is_some_and(|figure| (0.0..=1.0).contains(&figure)), "{name}");
        let interval = &found["intervals"][name];
        assert!(
            interval["low"].as_f64() < found[name].as_f64()
                && found[name].as_f64() < interval["high"].as_f64()
        );
    }
    assert!(found["icc"]["A,1"].is_null());
    assert_eq!(found["absent"]["icc.A,1"], "some units lack ratings of some raters");
    assert_eq!((&found["bootstrap"]["seed"], &found["bootstrap"]["resamples"]), (&1.into(), &2000.into()));
    assert_eq!(found["raters"].as_array().map(Vec::len), Some(4));
}

#[test]
fn the_same_seed_gives_the_same_bytes_whatever_the_order() {
    let mut lines: Vec<String> = krippendorff().lines().map(str::to_owned).collect();
    let one = agreement(krippendorff(), &["--json", "--bootstrap", "50", "--seed", "7"]);
    lines[1..].reverse();
    let other = agreement(lines.join("\n"), &["--json", "--bootstrap", "50", "--seed", "7"]);
    assert_eq!((one.code, &one.out), (0, &other.out));
    assert_ne!(one.out, agreement(krippendorff(), &["--json", "--bootstrap", "50"]).out);
}

#[test]
fn people_get_a_table_in_either_language() {
    let zh = agreement(krippendorff(), &["--reference", "甲", "--bootstrap", "50"]);
    assert_eq!(zh.code, 0, "{}", zh.err);
    assert!(
        zh.out.contains("一致率") && zh.out.contains("0.743") && zh.out.contains("与标准评分人比较"),
        "{}",
        zh.out
    );
    assert!(zh.out.contains("有对象缺少某人的评分"), "what is absent says why: {}", zh.out);
    let en = agreement(krippendorff(), &["--lang", "en", "--bootstrap", "50"]);
    assert!(en.out.contains("Krippendorff α (nominal)") && en.out.contains("leniency"), "{}", en.out);
}

#[test]
fn names_and_orders_are_told() {
    let table = "unit,rater,rating\n1,a,差\n1,b,中\n2,a,好\n2,b,好\n3,a,差\n3,b,差\n";
    let names = json(table, &["--bootstrap", "0"]);
    assert_eq!(names["scale"], "nominal");
    assert!(names["weighted_kappa"].is_null() && names["intervals"]["percent"].is_null());
    let ordered = json(table, &["--order", "差,中,好"]);
    assert_eq!(ordered["scale"], "ordinal");
    assert_near(&ordered["weighted_kappa"], 0.8);
    assert_eq!(json(krippendorff(), &["--scale", "nominal"])["krippendorff_alpha"]["interval"], Value::Null);
}

#[test]
fn tables_of_chinese_excel_are_read() {
    // 王芳 and 李娜 in GB18030.
    let table = b"unit,rater,rating\r\n1,\xcd\xf5\xb7\xbc,1\r\n1,\xc0\xee\xc4\xc8,2\r\n2,\xcd\xf5\xb7\xbc,2\r\n2,\xc0\xee\xc4\xc8,2\r\n";
    let found = json(table, &["--reference", "王芳"]);
    assert_eq!(found["per_rater"][0]["rater"], "李娜");
    assert_eq!(found["gauge"]["appraisers"][0]["reference"]["matched"], 1);
}

#[test]
fn degenerate_tables_are_answered_without_figures() {
    let found = json("unit,rater,rating\n1,a,5\n1,b,5\n2,a,5\n2,b,5\n", &[]);
    assert_eq!(found["percent"], 1.0);
    for name in ["cohen_kappa", "fleiss_kappa"] {
        assert!(
            found[name].is_null()
                && found["absent"][name].as_str().is_some_and(|why| why.contains("one category"))
        );
    }
}

#[test]
fn bad_tables_are_refused_with_their_place() {
    for (table, more, told) in [
        ("unit,rater\n1,a\n", &[][..], "ratings.csv:1: rating: the column `rating` is missing"),
        ("unit,rater,rating\n1,a,1\n,b,2\n", &[], "ratings.csv:3: unit: is empty"),
        (
            "unit,rater,rating\n1,a,1\n1,a,2\n",
            &[],
            "ratings.csv:3: rating: this rater rated this unit before, in line 2",
        ),
        ("unit,rater,rating\n1,a,good\n", &["--scale", "interval"], "ratings.csv:2: rating: is not a number"),
        ("unit,rater,rating\n1,a,1\n", &["--reference", "z"], "there is no rater \"z\""),
        ("unit,rater,rating\n", &[], "there is no rating"),
        ("", &[], "is empty"),
    ] {
        let ran = agreement(table, more);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{table}");
        assert!(ran.err.contains(told), "{table}: {}", ran.err);
    }
}
