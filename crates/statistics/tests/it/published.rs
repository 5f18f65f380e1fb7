//! Examples from the papers themselves.

use lingjian_statistics::agreement::Measure;

use super::{assert_near, of_grid, value};

fn complete(rows: &[Vec<f64>]) -> Vec<Vec<Option<f64>>> {
    rows.iter().map(|row| row.iter().copied().map(Some).collect()).collect()
}

/// Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: four observers, twelve units, gaps.
#[test]
fn krippendorff_2011() {
    // Unit by unit, the four observers; a dot is a gap.
    let units =
        ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", ".3.."];
    let cell = |letter: char| letter.to_digit(10).map(f64::from);
    let rows: Vec<Vec<Option<f64>>> = units.iter().map(|unit| unit.chars().map(cell).collect()).collect();
    let agreement = of_grid(&rows);
    assert_near(value(&agreement, Measure::AlphaNominal), 0.743, 5e-4, "nominal");
    assert_near(value(&agreement, Measure::AlphaOrdinal), 0.815, 5e-4, "ordinal");
    assert_near(value(&agreement, Measure::AlphaInterval), 0.849, 5e-4, "interval");
    assert_eq!((agreement.units, agreement.shared), (12, 11));
}

/// Shrout & Fleiss, "Intraclass Correlations" (1979), tables 2 and 4: six targets, four judges.
#[test]
fn shrout_and_fleiss_1979() {
    let rows: Vec<Vec<f64>> =
        [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
            .iter()
            .map(|row| row.iter().map(|cell| f64::from(*cell)).collect())
            .collect();
    let agreement = of_grid(&complete(&rows));
    let printed = [
        (Measure::Icc1, 0.17),
        (Measure::IccA1, 0.29),
        (Measure::IccC1, 0.71),
        (Measure::Icc1K, 0.44),
        (Measure::IccAK, 0.62),
        (Measure::IccCK, 0.91),
    ];
    for (measure, printed) in printed {
        assert_near(value(&agreement, measure), printed, 5e-3, measure.name());
    }
}

/// Fleiss, "Measuring nominal scale agreement among many raters" (1971), table 1: thirty patients, six psychiatrists, five
/// diagnoses; the counts of each patient. Printed: 0.556 observed, 0.220 by chance, kappa 0.430.
#[test]
fn fleiss_1971() {
    let patients = [
        "00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006", "10050",
        "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203", "00006", "01050",
        "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006",
    ];
    let ratings = |counts: &str| -> Vec<f64> {
        let counts = counts.chars().filter_map(|letter| letter.to_digit(10));
        counts.enumerate().flat_map(|(category, many)| vec![category as f64; many as usize]).collect()
    };
    let rows: Vec<Vec<f64>> = patients.iter().map(|counts| ratings(counts)).collect();
    let agreement = of_grid(&complete(&rows));
    assert_near(value(&agreement, Measure::FleissKappa), 0.430, 5e-4, "kappa");
    assert_near(value(&agreement, Measure::Percent), 0.556, 1e-3, "observed");
}

/// Cohen, "Weighted kappa" (1968), table 1: two judges, 200 patients; kappa 0.492 (1960's formula).
#[test]
fn cohen_1968() {
    let counts = [[88, 10, 2], [14, 40, 6], [18, 10, 12]];
    let mut rows = Vec::new();
    for (one, counts) in counts.iter().enumerate() {
        for (other, many) in counts.iter().enumerate() {
            rows.extend(vec![vec![one as f64, other as f64]; *many]);
        }
    }
    assert_near(value(&of_grid(&complete(&rows)), Measure::CohenKappa), 0.492, 5e-4, "kappa");
}
