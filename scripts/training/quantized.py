"""The line network in integers, as quantization-aware training sees it and as the program runs it.

Both follow the same numbers: weights of a channel share a scale, activations of a tensor share one, and the zero point is 0.
`QuantizedNetwork.forward` is what is trained (straight-through estimates, learned step sizes: Esser et al., LSQ, arXiv 1902.08153);
`integer_forward` is the integer arithmetic of kernels/kernel.h, to the bit.
"""
import json
import math

import numpy as np
import torch
from torch import nn

import model_file
from network import convolve

# An activation byte holds 7 bits, see kernels/kernel.h.
ACTIVATION_MAX = {8: 127, 4: 15, 3: 7, 2: 3}
WEIGHT_MAX = {8: 127, 4: 7, 3: 3, 2: 1}
INPUT_SCALE = 2 / 255  # a pixel's ink is (255 - grey) >> 1


def layer_bits(precision, count):
    """(bits of the weights, bits of the outputs) of each layer; below int8 the first layer's and the classifier's weights keep 8 bits."""
    few = int(precision.removeprefix("int"))
    bits = [(8, few)] + [(few, few)] * (count - 2) + [(8, 8)]
    bits[-2] = (few, 8)  # what the classifier reads
    return bits


class _ScaleAndQuantize(torch.autograd.Function):
    """clamp(round(y * factor + offset), 0, limit) by channel, with the gradient of the clamp alone.

    One function, since separate steps cost more than the convolutions; the integers and gradients pass in y's type.
    """

    @staticmethod
    def forward(context, y, factor, offset, limit):
        z = y.float().mul_(factor[None, :, None, None]).add_(offset[None, :, None, None])
        context.save_for_backward(y, factor, (z > 0) & (z < limit))
        return z.round_().clamp_(0, limit).to(y.dtype)

    @staticmethod
    def backward(context, grad):
        y, factor, inside = context.saved_tensors
        grad = grad * inside
        by_channel = (0, 2, 3)
        return (grad * factor.to(grad.dtype)[None, :, None, None], (grad * y).sum(by_channel, dtype=torch.float32),
                grad.sum(by_channel, dtype=torch.float32), None)


class _RoundWeight(torch.autograd.Function):
    """clamp(round(z), -limit, limit), with the gradient of the clamp alone."""

    @staticmethod
    def forward(context, z, limit):
        context.save_for_backward(z)
        context.limit = limit
        return z.round().clamp(-limit, limit)

    @staticmethod
    def backward(context, grad):
        (z,) = context.saved_tensors
        return torch.where(z.abs() <= context.limit, grad, torch.zeros_like(grad)), None


def _best_scale(values, limit, signed):
    """The scale of least squared error for quantizing each row of `values`."""
    most = values.abs().amax(1).clamp_min(1e-6) if signed else values.amax(1).clamp_min(1e-6)
    best = most / limit
    least = torch.full_like(best, math.inf)
    # With few levels the best one leaves out more of the tail.
    for share in torch.linspace(0.25 if limit > 7 else 0.05, 1.0, 61):
        scale = most * share / limit
        q = (values / scale[:, None]).round().clamp(-limit if signed else 0, limit)
        error = (q * scale[:, None] - values).square().mean(1)
        best = torch.where(error < least, scale, best)
        least = torch.minimum(error, least)
    return best


