"""What train.py and train_quantized.py share: options, checkpoint, log, learning rate, averaged
weights.
"""

import argparse
import collections
import dataclasses
import json
import multiprocessing
import pathlib
import random
import time

import cv2
import torch

from finder import batches, losses, pages
from loop import Average, git_commit, learning_rate

WARM_UP = 1600  # pictures
LOG_SECONDS, SAVE_SECONDS = 30, 150


def options(description, pictures, rate):
    """A parser with the options of every training; `pictures` and `rate` are defaults."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--run", type=pathlib.Path, required=True, help="folder of the checkpoint and the log"
    )
    parser.add_argument(
        "--pictures", type=int, default=pictures, help="pictures to train on, repeats counted"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=rate, help="peak learning rate")
    parser.add_argument(
        "--reuse",
        type=int,
        default=2,
        choices=(1, 2, 3, 4),
        help="quarter turns in which a picture comes",
    )
    parser.add_argument("--workers", type=int, default=1, help="rendering processes")
    parser.add_argument(
        "--size", type=int, default=pages.SIZE, help="side of a picture in pixels, a multiple of 32"
    )
    parser.add_argument(
        "--out", type=pathlib.Path, required=True, help="model file, written with every checkpoint"
    )
    return parser


@dataclasses.dataclass
class Progress:
    """How far a training is; what a checkpoint holds besides the weights."""

    seen: int = 0  # pictures, repeats counted
    steps: int = 0
    skipped: int = 0  # steps whose gradient was not finite
    chunks: int = 0  # of rendered pictures, see batches.GROUPS
    seconds: float = 0.0
    history: list = dataclasses.field(default_factory=list)  # one entry a start


class Training:
    """A network in training. Made with the folder of an earlier run it goes on from the checkpoint
    there.
    """

    def __init__(self, arguments, network, optimizer):
        torch.manual_seed(arguments.seed)
        torch.set_num_threads(1)
        cv2.setNumThreads(1)
        arguments.run.mkdir(parents=True, exist_ok=True)
        self.arguments, self.network, self.optimizer = arguments, network, optimizer
        self.average, self.progress = Average(network, 0.998), Progress()
        self.losses = {}  # means since the last entry of the log
        self.path = arguments.run / "checkpoint.pt"
        if self.path.exists():
            self._load()
        self.progress.history.append(
            {
                "from_picture": self.progress.seen,
                "to_picture": arguments.pictures,
                "peak_rate": arguments.rate,
                "data_version": pages.DATA_VERSION,
                "commit": git_commit(),
            }
        )

    def _load(self):
        state = torch.load(self.path)
        if state["seed"] != self.arguments.seed:
            raise SystemExit(f"{self.path} was made with --seed {state['seed']}")
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.average.state = state["average"]
        self.progress = Progress(**state["progress"])
        print(f"resumed at {self.progress.seen} pictures", flush=True)

    def save(self):
        temporary = self.path.with_suffix(".partial")
        torch.save(
            {
                "network": self.network.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "average": self.average.state,
                "seed": self.arguments.seed,
                "progress": dataclasses.asdict(self.progress),
            },
            temporary,
        )
        temporary.replace(self.path)

    def record(self):
        """The training record of the model file."""
        progress = self.progress
        return {
            "seed": self.arguments.seed,
            "history": progress.history,
            "pictures": progress.seen,
            "picture_size": self.arguments.size,
            "reuse": self.arguments.reuse,
            "steps": progress.steps,
            "seconds": round(progress.seconds),
            "peak_rate": self.arguments.rate,
            "losses": self.losses,
            "torch": torch.__version__,
        }

    def _step(self, loss):
        progress = self.progress
        rate = learning_rate(progress.seen, self.arguments.pictures, self.arguments.rate, WARM_UP)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group.get("share", 1.0)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)):
            self.optimizer.step()
            self.average.update(self.network, progress.steps)
            progress.steps += 1
        else:
            progress.skipped += 1

    def _log(self, file, sums, count, rate):
        self.losses = {part: round(value / count, 4) for part, value in sums.items()}
        progress = self.progress
        entry = {
            "seen": progress.seen,
            **self.losses,
            "rate": round(self.optimizer.param_groups[0]["lr"], 6),
            "skipped": progress.skipped,
            "pictures_per_second": round(rate, 1),
            "seconds": round(progress.seconds),
        }
        file.write(json.dumps(entry) + "\n")
        file.flush()
        print(entry, flush=True)

    def run(self, losses_of, export, first_chunk=0):
        """Trains until --pictures pictures are seen. `losses_of(ink, values, weight)` gives a
        batch's losses by part; `export()` is called with every checkpoint. Pictures are those of
        the chunks from `first_chunk` on.
        """
        arguments, progress = self.arguments, self.progress
        self.network.train()
        batches.load_fonts()
        before, start = dataclasses.replace(progress), time.time()
        sums, count = collections.Counter(), 0
        logged_at = saved_at = progress.seconds
        fresh = batches.GROUPS * pages.PICTURES * arguments.reuse  # trained pictures a chunk
        context = multiprocessing.get_context("fork")
        with batches.pool(context, arguments.workers, arguments.seed, arguments.size) as workers, (
            arguments.run / "log.jsonl"
        ).open("a") as file:
            source = batches.rendered(workers, first_chunk + progress.chunks, 8 * arguments.workers)
            for inputs, values, weight in batches.batches(
                source, arguments.reuse, random.Random(arguments.seed + progress.seen)
            ):
                by_part = losses_of(inputs, values, weight)
                self._step(losses.total(by_part))
                sums.update({part: loss.item() for part, loss in by_part.items()})
                count, progress.seen = count + 1, progress.seen + len(inputs)
                progress.chunks = before.chunks + (progress.seen - before.seen) // fresh
                progress.seconds = before.seconds + time.time() - start
                done = progress.seen >= arguments.pictures
                if done or progress.seconds - logged_at > LOG_SECONDS:
                    self._log(
                        file,
                        sums,
                        count,
                        (progress.seen - before.seen) / (progress.seconds - before.seconds),
                    )
                    sums, count, logged_at = collections.Counter(), 0, progress.seconds
                if done or progress.seconds - saved_at > SAVE_SECONDS:
                    self.save()
                    export()
                    saved_at = progress.seconds
                if done:
                    workers.terminate()
                    return
