#!/usr/bin/env python3
"""Trains the line network in float on rendered lines, and writes the model file.

    train.py --run DIR --lines 900000 [--seed 1] [--out data/models/nibble-f32.safetensors]

Started again with the same DIR it goes on from the last checkpoint; a changed --lines moves the end of the learning rate's decay.
One process trains on one core in bfloat16 (float32 where the CPU lacks it); --workers processes render beside it.
Curve: DIR/log.jsonl. Every line is a function of the seed and its number, so a run can be repeated.
"""
import argparse
import collections
import json
import math
import multiprocessing
import os
import pathlib
import random
import subprocess
import time

import cv2
import numpy as np
import torch

import alphabet
import fonts
import lines
import model_file
import native
from network import LineNetwork

# Raised whenever the rendered lines of a seed change.
DATA_VERSION = 7
BUCKET = 64
BATCH_PIXELS = 32 * 256
CHUNK = 64
VALIDATION_SEED_OFFSET = 7919

_renderer = None


def _start_worker(seed, library):
    global _renderer
    os.nice(5)
    cv2.setNumThreads(1)
    _renderer = lines.LineRenderer(seed, native.Normalizer(library))


def _render_chunk(chunk):
    return [(text, line) for _, text, line in (_renderer.line(chunk * CHUNK + offset) for offset in range(CHUNK))]


def rendered_lines(pool, first_chunk, ahead):
    """Lines in the order of their numbers, `ahead` chunks rendered in advance."""
    pending = collections.deque()
    chunk = first_chunk
    while True:
        while len(pending) < ahead:
            pending.append(pool.apply_async(_render_chunk, (chunk,)))
            chunk += 1
        yield from pending.popleft().get()


