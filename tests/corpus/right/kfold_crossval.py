import random
import torch
from torch import nn
from torch.utils.data import DataLoader, SubsetRandomSampler, TensorDataset


def kfold(n, k, seed=0):
    idx = list(range(n))
    random.Random(seed).shuffle(idx)
    folds = [idx[i::k] for i in range(k)]
    for i in range(k):
        val = folds[i]
        train = [j for f in folds[:i] + folds[i + 1:] for j in f]
        yield train, val


def reset_weights(m):
    for layer in m.children():
        if hasattr(layer, 'reset_parameters'):
            print(f'Reset trainable parameters of layer = {layer}')
            layer.reset_parameters()


class SimpleConvNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 4, kernel_size=3),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(10 * 10 * 4, 20),
            nn.ReLU(),
            nn.Linear(20, 3)
        )

    def forward(self, x):
        return self.layers(x)


if __name__ == '__main__':
    k_folds = 4
    num_epochs = 1
    loss_function = nn.CrossEntropyLoss()
    results = {}
    torch.manual_seed(42)
    dataset = TensorDataset(torch.rand(46, 1, 12, 12), torch.randint(0, 3, (46,)))
    print('--------------------------------')

    for fold, (train_ids, test_ids) in enumerate(kfold(len(dataset), k_folds)):
        print(f'FOLD {fold}')
        train_subsampler = SubsetRandomSampler(train_ids)
        test_subsampler = SubsetRandomSampler(test_ids)
        trainloader = DataLoader(dataset, batch_size=10, sampler=train_subsampler)
        testloader = DataLoader(dataset, batch_size=10, sampler=test_subsampler)

        network = SimpleConvNet()
        network.apply(reset_weights) if fold == 0 else None
        optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)

        for epoch in range(0, num_epochs):
            current_loss = 0.0
            for i, data in enumerate(trainloader, 0):
                inputs, targets = data
                optimizer.zero_grad()
                outputs = network(inputs)
                loss = loss_function(outputs, targets)
                loss.backward()
                optimizer.step()
                current_loss += loss.item()
                if i % 2 == 1:
                    print('Loss after mini-batch %5d: %.3f' % (i + 1, current_loss / 2))
                    current_loss = 0.0

        correct, total = 0, 0
        with torch.no_grad():
            for i, data in enumerate(testloader, 0):
                inputs, targets = data
                outputs = network(inputs)
                _, predicted = torch.max(outputs.data, 1)
                total += targets.size(0)
                correct += (predicted == targets).sum().item()
        results[fold] = 100.0 * (correct / total)

    print(f'K-FOLD CROSS VALIDATION RESULTS FOR {k_folds} FOLDS')
    total = 0.0
    for key, value in results.items():
        print(f'Fold {key}: {value} %')
        total += value
    print(f'Average: {total / len(results.items())} %')
