"""Screenshots of the teaching page for the teachers' notes: ``python -m docs.screens``."""

import shutil
from pathlib import Path

from benchmarks.classroom_server import running

OUT = Path(__file__).parent / "images" / "app"
# Link of each screenshot, and a text that appears when the page is complete.
SCREENS = {
    "explore": ("/?p=supervision:80,culture:60", "Mean of 8 runs"),
    "watch": ("/watch?s=bureau&month=14&who=3", "Month 14 of"),
    "zh/explore": ("/?lang=zh&p=supervision:80,culture:60", "8次运行的均值"),
    "zh/watch": ("/watch?lang=zh&s=bureau&month=14&who=3", "第14个月（共"),
}
_WIDTH, _HEIGHT = 1280, 760
# Milliseconds to wait for a page.
_PATIENCE = 60_000


def main() -> None:
    """Make all screenshots."""
    from playwright.sync_api import sync_playwright

    OUT.mkdir(parents=True, exist_ok=True)
    where = shutil.which("chromium") or "/usr/bin/chromium"
    with running() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=["--no-sandbox"])
        for name, (link, said) in SCREENS.items():
            page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
            page.goto(server.url + link)
            page.get_by_text(said).first.wait_for(timeout=_PATIENCE)
            page.wait_for_timeout(500)
            path = OUT / f"{name}.png"
            path.parent.mkdir(exist_ok=True)
            page.screenshot(path=path)
            print(path)


if __name__ == "__main__":
    main()
