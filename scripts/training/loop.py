"""The loop that train.py and train_quantized.py share: options, checkpoint, log, learning rate, averaged weights."""
import copy
import dataclasses
import json
import math
import multiprocessing
import pathlib
import random
import subprocess
import time

import cv2
import torch

import batches
import fonts
import lines
import native
import reading

VALIDATION_SEED_OFFSET = 7919
QUICK_VALIDATION = 300  # lines looked at while training goes on
LOG_SECONDS, SAVE_SECONDS = 30, 240


def add_options(parser, line_count, rate):
    """The options of every training; `line_count` and `rate` are defaults."""
    parser.add_argument("--run", type=pathlib.Path, required=True, help="folder of the checkpoint and the log")
    parser.add_argument("--lines", type=int, default=line_count, help="lines to train on, repeats counted")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=rate, help="peak learning rate")
    parser.add_argument("--restart", action="store_true", help="begin the rate's cycle anew at the checkpoint, with --rate as its peak")
    parser.add_argument("--reuse", type=int, default=2, choices=(1, 2), help="times that a rendered line is trained on")
    parser.add_argument("--workers", type=int, default=1, help="rendering processes")
    parser.add_argument("--validation", type=int, default=1000, help="lines of the validation set")
    parser.add_argument("--library", dest="normalizer", help="libnibble_c.so (default: the newest build)")


def prepare(arguments):
    """Sets seeds and threads, makes the folder and loads the fonts; returns the validation set, lines of a seed never trained on."""
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    arguments.run.mkdir(parents=True, exist_ok=True)
    fonts.load_fonts()
    held_out = lines.LineRenderer(arguments.seed + VALIDATION_SEED_OFFSET, native.Normalizer(arguments.normalizer))
    return [held_out.line(index)[1:] for index in range(arguments.validation)]


def checkpoint_path(arguments):
    return arguments.run / "checkpoint.pt"


def autocast():
    """bfloat16 where the CPU computes in it."""
    return torch.autocast("cpu", torch.bfloat16, enabled=torch.cpu._is_avx512_bf16_supported())


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


def git_commit():
    try:
        return subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=True, cwd=native.ROOT).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


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


@dataclasses.dataclass
class Progress:
    """How far a training is; what a checkpoint holds besides the weights."""
    seen: int = 0  # lines, repeats counted
    steps: int = 0
    skipped: int = 0  # steps whose gradient was not finite
    chunks: int = 0  # of rendered lines, see batches.CHUNK
    seconds: float = 0.0
    cycle: int = 0  # where the learning rate's cycle began, in lines seen
    history: list = dataclasses.field(default_factory=list)  # one entry a start


class Training:
    """A network in training. Made with the folder of an earlier run it goes on from the checkpoint there.

    `read(probe, pixels)` gives the scores of a copy of the network that holds the averaged weights: what the model file will read.
    """

    def __init__(self, arguments, network, optimizer, read):
        self.arguments, self.network, self.optimizer = arguments, network, optimizer
        self.probe, self._read = copy.deepcopy(network).eval(), read
        self.average = Average(network, 0.9995)
        self.progress = Progress()
        if checkpoint_path(arguments).exists():
            self._load()
        self.progress.history.append({"from_line": self.progress.seen, "to_line": arguments.lines, "peak_rate": arguments.rate,
                                      "data_version": lines.DATA_VERSION, "commit": git_commit()})

    def _load(self):
        path = checkpoint_path(self.arguments)
        state = torch.load(path)
        if state.get("seed", self.arguments.seed) != self.arguments.seed:
            raise SystemExit(f"{path} was made with --seed {state['seed']}")
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.state = state["average"]
        self.progress = Progress(**{field.name: state[field.name] for field in dataclasses.fields(Progress) if field.name in state})
        if self.arguments.restart:
            self.progress.cycle = self.progress.seen
        print(f"resumed at {self.progress.seen} lines", flush=True)

    def save(self):
        path = checkpoint_path(self.arguments)
        temporary = path.with_suffix(".partial")
        torch.save({"network": self.network.state_dict(), "optimizer": self.optimizer.state_dict(), "average": self.average.state,
                    "seed": self.arguments.seed, **dataclasses.asdict(self.progress)}, temporary)
        temporary.replace(path)

    def validate(self, items):
        """Share of lines read without an error, and the character error rate, with the averaged weights."""
        self.probe.load_state_dict(self.average.state)
        return reading.validate(lambda pixels: self._read(self.probe, pixels), items)

    def _step(self, loss):
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)):
            self.optimizer.step()
            self.average.update(self.network, self.progress.steps)
            self.progress.steps += 1
        else:
            self.progress.skipped += 1

    def _set_rate(self):
        cycle = self.progress.cycle
        rate = learning_rate(self.progress.seen - cycle, self.arguments.lines - cycle, self.arguments.rate)
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def _log(self, file, losses, lines_per_second, validation):
        """Adds an entry to the log, with a validation and a checkpoint when there was none for a while."""
        progress = self.progress
        record = {"seen": progress.seen, "loss": round(sum(losses) / len(losses), 4), "rate": self.optimizer.param_groups[0]["lr"],
                  "skipped": progress.skipped, "lines_per_second": round(lines_per_second, 1), "seconds": round(progress.seconds)}
        if progress.seconds - self._saved_at > SAVE_SECONDS:
            record["exact"], record["cer"] = (round(value, 4) for value in self.validate(validation[:QUICK_VALIDATION]))
            self.save()
            self._saved_at = progress.seconds
        file.write(json.dumps(record) + "\n")
        file.flush()
        print(record, flush=True)

    def _steps(self, loss_of, source):
        """One step after the other until --lines lines are seen; yields each one's loss when `progress` has taken it in."""
        arguments, progress = self.arguments, self.progress
        start, before = time.time(), dataclasses.replace(progress)
        for batch, count in batches.batches(source, arguments.reuse, random.Random(arguments.seed + progress.seen)):
            self._set_rate()
            loss = loss_of(*batch)
            self._step(loss)
            progress.seen += count
            progress.chunks = before.chunks + (progress.seen - before.seen) // (batches.CHUNK * arguments.reuse)
            progress.seconds = before.seconds + time.time() - start
            yield loss.item()
            if progress.seen >= arguments.lines:
                return

    def run(self, loss_of, validation, first_line=0):
        """Trains until --lines lines are seen, and saves. `loss_of(pixels, labels, counts)` is the loss of a batch; lines are counted from
        `first_line` on. Returns the mean loss since the last entry of the log."""
        arguments, progress, losses = self.arguments, self.progress, []
        self.network.train()
        before = dataclasses.replace(progress)
        self._saved_at = logged_at = progress.seconds
        with multiprocessing.get_context("fork").Pool(arguments.workers, batches.start_worker, (arguments.seed, arguments.normalizer)) as pool, \
                (arguments.run / "log.jsonl").open("a") as file:
            source = batches.rendered_lines(pool, first_line // batches.CHUNK + progress.chunks, 6 * arguments.workers)
            for loss in self._steps(loss_of, source):
                losses.append(loss)
                if progress.seconds - logged_at > LOG_SECONDS:
                    self._log(file, losses, (progress.seen - before.seen) / (progress.seconds - before.seconds), validation)
                    losses, logged_at = [], progress.seconds
            pool.terminate()
        self.save()
        return sum(losses) / len(losses) if losses else loss
