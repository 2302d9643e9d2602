"""For every learner: screen readers, keyboards, phones, projectors, paper."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages.shared.presets import CLASSROOM
from pages.shared.words import read
from tests.browser.patience import settle

RULES = f"maintenance_rate={CLASSROOM['maintenance_rate']}"
SIGNATURE = f"simulator?shape=signature&how_far=-0.06&{RULES}"
REPORT = read("report")
LABELS = {name: text.partition("\n")[0] for name, text in read("controls").items()}
TABS = [REPORT[name] for name in REPORT if name.startswith("tab_")]
# Close together, far apart, long numbers, dates, a shortfall, a second line.
LINKS = [
    "simulator",
    f"simulator?side=short&shape=gap&how_far=0.15&{RULES}&compare=5",
    "simulator?capital=100000&leverage=125&entry_price=60000&maintenance_rate=0.001",
    "simulator?shape=real&leverage=4",
]
# Every element, shadow roots included, and the parent across a shadow root.
DEEP = """
    const every = (root, out = []) => {
        for (const e of root.querySelectorAll("*")) {
            out.push(e);
            if (e.shadowRoot) every(e.shadowRoot, out);
        }
        return out;
    };
    const above = e => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host ?? null;
    const shown = e => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
"""


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def unfold(page: Page) -> None:
    lasts = [LABELS[n] for n in ("wallet", "interest_rate", "step_hours", "reduce_step", "use_compare")]
    for fold, last in zip(page.locator("[data-testid=stExpander]").all(), lasts, strict=True):
        fold.locator("summary").click()
        expect(fold.get_by_label(last).last).to_be_visible()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    panel = page.locator("[role=tabpanel]:visible")
    expect(panel.locator("table, li, .js-plotly-plot").first).to_be_visible()


def audit(page: Page, within: str | None = None) -> None:
    settle(page)
    found = Axe().run(page, context=within).response["violations"]
    told = [f"{v['id']}: {n['html'][:90]} {n['failureSummary'][:200]}" for v in found for n in v["nodes"]]
    assert told == []


def cut_texts(page: Page) -> list[str]:
    """Texts of which a part lies outside the window or a box that hides it; what scrolls is not cut."""
    return page.evaluate(
        "() => {"
        + DEEP
        + """
            const found = [];
            for (const e of every(document)) {
                if (e.matches("script, style, title, svg *") && !e.matches("text")) continue;
                for (const node of e.childNodes) {
                    if (node.nodeType !== 3 || !node.textContent.trim() || !shown(e)) continue;
                    const range = document.createRange();
                    range.selectNodeContents(node);
                    const box = range.getBoundingClientRect();
                    if (box.width < 2 || box.bottom < 0) continue;
                    let left = 0, right = innerWidth, tiny = false, scrolls = false;
                    for (let p = e; p; p = above(p)) {
                        const { overflowX } = getComputedStyle(p), room = p.getBoundingClientRect();
                        const hides = overflowX !== "visible" || p.tagName === "svg" && room.width;
                        if (!hides || p.tagName === "HTML") continue;
                        tiny ||= room.width < 2;
                        scrolls ||= /auto|scroll/.test(overflowX) && p.scrollWidth > p.clientWidth;
                        left = Math.max(left, room.left); right = Math.min(right, room.right);
                    }
                    const [from, to, first, last] = [box.left, box.right, left, right].map(Math.round);
                    if (!tiny && !scrolls && (from < first - 1 || to > last + 1))
                        found.push(`${node.textContent.trim()} [${from}, ${to}] in [${first}, ${last}]`);
                }
            }
            return found;
        }"""
    )


def colliding_labels(page: Page) -> list[str]:
    """Words in the picture that overlap each other; the callout may lie on what it explains."""
    return page.evaluate(
        """() => {
            const found = [];
            for (const plot of document.querySelectorAll(".ll-plot")) {
                const labels = [...plot.querySelectorAll(".annotation-text, [class$=tick] text, .xtitle")]
                    .filter(e => e.checkVisibility({ visibilityProperty: true }))
                    .filter(e => !/price .* (left|missing)/.test(e.textContent));
                labels.forEach((a, i) => labels.slice(i + 1).forEach(b => {
                    const [p, q] = [a, b].map(e => e.getBoundingClientRect());
                    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
                    const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
                    // A line of text is taller than its letters.
                    if (wide > 1 && high > 4) found.push(`${a.textContent} | ${b.textContent} by ${high} px`);
                }));
            }
            return found;
        }"""
    )


def expect_everything_readable(page: Page) -> None:
    settle(page)
    width = page.viewport_size["width"]
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert cut_texts(page) == []
    assert colliding_labels(page) == []


# --- automated audit -----------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_page_has_no_violations(visit, scheme):
    audit(visit(color_scheme=scheme))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_simulator_has_no_violations_with_everything_open(visit, scheme):
    page = visit(f"{SIGNATURE}&compare=5&stop_price=96", color_scheme=scheme)
    unfold(page)
    page.get_by_role("textbox", name="Leverage", exact=True).fill("lots")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="lots")).to_be_visible()
    button(page, "Step forward").click()
    audit(page)
    for tab in TABS[1:]:
        open_tab(page, tab)
        audit(page, ".st-key-simulator_details")
    for name in ("share", "download"):
        button(page, REPORT[name]).click()
        # What a popover holds is worked out when it opens.
        expect(
            page.get_by_test_id("stPopoverBody").locator("code, [data-testid=stDownloadButton]").first
        ).to_be_visible()
        audit(page, "[data-testid=stPopoverBody]")
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)


def test_paths_that_bring_their_own_controls_have_no_violations(visit):
    audit(visit("simulator?shape=file&foo=1", awaited="input[type=file]"))
    audit(visit("simulator?shape=drawn"))


# --- screen readers and keyboards ----------------------------------------------------------------


def test_every_picture_has_a_name_with_its_result_in_dollars_and_a_table(visit):
    page = visit(SIGNATURE)
    pictures = page.locator(".ll-plot[role=img]")
    expect(pictures).to_have_count(2)
    for picture, words in [("first", r"step 4"), ("first", r"\$40 of your \$100"), ("last", r"\$40\.00")]:
        expect(getattr(pictures, picture)).to_have_attribute("aria-label", re.compile(words))
    expect(page.get_by_role("table")).to_have_count(1)
    expect(page.get_by_role("table")).to_contain_text("$60.00")
    open_tab(page, REPORT["tab_table"])
    expect(page.get_by_role("row")).to_have_count(8)
    expect(page.get_by_role("row").nth(5)).to_contain_text("Liquidated")


def test_every_control_is_reached_by_tab_in_the_order_of_the_page(visit):
    page = visit("simulator?shape=drawn")
    unfold(page)
    settle(page)
    names = []
    for _ in range(120):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
                let e = document.activeElement;
                while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
                if (!e || e === document.body || e.wasHere) return null;
                e.wasHere = true;
                const group = e.closest("[role=radiogroup], [role=tablist]");
                if (group) group.wasHere = true;
                const label = e.getAttribute("aria-labelledby");
                return e.ariaLabel || (label && e.getRootNode().getElementById(label)?.textContent)
                    || e.labels?.[0]?.textContent || e.textContent.trim();
            }"""
        )
        if name is None and len(names) > 20:
            break
        names.append(name or "")
    missed = page.evaluate(
        "() => {"
        + DEEP
        + """
            const can = "a[href], button, input, textarea, summary, [tabindex], [role=slider], [role=tab]";
            return every(document).filter(e => e.matches(can) && shown(e) && !e.disabled && e.tabIndex >= 0)
                .filter(e => !e.wasHere && !e.closest("[role=radiogroup], [role=tablist]")?.wasHere)
                .filter(e => e.getBoundingClientRect().width > 1)
                .map(e => e.outerHTML.slice(0, 120));
        }"""
    )
    assert missed == []
    order = ["Start", "Your money", "Leverage", "Price path", "Price at step 5", "Step", "Play", "Long",
             "Entry price", "Maintenance rate", "Use a stop", "Share", "Reset all", TABS[0]]  # fmt: skip
    first = names.index("Start")  # tabbing went on from the last fold, and once round
    names = names[first:] + names[:first]
    places = [next((i for i, name in enumerate(names) if name.startswith(word)), -1) for word in order]
    assert places == sorted(places), dict(zip(order, places, strict=True))


