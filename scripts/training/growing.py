"""A network that begins as a smaller one: layers that it has more of pass on what they get (Chen et al., Net2Net, arXiv 1511.05641), classes that it
has more of score less than all others."""
import math

import torch

from network import convolve


def _goes_on(layer, earlier):
    alike = (layer.inputs, layer.kernel, layer.pool) == (earlier.inputs, earlier.kernel, earlier.pool)
    return alike and (layer.outputs == earlier.outputs or (not layer.relu and not earlier.relu and layer.outputs > earlier.outputs))


def sources(layers, earlier):
    """For each layer the name of the earlier one that it goes on from; None for one that is new."""
    names, rest = [], list(earlier)
    for layer in layers:
        same = rest and _goes_on(layer, rest[0])
        if not same and (layer.inputs != layer.outputs or layer.pool != (1, 1)):
            raise SystemExit(f"the earlier network has no layer for {layer.name}")
        names.append(rest.pop(0).name if same else None)
    if rest:
        raise SystemExit(f"the network has no layer for the earlier one's {rest[0].name}")
    return names


def identity(layer):
    weight = torch.zeros(layer.outputs, layer.inputs, *layer.kernel)
    top, left = layer.padding[:2]
    weight[range(layer.outputs), range(layer.inputs), top, left] = 1
    return weight


def begun(layer, name, tensors):
    """Weight [out, kh, kw, in] and bias of a layer of the network, from the tensors of the earlier one."""
    if name is None:
        return identity(layer).permute(0, 2, 3, 1), torch.zeros(layer.outputs)
    weight, bias = (torch.as_tensor(tensors[f"{name}.{kind}"]) for kind in ("weight", "bias"))
    more = layer.outputs - weight.shape[0]
    return torch.cat([weight, weight.mean(0, keepdim=True).expand(more, *weight.shape[1:])]), torch.cat([bias, bias.min().expand(more)])


@torch.no_grad()
def grow(network, tensors, earlier, pixels):
    """Gives a LineNetwork the weights of an earlier float model (tensors and layers of its file). Norms are set by the batches `pixels`, so that
    training begins with what the earlier one computes."""
    inputs = list(pixels)
    for block, name in zip(network.blocks, sources([block.layer for block in network.blocks], earlier)):
        layer = block.layer
        weight, bias = begun(layer, name, tensors)
        weight = weight.permute(0, 3, 1, 2)
        if block.norm is None:
            block.conv.weight.copy_(weight)
            block.conv.bias.copy_(bias)
            continue
        # The norm makes the length of a channel's weights free: that of a fresh network suits the learning rate.
        factor = math.sqrt(2) / weight.flatten(1).norm(dim=1).clamp_min(1e-6)
        block.conv.weight.copy_(weight * factor[:, None, None, None])
        sums = [convolve(layer, x, block.conv.weight) for x in inputs]
        if layer.pool != (1, 1):
            sums = [torch.nn.functional.max_pool2d(x, layer.pool) for x in sums]
        values = torch.cat([x.permute(1, 0, 2, 3).flatten(1) for x in sums], 1)
        mean, variance = values.mean(1), values.var(1).clamp_min(1e-6)
        norm = block.norm
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.copy_((variance + norm.eps).sqrt() / factor - 1e-3)
        norm.bias.copy_(mean / factor + bias)
        inputs = [(x / factor[None, :, None, None] + bias[None, :, None, None]).relu() for x in sums]
