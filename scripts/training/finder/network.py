"""The finder's network as a PyTorch module, and its graph as it stands in the model file.

A U: pictures at 1/2 (conv1, pooled to 1/4), features at 1/4, 1/8, 1/16 and 1/32, and back up to 1/4
by nearest up-sampling and addition. The head gives the outputs of targets.OUTPUTS for every cell.
Sides must be multiples of 32.
"""

import dataclasses

import torch
from torch import nn

from finder.targets import OUTPUTS

MULTIPLE, MAX_SIDE = 32, 4096


@dataclasses.dataclass(frozen=True)
class Conv:
    """Convolution with batch norm, ReLU and max-pooling; padding is (top, left, bottom, right)."""

    name: str
    source: str
    inputs: int
    outputs: int
    kernel: tuple = (3, 3)
    stride: tuple = (1, 1)
    padding: tuple = (1, 1, 1, 1)
    pool: tuple = (1, 1)
    relu: bool = True

    def entry(self):
        return {
            "op": "conv2d",
            "name": self.name,
            "from": [self.source],
            "in": self.inputs,
            "out": self.outputs,
            "kernel": list(self.kernel),
            "stride": list(self.stride),
            "pad": list(self.padding),
            "relu": self.relu,
            "pool": list(self.pool),
        }


@dataclasses.dataclass(frozen=True)
class MaxPool:
    """Maximum of 2 x 2 windows."""

    name: str
    source: str

    def entry(self):
        return {"op": "maxpool", "name": self.name, "from": [self.source], "pool": [2, 2]}


@dataclasses.dataclass(frozen=True)
class Upsample:
    """Every value 2 x 2 times."""

    name: str
    source: str

    def entry(self):
        return {"op": "upsample", "name": self.name, "from": [self.source], "factor": 2}


@dataclasses.dataclass(frozen=True)
class Add:
    """The sum of two tensors of the same shape."""

    name: str
    sources: tuple

    def entry(self):
        return {"op": "add", "name": self.name, "from": list(self.sources)}


def point(name, source, inputs, outputs, relu=True):
    return Conv(name, source, inputs, outputs, kernel=(1, 1), padding=(0, 0, 0, 0), relu=relu)


NODES = (
    Conv("conv1", "input", 1, 16, kernel=(4, 4), stride=(2, 2), pool=(2, 2)),
    Conv("conv2", "conv1", 16, 32),
    MaxPool("pool2", "conv2"),
    Conv("conv3", "pool2", 32, 48),
    Conv("conv3b", "conv3", 48, 48),
    MaxPool("pool3", "conv3b"),
    Conv("conv4", "pool3", 48, 48),
    Conv("conv4b", "conv4", 48, 48),
    MaxPool("pool4", "conv4b"),
    Conv("conv5", "pool4", 48, 48),
    Upsample("up5", "conv5"),
    Add("add4", ("conv4b", "up5")),
    Upsample("up4", "add4"),
    Add("add3", ("conv3b", "up4")),
    Conv("mix3", "add3", 48, 48),
    point("lateral2", "mix3", 48, 32),
    Upsample("up3", "lateral2"),
    Add("add2", ("conv2", "up3")),
    Conv("mix2", "add2", 32, 32),
    point("head", "mix2", 32, len(OUTPUTS), relu=False),
)
OUTPUT = "head"


def graph():
    """The graph entry of the model file."""
    return {
        "input": {"multiple": MULTIPLE, "max_side": MAX_SIDE},
        "nodes": [node.entry() for node in NODES],
        "outputs": [OUTPUT],
    }


def resample(node, value):
    """A MaxPool or Upsample of a tensor, or of each of a list."""
    if isinstance(value, list):
        return [resample(node, item) for item in value]
    if isinstance(node, MaxPool):
        return nn.functional.max_pool2d(value, 2)
    return nn.functional.interpolate(value, scale_factor=2, mode="nearest")


def evaluate(x, conv, add=torch.add):
    """The head's output. `conv(node, x)` and `add(node, a, b)` compute the nodes that have
    parameters or rounding.
    """
    values = {"input": x}
    for node in NODES:
        if isinstance(node, Conv):
            value = conv(node, values[node.source])
        elif isinstance(node, Add):
            value = add(node, *(values[source] for source in node.sources))
        else:
            value = resample(node, values[node.source])
        values[node.name] = value
    return values[OUTPUT]


def convolve(node, x, weight, bias=None):
    top, left, bottom, right = node.padding
    if (top, left) != (bottom, right):
        raise ValueError(f"{node.name}: paddings differ from side to side")
    return nn.functional.conv2d(x, weight, bias, stride=node.stride, padding=(top, left))


class ConvBlock(nn.Module):
    """conv -> max-pool -> batch norm -> ReLU; with a positive norm scale, pooling before the norm
    equals pooling after the ReLU.
    """

    def __init__(self, node):
        super().__init__()
        self.node = node
        self.conv = nn.Conv2d(node.inputs, node.outputs, node.kernel, bias=not node.relu)
        nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        self.norm = nn.BatchNorm2d(node.outputs, momentum=0.05) if node.relu else None
        if not node.relu:
            nn.init.normal_(self.conv.weight, std=0.05)
            nn.init.zeros_(self.conv.bias)

    def forward(self, x):
        x = convolve(self.node, x, self.conv.weight, self.conv.bias)
        if self.node.pool != (1, 1):
            x = nn.functional.max_pool2d(x, self.node.pool)
        if self.norm is None:
            return x
        norm = self.norm
        x = nn.functional.batch_norm(
            x,
            norm.running_mean,
            norm.running_var,
            norm.weight.abs() + 1e-3,
            norm.bias,
            norm.training,
            norm.momentum,
            norm.eps,
        )
        return nn.functional.relu(x, inplace=True)

    @torch.no_grad()
    def folded(self):
        """Weight [out, kh, kw, in] and bias [out] with the norm folded in."""
        weight = self.conv.weight.double()
        if self.norm is None:
            return weight.permute(0, 2, 3, 1).float(), self.conv.bias.float()
        norm = self.norm
        scale = (norm.weight.double().abs() + 1e-3) / torch.sqrt(
            norm.running_var.double() + norm.eps
        )
        bias = norm.bias.double() - norm.running_mean.double() * scale
        return (weight * scale[:, None, None, None]).permute(0, 2, 3, 1).float(), bias.float()


class FinderNetwork(nn.Module):
    """Ink [n, 1, height, width], 1 for black and 0 for white -> [n, 8, height / 4, width / 4], see
    targets.OUTPUTS.
    """

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleDict(
            {node.name: ConvBlock(node) for node in NODES if isinstance(node, Conv)}
        )

    def forward(self, x):
        return evaluate(
            x, lambda node, value: self.blocks[node.name](value), lambda node, a, b: a + b
        )


def multiply_accumulates(height, width):
    """Of one picture."""
    scale, total = {"input": 1}, 0
    for node in NODES:
        if isinstance(node, Conv):
            scale[node.name] = scale[node.source] * node.stride[0]
            weights = node.inputs * node.outputs * node.kernel[0] * node.kernel[1]
            total += height * width // scale[node.name] ** 2 * weights
            scale[node.name] *= node.pool[0]
        elif isinstance(node, MaxPool):
            scale[node.name] = scale[node.source] * 2
        elif isinstance(node, Upsample):
            scale[node.name] = scale[node.source] / 2
        else:
            scale[node.name] = scale[node.sources[0]]
    return round(total)
