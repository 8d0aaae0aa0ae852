"""`python -m tests.soak --minutes 60 --rate 60 --to FOLDER`: writes soak.csv, soak.svg and a line of words.

Exit 1 where something grew: memory by more than 5 %, descriptors or threads at all.
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
from pathlib import Path

from gateway.publishers.setup import set_up
from tests.rigs.collector import Collector
from tests.rigs.gateway import gateway
from tests.rigs.rabbitmq import rabbit_node
from tests.soak.load import Load
from tests.soak.plot import picture
from tests.soak.watch import Sample, growth, sample, sorted_halves, write

EVERY = 5.0
"""Seconds between two looks."""
BOUNDS = {"memory_mb": 0.05, "descriptors": 0.02, "threads": 0.02}


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.soak")
    asked.add_argument("--minutes", type=float, default=60)
    asked.add_argument("--rate", type=float, default=60, help="messages a second")
    asked.add_argument("--to", type=Path, default=Path("var/soak"))
    arguments = asked.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    samples = run(arguments.minutes, arguments.rate)
    write(samples, arguments.to / "soak.csv")
    title = f"A gateway under {arguments.rate:.0f} messages a second for {samples[-1].minute:.0f} minutes"
    (arguments.to / "soak.svg").write_text(picture(samples, title))
    grown = {name: growth(samples, name) for name in BOUNDS}
    for name, change in grown.items():
        first, second = sorted_halves(samples, name)
        print(f"{name:12} {first:8.1f} in the first half, {second:8.1f} in the second ({change:+.1%})")
    print(f"{samples[-1].taken} messages taken, {samples[-1].backlog} events waiting at the end")
    return int(any(change > BOUNDS[name] for name, change in grown.items()))


def run(minutes: float, rate: float) -> list[Sample]:
    samples: list[Sample] = []
    with tempfile.TemporaryDirectory(prefix="wharf-soak-") as name:
        folder = Path(name)
        (folder / "broker").mkdir()
        with rabbit_node(folder / "broker") as node:
            asyncio.run(set_up(node.url))
            env = {"WHARF__BROKER__URL": node.url}
            with contextlib.ExitStack() as open_:
                house = open_.enter_context(gateway(folder / "st", env))
                for kind in ("purchase_order", "requisition"):
                    open_.enter_context(Collector(node.url, f"supply.{kind}", remember=False))
                load = open_.enter_context(Load(house, rate))
                began = time.monotonic()
                while time.monotonic() - began < minutes * 60:
                    time.sleep(EVERY)
                    samples.append(sample(house, load, began))
    return samples


if __name__ == "__main__":
    raise SystemExit(main())
