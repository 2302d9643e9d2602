"""Waiting for what the page shows, never for a time in which it ought to."""

from playwright.sync_api import Page

PATIENCE_S = 60  # only a failing test waits as long, so a slow machine may take its time
# The server has answered everything it was asked, every figure is drawn, nothing glides or fades, and
# for ten frames nothing on the page has changed: from here on it changes only when it is touched.
STILL = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    const plots = [...document.querySelectorAll(".ll-plot")];
    const drawn = p => !p.offsetWidth || p.firstChild && p._fullLayout?.width === p.parentElement.clientWidth;
    const gliding = a => a.playState === "running" && a.effect.getComputedTiming().endTime !== Infinity;
    if (window.stillFrames === undefined) {
        const changes = { subtree: true, childList: true, characterData: true, attributes: true };
        new MutationObserver(() => (window.stillFrames = 0)).observe(document, changes);
    }
    const answered = app?.dataset.testScriptState === "notRunning";
    const fresh = !document.querySelector("[data-stale=true]");
    const still = answered && fresh && plots.every(drawn) && !document.getAnimations().some(gliding);
    window.stillFrames = still ? (window.stillFrames ?? 0) + 1 : 0;
    return window.stillFrames > 10;
}"""


def settle(page: Page) -> None:
    """Wait until the page stands still: before something is measured, or read only once."""
    page.wait_for_function(STILL, timeout=PATIENCE_S * 1000)
    # What is off the screen is drawn when the browser has nothing better to do.
    page.evaluate("() => new Promise(done => requestIdleCallback(() => requestAnimationFrame(done)))")
