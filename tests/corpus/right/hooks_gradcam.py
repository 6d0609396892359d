import torch
import torch.nn as nn
import torch.nn.functional as F
from functools import partial


class SmallVGG(nn.Module):
    cfg = [8, "M", 16, "M", 16, 16]

    def __init__(self, n_classes=5):
        super().__init__()
        layers = []
        c = 3
        for v in self.cfg:
            if v == "M":
                layers.append(nn.MaxPool2d(2, 2))
            else:
                layers += [nn.Conv2d(c, v, 3, padding=1), nn.BatchNorm2d(v), nn.ReLU()]
                c = v
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d((2, 2))
        self.classifier = nn.Sequential(nn.Linear(c * 4, 32), nn.ReLU(True), nn.Dropout(), nn.Linear(32, n_classes))

    def forward(self, x):
        x = self.features(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        return self.classifier(x)


model = SmallVGG().eval()

activations = {}
def save_activation(name, module, inputs, output):
    activations[name] = output.detach()

handles = [layer.register_forward_hook(partial(save_activation, name))
           for name, layer in model.named_modules() if isinstance(layer, nn.Conv2d)]

shapes = []
handles.append(model.classifier[0].register_forward_pre_hook(lambda m, args: shapes.append(args[0].shape)))
model(torch.randn(2, 3, 32, 32))
for k, v in activations.items():
    print(f"{k:12s} {tuple(v.shape)} mean={v.mean():.3f} dead={(v <= 0).float().mean().item():.2%}")
print(shapes)
for h in handles:
    h.remove()


class GradCAM:
    def __init__(self, model, target_layer):
        self.model = model
        self.gradients = None
        self.activations = None
        target_layer.register_forward_hook(self._fwd)
        target_layer.register_full_backward_hook(self._bwd)

    def _fwd(self, module, inp, out):
        self.activations = out

    def _bwd(self, module, grad_in, grad_out):
        self.gradients = grad_out[0]

    def __call__(self, x, class_idx=None):
        b, c, h, w = x.size()
        logit = self.model(x)
        if class_idx is None:
            score = logit[:, logit.max(1)[-1]].squeeze()
        else:
            score = logit[:, class_idx].squeeze()
        self.model.zero_grad()
        score.backward()
        gradients, activations = self.gradients, self.activations.detach()
        b, k, u, v = gradients.size()
        alpha = gradients.view(b, k, -1).mean(2)
        weights = alpha.view(b, k, 1, 1)
        saliency_map = (weights * activations).sum(1, keepdim=True)
        saliency_map = F.relu(saliency_map)
        saliency_map = F.interpolate(saliency_map, size=(h, w), mode='bilinear', align_corners=False)
        lo, hi = saliency_map.min(), saliency_map.max()
        if (hi - lo).item() == 0:
            return None, logit
        return (saliency_map - lo) / (hi - lo), logit


cam = GradCAM(model, model.features[-2])
mask, logit = cam(torch.randn(1, 3, 40, 28))
print(None if mask is None else mask.shape, F.softmax(logit, dim=1).max().item())
mask, _ = cam(torch.randn(1, 3, 32, 32), class_idx=2)

# tensor hook that scales a gradient
w = torch.ones(3, requires_grad=True)
y = w * torch.arange(3.0)
y.register_hook(lambda g: g * 10)
y.sum().backward()
print(w.grad)
