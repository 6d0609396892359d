import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


def make_graph(n=34, p_in=0.3, p_out=0.05, seed=2):
    rng = np.random.RandomState(seed)
    labels = np.repeat([0, 1], n // 2)
    A = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1, n):
            p = p_in if labels[i] == labels[j] else p_out
            if rng.rand() < p:
                A[i, j] = A[j, i] = 1
    return A, labels


def normalize_adj(A):
    A_hat = A + torch.eye(A.size(0))
    d = A_hat.sum(dim=1)
    D_inv_sqrt = torch.diag(torch.pow(d, -0.5))
    return D_inv_sqrt @ A_hat @ D_inv_sqrt


class GraphConv(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.FloatTensor(in_features, out_features))
        if bias:
            self.bias = nn.Parameter(torch.FloatTensor(out_features))
        else:
            self.register_parameter('bias', None)
        self.reset_parameters()

    def reset_parameters(self):
        stdv = 1. / np.sqrt(self.weight.size(1))
        self.weight.data.uniform_(-stdv, stdv)
        if self.bias is not None:
            self.bias.data.uniform_(-stdv, stdv)

    def forward(self, input, adj):
        support = torch.mm(input, self.weight)
        output = torch.spmm(adj, support)
        if self.bias is not None:
            return output + self.bias
        return output

    def __repr__(self):
        return self.__class__.__name__ + ' (' + str(self.weight.shape[0]) + ' -> ' + str(self.weight.shape[1]) + ')'


class GATHead(nn.Module):
    def __init__(self, in_features, out_features, alpha=0.2):
        super().__init__()
        self.W = nn.Parameter(torch.empty(in_features, out_features))
        self.a = nn.Parameter(torch.empty(2 * out_features, 1))
        nn.init.xavier_uniform_(self.W, gain=1.414)
        nn.init.xavier_uniform_(self.a, gain=1.414)
        self.leaky = nn.LeakyReLU(alpha)
        self.out_features = out_features

    def forward(self, h, adj):
        Wh = torch.mm(h, self.W)
        Wh1 = torch.matmul(Wh, self.a[:self.out_features, :])
        Wh2 = torch.matmul(Wh, self.a[self.out_features:, :])
        e = self.leaky(Wh1 + Wh2.T)
        zero_vec = -9e15 * torch.ones_like(e)
        attention = torch.where(adj > 0, e, zero_vec)
        attention = F.softmax(attention, dim=1)
        return F.elu(torch.matmul(attention, Wh))


class GCN(nn.Module):
    def __init__(self, nfeat, nhid, nclass, dropout):
        super().__init__()
        self.gc1 = GraphConv(nfeat, nhid)
        self.heads = nn.ModuleList([GATHead(nhid, 4) for _ in range(3)])
        self.gc2 = GraphConv(12, nclass)
        self.dropout = dropout

    def forward(self, x, adj):
        x = F.relu(self.gc1(x, adj))
        x = F.dropout(x, self.dropout, training=self.training)
        x = torch.cat([head(x, adj) for head in self.heads], dim=1)
        x = self.gc2(x, adj)
        return F.log_softmax(x, dim=1)


A, labels = make_graph()
adj = normalize_adj(torch.FloatTensor(A))
features = torch.eye(34)
labels = torch.LongTensor(labels)
idx_train = torch.LongTensor([0, 1, 2, 17, 18, 19])
val_mask = torch.ones(34, dtype=torch.bool)
val_mask[idx_train] = False

model = GCN(features.shape[1], 8, int(labels.max()) + 1, 0.5)
print(model.gc1, model)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=5e-4)


def accuracy(output, labels):
    preds = output.max(1)[1].type_as(labels)
    correct = preds.eq(labels).double()
    correct = correct.sum()
    return correct / len(labels)


for epoch in range(6):
    model.train()
    optimizer.zero_grad()
    output = model(features, adj)
    loss_train = F.nll_loss(output[idx_train], labels[idx_train])
    loss_train.backward()
    optimizer.step()
    model.eval()
    output = model(features, adj)
    acc_val = accuracy(output[val_mask], labels[val_mask])
    print('Epoch: {:04d}'.format(epoch + 1), 'loss_train: {:.4f}'.format(loss_train.item()), 'acc_val: {:.4f}'.format(acc_val.item()))

edge_index = adj.nonzero().t().contiguous()
deg = torch.zeros(34).scatter_add_(0, edge_index[0], torch.ones(edge_index.size(1)))
messages = features[edge_index[1]]
agg = torch.zeros_like(features).index_add_(0, edge_index[0], messages)
print(edge_index.shape, deg.max(), agg.sum())
