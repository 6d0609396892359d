import random
import unicodedata
import string
import torch
import torch.nn as nn

ALL = string.ascii_letters + " .,;'"
N_LETTERS = len(ALL)

names = {
    "Italian": ["Abbà", "Bruno", "Colombo", "D'Angelo", "Esposito"],
    "Dutch": ["Van Dijk", "Bakker", "Visser", "De Boer"],
    "Polish": ["Nowak", "Wójcik", "Ślusàrski", "Zieliński", "Mazur"],
}


def unicodeToAscii(s):
    return ''.join(c for c in unicodedata.normalize('NFD', s) if unicodedata.category(c) != 'Mn' and c in ALL)


data = {k: [unicodeToAscii(n) for n in v] for k, v in names.items()}
categories = list(data)


def lineToTensor(line):
    tensor = torch.zeros(len(line), 1, N_LETTERS)
    for li, letter in enumerate(line):
        tensor[li][0][ALL.find(letter)] = 1
    return tensor


class RNN(nn.Module):
    def __init__(self, input_size, hidden_size, output_size):
        super(RNN, self).__init__()
        self.hidden_size = hidden_size
        self.i2h = nn.Linear(input_size + hidden_size, hidden_size)
        self.i2o = nn.Linear(input_size + hidden_size, output_size)
        self.o2o = nn.Linear(hidden_size + output_size, output_size)
        self.dropout = nn.Dropout(0.1)
        self.softmax = nn.LogSoftmax(dim=1)

    def forward(self, input, hidden):
        input_combined = torch.cat((input, hidden), 1)
        hidden = self.i2h(input_combined)
        output = self.i2o(input_combined)
        output_combined = torch.cat((hidden, output), 1)
        output = self.o2o(output_combined)
        output = self.dropout(output)
        output = self.softmax(output)
        return output, hidden

    def initHidden(self):
        return torch.zeros(1, self.hidden_size)


def categoryFromOutput(output):
    top_n, top_i = output.topk(1)
    category_i = top_i[0].item()
    return categories[category_i], category_i


def randomTrainingExample():
    category = random.choice(categories)
    line = random.choice(data[category])
    category_tensor = torch.tensor([categories.index(category)], dtype=torch.long)
    return category, line, category_tensor, lineToTensor(line)


rnn = RNN(N_LETTERS, 32, len(categories))
criterion = nn.NLLLoss()
learning_rate = 0.005


def train(category_tensor, line_tensor):
    hidden = rnn.initHidden()
    rnn.zero_grad()
    for i in range(line_tensor.size()[0]):
        output, hidden = rnn(line_tensor[i], hidden)
    loss = criterion(output, category_tensor)
    loss.backward()
    for p in rnn.parameters():
        p.data.add_(p.grad.data, alpha=-learning_rate)
    return output, loss.item()


random.seed(1)
confusion = torch.zeros(len(categories), len(categories))
for it in range(1, 41):
    category, line, category_tensor, line_tensor = randomTrainingExample()
    output, loss = train(category_tensor, line_tensor)
    guess, guess_i = categoryFromOutput(output)
    confusion[categories.index(category)][guess_i] += 1
    if it % 20 == 0:
        mark = '✓' if guess == category else '✗ (%s)' % category
        print('%d %.4f %s / %s %s' % (it, loss, line, guess, mark))
for i in range(len(categories)):
    if confusion[i].sum() > 0:
        confusion[i] = confusion[i] / confusion[i].sum()


def predict(line, n=2):
    with torch.no_grad():
        hidden = rnn.initHidden()
        for letter in lineToTensor(unicodeToAscii(line)):
            output, hidden = rnn(letter, hidden)
        topv, topi = output.topk(n, 1, True)
        for v, i in zip(topv[0], topi[0]):
            print('(%.2f) %s' % (v.item(), categories[i.item()]))


# the same with a ready-made layer, unbatched
gru = nn.GRU(N_LETTERS, 16)
head = nn.Linear(16, len(categories))
out, h = gru(lineToTensor("Rossi").squeeze(1))
print(out.shape, h.shape, head(h[-1]).shape)
predict("Kowalski")
