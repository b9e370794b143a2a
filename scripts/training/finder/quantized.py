"""The finder's network in integers, as quantization-aware training sees it and as the program runs
it.

Convolutions are those of the line network, see ../quantized.py: weights of a channel share a scale,
activations of a tensor share one, the zero point is 0. Pooling and up-sampling keep their input's
scale. An addition of tensors with scales sa and sb gives integers of its own scale so:

    q = min((a * ma + b * mb + 2^(shift - 1)) >> shift, limit)
    ma = round(sa / so * 2^shift), mb = round(sb / so * 2^shift)

with the one shift at which the larger of ma and mb lies in [2^14, 2^15). The head gives 32-bit
sums. `forward` is what is trained; `integer_forward` is the program's arithmetic, to the bit.
"""

import math

import torch
from torch import nn

import quantized
from finder import network
from quantized import ACTIVATION_MAX, INPUT_SCALE

MULTIPLIER_BITS = 15
CALIBRATION_VALUES = 2_000_000


def bits(node, precision):
    """(bits of the weights, bits of the outputs) of a convolution or addition. int4 keeps 8 bits
    for the weights of the first convolution and the head, and for what the head reads.
    """
    if precision == "int8":
        return 8, 8
    inputs = [other.source for other in network.NODES if other.name == network.OUTPUT]
    ends = ("conv1", network.OUTPUT)
    return (8 if node.name in ends else 4), (8 if node.name in (*inputs, network.OUTPUT) else 4)


class Block(quantized.QuantizedBlock):
    """A convolution with its weights in integers."""

    def _sums(self, q):
        scale = self.weight_scale()
        weight = quantized._RoundWeight.apply(
            self.weight / scale[:, None, None, None], self.weight_max
        )
        sums = network.convolve(self.layer, q, weight)
        return (
            sums if self.layer.pool == (1, 1) else nn.functional.max_pool2d(sums, self.layer.pool)
        ), scale


class _RoundSum(torch.autograd.Function):
    """clamp(round(a * factor_a + b * factor_b), 0, limit), with the gradient of the clamp alone."""

    @staticmethod
    def forward(context, a, b, factors, limit):
        z = a * factors[0] + b * factors[1]
        context.save_for_backward(a, b, factors, z < limit)
        return z.round_().clamp_(0, limit)

    @staticmethod
    def backward(context, grad):
        a, b, factors, inside = context.saved_tensors
        grad = grad * inside
        return (
            grad * factors[0],
            grad * factors[1],
            torch.stack([(grad * a).sum(), (grad * b).sum()]),
            None,
        )


def add_multipliers(scale_a, scale_b, output_scale):
    """(ma, mb, shift) of an addition, from Python floats."""
    ratios = scale_a / output_scale, scale_b / output_scale
    shift = MULTIPLIER_BITS - math.frexp(max(ratios))[1]
    if round(max(ratios) * 2.0**shift) == 2**MULTIPLIER_BITS:
        shift -= 1
    return (*(math.floor(ratio * 2.0**shift + 0.5) for ratio in ratios), shift)


class QuantizedAdd(nn.Module):
    """The sum of two tensors of integers, in integers of its own scale."""

    def __init__(self, node, output_bits):
        super().__init__()
        self.node, self.output_bits, self.limit = node, output_bits, ACTIVATION_MAX[output_bits]
        self.log_output_scale = nn.Parameter(torch.zeros(()))
        self.given_scales = None  # in place of the learned one, see QuantizedFinder.load

    def output_scale(self):
        return self.log_output_scale.exp() if self.given_scales is None else self.given_scales

    def forward(self, a, b):
        (qa, scale_a), (qb, scale_b), scale = a, b, self.output_scale()
        factors = (
            torch.stack([torch.as_tensor(scale_a), torch.as_tensor(scale_b)]).to(scale) / scale
        )
        return _RoundSum.apply(qa, qb, factors, self.limit), scale


