"""Numbers about scores, one file each: means and intervals, tests of pairs, agreement, pass@k."""

from engine.statistics.alpha import Alpha, krippendorffs_alpha
from engine.statistics.best_of import chances_to_be_best
from engine.statistics.bootstrap import Estimate, cluster_bootstrap
from engine.statistics.clustered import clustered_standard_error
from engine.statistics.holm import holm
from engine.statistics.intervals import Interval, t_interval, wilson_interval
from engine.statistics.kappa import Kappa, cohens_kappa
from engine.statistics.mcnemar import McNemar, mcnemar_corrected, mcnemar_exact
from engine.statistics.mean import mean, standard_error
from engine.statistics.off_policy import doubly_robust, ips, snips
from engine.statistics.paired import Difference, paired_difference
from engine.statistics.pareto import pareto_front
from engine.statistics.pass_at_k import pass_at_k
from engine.statistics.pass_hat_k import pass_hat_k
from engine.statistics.permutation import Permutation, permutation_test
from engine.statistics.psi import population_stability
from engine.statistics.reliability import Bin, calibration_error, reliability
from engine.statistics.sample_size import paired_power, paired_sample_size

__all__ = [
    "Alpha",
    "Bin",
    "Difference",
    "Estimate",
    "Interval",
    "Kappa",
    "McNemar",
    "Permutation",
    "calibration_error",
    "chances_to_be_best",
    "cluster_bootstrap",
    "clustered_standard_error",
    "cohens_kappa",
    "doubly_robust",
    "holm",
    "ips",
    "krippendorffs_alpha",
    "mcnemar_corrected",
    "mcnemar_exact",
    "mean",
    "paired_difference",
    "paired_power",
    "paired_sample_size",
    "pareto_front",
    "pass_at_k",
    "pass_hat_k",
    "permutation_test",
    "population_stability",
    "reliability",
    "snips",
    "standard_error",
    "t_interval",
    "wilson_interval",
]
