"""Damaged files by the hundred: read in full, asked about or refused, and never anything else.

``LAB_FUZZ`` in the environment multiplies the number of files.
"""

import os
import random

import numpy as np
import pytest

from engine.market.file_numbers import HIGHEST_PRICE, LOWEST_PRICE
from engine.market.file_problem import NAMED_PROBLEMS, FileQuestion, PriceFileError
from engine.market.price_file import read_file
from tests.broken_files import BROKEN
from tests.engine.market.test_price_file import BARS, CLOSES

FILES = 250
TIMES = int(os.environ.get("LAB_FUZZ", "1"))
SPLINTERS = [
    *(
        ",",
        ";",
        "\t",
        "\n",
        '"',
        "'",
        "-",
        "0",
        "/",
        ".",
        ":",
        " ",
        "\0",
        "1e999",
        "nan",
        "inf",
        "now",
        "today",
    ),
    *(
        "null",
        "-5",
        "1,234",
        "1.234",
        "Date",
        "Open",
        "High",
        "\ufeff",
        "٣",
        "é",
        "\ud800",
        "2024-01-01",
        "+0100",
    ),
]


def seeds():
    plain = [data for data, _ in BARS.values()] + list(CLOSES.values()) + list(BROKEN.values())
    texts = [data.decode("utf-8", "replace") if isinstance(data, bytes) else data for data in plain]
    return [text for text in texts if len(text) < 5000]


def damaged(text, rng):
    """A file with up to four of its parts cut out, doubled, swapped or replaced."""
    for _ in range(rng.randint(1, 4)):
        lines = text.split("\n")
        match rng.randrange(5):
            case 0:
                place = rng.randrange(len(text) + 1)
                text = text[:place] + rng.choice(SPLINTERS) + text[place + rng.randrange(12) :]
            case 1:
                lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
                text = "\n".join(lines)
            case 2:
                rng.shuffle(lines)
                text = "\n".join(lines)
            case 3:
                one, two = rng.choice(SPLINTERS), rng.choice(SPLINTERS)
                text = text.replace(one, two, rng.randint(1, 9))
            case 4:
                text = "\n".join(
                    line[: rng.randrange(len(line) + 1)] if rng.random() < 0.2 else line for line in lines
                )
    return text


def answered(text, rng):
    """What is read of a file, with any answer to each question; None if it is refused."""
    answers = {}
    for _ in range(6):
        try:
            return read_file(text, answers)
        except FileQuestion as question:
            assert question.code not in answers and len(question.options) > 1
            answers[question.code] = rng.choice(list(question.options))
        except PriceFileError as error:
            assert 1 <= len(error.problems) <= min(error.count, NAMED_PROBLEMS) and str(error)
            return None
    raise AssertionError("asked again and again")


def fuzz(seed, files=FILES):
    """How many of so many damaged files were read; what is read is sound."""
    rng = random.Random(seed)
    texts, count = seeds(), 0
    for _ in range(files):
        read = answered(damaged(rng.choice(texts), rng), rng)
        if read is None:
            continue
        prices, reading = read
        count += 1
        values = prices[["open", "high", "low", "close"]].to_numpy()
        assert (
            np.isfinite(values).all() and (values >= LOWEST_PRICE).all() and (values <= HIGHEST_PRICE).all()
        )
        assert (np.diff(prices["time"].to_numpy()) > np.timedelta64(0)).all() and (
            np.diff(prices["hours"]) > 0
        ).all()
        assert (prices["low"] <= prices[["open", "close"]].min(axis=1)).all()
        assert (prices["high"] >= prices[["open", "close"]].max(axis=1)).all()
        assert reading.rows == len(prices) >= 2
        assert (reading.first, reading.last) == (prices["time"].iloc[0], prices["time"].iloc[-1])
        assert reading.has_lows or (prices["low"] == prices[["open", "close"]].min(axis=1)).all()
    return count


@pytest.mark.parametrize("seed", range(TIMES))
def test_damaged_files_are_read_soundly_or_refused(seed):
    assert fuzz(seed) > FILES / 20