# --- widths --------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", LINKS)
def test_on_a_phone_nothing_is_cut_and_no_words_overlap(visit, query):
    page = visit(query, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    expect_everything_readable(page)
    page.set_viewport_size({"width": 360, "height": 740})
    expect_everything_readable(page)


@pytest.mark.parametrize("query", LINKS)
def test_on_a_laptop_nothing_is_cut_and_cause_and_effect_share_the_screen(visit, query):
    page = visit(query, viewport={"width": 1280, "height": 800})
    expect_everything_readable(page)
    assert button(page, "Play").bounding_box()["y"] + 36 <= 800


def test_the_first_page_is_readable_on_a_phone_and_plays_on_the_first_screen_of_a_laptop(visit):
    phone = visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    expect_everything_readable(phone)
    laptop = visit(viewport={"width": 1280, "height": 800})
    expect_everything_readable(laptop)
    assert button(laptop, "Play").bounding_box()["y"] + 36 <= 800


def test_from_the_back_of_the_room_every_word_of_the_story_is_large(visit):
    page = visit(SIGNATURE, viewport={"width": 1920, "height": 1080})
    expect_everything_readable(page)
    small = page.evaluate(
        "() => {"
        + DEEP
        + """
            const story = ".st-key-headline p, .ll-strip *, .ll-bar *, .ll-plot text, #text, label";
            const size = e => parseFloat(getComputedStyle(e).fontSize);
            const words = e => (e.value ?? e.textContent).trim();
            const plot = document.querySelectorAll(".ll-plot")[1];
            return every(document).filter(e => e.matches(story) && shown(e) && !plot.contains(e))
                .filter(e => words(e) && size(e) < 20).map(e => `${words(e).slice(0, 20)}: ${size(e)} px`);
        }"""
    )
    assert sorted(set(small)) == []


# --- paper ---------------------------------------------------------------------------------------


def test_paper_shows_the_moment_and_no_buttons_of_the_player(visit):
    page = visit(SIGNATURE)
    for _ in range(4):
        button(page, "Step forward").click()
    page.emulate_media(media="print")
    for hidden in (".ll-player", ".ll-tools", ".ll-scrub"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".st-key-headline")).to_be_visible()
    expect(page.locator(".ll-sentence").first).to_contain_text("Step 4")
    expect(page.locator(".ll-plot .annotation", has_text="Liquidated at step 4")).to_be_visible()