def from_integers(tensors, metadata):
    """What stands for the integers of a model file (`tensors` of NumPy) in the form of model_file.write_ranges: float tensors, and ranges."""
    floats, ranges, input_scale = {}, {}, INPUT_SCALE
    for layer in json.loads(metadata["graph"])["layers"]:
        name = layer["name"]
        if "limit" in layer:
            step = np.ldexp(tensors[f"{name}.multiplier"].astype(np.float64), -tensors[f"{name}.shift"].astype(np.int32)) * layer["scale"]
        else:
            step = tensors[f"{name}.scale"].astype(np.float64)
        scale = step / input_scale
        floats[f"{name}.weight"] = model_file.unpack_weight(layer, tensors[f"{name}.weight"]) * scale[:, None, None, None]
        floats[f"{name}.bias"] = tensors[f"{name}.bias"] * step
        floats[f"{name}.weight_scale"] = scale
        ranges[name] = {}
        if "limit" in layer:
            ranges[name]["output_scale"] = input_scale = layer["scale"]
    return {name: torch.from_numpy(values.astype(np.float32)) for name, values in floats.items()}, {"precision": metadata["precision"], "layers": ranges}


class QuantizedBlock(nn.Module):
    """conv -> max-pool -> ReLU -> quantizer, on integers held in floats."""

    def __init__(self, layer, weight, bias, weight_bits, output_bits):
        super().__init__()
        self.layer = layer
        self.weight_max = WEIGHT_MAX[weight_bits]
        self.limit = ACTIVATION_MAX[output_bits] if layer.relu else 0
        self.weight_bits, self.output_bits = weight_bits, output_bits
        self.weight = nn.Parameter(weight.permute(0, 3, 1, 2).clone(memory_format=torch.channels_last))  # from [out, kh, kw, in]
        self.bias = nn.Parameter(bias.clone())
        self.log_weight_scale = nn.Parameter(_best_scale(weight.flatten(1), self.weight_max, True).log())
        self.log_output_scale = nn.Parameter(torch.zeros(())) if layer.relu else None
        self.given_scales = None  # in place of the learned ones, see QuantizedNetwork.load_scales

    def weight_scale(self):
        return self.log_weight_scale.exp() if self.given_scales is None else self.given_scales[0]

    def output_scale(self):
        """A scalar tensor; None where no ReLU follows."""
        if self.given_scales is not None:
            return self.given_scales[1]
        return None if self.log_output_scale is None else self.log_output_scale.exp()

    def _sums(self, q):
        """The pooled sums without bias, and the scale of each channel's weights."""
        scale = self.weight_scale()
        y = convolve(self.layer, q, _RoundWeight.apply(self.weight / scale[:, None, None, None], self.weight_max))
        return (y if self.layer.pool == (1, 1) else nn.functional.max_pool2d(y, self.layer.pool)), scale

    def pre_activation(self, q, input_scale):
        """The real-valued output before ReLU and quantizer, pooled."""
        y, scale = self._sums(q)
        return y.float() * (scale * input_scale)[None, :, None, None] + self.bias[None, :, None, None]

    def forward(self, q, input_scale):
        if self.log_output_scale is None:
            return self.pre_activation(q, input_scale), None
        y, scale = self._sums(q)
        output_scale = self.output_scale()
        return _ScaleAndQuantize.apply(y, scale * input_scale / output_scale, self.bias / output_scale, self.limit), output_scale

    @torch.no_grad()
    def integers(self, input_scale):
        """The layer's integers: weight [out, in, kh, kw], bias, and multiplier and shift, or the scale of the scores where no ReLU follows."""
        weight_scale = self.weight_scale()
        weight = (self.weight / weight_scale[:, None, None, None]).round().clamp(-self.weight_max, self.weight_max)
        step = weight_scale.double() * input_scale
        bias = (self.bias.double() / step).round().long()
        if self.log_output_scale is None:
            return weight, bias, None, None, step.float()
        mantissa, exponent = torch.frexp(step / self.output_scale().item())
        multiplier = (mantissa * 2.0 ** 31).round().long()
        shift = 31 - exponent.long()
        carry = multiplier == 2 ** 31
        return weight, bias, torch.where(carry, multiplier // 2, multiplier), torch.where(carry, shift - 1, shift), None


class QuantizedNetwork(nn.Module):
    """Inks [n, 1, 32, width] (integers 0..127 in floats) -> class scores [n, width / 4, classes]."""

    def __init__(self, tensors, layers, precision):
        super().__init__()
        self.precision = precision
        self.blocks = nn.ModuleList(QuantizedBlock(layer, tensors[f"{layer.name}.weight"], tensors[f"{layer.name}.bias"], *bits)
                                    for layer, bits in zip(layers, layer_bits(precision, len(layers))))

    @torch.no_grad()
    def calibrate(self, batches_of_ink):
        """Sets each activation's scale for the least squared error on some batches, layer after layer."""
        tensors, scale = list(batches_of_ink), INPUT_SCALE
        for block in self.blocks:
            outputs = [block.pre_activation(q, scale).relu() for q in tensors]
            if block.log_output_scale is None:
                return
            values = torch.cat([y.flatten() for y in outputs])
            values = values[torch.randperm(len(values), generator=torch.Generator().manual_seed(1))[:2_000_000]]
            block.log_output_scale.copy_(_best_scale(values[None], block.limit, False)[0].log())
            scale = block.output_scale().item()
            tensors = [(y / scale).round().clamp(0, block.limit) for y in outputs]

    @torch.no_grad()
    def go_on_from(self, tensors, ranges):
        """Takes the weights and scales of a network of the same bits, in the form of model_file.write_ranges, as a starting point."""
        for block in self.blocks:
            name = block.layer.name
            block.weight.copy_(tensors[f"{name}.weight"].permute(0, 3, 1, 2))
            block.bias.copy_(tensors[f"{name}.bias"])
            block.log_weight_scale.copy_(tensors[f"{name}.weight_scale"].log())
            if block.log_output_scale is not None:
                block.log_output_scale.fill_(math.log(ranges["layers"][name]["output_scale"]))

    @torch.no_grad()
    def load_scales(self, tensors, ranges):
        """Takes the scales that `ranges` and model_file.write_ranges put into a file; exact, for integers that must be the same."""
        for block in self.blocks:
            scale = ranges["layers"][block.layer.name].get("output_scale")
            block.given_scales = tensors[f"{block.layer.name}.weight_scale"], None if scale is None else torch.tensor(scale, dtype=torch.float64)

    def forward(self, q):
        scale = INPUT_SCALE
        for block in self.blocks:
            q, scale = block(q, scale)
        return q.squeeze(2).permute(0, 2, 1)

    @torch.no_grad()
    def integer_forward(self, q, trace=None):
        """The same in integers alone; `trace` collects every layer's outputs [n, channels, height, width]."""
        scale = INPUT_SCALE
        for block in self.blocks:
            weight, bias, multiplier, shift, score_scale = block.integers(scale)
            sums = convolve(block.layer, q.float(), weight)  # below 2^24, so exact in floats in any order
            if block.layer.pool != (1, 1):
                sums = nn.functional.max_pool2d(sums, block.layer.pool)
            sums = sums.long() + bias[None, :, None, None]
            if multiplier is None:
                if trace is not None:
                    trace.append(sums)
                return (sums.float() * score_scale[None, :, None, None]).squeeze(2).permute(0, 2, 1)
            scaled = (sums.clamp_min(0) * multiplier[None, :, None, None] + (1 << (shift - 1))[None, :, None, None]) >> shift[None, :, None, None]
            q = scaled.clamp_max(block.limit)
            if trace is not None:
                trace.append(q)
            scale = block.output_scale().item()

    def ranges(self):
        """What `nibble quantize` needs besides the float weights: bits and output scales, by layer."""
        return {block.layer.name: {"weight_bits": block.weight_bits, "output_bits": block.output_bits,
                                   **({} if block.log_output_scale is None else {"output_scale": block.log_output_scale.exp().item()})}
                for block in self.blocks}


def ink(pixels):
    """The program's integers 0..127 of batches made by batches.make_batch (ink 1, paper 0)."""
    return (pixels * 255).round().div(2).floor()
