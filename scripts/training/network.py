"""The line network as a PyTorch module, and its graph as it stands in the model file."""
import dataclasses
import json

import torch
from torch import nn


@dataclasses.dataclass(frozen=True)
class Layer:
    """One convolution with batch norm, ReLU and max-pooling; padding is (top, left, bottom, right)."""
    name: str
    inputs: int
    outputs: int
    kernel: tuple = (3, 3)
    padding: tuple = (1, 1, 1, 1)
    pool: tuple = (1, 1)
    relu: bool = True


def line_layers(classes):
    """The layers for 32-row lines; one column of class scores every 4 pixels."""
    return [
        Layer("conv1", 1, 16, pool=(2, 2)),
        Layer("conv2", 16, 32),
        Layer("conv3", 32, 32, pool=(2, 2)),
        Layer("conv4", 32, 64),
        Layer("conv5", 64, 64, pool=(2, 1)),
        Layer("conv6", 64, 64),
        Layer("conv7", 64, 64, pool=(2, 1)),
        Layer("conv8", 64, 96),
        Layer("conv9", 96, 96),
        Layer("conv10", 96, 128, kernel=(2, 3), padding=(0, 1, 0, 1)),
        Layer("conv11", 128, 128, kernel=(1, 3), padding=(0, 1, 0, 1)),
        Layer("conv12", 128, 128, kernel=(1, 3), padding=(0, 1, 0, 1)),
        Layer("classify", 128, classes, kernel=(1, 1), padding=(0, 0, 0, 0), relu=False),
    ]


def file_layers(metadata):
    """The layers that stand in a model file's metadata."""
    return [Layer(entry["name"], entry["in"], entry["out"], tuple(entry["kernel"]), tuple(entry["pad"]), tuple(entry["pool"]), entry["relu"])
            for entry in json.loads(metadata["graph"])["layers"]]


def convolve(layer, x, weight, bias=None):
    """The layer's convolution with its padding, which may differ from side to side."""
    top, left, bottom, right = layer.padding
    if (top, left) == (bottom, right):
        return nn.functional.conv2d(x, weight, bias, padding=(top, left))
    return nn.functional.conv2d(nn.functional.pad(x, (left, right, top, bottom)), weight, bias)


class ConvBlock(nn.Module):
    """conv -> max-pool -> batch norm -> ReLU.

    Pooling stands before the norm since that is cheaper in training; with a positive norm scale (kept so by
    `abs`) it equals pooling after the activation, which is how the program runs it.
    """

    def __init__(self, layer):
        super().__init__()
        self.layer = layer
        self.conv = nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, bias=not layer.relu)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        self.norm = nn.BatchNorm2d(layer.outputs) if layer.relu else None

    def forward(self, x):
        x = convolve(self.layer, x, self.conv.weight, self.conv.bias)
        if self.layer.pool != (1, 1):
            x = nn.functional.max_pool2d(x, self.layer.pool)
        if self.norm is None:
            return x
        norm = self.norm
        x = nn.functional.batch_norm(x, norm.running_mean, norm.running_var, norm.weight.abs() + 1e-3, norm.bias, norm.training,
                                     norm.momentum, norm.eps)
        return nn.functional.relu(x)

    def folded(self):
        """Weight [out, kh, kw, in] and bias [out] with the norm folded in."""
        weight = self.conv.weight.detach().double()
        if self.norm is None:
            return weight.permute(0, 2, 3, 1).float(), self.conv.bias.detach().float()
        norm = self.norm
        scale = (norm.weight.detach().double().abs() + 1e-3) / torch.sqrt(norm.running_var.double() + norm.eps)
        bias = norm.bias.detach().double() - norm.running_mean.double() * scale
        return (weight * scale[:, None, None, None]).permute(0, 2, 3, 1).float(), bias.float()


class LineNetwork(nn.Module):
    """Grey lines [n, 1, 32, width] with ink 1 and paper 0 -> class scores [n, width / 4, classes] (before softmax)."""

    def __init__(self, classes):
        super().__init__()
        self.blocks = nn.ModuleList(ConvBlock(layer) for layer in line_layers(classes))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x.squeeze(2).permute(0, 2, 1)

    def graph(self):
        """The graph entry of the model file."""
        layers = []
        for block in self.blocks:
            layer = block.layer
            entry = {"op": "conv2d", "name": layer.name, "in": layer.inputs, "out": layer.outputs, "kernel": list(layer.kernel),
                     "stride": [1, 1], "pad": list(layer.padding), "relu": layer.relu, "pool": list(layer.pool)}
            layers.append(entry)
        return {"input": {"height": 32}, "stride": 4, "max_width": 4096, "layers": layers}
