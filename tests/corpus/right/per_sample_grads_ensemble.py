import copy
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.func import functional_call, vmap, grad, stack_module_state

torch.manual_seed(0)


class SimpleCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 3, 1)
        self.conv2 = nn.Conv2d(6, 8, 3, 1)
        self.fc1 = nn.Linear(8 * 4 * 4, 16)
        self.fc2 = nn.Linear(16, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.max_pool2d(x, 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


batch_size = 7
data = torch.randn(batch_size, 1, 12, 12)
targets = torch.randint(10, (batch_size,))
model = SimpleCNN()

params = {k: v.detach() for k, v in model.named_parameters()}
buffers = {k: v.detach() for k, v in model.named_buffers()}


def compute_loss(params, buffers, sample, target):
    batch = sample.unsqueeze(0)
    targets = target.unsqueeze(0)
    predictions = functional_call(model, (params, buffers), (batch,))
    return F.nll_loss(predictions, targets)


ft_compute_grad = grad(compute_loss)
ft_compute_sample_grad = vmap(ft_compute_grad, in_dims=(None, None, 0, 0))
ft_per_sample_grads = ft_compute_sample_grad(params, buffers, data, targets)


def compute_grad(sample, target):
    sample = sample.unsqueeze(0)
    target = target.unsqueeze(0)
    prediction = model(sample)
    loss = F.nll_loss(prediction, target)
    return torch.autograd.grad(loss, list(model.parameters()))


sample_grads = [compute_grad(data[i], targets[i]) for i in range(batch_size)]
sample_grads = [torch.stack(shards) for shards in zip(*sample_grads)]
for a, b in zip(sample_grads, ft_per_sample_grads.values()):
    assert torch.allclose(a, b, atol=3e-3, rtol=1e-5)

# differential privacy style clipping
flat = torch.cat([g.flatten(start_dim=1) for g in ft_per_sample_grads.values()], dim=1)
norms = flat.norm(dim=1)
factor = (1.0 / (norms + 1e-6)).clamp(max=1.0)
clipped = {k: torch.einsum("n,n...->...", factor, g) / batch_size for k, g in ft_per_sample_grads.items()}
print({k: tuple(v.shape) for k, v in clipped.items()})

num_models = 4
models = [SimpleCNN() for _ in range(num_models)]
stacked_params, stacked_buffers = stack_module_state(models)
base_model = copy.deepcopy(models[0]).to('meta')


def fmodel(params, buffers, x):
    return functional_call(base_model, (params, buffers), (x,))


same = vmap(fmodel, in_dims=(0, 0, None))(stacked_params, stacked_buffers, data)
minibatches = torch.stack([data[torch.randperm(batch_size)] for _ in range(num_models)])
each = vmap(fmodel)(stacked_params, stacked_buffers, minibatches)
votes = same.argmax(-1)
majority, _ = votes.mode(dim=0)
print(same.shape, each.shape, majority.shape, (majority == targets).sum().item())
