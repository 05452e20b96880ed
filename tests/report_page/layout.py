"""What a page looks like where there is little room: on a phone and on paper."""

import html as markup
import re
import tempfile
from pathlib import Path

from tests.report_page.browser import run

PHONE_WIDTH = 390
A4_POINTS = (595, 842)
_MEASURE = """\
<body style="margin:0"><iframe style="width:{width}px;height:900px;border:0" srcdoc="{page}"></iframe>
<script>
onload = () => {{
  const inside = document.querySelector("iframe").contentDocument;
  const wide = [inside.documentElement, ...inside.querySelectorAll(".wide")];
  const over = wide.filter(each => each.scrollWidth > each.clientWidth);
  const named = each => `${{each.tagName.toLowerCase()}} is ${{each.scrollWidth}} px wide`;
  document.body.dataset.measured = over.map(named).join("; ");
}};
</script>
"""


def overflowing(chromium: str, html: Path, width: int = PHONE_WIDTH) -> list[str]:
    """What of the page has to be scrolled sideways on a screen so narrow.

    It is measured in a frame: a window of Chromium does not become narrower than 500 px.
    """
    with tempfile.TemporaryDirectory() as directory:
        around = Path(directory) / "around.html"
        around.write_text(_MEASURE.format(width=width, page=markup.escape(html.read_text())))
        dom = run(chromium, around, "--dump-dom").stdout
    measured = re.search(r'data-measured="(.*?)"', dom)
    if measured is None:
        return [f"the page could not be measured at {width} px"]
    return [f"at {width} px {each}" for each in measured[1].split("; ") if each]


def printed(chromium: str, html: Path, pdf: Path, *options: str) -> list[str]:
    """What is wrong with the page on paper, which it leaves in `pdf`."""
    pdf.unlink(missing_ok=True)
    run(chromium, html, *options, "--no-pdf-header-footer", f"--print-to-pdf={pdf}")
    made = pdf.read_bytes() if pdf.exists() else b""
    if not re.search(rb"/Type\s*/Page\b", made):
        return ["printing makes no page"]
    sizes = {tuple(map(float, each.split())) for each in re.findall(_MEDIA_BOX, made)}
    size = [round(each) for each in next(iter(sizes))[2:]]
    return [] if size == list(A4_POINTS) else [f"it is printed on {size} points, not on A4"]


_MEDIA_BOX = rb"/MediaBox\s*\[([\d. ]+)\]"
