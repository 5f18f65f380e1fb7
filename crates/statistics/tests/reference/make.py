"""Random tables and what other people's programs make of them: writes expected.json beside itself.

    python3 -m venv venv
    venv/bin/pip install numpy scipy statsmodels scikit-learn krippendorff pingouin
    venv/bin/pip install --no-deps irrCAC
    venv/bin/python make.py

irrCAC alone knows Fleiss's kappa for unequal numbers of ratings; it rounds to five places.
"""

import itertools
import json
import math
import pathlib
import warnings
from importlib.metadata import version

import krippendorff
import numpy as np
import pandas as pd
import pingouin
import statsmodels.formula.api as smf
from irrCAC.raw import CAC
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

warnings.filterwarnings("ignore")
PACKAGES = ["numpy", "scipy", "statsmodels", "scikit-learn", "krippendorff", "pingouin", "irrCAC"]
chance = np.random.default_rng(20261122)


def table(units, raters, categories, missing):
    """Ratings that agree somewhat: a truth for each unit, and raters with habits of their own."""
    truth = chance.integers(1, categories + 1, units)
    habit = chance.normal(0, 0.5, raters)
    noise = chance.normal(0, 0.9, (units, raters))
    ratings = np.clip(np.rint(truth[:, None] + habit + noise), 1, categories)
    ratings[chance.random((units, raters)) < missing] = np.nan
    return ratings


def scores(units, raters, missing):
    """Scores to one place, as on a sheet of 100 points."""
    truth = chance.normal(85, 6, units)
    ratings = np.round(truth[:, None] + chance.normal(0, 2, raters) + chance.normal(0, 3, (units, raters)), 1)
    ratings[chance.random((units, raters)) < missing] = np.nan
    return ratings


def kappas(ratings, weights):
    """The mean over pairs of raters; categories as far apart as their numbers."""
    labels = np.arange(np.nanmin(ratings), np.nanmax(ratings) + 1)
    found = []
    for one, other in itertools.combinations(range(ratings.shape[1]), 2):
        both = ~np.isnan(ratings[:, [one, other]]).any(axis=1)
        found.append(cohen_kappa_score(ratings[both, one], ratings[both, other], weights=weights, labels=labels))
    return float(np.mean(found))


def percent(ratings):
    """The mean over units of the share of alike pairs."""
    shares = []
    for row in ratings:
        given = row[~np.isnan(row)]
        if len(given) > 1:
            shares.append(np.mean([a == b for a, b in itertools.combinations(given, 2)]))
    return float(np.mean(shares))


def long(ratings):
    frame = pd.DataFrame(ratings).reset_index().melt(id_vars="index", var_name="rater", value_name="rating")
    return frame.rename(columns={"index": "unit"}).dropna()


def leniency(ratings):
    """Effects of raters that sum to zero, with their 95 % intervals: ordinary least squares."""
    many = ratings.shape[1]
    fit = smf.ols("rating ~ C(unit) + C(rater, Sum)", data=long(ratings)).fit()
    names = list(fit.params.index)
    effects = []
    for rater in range(many):
        contrast = np.zeros(len(names))
        for place, name in enumerate(names):
            if name.startswith("C(rater, Sum)"):
                own = name.endswith(f"[S.{rater}]")
                contrast[place] = -1 if rater == many - 1 else (1 if own else 0)
        test = fit.t_test(contrast)
        low, high = test.conf_int(alpha=0.05)[0]
        effects.append([float(test.effect[0]), float(low), float(high)])
    return effects


def expected(ratings, whole_numbers):
    complete = not np.isnan(ratings).any()
    figures = {"percent": percent(ratings)}
    for level in ["nominal", "ordinal", "interval"]:
        figures[f"krippendorff_alpha.{level}"] = krippendorff.alpha(ratings.T, level_of_measurement=level)
    if whole_numbers:
        figures["cohen_kappa"] = kappas(ratings, None)
        figures["weighted_kappa"] = kappas(ratings, "quadratic")
        figures["weighted_kappa_linear"] = kappas(ratings, "linear")
    if complete:
        counts, _ = aggregate_raters(ratings)
        figures["fleiss_kappa"] = float(fleiss_kappa(counts))
        table = pingouin.intraclass_corr(long(ratings), targets="unit", raters="rater", ratings="rating")
        names = {"ICC(1,1)": "1,1", "ICC(A,1)": "A,1", "ICC(C,1)": "C,1"}
        names |= {"ICC(1,k)": "1,k", "ICC(A,k)": "A,k", "ICC(C,k)": "C,k"}
        for kind, value in zip(table["Type"], table["ICC"]):
            figures[f"icc.{names[kind]}"] = float(value)
    return figures


