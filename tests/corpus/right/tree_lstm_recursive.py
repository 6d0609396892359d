import torch
import torch.nn as nn
import torch.nn.functional as F


class Tree(object):
    def __init__(self, word=None, label=None):
        self.word = word
        self.label = label
        self.children = []
        self.state = None

    def add(self, child):
        self.children.append(child)

    def size(self):
        count = 1
        for c in self.children:
            count += c.size()
        return count

    def depth(self):
        return 1 + max((c.depth() for c in self.children), default=0)


def parse(text, vocab):
    """(2 (1 not) (3 (2 so) (3 bad)))"""
    tokens = text.replace("(", " ( ").replace(")", " ) ").split()

    def read(pos):
        assert tokens[pos] == "("
        node = Tree(label=int(tokens[pos + 1]))
        pos += 2
        while tokens[pos] != ")":
            if tokens[pos] == "(":
                child, pos = read(pos)
                node.add(child)
            else:
                node.word = vocab.setdefault(tokens[pos], len(vocab))
                pos += 1
        return node, pos + 1

    return read(0)[0]


class ChildSumTreeLSTM(nn.Module):
    def __init__(self, in_dim, mem_dim):
        super(ChildSumTreeLSTM, self).__init__()
        self.in_dim = in_dim
        self.mem_dim = mem_dim
        self.ioux = nn.Linear(in_dim, 3 * mem_dim)
        self.iouh = nn.Linear(mem_dim, 3 * mem_dim)
        self.fx = nn.Linear(in_dim, mem_dim)
        self.fh = nn.Linear(mem_dim, mem_dim)

    def node_forward(self, inputs, child_c, child_h):
        child_h_sum = torch.sum(child_h, dim=0, keepdim=True)
        iou = self.ioux(inputs) + self.iouh(child_h_sum)
        i, o, u = torch.split(iou, iou.size(1) // 3, dim=1)
        i, o, u = torch.sigmoid(i), torch.sigmoid(o), torch.tanh(u)
        f = torch.sigmoid(self.fh(child_h) + self.fx(inputs).repeat(len(child_h), 1))
        fc = torch.mul(f, child_c)
        c = torch.mul(i, u) + torch.sum(fc, dim=0, keepdim=True)
        h = torch.mul(o, torch.tanh(c))
        return c, h

    def forward(self, tree, embed):
        for child in tree.children:
            self.forward(child, embed)
        if not tree.children:
            child_c = torch.zeros(1, self.mem_dim)
            child_h = torch.zeros(1, self.mem_dim)
        else:
            child_c, child_h = zip(*map(lambda x: x.state, tree.children))
            child_c, child_h = torch.cat(child_c, dim=0), torch.cat(child_h, dim=0)
        x = embed(torch.tensor([tree.word])) if tree.word is not None else torch.zeros(1, self.in_dim)
        tree.state = self.node_forward(x, child_c, child_h)
        return tree.state


class Sentiment(nn.Module):
    def __init__(self, vocab_size, in_dim, mem_dim, num_classes):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, in_dim)
        self.treelstm = ChildSumTreeLSTM(in_dim, mem_dim)
        self.out = nn.Linear(mem_dim, num_classes)

    def forward(self, tree):
        c, h = self.treelstm(tree, self.embed)
        return F.log_softmax(self.out(h), dim=1)

    def all_nodes(self, tree):
        logits = [self.out(tree.state[1])]
        for ch in tree.children:
            logits.extend(self.all_nodes(ch))
        return logits


vocab = {}
bank = [
    "(3 (2 it) (4 (3 works) (2 well)))",
    "(1 (1 not) (3 (2 so) (3 good) (2 today)))",
    "(2 (2 fine))",
]
trees = [parse(t, vocab) for t in bank]
model = Sentiment(len(vocab), 10, 14, 5)
opt = torch.optim.Adagrad(model.parameters(), lr=0.05)
for epoch in range(2):
    total = 0.0
    for tree in trees:
        opt.zero_grad()
        output = model(tree)
        target = torch.tensor([tree.label])
        loss = F.nll_loss(output, target)
        everything = torch.cat(model.all_nodes(tree))
        assert everything.size(0) == tree.size()
        (loss + 1e-4 * everything.pow(2).sum()).backward()
        opt.step()
        total += loss.item()
    print(epoch, total / len(trees), [t.depth() for t in trees])
