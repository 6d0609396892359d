import torch
import torch.nn as nn
import torch.nn.functional as F


class TNet(nn.Module):
    def __init__(self, k=3):
        super(TNet, self).__init__()
        self.k = k
        self.conv1 = nn.Conv1d(k, 16, 1)
        self.conv2 = nn.Conv1d(16, 32, 1)
        self.fc1 = nn.Linear(32, 16)
        self.fc2 = nn.Linear(16, k * k)
        self.bn1 = nn.BatchNorm1d(16)
        self.bn2 = nn.BatchNorm1d(32)

    def forward(self, x):
        """
        Input:
            x: points, [B, k, N]
        Return:
            transform, [B, k, k]
        """
        batchsize = x.size()[0]
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        x = torch.max(x, 2, keepdim=True)[0]
        x = x.view(-1, 32)
        x = F.relu(self.fc1(x))
        x = self.fc2(x)
        iden = torch.eye(self.k).flatten().view(1, self.k * self.k).repeat(batchsize, 1).to(x.device)
        x = x + iden
        x = x.view(-1, self.k, self.k)
        return x


def square_distance(src, dst):
    """
    Calculate Euclid distance between each two points.

    Input:
        src: source points, [B, N, C]
        dst: target points, [B, M, C]
    Output:
        dist: per-point square distance, [B, N, M]
    """
    B, N, _ = src.shape
    _, M, _ = dst.shape
    dist = -2 * torch.matmul(src, dst.permute(0, 2, 1))
    dist += torch.sum(src ** 2, -1).view(B, N, 1)
    dist += torch.sum(dst ** 2, -1).view(B, 1, M)
    return dist


def index_points(points, idx):
    """
    Input:
        points: input points data, [B, N, C]
        idx: sample index data, [B, S]
    Return:
        new_points:, indexed points data, [B, S, C]
    """
    device = points.device
    B = points.shape[0]
    view_shape = list(idx.shape)
    view_shape[1:] = [1] * (len(view_shape) - 1)
    repeat_shape = list(idx.shape)
    repeat_shape[0] = 1
    batch_indices = torch.arange(B, dtype=torch.long).to(device).view(view_shape).repeat(repeat_shape)
    new_points = points[batch_indices, idx]
    return new_points


class PointNetSeg(nn.Module):
    """Labels every point of a cloud."""

    def __init__(self, num_classes=5):
        super().__init__()
        self.num_classes = num_classes
        self.stn = TNet(3)
        self.fstn = TNet(16)
        self.conv1 = nn.Conv1d(3, 16, 1)
        self.conv2 = nn.Conv1d(16, 32, 1)
        self.conv3 = nn.Conv1d(32, 64, 1)
        self.head1 = nn.Conv1d(64 + 16, 32, 1)
        self.head2 = nn.Conv1d(32, num_classes, 1)

    def forward(self, xyz):
        """
        Args:
            xyz: point cloud, shape (B, N, 3)

        Returns:
            log probabilities of shape (B, N, num_classes)
        """
        B, N, _ = xyz.shape
        trans = self.stn(xyz.transpose(2, 1))
        x = torch.bmm(xyz, trans).transpose(2, 1)
        x = F.relu(self.conv1(x))
        trans_feat = self.fstn(x)
        x = torch.bmm(x.transpose(2, 1), trans_feat).transpose(2, 1)
        pointfeat = x
        x = F.relu(self.conv2(x))
        x = self.conv3(x)
        x = torch.max(x, 2, keepdim=True)[0]
        x = x.expand(-1, -1, N)
        x = torch.cat([x, pointfeat], 1)
        x = self.head2(F.relu(self.head1(x)))
        x = x.transpose(2, 1).contiguous()
        return F.log_softmax(x.view(-1, self.num_classes), dim=-1).view(B, N, self.num_classes)


class Grouping(nn.Module):
    def __init__(self, nsample=4, channels=8):
        super().__init__()
        self.nsample = nsample
        self.mlp = nn.Conv2d(3, channels, 1)

    def forward(self, xyz, centroids):
        """Group the nearest points around every centroid.

        Args:
            xyz: all points, shape (B, N, 3)
            centroids (LongTensor): indices of the centres, shape (B, S)

        Returns:
            features, shape (B, channels, S)
        """
        centres = index_points(xyz, centroids)
        dist = square_distance(centres, xyz)
        idx = dist.topk(self.nsample, dim=-1, largest=False).indices
        B, S, K = idx.shape
        near = index_points(xyz, idx.view(B, S * K)).view(B, S, K, 3)
        local = near - centres.unsqueeze(2)
        f = self.mlp(local.permute(0, 3, 2, 1))
        return f.max(dim=2)[0]
