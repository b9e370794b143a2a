#!/usr/bin/env python3
"""Fine-tunes a trained float model for integers, and writes its float weights with the ranges learned.

    train_quantized.py --float data/models/nibble-f32.safetensors --precision int4 --run DIR --lines 600000 --out int4-ranges.safetensors
    nibble quantize int4-ranges.safetensors -o data/models/nibble-int4.safetensors

The float model is the starting point and the teacher: the loss is CTC's, plus the divergence from the teacher's classes in each column.
Started again with the same DIR it goes on from the last checkpoint. Lines, log and seed are those of train.py.
"""
import argparse
import json
import multiprocessing
import pathlib
import random
import time

import cv2
import numpy as np
import torch

import alphabet
import fonts
import lines
import model_file
import native
import quantized
import train

FIRST_LINE = 40_000_000  # far from the lines that the float model has seen


def ctc_and_distance(scores, taught, labels, counts, share):
    """CTC's loss plus `share` times the mean divergence of a column's classes from the teacher's."""
    loss = train.ctc_loss(scores, labels, counts)
    if share == 0:
        return loss
    expected = taught.float().log_softmax(-1)
    divergence = (expected.exp() * (expected - scores.float().log_softmax(-1))).sum(-1).mean()
    return loss + share * divergence


@torch.no_grad()
def validate(read, items):
    """Share of lines read without an error, and the character error rate; `read` maps pixels to scores."""
    right = errors = total = 0
    for text, line in items:
        pixels, _, _ = train.make_batch([(text, line)], -(-line.shape[1] // 4) * 4)
        reading = train.greedy(read(pixels))[0]
        right += reading == text
        errors += train.edit_distance(reading, text)
        total += len(text)
    return right / len(items), errors / total


class Teacher(torch.nn.Module):
    """The float model as it stands in its file: norms folded."""

    def __init__(self, tensors):
        super().__init__()
        self.layers = [(layer, tensors[f"{layer.name}.weight"].permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last), tensors[f"{layer.name}.bias"])
                       for layer in quantized.line_layers(len(alphabet.ALPHABET) + 1)]

    @torch.no_grad()
    def forward(self, x):
        for layer, weight, bias in self.layers:
            top, left, bottom, right = layer.padding
            if (top, left) == (bottom, right):
                x = torch.nn.functional.conv2d(x, weight, bias, padding=(top, left))
            else:
                x = torch.nn.functional.conv2d(torch.nn.functional.pad(x, (left, right, top, bottom)), weight, bias)
            if layer.pool != (1, 1):
                x = torch.nn.functional.max_pool2d(x, layer.pool)
            if layer.relu:
                x = x.relu()
        return x.squeeze(2).permute(0, 2, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--float", dest="float_model", type=pathlib.Path, required=True)
    parser.add_argument("--precision", choices=("int4", "int8"), default="int4")
    parser.add_argument("--run", type=pathlib.Path, required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--lines", type=int, default=600_000, help="lines to train on, repeats counted")
    parser.add_argument("--rate", type=float, default=4e-4, help="peak learning rate")
    parser.add_argument("--distill", type=float, default=4.0, help="weight of the divergence from the teacher")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reuse", type=int, default=2, choices=(1, 2))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--validation", type=int, default=1000)
    parser.add_argument("--library", dest="normalizer", help="libnibble_c.so (default: the newest build)")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    arguments.run.mkdir(parents=True, exist_ok=True)
    checkpoint = arguments.run / "checkpoint.pt"
    log = (arguments.run / "log.jsonl").open("a")

    tensors, metadata = model_file.read(arguments.float_model)
    tensors = {name: torch.from_numpy(values) for name, values in tensors.items()}
    teacher = Teacher(tensors)
    network = quantized.QuantizedNetwork(tensors, len(alphabet.ALPHABET) + 1, arguments.precision)
    probe = quantized.QuantizedNetwork(tensors, len(alphabet.ALPHABET) + 1, arguments.precision)
    fonts.load_fonts()
    held_out = lines.LineRenderer(arguments.seed + train.VALIDATION_SEED_OFFSET, native.Normalizer(arguments.normalizer))
    validation = [held_out.line(index)[1:] for index in range(arguments.validation)]

    scales = [p for name, p in network.named_parameters() if name.endswith("_scale")]
    others = [p for name, p in network.named_parameters() if not name.endswith("_scale")]
    optimizer = torch.optim.AdamW([{"params": others}, {"params": scales}], lr=arguments.rate, betas=(0.9, 0.98), weight_decay=0)
    seen = steps = chunks = 0
    spent = 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        average = train.Average(network, 0.9995)
        average.state = state["average"]
        seen, steps, chunks, spent = state["seen"], state["steps"], state["chunks"], state["seconds"]
        print(f"resumed at {seen} lines", flush=True)
    else:
        network.calibrate([quantized.ink(train.make_batch([item], train.bucket_width(item[1]))[0]) for item in validation[:200]])
        average = train.Average(network, 0.9995)
        print("teacher", validate(teacher, validation[:300]), flush=True)
        print("calibrated alone", validate(lambda pixels: network.integer_forward(quantized.ink(pixels)), validation[:300]), flush=True)

    autocast = torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported())
    start = last_save = last_log = time.time()
    seen_here, running = 0, []

    def save():
        train.save(checkpoint, {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "average": average.state, "seen": seen, "steps": steps,
                                "chunks": chunks + seen_here // (train.CHUNK * arguments.reuse), "seconds": spent + time.time() - start})

    def read_integers(pixels):
        return probe.integer_forward(quantized.ink(pixels))

    with multiprocessing.get_context("fork").Pool(arguments.workers, train._start_worker, (arguments.seed, arguments.normalizer)) as pool:
        source = train.rendered_lines(pool, FIRST_LINE // train.CHUNK + chunks, 6 * arguments.workers)
        for (pixels, labels, counts), count in train.batches(source, arguments.reuse, random.Random(arguments.seed + seen)):
            rate = train.learning_rate(seen, arguments.lines, arguments.rate)
            optimizer.param_groups[0]["lr"] = rate
            optimizer.param_groups[1]["lr"] = rate
            with autocast:
                taught = teacher(pixels) if arguments.distill > 0 else None
                scores = network(quantized.ink(pixels).contiguous(memory_format=torch.channels_last))
            loss = ctc_and_distance(scores, taught, labels, counts, arguments.distill)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            if torch.isfinite(torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)):
                optimizer.step()
                average.update(network, steps)
                steps += 1
            seen += count
            seen_here += count
            running.append(loss.item())
            now = time.time()
            if now - last_log > 30:
                record = {"seen": seen, "loss": round(float(np.mean(running)), 4), "rate": rate, "lines_per_second": round(seen_here / (now - start), 1),
                          "seconds": round(spent + now - start)}
                running, last_log = [], now
                if now - last_save > 240:
                    probe.load_state_dict(average.state)
                    record["exact"], record["cer"] = (round(value, 4) for value in validate(read_integers, validation[:300]))
                    save()
                    last_save = now
                log.write(json.dumps(record) + "\n")
                log.flush()
                print(record, flush=True)
            if seen >= arguments.lines:
                break
        pool.terminate()
    save()

    probe.load_state_dict(average.state)
    exact, cer = validate(read_integers, validation)
    teacher_exact, teacher_cer = validate(teacher, validation)
    print(f"validation on {len(validation)} lines: integers exact {exact:.4f}, character error rate {cer:.4f}; float {teacher_exact:.4f}, {teacher_cer:.4f}")
    record = json.loads(metadata.get("training", "{}"))
    record["quantization"] = {"precision": arguments.precision, "seed": arguments.seed, "lines": seen, "reuse": arguments.reuse, "steps": steps,
                              "seconds": round(spent + time.time() - start), "peak_rate": arguments.rate, "distill": arguments.distill,
                              "data_version": train.DATA_VERSION, "commit": train.git_commit(), "validation_exact": round(exact, 4),
                              "validation_cer": round(cer, 4), "float_validation_exact": round(teacher_exact, 4), "float_validation_cer": round(teacher_cer, 4)}
    model_file.write_ranges(arguments.out, probe, metadata, record)
    print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
