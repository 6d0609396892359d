# homework 2, exercise 1
import torch
import torch.nn as nn

class FashionMLP(nn.Module):
    def __init__(self):
        super(FashionMLP,self).__init__()
        self.l1 = nn.Linear(28*28,256)
        self.l2 = nn.Linear(256,128)
        self.l3 = nn.Linear(64,10)
        self.relu = nn.ReLU()
        self.drop = nn.Dropout(p=0.2)
    def forward(self,x):
        x = x.view(x.shape[0],-1)
        out = self.relu(self.l1(x))
        out = self.drop(out)
        out = self.relu(self.l2(out))
        out = self.drop(out)
        out = self.l3(out)
        return out

X = torch.rand(100,1,28,28)
Y = torch.randint(0,10,(100,))
model = FashionMLP()
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(),lr=0.1)

epochs = 3
batch = 20
for e in range(epochs):
    correct = 0
    for b in range(0,100,batch):
        xb = X[b:b+batch]
        yb = Y[b:b+batch]
        optimizer.zero_grad()
        yhat = model(xb)
        loss = loss_function(yhat,yb)
        loss.backward()
        optimizer.step()
        correct += (yhat.argmax(dim=1)==yb).sum().item()
    print('epoch',e,'acc',correct/100)
