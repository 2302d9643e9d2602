"""The pictures in the README, taken from the running app: ``make shots``."""

import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.bench import FLAGS, ROOT, SIMULATOR, find_browser, served

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1.5}
GAP = "/simulator?shape=gap&how_far=-0.12&maintenance_rate=0.05"
SHOTS = (
    ("home-light", "/", {**DESKTOP, "color_scheme": "light"}, False),
    ("simulator-dark", GAP, {**DESKTOP, "color_scheme": "dark"}, False),
    ("lesson-light", "/why_early?stage=play", {**DESKTOP, "color_scheme": "light"}, False),
    ("compare-light", "/compare", {**DESKTOP, "color_scheme": "light"}, False),
    ("phone-light", "/", {**PHONE, "color_scheme": "light"}, True),
)


def take(page: Page, address: str, name: str, *, scrolled: bool) -> None:
    page.goto(address)
    page.wait_for_selector(".js-plotly-plot .scatterlayer path", state="attached", timeout=60_000)
    page.wait_for_timeout(2_000)
    if scrolled:
        page.locator(".js-plotly-plot").first.evaluate("plot => plot.scrollIntoView({ block: 'end' })")
        page.wait_for_timeout(500)
    picture = Image.open(BytesIO(page.screenshot()))
    picture.save(ROOT / "docs" / f"{name}.webp", lossless=True, quality=100, method=6)


def main() -> None:
    with tempfile.TemporaryDirectory() as place, served(SIMULATOR, Path(place)), sync_playwright() as player:
        browser = player.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for name, path, options, scrolled in SHOTS:
            take(browser.new_page(**options), f"http://{SIMULATOR.url}{path}", name, scrolled=scrolled)
        browser.close()


if __name__ == "__main__":
    main()
