import torch
import torch.nn as nn
import torch.nn.functional as F


class LeNet(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
            nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
            nn.Flatten(), nn.Linear(400, 60), nn.Tanh(), nn.Linear(60, 10),
        )


def fgsm_attack(image, epsilon, data_grad):
    sign_data_grad = data_grad.sign()
    perturbed_image = image + epsilon * sign_data_grad
    return torch.clamp(perturbed_image, 0, 1)


def test(model, loader, epsilon):
    correct = 0
    adv_examples = []
    for data, target in loader:
        data.requires_grad = True
        output = model(data)
        init_pred = output.max(1, keepdim=True)[1]
        if init_pred.item() != target.item():
            continue
        loss = F.cross_entropy(output, target)
        model.zero_grad()
        loss.backward()
        data_grad = data.grad.data
        perturbed = fgsm_attack(data, epsilon, data_grad)
        final_pred = model(perturbed).max(1, keepdim=True)[1]
        if final_pred.item() == target.item():
            correct += 1
            if epsilon == 0 and len(adv_examples) < 5:
                adv_examples.append((init_pred.item(), final_pred.item(), perturbed.squeeze().detach().cpu().numpy()))
        elif len(adv_examples) < 5:
            adv_examples.append((init_pred.item(), final_pred.item(), perturbed.squeeze().detach().cpu().numpy()))
    final_acc = correct / float(len(loader))
    print(f"Epsilon: {epsilon}\tTest Accuracy = {correct} / {len(loader)} = {final_acc}")
    return final_acc, adv_examples


def pgd(model, x, y, eps=0.1, alpha=0.02, steps=5, norm="linf"):
    delta = torch.empty_like(x).uniform_(-eps, eps).requires_grad_(True)
    for _ in range(steps):
        loss = F.cross_entropy(model(x + delta), y)
        g, = torch.autograd.grad(loss, [delta])
        with torch.no_grad():
            if norm == "linf":
                delta += alpha * g.sign()
                delta.clamp_(-eps, eps)
            else:
                g_norm = g.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
                delta += alpha * g / (g_norm + 1e-10)
                d_norm = delta.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
                delta.mul_((eps / d_norm).clamp(max=1))
            delta.data = (x + delta).clamp(0, 1) - x
    return (x + delta).detach()


def gradient_penalty(critic, real, fake):
    alpha = torch.rand(real.size(0), 1, 1, 1).expand_as(real)
    mixed = (alpha * real + (1 - alpha) * fake).requires_grad_(True)
    out = critic(mixed)[:, 0]
    grads = torch.autograd.grad(out, mixed, grad_outputs=torch.ones_like(out), create_graph=True, retain_graph=True)[0]
    return ((grads.view(len(real), -1).norm(2, dim=1) - 1) ** 2).mean()


torch.manual_seed(0)
model = LeNet()
X = torch.rand(12, 1, 28, 28)
with torch.no_grad():
    Y = model(X).argmax(1)
loader = [(X[i:i + 1].clone(), Y[i:i + 1]) for i in range(len(X))]
accuracies = []
for eps in [0, .05, .3]:
    acc, ex = test(model, loader, eps)
    accuracies.append(acc)
    print([(a, b, e.shape) for a, b, e in ex][:2])
opt = torch.optim.SGD(model.parameters(), 0.05)
for norm in ("linf", "l2"):
    adv = pgd(model, X, Y, norm=norm)
    loss = F.cross_entropy(model(adv), Y) + 0.1 * gradient_penalty(model, X, adv)
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(norm, loss.item(), (adv - X).abs().max().item())

saliency = torch.autograd.functional.jacobian(lambda v: model(v).sum(0), X[:2])
print(saliency.shape)
