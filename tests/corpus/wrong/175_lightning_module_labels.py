import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
import pytorch_lightning as pl


class LitRegressor(pl.LightningModule):
    def __init__(self, n_in=6, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.layers = nn.Sequential(nn.Linear(n_in, 32), nn.ReLU(), nn.Linear(32, 4))
        self.loss = nn.CrossEntropyLoss()

    def forward(self, x):
        return self.layers(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        logits = self(x)
        loss = self.loss(logits, y)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


x = torch.randn(64, 6)
y = torch.randint(0, 4, (64, 1)).float().squeeze(1)
loader = DataLoader(TensorDataset(x, y), batch_size=16)
model = LitRegressor()
trainer = pl.Trainer(max_epochs=1)
trainer.fit(model, loader)
