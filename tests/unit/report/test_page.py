"""The drawing and the page: everything is there, inside its frame, and nothing the model says becomes markup."""

from html.parser import HTMLParser
from xml.etree import ElementTree as Xml

import pytest
from report_models import MODEL, trace

from sagacity.report.layout import layout
from sagacity.report.page import page
from sagacity.report.sequence import sequence
from sagacity.report.svg import svg
from sagacity.result import VIOLATED, CheckResult, Conjunct, Kind, PropertyResult, Stats, Vacuity, bounded
from sagacity.source import NOWHERE

EVIL = "<script>alert('1')</script> & \"x\" \x00"
STEPS = [[("order " * 20, "shop", "orders")], [], [("again", "orders", "orders")], [(EVIL, "orders", "pay <b>")],
         [("日本語の支払い", "pay <b>", "shop"), ("thinks", "shop", "")]]


def drawn(*steps, **more):
    return sequence(MODEL, trace(*(steps or STEPS), **more))


def result(**more):
    p = PropertyResult("safe", Kind.INVARIANT, VIOLATED, trace(*STEPS, **more), Conjunct(NOWHERE, "x < 3", (("o", EVIL),)))
    return CheckResult(MODEL, (p,), Stats(12, 34, 5, 1, 0.5), Vacuity(), bounded("stopped"), False)


@pytest.mark.parametrize("more", [{}, {"loop": 2}, {"loop": 5}, {"fails": True}])
def test_everything_is_inside_the_drawing_and_in_order(more):
    plan = layout(drawn(**more))
    for b in (*plan.boxes, *plan.frames):
        assert 0 <= b.x and b.x + b.width <= plan.width and 0 <= b.y and b.y + b.height <= plan.height
    heights = [n.y for n in plan.numbers]
    assert heights == sorted(heights) and [n.step for n in plan.numbers] == [1, 2, 3, 4, 5]
    participants = sorted((b for b in plan.boxes if b.role == "participant"), key=lambda b: b.x)
    assert all(a.x + a.width < b.x for a, b in zip(participants, participants[1:]))
    assert len(plan.frames) == (more.get("loop") == 2)


@pytest.mark.parametrize("note", [("word " * 30, "a", ""), ("word " * 30, "a", "a"), ("w" * 90, "a", "")])
def test_a_long_text_at_the_last_participant_widens_the_drawing(note):
    plan = layout(drawn([note]))
    box = max(plan.boxes, key=lambda b: b.x + b.width)
    assert plan.width >= box.x + box.width and plan.width > 250


def test_no_row_covers_another():
    """Arrows with their texts and boxes, from top to bottom, do not overlap."""
    plan = layout(drawn())
    spans = [(a.y - 17 * len(a.lines), a.y) for a in plan.arrows if not a.hook]
    spans += [(b.y, b.y + b.height) for b in plan.boxes if b.role != "participant"]
    spans.sort()
    assert all(low[1] <= high[0] for low, high in zip(spans, spans[1:]))


def test_svg_is_xml_and_says_everything():
    root = Xml.fromstring(svg(drawn(loop=2)))
    texts = " ".join(t.text or "" for t in root.iter() if t.tag.endswith("text"))
    for part in ("shop", "pay <b>", "again", "<script>", "日本語の支払い", "crash", "repeats for ever"):
        assert part in texts
    assert not [t for t in root.iter() if t.tag.endswith("script")]


class Outline(HTMLParser):
    """The tags of a page, and whether each is closed."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("more", [{}, {"loop": 2}, {"loop": 5}, {"fails": True}])
def test_page(more):
    text = page(result(**more), "sagacity check '<x>'", {"N": "<3>"})
    outline = Outline()
    outline.feed(text)
    assert not outline.open and outline.tags.count("script") == 1 and outline.tags.count("svg") == 1
    assert "<script>alert" not in text and "N=&lt;3&gt;" in text
    assert outline.tags.count("details") >= 6
    assert not [v for k, v in outline.attributes if k in ("src", "href")]   # nothing comes from a network
    assert ("cycle begins here" in text) == (more.get("loop") == 2)
    assert "n</td><td class=\"value\">0 -&gt; 1" in text
