# Writes golden.json: what scikit-learn's logistic regression makes of 60 rows.
#   python3 golden.py > golden.json        (made with scikit-learn 1.2.1)
import json
import numpy as np
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(3)
x = np.round(rng.normal(size=(60, 4)) * [1, 5, 0.2, 1] + [0, 3, 0, 0], 3)
x[:, 3] = 7                                                       # tells nothing
y = (x[:, 0] + 0.1 * x[:, 1] + rng.normal(size=60) > 0.5).astype(int)
std = x.std(axis=0)
scaled = (x - x.mean(axis=0)) / np.where(std > 0, std, np.inf) / np.sqrt(x.shape[1])
out = {"rows": x.tolist(), "classes": y.tolist(), "penalty": 0.01}
fit = LogisticRegression(C=1 / (out["penalty"] * len(y)), tol=1e-10, max_iter=10000).fit(scaled, y)
out["probability"] = fit.predict_proba(scaled)[:, 1].tolist()
print(json.dumps(out))
