import torch
import torch.nn as nn
import torch.nn.functional as F


class Expert(nn.Module):
    def __init__(self, d_model, d_ff):
        super().__init__()
        self.w1 = nn.Linear(d_model, d_ff, bias=False)
        self.w2 = nn.Linear(d_ff, d_model, bias=False)
        self.w3 = nn.Linear(d_model, d_ff, bias=False)

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class SparseMoE(nn.Module):
    def __init__(self, d_model, d_ff, num_experts, top_k):
        super().__init__()
        self.num_experts = num_experts
        self.top_k = top_k
        self.gate = nn.Linear(d_model, num_experts, bias=False)
        self.experts = nn.ModuleList([Expert(d_model, d_ff) for _ in range(num_experts)])

    def forward(self, hidden_states):
        batch_size, sequence_length, hidden_dim = hidden_states.shape
        hidden_states = hidden_states.view(-1, hidden_dim)
        router_logits = self.gate(hidden_states)

        routing_weights = F.softmax(router_logits, dim=1, dtype=torch.float)
        routing_weights, selected_experts = torch.topk(routing_weights, self.top_k, dim=-1)
        routing_weights /= routing_weights.sum(dim=-1, keepdim=True)
        routing_weights = routing_weights.to(hidden_states.dtype)

        final_hidden_states = torch.zeros(
            (batch_size * sequence_length, hidden_dim), dtype=hidden_states.dtype, device=hidden_states.device
        )
        expert_mask = F.one_hot(selected_experts, num_classes=self.num_experts).permute(2, 1, 0)

        for expert_idx in range(self.num_experts):
            expert_layer = self.experts[expert_idx]
            idx, top_x = torch.where(expert_mask[expert_idx])
            if top_x.shape[0] == 0:
                continue
            current_state = hidden_states[None, top_x].reshape(-1, hidden_dim)
            current_hidden_states = expert_layer(current_state) * routing_weights[top_x, idx, None]
            final_hidden_states.index_add_(0, top_x, current_hidden_states.to(hidden_states.dtype))
        final_hidden_states = final_hidden_states.reshape(batch_size, sequence_length, hidden_dim)
        return final_hidden_states, router_logits


class SwitchLayer(nn.Module):
    """top-1 routing, with boolean masks and a capacity"""

    def __init__(self, d, n, capacity=1.25):
        super().__init__()
        self.router = nn.Linear(d, n)
        self.experts = nn.ModuleList(nn.Sequential(nn.Linear(d, 2 * d), nn.ReLU(), nn.Linear(2 * d, d)) for _ in range(n))
        self.n, self.capacity = n, capacity

    def forward(self, x):
        shape = x.shape
        flat = x.reshape(-1, shape[-1])
        prob, choice = self.router(flat).softmax(-1).max(dim=-1)
        limit = int(self.capacity * len(flat) / self.n)
        out = flat.clone()
        dropped = 0
        for e, expert in enumerate(self.experts):
            mask = choice == e
            where = mask.nonzero().squeeze(1)
            if where.numel() > limit:
                dropped += where.numel() - limit
                where = where[:limit]
            if not mask.any():
                continue
            out[where] = expert(flat[where]) * prob[where].unsqueeze(-1)
        return out.reshape(shape), dropped


def load_balancing_loss(logits, num_experts, k):
    probs = F.softmax(logits, -1)
    _, picked = probs.topk(k, -1)
    frac = F.one_hot(picked, num_experts).float().mean(dim=0)
    mean_prob = probs.mean(dim=0)
    return (frac * mean_prob.unsqueeze(0)).sum() * num_experts


torch.manual_seed(0)
moe = SparseMoE(d_model=16, d_ff=24, num_experts=4, top_k=2)
switch = SwitchLayer(16, 3)
opt = torch.optim.Adam(list(moe.parameters()) + list(switch.parameters()), lr=1e-3)
target = torch.randn(2, 9, 16)
for i in range(3):
    x = torch.randn(2, 9, 16)
    y, router_logits = moe(x)
    y, dropped = switch(y)
    aux = load_balancing_loss(router_logits, 4, 2)
    loss = F.mse_loss(y, target) + 0.01 * aux
    opt.zero_grad()
    loss.backward()
    opt.step()
    print(f"{i} loss={loss.item():.4f} aux={aux.item():.3f} dropped={dropped}")
