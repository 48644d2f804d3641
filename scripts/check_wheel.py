"""Is the built wheel whole? It is installed into an empty environment and writes titles offline.

    python scripts/check_wheel.py

Builds the wheel, installs it with what it needs into a new virtual environment, and runs the demo
and one title there, in an empty folder and, where the system allows it, without any network
(Linux: `unshare --net`). Fails when the wheel is over 60 MB, a title isn't the shipped model's,
PyTorch was installed, or one title takes over a second of start-up, imports and all.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_MEGABYTES = 60
MOST_SECONDS = 1.0
PRODUCT = '{"brand": "Acme", "description": "Soft cotton crew-neck T-shirt for men, grey."}'


def run(*words: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(list(map(str, words)), cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}{done.stderr}")
    return done.stdout


def offline() -> list[str]:
    """What makes a command run without a network, where that can be had."""
    unshare = ["unshare", "--net", "--map-root-user"]
    can = shutil.which("unshare") and not subprocess.run([*unshare, "true"]).returncode
    if not can:
        print("the network can't be taken away here; HF_HUB_OFFLINE and no mirror will have to do")
    return unshare if can else []


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT)
        (wheel,) = folder.glob("*.whl")
        megabytes = wheel.stat().st_size / 1e6
        print(f"{wheel.name}: {megabytes:.1f} MB")
        venv.create(folder / "env", with_pip=True)
        python = folder / "env" / "bin" / "python"
        run(python, "-m", "pip", "install", "--quiet", wheel)
        empty = folder / "empty"
        empty.mkdir()
        command = [*offline(), folder / "env" / "bin" / "titlewright"]
        print(run(*command, "demo", cwd=empty))
        result = json.loads(run(*command, "title", PRODUCT, "--json", cwd=empty))
        seconds = []
        for _ in range(5):
            began = time.perf_counter()
            run(*command, "title", PRODUCT, cwd=empty)
            seconds.append(time.perf_counter() - began)
        found = result[0] if isinstance(result, list) else result
        print(f"{found['title']!r} by {found['generator']}, {min(seconds):.2f} s from start to end")
        packages = run(python, "-m", "pip", "list", "--format=freeze")
    wrong = [
        what
        for what, is_so in (
            (f"the wheel is over {MOST_MEGABYTES} MB", megabytes > MOST_MEGABYTES),
            ("the title isn't the shipped model's", found["generator"] != "compact"),
            ("PyTorch was installed", "torch==" in packages),
            (f"a title takes over {MOST_SECONDS} s", min(seconds) > MOST_SECONDS),
        )
        if is_so
    ]
    sys.exit("; ".join(wrong) or 0)


if __name__ == "__main__":
    main()
