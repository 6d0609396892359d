"""Logical devices: `cuda` is the meta device for PyTorch here."""

CASES = [
    'x=torch.randn(3,device="cuda")\ny=x+1',
    'x=torch.randn(3,device="cuda")\ny=x+torch.randn(3)',
    'x=torch.randn(3,device="cuda")\ny=x+torch.tensor(1.)',
    'm=nn.Linear(3,2).to("cuda")\ny=m(torch.randn(1,3))',
    'm=nn.Linear(3,2).to("cuda")\ny=m(torch.randn(1,3).to("cuda"))',
    "m=nn.Linear(3,2)\ny=m(torch.randn(1,3).cuda())",
    "m=nn.Linear(3,2).cuda()\ny=m(torch.randn(1,3).cuda())",
    "x=torch.randn(3).cuda()\ny=x.numpy()",
    "x=torch.randn(3).cuda()\ny=torch.cat([x,torch.randn(3)])",
    "x=torch.randn(3).cuda()\ny=torch.zeros(3)\nz=x*y",
    "x=torch.randn(3).cuda()\ny=torch.zeros_like(x)\nz=x*y",
    "x=torch.randn(3,4).cuda()\ny=x.view(4,4)",
    'm=nn.Conv2d(3,4,3).cuda()\ny=m(torch.randn(1,3,8,8,device="cuda"))',
    "m=nn.LSTM(3,4).cuda()\ny=m(torch.randn(5,2,3))",
]
