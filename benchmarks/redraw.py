"""Time from a slider's move to the new chart in a real browser: ``python -m benchmarks.redraw``.

It also measures a series of moves that is faster than answers: only the last may be answered fully.
"""

import argparse
import shutil
from typing import Any

import numpy as np

from benchmarks.classroom_server import running

# Records the times at which a slider sent a move, and at which the credibility chart was redrawn.
_WATCH = """
() => {
  window.moves = []; window.redraws = [];
  const node = document.querySelector("figure.credibility .nicegui-echart");
  const chart = getElement(node.id.slice(1)).chart;
  chart.on("rendered", () => window.redraws.push(performance.now()));
  document.addEventListener("input", () => window.moves.push(performance.now()), true);
}
"""
_PAUSE = 900
_BURST = 60


def _page(playwright: Any, url: str) -> Any:
    where = shutil.which("chromium") or "/usr/bin/chromium"
    browser = playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(url)
    page.get_by_text("Mean of 8 runs").wait_for(timeout=60_000)
    page.evaluate(_WATCH)
    return page


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=40, help="Moves, one at a time.")
    given = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with running() as server, sync_playwright() as playwright:
        page = _page(playwright, server.url)
        slider = page.get_by_label("Execution culture", exact=True)
        slider.focus()
        took = []
        for _ in range(given.moves):
            page.evaluate("window.moves = []; window.redraws = []")
            page.keyboard.press("ArrowRight")
            page.wait_for_timeout(_PAUSE)
            moved, redrawn = page.evaluate("[window.moves[0], window.redraws]")
            took.append(min(one for one in redrawn if one > moved) - moved)
        low, middle, high = np.percentile(took, [5, 50, 95])
        print(f"Slider to redraw: median {middle:.0f} ms, 5 % {low:.0f} ms, 95 % {high:.0f} ms")
        page.evaluate("window.moves = []; window.redraws = []")
        slider.evaluate(
            """async (one, number) => {
              for (let k = 1; k <= number; k++) {
                one.value = k % 2 ? 100 - k : k;
                one.dispatchEvent(new Event("input", {bubbles: true}));
                await new Promise(done => setTimeout(done, 20));
              }
            }""",
            _BURST,
        )
        page.get_by_text("Mean of 8 runs").wait_for()
        page.wait_for_url(f"**culture:{_BURST}*")
        moves, redraws = page.evaluate("[window.moves, window.redraws]")
        late = max(redraws) - moves[-1]
        print(
            f"Burst: {len(moves)} moves 20 ms apart, {len(redraws)} redraws; the last is the last "
            f"move's, its full answer {late:.0f} ms after it"
        )


if __name__ == "__main__":
    main()