def tables():
    shapes = [(20, 2, 2, 0), (30, 2, 5, 0), (25, 3, 3, 0), (15, 4, 5, 0), (40, 3, 4, 0.2), (30, 5, 5, 0.4)]
    found = []
    for shape in shapes:
        found.append((table(*shape), True))
    for shape in [(12, 3, 0), (20, 4, 0.3), (8, 2, 0)]:
        found.append((scores(*shape), False))
    for ratings, whole in found:
        one = {
            "ratings": [[None if math.isnan(cell) else float(cell) for cell in row] for row in ratings],
            "expected": expected(ratings, whole),
            "leniency": leniency(ratings),
        }
        if np.isnan(ratings).any():
            frame = pd.DataFrame(ratings).map(lambda cell: None if math.isnan(cell) else str(cell))
            one["fleiss_to_five_places"] = float(CAC(frame).fleiss()["est"]["coefficient_value"])
        yield one


def special():
    normal = [[p, stats.norm.ppf(p)] for p in [1e-6, 0.001, 0.025, 0.3, 0.5, 0.9, 0.975, 0.99999]]
    t = [[c, v, stats.t.ppf(0.5 + c / 2, v)] for c in [0.5, 0.8, 0.95, 0.999] for v in [1, 2, 3.7, 10, 10.5, 30, 1e3, 1e6]]
    beta = [[p, a, b, stats.beta.ppf(p, a, b)] for p in [0.025, 0.5, 0.975] for a, b in [(1, 20), (3.5, 0.5), (40, 60), (500, 3)]]
    hyper = []
    for everyone, hits, drawn in [(10, 3, 4), (200, 25, 6), (1000, 500, 278), (100000, 40, 3000)]:
        law = stats.hypergeom(everyone, hits, drawn)
        for count in {0, 1, int(law.mean()), int(law.mean() + 2 * law.std())}:
            row = [everyone, hits, drawn, count, law.pmf(count), law.cdf(count), law.sf(count - 1)]
            hyper.append([*row[:4], *map(float, row[4:])])
    binomial = []
    for drawn, share in [(6, 0.125), (300, 0.5), (2000, 0.01)]:
        law = stats.binom(drawn, share)
        for count in {0, 1, int(law.mean()), int(law.mean() + 2 * law.std())}:
            binomial.append([drawn, share, count, float(law.pmf(count)), float(law.cdf(count)), float(law.sf(count - 1))])
    return {"normal": normal, "t": t, "beta": beta, "hypergeometric": hyper, "binomial": binomial}


def intervals():
    found = []
    for hits, drawn in [(0, 8), (8, 8), (3, 10), (17, 40), (450, 1000)]:
        for confidence in [0.9, 0.95]:
            wilson = proportion_confint(hits, drawn, 1 - confidence, "wilson")
            exact = proportion_confint(hits, drawn, 1 - confidence, "beta")
            found.append([hits, drawn, confidence, *map(float, wilson), *map(float, exact)])
    return found


def welch():
    found = []
    for one, other in [(8, 40), (2, 3), (25, 30)]:
        a, b = np.round(chance.normal(87, 7, one), 1), np.round(chance.normal(84, 4, other), 1)
        means = CompareMeans(DescrStatsW(a), DescrStatsW(b))
        low, high = means.tconfint_diff(alpha=0.05, usevar="unequal")
        found.append({"one": a.tolist(), "others": b.tolist(), "interval": [float(low), float(high)]})
    return found


result = {
    "made_by": {package: version(package) for package in PACKAGES},
    "tables": list(tables()),
    "special": special(),
    "intervals": intervals(),
    "welch": welch(),
}
text = json.dumps(result, indent=None, separators=(",", ":"), default=float)
# One table a line: differences can be read.
text = text.replace('{"ratings"', '\n{"ratings"').replace('"special"', '\n"special"')
pathlib.Path(__file__).with_name("expected.json").write_text(text + "\n")
