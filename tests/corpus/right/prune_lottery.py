import torch
from torch import nn
import torch.nn.functional as F
import torch.nn.utils.prune as prune


class LeNet(nn.Module):
    def __init__(self):
        super(LeNet, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 4 * 4, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, int(x.nelement() / x.shape[0]))
        x = F.relu(self.fc1(x))
        x = F.relu(self.fc2(x))
        x = self.fc3(x)
        return x


def sparsity(t):
    return 100. * float(torch.sum(t == 0)) / float(t.nelement())


torch.manual_seed(0)
model = LeNet()
initial = {k: v.clone() for k, v in model.state_dict().items()}

module = model.conv1
prune.random_unstructured(module, name="weight", amount=0.3)
prune.l1_unstructured(module, name="bias", amount=3)
prune.ln_structured(model.conv2, name="weight", amount=0.5, n=2, dim=0)
print([n for n, _ in module.named_buffers()], sparsity(module.weight), sparsity(model.conv2.weight))

params = ((model.fc1, 'weight'), (model.fc2, 'weight'), (model.fc3, 'weight'))
prune.global_unstructured(params, pruning_method=prune.L1Unstructured, amount=0.4)

opt = torch.optim.SGD(model.parameters(), lr=0.01)
for _ in range(2):
    img = torch.randn(4, 1, 28, 28)
    lab = torch.randint(0, 10, (4,))
    loss = F.cross_entropy(model(img), lab)
    opt.zero_grad()
    loss.backward()
    opt.step()

for name, m in model.named_modules():
    if isinstance(m, (nn.Conv2d, nn.Linear)) and prune.is_pruned(m):
        prune.remove(m, 'weight')
        if hasattr(m, 'bias_mask'):
            prune.remove(m, 'bias')
        print(f"{name}: {sparsity(m.weight):.1f}% zeros")

# lottery ticket by hand: keep the mask, rewind the weights
masks = {n: (p != 0).float() for n, p in model.named_parameters() if p.dim() > 1}
model.load_state_dict(initial)
with torch.no_grad():
    for n, p in model.named_parameters():
        if n in masks:
            p.mul_(masks[n])
alive = sum(int(m.sum()) for m in masks.values())
keep = model.conv2.weight.abs().sum(dim=(1, 2, 3)) > 0
slim = nn.Conv2d(6, int(keep.sum().item()), 5)
slim.weight.data = model.conv2.weight.data[keep].clone()
slim.bias.data = model.conv2.bias.data[keep].clone()
print(alive, slim(torch.randn(1, 6, 12, 12)).shape[2:])
