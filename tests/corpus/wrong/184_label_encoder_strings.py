import numpy as np
import torch
import torch.nn as nn
from sklearn.preprocessing import LabelEncoder

species = np.array(["setosa", "versicolor", "virginica"] * 20)
measures = np.random.rand(60, 4).astype(np.float32)
le = LabelEncoder()
encoded = le.fit_transform(species)
X = torch.from_numpy(measures)
y = torch.tensor(species)
clf = nn.Linear(4, len(le.classes_))
loss = nn.functional.cross_entropy(clf(X), y)
loss.backward()
print(loss)
