import torch
import torch.nn as nn
import torch.nn.functional as F


def gram_matrix(x):
    a, b, c = x.size()
    features = x.view(a, b * c)
    return features @ features.t() / (a * b * c)


class StyleLoss(nn.Module):
    def __init__(self, target_feature):
        super().__init__()
        self.target = gram_matrix(target_feature).detach()

    def forward(self, x):
        self.loss = F.mse_loss(gram_matrix(x), self.target)
        return x


def build(cnn, style_img):
    model, losses = nn.Sequential(), []
    for i, layer in enumerate(cnn.children()):
        model.add_module(f"layer_{i}", layer)
        if isinstance(layer, nn.Conv2d):
            target = model(style_img).detach()
            sl = StyleLoss(target)
            model.add_module(f"style_{i}", sl)
            losses.append(sl)
    return model, losses


def run(steps=3):
    cnn = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 12, 3, padding=1), nn.ReLU()).eval()
    style = torch.rand(1, 3, 24, 24)
    img = torch.rand(1, 3, 24, 24, requires_grad=True)
    model, losses = build(cnn, style)
    opt = torch.optim.Adam([img], lr=0.05)
    for s in range(steps):
        opt.zero_grad()
        model(img)
        total = sum(sl.loss for sl in losses)
        total.backward()
        opt.step()
        print(s, total.item())


run()