class QuantizedFinder(nn.Module):
    """Ink [n, 1, height, width], whole numbers 0..127 -> [n, 8, height / 4, width / 4].

    `tensors` are the weights [out, kh, kw, in] and biases of a float model, by name.
    """

    def __init__(self, tensors, precision):
        super().__init__()
        self.precision = precision
        self.nodes = nn.ModuleDict()
        for node in network.NODES:
            if isinstance(node, network.Conv):
                weight, bias = tensors[f"{node.name}.weight"], tensors[f"{node.name}.bias"]
                self.nodes[node.name] = Block(node, weight, bias, *bits(node, precision))
            elif isinstance(node, network.Add):
                self.nodes[node.name] = QuantizedAdd(node, bits(node, precision)[1])

    def _evaluate(self, q, conv, add):
        """network.evaluate on pairs of integers and their scale."""
        values = {"input": (q, INPUT_SCALE)}
        for node in network.NODES:
            if isinstance(node, network.Conv):
                values[node.name] = conv(self.nodes[node.name], values[node.source])
            elif isinstance(node, network.Add):
                values[node.name] = add(
                    self.nodes[node.name], *(values[source] for source in node.sources)
                )
            else:
                value, scale = values[node.source]
                values[node.name] = network.resample(node, value), scale
        return values

    def forward(self, q):
        values = self._evaluate(
            q, lambda block, value: block(*value), lambda block, a, b: block(a, b)
        )
        return values[network.OUTPUT][0]

    @torch.no_grad()
    def integer_forward(self, q, trace=None):
        """The same in integers alone; `trace` collects every node's output [n, channels, height,
        width] by name.
        """
        values = self._evaluate(q, _integer_convolution, _integer_addition)
        if trace is not None:
            trace.update({name: value.long() for name, (value, _) in values.items()})
        sums, scale = values[network.OUTPUT]
        return sums.float() * scale[None, :, None, None]

    @torch.no_grad()
    def calibrate(self, ink):
        """Sets each activation's scale for the least squared error on some batches, node after
        node.
        """

        def best(block, outputs):
            values = torch.cat([output.flatten() for output in outputs])
            order = torch.randperm(len(values), generator=torch.Generator().manual_seed(1))
            values = values[order[:CALIBRATION_VALUES]]
            block.log_output_scale.copy_(
                quantized._best_scale(values[None], block.limit, False)[0].log()
            )
            scale = block.output_scale().item()
            return [(output / scale).round().clamp(0, block.limit) for output in outputs], scale

        def conv(block, value):
            qs, scale = value
            outputs = [block.pre_activation(q, scale) for q in qs]
            return (
                (outputs, None)
                if block.log_output_scale is None
                else best(block, [y.relu() for y in outputs])
            )

        def add(block, a, b):
            return best(block, [x * a[1] + y * b[1] for x, y in zip(a[0], b[0])])

        self._evaluate(list(ink), conv, add)

    @torch.no_grad()
    def load(self, tensors, ranges):
        """Takes the scales that export.write_ranges puts into a file; exact, for integers that must
        be the same.
        """
        for name, block in self.nodes.items():
            scale = ranges["layers"][name].get("output_scale")
            scale = None if scale is None else torch.tensor(scale, dtype=torch.float64)
            weight_scale = tensors.get(f"{name}.weight_scale")
            block.given_scales = scale if weight_scale is None else (weight_scale, scale)

    def ranges(self):
        """What `nibble quantize` needs besides the float weights: bits and output scales, by
        node.
        """
        found = {}
        for name, block in self.nodes.items():
            entry = {"weight_bits": block.weight_bits} if isinstance(block, Block) else {}
            entry["output_bits"] = block.output_bits
            if block.log_output_scale is not None:
                entry["output_scale"] = block.log_output_scale.exp().item()
            found[name] = entry
        return found


def _integer_convolution(block, value):
    q, scale = value
    weight, bias, multiplier, shift, score_scale = block.integers(scale)
    sums = network.convolve(
        block.layer, q.float(), weight
    )  # below 2^24, so exact in floats in any order
    if block.layer.pool != (1, 1):
        sums = nn.functional.max_pool2d(sums, block.layer.pool)
    sums = sums.long() + bias[None, :, None, None]
    if multiplier is None:
        return sums, score_scale
    half = (1 << (shift - 1))[None, :, None, None]
    scaled = (sums.clamp_min(0) * multiplier[None, :, None, None] + half) >> shift[
        None, :, None, None
    ]
    return scaled.clamp_max(block.limit).float(), block.output_scale().item()


def _integer_addition(block, a, b):
    (qa, scale_a), (qb, scale_b), scale = a, b, block.output_scale().item()
    ma, mb, shift = add_multipliers(scale_a, scale_b, scale)
    scaled = (qa.long() * ma + qb.long() * mb + (1 << (shift - 1))) >> shift
    return scaled.clamp_max(block.limit).float(), scale