def bucket_width(line):
    return -(-line.shape[1] // BUCKET) * BUCKET


def make_batch(items, width):
    """(pixels [n, 1, 32, width] with ink 1 and paper 0, class numbers joined, their counts)."""
    pixels = np.zeros((len(items), 1, items[0][1].shape[0], width), np.float32)
    for row, (_, line) in enumerate(items):
        pixels[row, 0, :, :line.shape[1]] = (255 - line).astype(np.float32) / 255
    labels = [alphabet.encode(text) for text, _ in items]
    return (torch.from_numpy(pixels).to(memory_format=torch.channels_last), torch.tensor([c for label in labels for c in label]),
            torch.tensor([len(label) for label in labels]))


def batches(source, reuse, rng):
    """Batches of about BATCH_PIXELS columns x lines, one bucket of widths each.

    With reuse > 1 a line comes again once, in another batch some thousand lines later: rendering is dearer than a training step.
    """
    waiting = collections.defaultdict(list)
    memory = collections.deque()
    for item in source:
        fresh = [item]
        if reuse > 1:
            memory.append(item)
            if len(memory) > 4000:
                fresh.append(memory.popleft())
        for line in fresh:
            width = bucket_width(line[1])
            waiting[width].append(line)
            if len(waiting[width]) >= max(BATCH_PIXELS // width, 4):
                rng.shuffle(waiting[width])
                yield make_batch(waiting[width], width), len(waiting[width])
                waiting[width] = []


def ctc_loss(scores, labels, counts):
    log_probabilities = scores.float().log_softmax(-1).permute(1, 0, 2)
    columns = torch.full((scores.shape[0],), scores.shape[1])
    return torch.nn.functional.ctc_loss(log_probabilities, labels, columns, counts, zero_infinity=True)


def learning_rate(seen, total, peak, warm_up=8000):
    """Cosine decay over `total` lines after a linear start."""
    if seen < warm_up:
        return peak * (seen + 1) / warm_up
    progress = min(1.0, (seen - warm_up) / max(total - warm_up, 1))
    return peak * max(0.5 * (1 + math.cos(math.pi * progress)), 0.004)


def greedy(scores):
    best = scores.argmax(-1)
    texts = []
    for row in best.tolist():
        previous, text = 0, ""
        for cell in row:
            if cell not in (0, previous):
                text += alphabet.ALPHABET[cell - 1]
            previous = cell
        texts.append(text.strip())
    return texts


def edit_distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        previous, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            previous, row[j + 1] = row[j + 1], min(row[j + 1] + 1, row[j] + 1, previous + (x != y))
    return row[-1]


@torch.no_grad()
def validate(network, items):
    """Share of lines read without an error, and the character error rate, on lines of a seed never trained on."""
    network.eval()
    right = errors = total = 0
    for text, line in items:
        pixels, _, _ = make_batch([(text, line)], -(-line.shape[1] // 4) * 4)
        read = greedy(network(pixels))[0]
        right += read == text
        errors += edit_distance(read, text)
        total += len(text)
    return right / len(items), errors / total


class Average:
    """Exponential moving average of weights and norms; it is what the model file holds."""

    def __init__(self, network, decay):
        self.decay = decay
        self.state = {key: value.detach().clone() for key, value in network.state_dict().items()}

    def update(self, network, steps):
        decay = min(self.decay, (1 + steps) / (10 + steps))
        for key, value in network.state_dict().items():
            if value.dtype.is_floating_point:
                self.state[key].lerp_(value.detach(), 1 - decay)
            else:
                self.state[key].copy_(value)


def git_commit():
    try:
        return subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True, cwd=native.ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def save(path, state):
    temporary = path.with_suffix(".partial")
    torch.save(state, temporary)
    temporary.replace(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=pathlib.Path, required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--lines", type=int, default=900_000, help="lines to train on, repeats counted")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2.5e-3, help="peak learning rate")
    parser.add_argument("--restart", action="store_true", help="begin the rate's cycle anew at the checkpoint, with --rate as its peak")
    parser.add_argument("--reuse", type=int, default=2, choices=(1, 2), help="times that a rendered line is trained on")
    parser.add_argument("--workers", type=int, default=1, help="rendering processes")
    parser.add_argument("--validation", type=int, default=1000, help="lines of the validation set")
    parser.add_argument("--library", dest="normalizer", help="libnibble_c.so (default: the newest build)")
    parser.add_argument("--out", type=pathlib.Path, help="model file to write at the end")
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    arguments.run.mkdir(parents=True, exist_ok=True)
    checkpoint = arguments.run / "checkpoint.pt"
    log = (arguments.run / "log.jsonl").open("a")

    network = LineNetwork(len(alphabet.ALPHABET) + 1).to(memory_format=torch.channels_last)
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0}], lr=arguments.rate, betas=(0.9, 0.98))
    average = Average(network, 0.9995)
    seen = steps = chunks = cycle = 0
    spent = 0.0
    history = []
    if checkpoint.exists():
        state = torch.load(checkpoint)
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        average.state = state["average"]
        seen, steps, chunks, spent = state["seen"], state["steps"], state["chunks"], state["seconds"]
        history = state["history"]
        cycle = seen if arguments.restart else state.get("cycle", 0)
        if state["seed"] != arguments.seed:
            raise SystemExit(f"{checkpoint} was made with --seed {state['seed']}")
        print(f"resumed at {seen} lines", flush=True)

    history.append({"from_line": seen, "to_line": arguments.lines, "peak_rate": arguments.rate, "data_version": DATA_VERSION, "commit": git_commit()})

    fonts.load_fonts()
    held_out = lines.LineRenderer(arguments.seed + VALIDATION_SEED_OFFSET, native.Normalizer(arguments.normalizer))
    validation = [held_out.line(index)[1:] for index in range(arguments.validation)]
    autocast = torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported())

    def checkpoint_state():
        return {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "average": average.state, "seen": seen, "steps": steps,
                "chunks": chunks + seen_here // (CHUNK * arguments.reuse), "seconds": spent + time.time() - start, "seed": arguments.seed, "history": history, "cycle": cycle}

    start = last_save = last_log = time.time()
    seen_here, running, skipped = 0, [], 0
    probe = LineNetwork(len(alphabet.ALPHABET) + 1)
    with multiprocessing.get_context("fork").Pool(arguments.workers, _start_worker, (arguments.seed, arguments.normalizer)) as pool:
        source = rendered_lines(pool, chunks, 6 * arguments.workers)
        for (pixels, labels, counts), count in batches(source, arguments.reuse, random.Random(arguments.seed + seen)):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(seen - cycle, arguments.lines - cycle, arguments.rate)
            network.train()
            with autocast:
                scores = network(pixels)
            loss = ctc_loss(scores, labels, counts)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            if torch.isfinite(norm):
                optimizer.step()
                average.update(network, steps)
                steps += 1
            else:
                skipped += 1
            seen += count
            seen_here += count
            running.append(loss.item())
            now = time.time()
            if now - last_log > 30:
                record = {"seen": seen, "loss": round(float(np.mean(running)), 4), "rate": optimizer.param_groups[0]["lr"], "skipped": skipped,
                          "lines_per_second": round(seen_here / (now - start), 1), "seconds": round(spent + now - start)}
                running, last_log = [], now
                if now - last_save > 240:
                    probe.load_state_dict(average.state)
                    record["exact"], record["cer"] = (round(value, 4) for value in validate(probe, validation[:300]))
                    save(checkpoint, checkpoint_state())
                    last_save = now
                log.write(json.dumps(record) + "\n")
                log.flush()
                print(record, flush=True)
            if seen >= arguments.lines:
                break
        pool.terminate()
    save(checkpoint, checkpoint_state())

    probe.load_state_dict(average.state)
    exact, cer = validate(probe, validation)
    print(f"validation on {len(validation)} lines: exact {exact:.4f}, character error rate {cer:.4f}")
    record = {"seed": arguments.seed, "history": history, "lines": seen, "reuse": arguments.reuse, "steps": steps,
              "seconds": round(spent + time.time() - start), "peak_rate": arguments.rate, "final_loss": round(float(np.mean(running or [loss.item()])), 4),
              "validation_lines": len(validation), "validation_exact": round(exact, 4), "validation_cer": round(cer, 4), "torch": torch.__version__}
    if arguments.out:
        model_file.write(arguments.out, probe, record)
        print(f"wrote {arguments.out}")


if __name__ == "__main__":
    main()
