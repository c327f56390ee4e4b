# Writes golden.json: what scikit-learn and SciPy make of two small sets of cases.
#   python3 golden.py > golden.json        (made with scikit-learn 1.2.1, SciPy 1.10.1)
import json
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, log_expit, logit
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

def ece(y, p, bins=10):
    prob_true, prob_pred = calibration_curve(y, p, n_bins=bins, strategy="uniform")
    n = np.histogram(p, bins=np.linspace(0, 1, bins + 1))[0]
    return float(np.sum(n[n > 0] / len(y) * np.abs(prob_true - prob_pred)))

def measure(y, p):
    called = p >= 0.5
    fpr, tpr, _ = m.roc_curve(y, p, drop_intermediate=False)
    precision, recall, _ = m.precision_recall_curve(y, p)
    n1, n0 = y.sum(), (~y).sum()
    target = np.where(y, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))          # Platt 1999
    loss = lambda t: -np.mean(target * log_expit(logit(p) / t) + (1 - target) * log_expit(-logit(p) / t))
    return {
        "probability": p.tolist(), "positive": y.tolist(),
        "accuracy": m.accuracy_score(y, called), "precision": m.precision_score(y, called), "recall": m.recall_score(y, called),
        "specificity": m.recall_score(~y, ~called), "f1": m.f1_score(y, called), "mcc": m.matthews_corrcoef(y, called),
        "auc": m.roc_auc_score(y, p), "average_precision": m.average_precision_score(y, p), "brier": m.brier_score_loss(y, p),
        "log_loss": m.log_loss(y, p), "calibration_error": ece(y, p), "youden": float(np.max(tpr - fpr)),
        "fpr": fpr.tolist(), "tpr": tpr.tolist(), "pr_precision": precision.tolist(), "pr_recall": recall.tolist(),
        "temperature": minimize_scalar(loss, bounds=(0.1, 10), method="bounded", options={"xatol": 1e-9}).x,
    }

rng = np.random.default_rng(20)
smooth = rng.random(60) < 0.4
over = expit(4 * (rng.normal(size=60) + 0.8 * smooth - 0.4))      # too sure of itself
tied = rng.random(41) < 0.6
coarse = np.clip(np.round(0.5 + 0.2 * (tied - 0.5) + 0.2 * rng.normal(size=41), 1), 0.1, 0.9)  # many ties
# Values on the limit of a bin are moved off it: libraries put them on either side.
print(json.dumps({"smooth": measure(smooth, np.round(over, 6)), "tied": measure(tied, coarse - 0.03)}, indent=1))
