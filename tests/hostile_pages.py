"""A notebook by somebody who wants the reader's browser to run, fetch or open something."""

from nbformat import v4

from .small_pages import SVG, TABLE, exhibit, notebook, output, shown

RUN = "window.ran=(window.ran||0)+1"

#: Addresses that may not be led to, whatever they are written like.
ADDRESSES = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"java&Tab;script:{RUN}",
    f"java&#9;script:{RUN}",
    f"java&NewLine;script:{RUN}",
    f"java&#13;script:{RUN}",
    f"&#106;avascript:{RUN}",
    f"&#x01;javascript:{RUN}",
    f"&#x2003;javascript:{RUN}",
    f" javascript:{RUN}",
    f"javascript&colon;{RUN}",
    f"javascript&#x00003A;{RUN}",
    f"%6aavascript:{RUN}",
    f"view-source:javascript:{RUN}",
    f"vbscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "data:image/svg+xml,<svg/>",
    "blob:null/1",
    "file:///etc/passwd",
    "FILE:secret",
    "ftp://evil.example/",
    "smb://evil.example/",
    "ms-word:ofe|u|https://evil.example/",
    "//evil.example/",
    "\\\\evil.example\\x",
    "/etc/passwd",
    "../secret.html",
    "?borough=evil",
    "http:evil.example",
    "https:/\\evil.example",
    "http://",
    "",
)

ELEMENTS = f"""
<table id="main" onclick="{RUN}"><caption onclick="{RUN}">Caption</caption>
<thead class="skip" onmouseover="{RUN}"><tr onclick="{RUN}"><th onclick="{RUN}" scope="x">h</th>
</tr></thead><tbody onclick="{RUN}"><tr id="main" class="skip" onclick="{RUN}"><td id="main"
 class="skip" style="background:url(http://evil.example/td);text-align:right" data-x="1"
 onclick="{RUN}">cell</td></tr></tbody><tfoot onclick="{RUN}"><tr><td onclick="{RUN}">f</td></tr>
</tfoot></table>
<div id="main" class="skip" style="position:fixed" onclick="{RUN}"><p onclick="{RUN}">par</p></div>
<ol onclick="{RUN}" style="x"><li id="main" onclick="{RUN}">item</li></ol>
<dl onclick="{RUN}"><dt onclick="{RUN}">term</dt><dd onclick="{RUN}">told</dd></dl>
<h2 id='x" onclick="{RUN}' onclick="{RUN}">Heading</h2>
<h2 id='a&gt; #read("/etc/passwd") &lt;b'>Other heading</h2>
<blockquote cite="javascript:{RUN}">quote</blockquote><q cite="javascript:{RUN}">q</q>
<span style="background:url(http://evil.example/span)" onclick="{RUN}">span</span>
<a name="main" href="https://example.org" onclick="{RUN}" ping="http://evil.example/">a</a>
<img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>" alt="inner"
 onerror="{RUN}" onload="{RUN}" srcset="http://evil.example/2x 2x">
<iframe src="http://evil.example/" srcdoc="<script>{RUN}</script>"></iframe>
<object data="http://evil.example/">object</object><embed src="http://evil.example/">
<video src="http://evil.example/v" autoplay onloadstart="{RUN}"></video>
<audio src="http://evil.example/a" autoplay></audio><input autofocus onfocus="{RUN}">
<base href="http://evil.example/"><meta http-equiv="refresh" content="0;url=http://evil.example/">
<link rel="stylesheet" href="http://evil.example/"><link rel="icon" href="http://evil.example/i">
<style>@import "http://evil.example/s"; * {{background: url(http://evil.example/b)}}</style>
<form action="http://evil.example/"><button formaction="javascript:{RUN}">go</button></form>
<details open ontoggle="{RUN}"><summary>s</summary>d</details>
<math><mtext><script>{RUN}</script></mtext><mi href="javascript:{RUN}">x</mi></math>
<noscript><p title="</noscript><script>{RUN}</script>">n</noscript>
<textarea></textarea><title></title><script>{RUN}</script><template><script>{RUN}</script></template>
"""

_SVG = SVG.replace("<svg", f'<svg onload="{RUN}"').replace(
    "<rect",
    f'<script>{RUN}</script><a href="javascript:{RUN}"><rect width="9"/></a>'
    f'<animate onbegin="{RUN}" attributeName="x"/><rect',
)
_TEXT = f'"><script>{RUN}</script><img src=x onerror={RUN}> #read("/etc/passwd") $x$ `'


def links():
    """Return a notebook of links, none of which may be one."""
    in_markdown = "\n\n".join(f"[word{n}](<{a}>)" for n, a in enumerate(ADDRESSES))
    in_html = "\n".join(f'<p><a href="{a}">html{n}</a></p>' for n, a in enumerate(ADDRESSES))
    table = "<table>" + in_html.replace("<p>", "<tr><td>") + "</table>"
    return notebook(
        v4.new_markdown_cell("# Links\n\n" + in_markdown),
        v4.new_markdown_cell(in_html),
        v4.new_markdown_cell(" ".join(f'in a line <a href="{a}">line</a>' for a in ADDRESSES)),
        v4.new_raw_cell(in_html, metadata={"raw_mimetype": "text/html"}),
        v4.new_code_cell("x", outputs=[output(text_html=table)]),
        v4.new_markdown_cell(f"<javascript:{RUN}> [ref]\n\n[ref]: javascript:{RUN}"),
    )


def page():
    """Return a notebook of everything else."""
    hostile = exhibit(
        headline=_TEXT,
        subtitle=_TEXT,
        alt=_TEXT,
        source=_TEXT,
        vintage=_TEXT,
        caveats=[_TEXT],
        svg=_SVG,
        table=TABLE.assign(area=_TEXT),
    )
    return notebook(
        v4.new_markdown_cell("# Title"),
        v4.new_markdown_cell(ELEMENTS),
        v4.new_code_cell(_TEXT, outputs=[output(text_html=f"<table></table>{ELEMENTS}")]),
        v4.new_raw_cell(ELEMENTS, metadata={"raw_mimetype": "text/html"}),
        v4.new_code_cell(
            "x", outputs=[output({"image/svg+xml": {"alt": _TEXT}}, **{"image_svg+xml": _SVG})]
        ),
        v4.new_code_cell("x", outputs=[output(text_plain=_TEXT), output(text_latex=_TEXT)]),
        shown(hostile, "with-table"),
        title=f"</title>{_TEXT}",
        pvtools={"footer": f"</p>{_TEXT}"},
    )
