import torch
from torch import nn
import numpy as np

# ex 3 : classify the digits with a CNN, plot nothing
BATCH=16
LR=0.01

class cnn(nn.Module):
    def __init__(self):
        super(cnn,self).__init__()
        self.c1=nn.Conv2d(1,10,kernel_size=5)
        self.c2=nn.Conv2d(10,20,kernel_size=5)
        self.drop=nn.Dropout2d()
        self.lin1=nn.Linear(320,50)
        self.lin2=nn.Linear(50,10)
    def forward(self,x):
        x=torch.relu(torch.max_pool2d(self.c1(x),2))
        x=torch.relu(torch.max_pool2d(self.drop(self.c2(x)),2))
        x=x.view(-1,320)
        x=torch.relu(self.lin1(x))
        return torch.log_softmax(self.lin2(x),1)

Xtrain=np.random.rand(64,28,28)
Ytrain=np.random.randint(0,10,64)
Xtest=np.random.rand(32,28,28).astype('float32')
Ytest=np.random.randint(0,10,32)

Xtrain=torch.from_numpy(Xtrain).unsqueeze(1)
Ytrain=torch.from_numpy(Ytrain)
Xtest=torch.from_numpy(Xtest).unsqueeze(0)
Ytest=torch.from_numpy(Ytest)

net=cnn()
opti=torch.optim.SGD(net.parameters(),lr=LR,momentum=0.5)
lossf=nn.NLLLoss()

for ep in range(2):
    net.train()
    for i in range(0,len(Xtrain),BATCH):
        bx=Xtrain[i:i+BATCH]
        by=Ytrain[i:i+BATCH]
        opti.zero_grad()
        out=net(bx)
        l=lossf(out,by)
        l.backward()
        opti.step()
    print('epoch',ep,'loss',l.item())

net.eval()
with torch.no_grad():
    out=net(Xtest)
    good=(out.max(1)[1]==Ytest).sum().item()
    print('accuracy',good/len(Ytest))

conf=torch.zeros(10,10)
with torch.no_grad():
    pred=net(Xtrain).argmax(1)
conf[Ytrain,pred]+=torch.ones(10)
print(conf)
