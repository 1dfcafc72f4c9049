"""Notebooks of the shapes that other people's programs leave behind, executed, without kernels.

A cell's metadata hold under ``expected`` what a reader of the page must meet of it: of a code cell
one text for each output, be it words, an alt text or the line that names what is not shown.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from nbformat import NotebookNode, v4

from .small_pages import SVG, notebook, output, png

CORPUS: dict[str, Callable[[], NotebookNode]] = {}
NOT_SHOWN = "not shown on this page"

Pair = tuple[NotebookNode, str]


def _shape(made: Callable[[], NotebookNode]) -> Callable[[], NotebookNode]:
    CORPUS[made.__name__] = made
    return made


def _code(source: str, *pairs: Pair, **metadata: object) -> NotebookNode:
    outputs, expected = [one for one, _ in pairs], [text for _, text in pairs]
    return v4.new_code_cell(source, outputs=outputs, metadata={"expected": expected, **metadata})


def _each(*pairs: Pair) -> list[NotebookNode]:
    """Return a cell for each output."""
    return [_code(f"show_{n}()", pair) for n, pair in enumerate(pairs, start=1)]


def _markdown(source: str, *expected: str, **more: object) -> NotebookNode:
    return v4.new_markdown_cell(source, metadata={"expected": list(expected)}, **more)


def _html(source: str, expected: str, plain: str = "<IPython.core.display.HTML object>") -> Pair:
    return output(text_html=source, text_plain=plain), expected


def _plain(text: str, expected: str) -> Pair:
    return output(text_plain=text), expected


def _stream(text: str, expected: str, name: str = "stdout") -> Pair:
    return v4.new_output("stream", name=name, text=text), expected


def _error(name: str, value: str, *lines: str, expected: str) -> Pair:
    return v4.new_output("error", ename=name, evalue=value, traceback=list(lines)), expected


def _typed(mime: str, data: object, expected: str, plain: str = "<odd.Thing at 0x7f>") -> Pair:
    return v4.new_output("display_data", data={mime: data, "text/plain": plain}), expected


def _alt(place: str) -> str:
    """Return an alt text such as the house wants: a kind, a message and a number."""
    return f"Line chart: offences of burglary in {place} fell from 210 to 180 in two years."


def _picture(place: str, mime: str = "image/png", data: str | None = None) -> Pair:
    data = {mime: data or png(), "text/plain": "<Figure size 640x480 with 1 Axes>"}
    metadata = {mime: {"alt": _alt(place), "width": 640}}
    return v4.new_output("display_data", data=data, metadata=metadata), _alt(place)


FRAME = pd.DataFrame({"borough": ["Hackney", "Barnet"], "theft": [1204, 987]})

# What other programs write ------------------------------------------------------------------------


@_shape
def r_kernel() -> NotebookNode:
    table = (
        '<table class="dataframe"><caption>A data.frame: 3 × 2</caption><thead>'
        "<tr><th scope=col>borough</th><th scope=col>n</th></tr>"
        "<tr><th scope=col>&lt;chr&gt;</th><th scope=col>&lt;dbl&gt;</th></tr></thead><tbody>"
        "<tr><td>Camden</td><td>41</td></tr><tr><td>Ealing</td><td>37</td></tr>"
        "<tr><td>Brent</td><td>40</td></tr></tbody></table>"
    )
    frame = output(text_html=table, text_latex="\\begin{tabular}", text_markdown="|", text_plain="")
    items = "<ol class=list-inline><li>1</li><li>2</li><li>313</li></ol>"
    trace = ("Error in f(): no\nTraceback:\n", "1. f()")
    return notebook(
        _code("head(crime)", (frame, "Camden")),
        _code("c(1, 2, 313)", _html(items, "313", "[1] 1 2 313")),
        _code("summary(m)", _stream("Residuals:\n    Min      1Q  Median\n", "Median")),
        _code("warning('w')", _stream("Warning in eval(expr):\n“NaNs”", "“NaNs”", "stderr")),
        _code("stop('no')", _error("ERROR", "no", *trace, expected="1. f()")),
        kernelspec={"name": "ir", "display_name": "R", "language": "R"},
        language_info={"name": "R", "file_extension": ".r"},
    )


@_shape
def colab() -> NotebookNode:
    html = (
        '<div id="df-1" class="colab-df-container"><div><style scoped>th{}</style>'
        f"{FRAME.to_html()}</div><div class='colab-df-buttons'><button onclick=\"f('df-1')\""
        " title='Convert' style='display:none;'><svg><path/></svg></button><script>f()</script>"
        "</div></div>"
    )
    frame = output(text_html=html, text_plain="borough")
    frame.data["application/vnd.google.colaboratory.intrinsic+json"] = {"type": "dataframe"}
    badge = "<a href='https://colab.research.google.com/x'><img src='{}' alt='Open In Colab'/></a>"
    address = "https://colab.research.google.com/assets/colab-badge.svg"
    upload = "<input type=file id=x><output>No file chosen</output><script>f()</script>"
    return notebook(
        _markdown(badge.format(address), "Open In Colab"),
        _code("#@title Offences\ndf", (frame, "Barnet"), cellView="form", colab={"height": 9}),
        _code("files.upload()", _html(upload, "No file chosen")),
        colab={"provenance": [], "toc_visible": True},
        accelerator="GPU",
    )


@_shape
def quarto() -> NotebookNode:
    front = "---\ntitle: Burglary in Camden\nlang: en-GB\nformat: html\n---"
    alt = _alt("Camden").replace(" fell", "\n#|   fell")
    picture = output(image_png=png(), text_plain="<Figure size 640x480 with 1 Axes>")
    return notebook(
        v4.new_raw_cell(front),
        _markdown("## Method\n\nRates.[^1]\n\n[^1]: By age and sex.", "By age and sex"),
        _code(f"#| label: fig-b\n#| fig-alt: |\n#|   {alt}\nplot()", (picture, _alt("Camden"))),
    )


@_shape
def vs_code() -> NotebookNode:
    frame = output(text_html=FRAME.to_html(), text_plain="borough")
    frame.data["application/vnd.microsoft.datawrangler.viewer.v0+json"] = {"columns": []}
    trace = (
        f"\x1b[31m{'-' * 75}\x1b[39m",
        "\x1b[36mCell\x1b[39m\x1b]8;;vscode-notebook-cell:/a.ipynb#X0\x1b\\\x1b[32mIn[1]\x1b[39m"
        "\x1b]8;;\x1b\\, line 1\n\x1b[32m----> 1\x1b[39m 1/\x1b[32m0\x1b[39m",
        "\x1b[31mZeroDivisionError\x1b[39m: division by zero",
    )
    said = "ZeroDivisionError: division by zero"
    return notebook(
        _code("df", (frame, "Barnet"), vscode={"languageId": "python"}),
        _code("1/0", _error("ZeroDivisionError", "division by zero", *trace, expected=said)),
        language_info={"name": "python", "version": "3.12"},
    )


@_shape
def statsmodels() -> NotebookNode:
    html = (
        '<table class="simpletable"><caption>OLS Regression Results</caption>'
        "<tr><th>Dep. Variable:</th><td>burglary</td><th>  R-squared:  </th><td>0.338</td></tr>"
        "<tr><th>Model:</th><td>OLS</td><th>  Adj. R-squared:  </th><td>0.287</td></tr></table>"
        '<table class="simpletable"><tr><td></td><th>coef</th><th>std err</th></tr>'
        "<tr><th>Intercept</th><td>246.4341</td><td>35.233</td></tr></table>"
        "<br/><br/>Notes:<br/>[1] Standard Errors assume that the covariance is correct."
    )
    text = f"{'OLS Regression Results':^78}\n{'=' * 78}\nDep. Variable: burglary R-squared: 0.338"
    summary = _html(html, "0.287", f"<class 'statsmodels.iolib.summary.Summary'>\n{text}")
    return notebook(
        _code("fit.summary()", summary),
        _code("print(fit.summary())", _stream(text, "R-squared: 0.338")),
    )


@_shape
def polars() -> NotebookNode:
    html = (
        "<div><style>\n.dataframe > thead > tr{text-align:right}</style><small>shape: (3, 2)"
        '</small><table border="1" class="dataframe"><thead><tr><th>borough</th><th>n</th></tr>'
        "<tr><td>str</td><td>i64</td></tr></thead><tbody><tr><td>&quot;Hackney&quot;</td>"
        "<td>1204</td></tr><tr><td>&quot;Barnet&quot;</td><td>987</td></tr>"
        "<tr><td>&quot;Brent&quot;</td><td>902</td></tr></tbody></table></div>"
    )
    return notebook(_code("df", _html(html, "shape: (3, 2)", "shape: (3, 2)\n┌─────────┐")))


@_shape
def styler() -> NotebookNode:
    style = FRAME.style.set_caption("Thefts by borough").background_gradient(subset=["theft"])
    plain = "<pandas.io.formats.style.Styler at 0x7f>"
    return notebook(_code("style", _html(style.to_html(), "Thefts by borough", plain)))


@_shape
def many_headed_table() -> NotebookNode:
    index = pd.MultiIndex.from_product([["Hackney", "Barnet"], ["theft", "fraud"]])
    columns = [["2023", "2024"], ["count", "rate"]]
    frame = pd.DataFrame(
        np.arange(16).reshape(4, 4) + 1000,
        index=index.set_names(["borough", "kind"]),
        columns=pd.MultiIndex.from_product(columns, names=["year", None]),
    )
    return notebook(_code("frame", _html(frame.to_html(), "1015", "x")))


@_shape
def forty_columns() -> NotebookNode:
    frame = pd.DataFrame({f"indicator_{i}": [1000.5 + i, 2.25] for i in range(40)})
    return notebook(_code("frame", _html(frame.to_html(), "1039.50", "x")))


@_shape
def forty_spanned_columns() -> NotebookNode:
    kinds = ["count", "rate", "lower", "upper"]
    frame = pd.DataFrame(
        np.arange(80).reshape(2, 40) + 1000,
        index=pd.MultiIndex.from_product([["Hackney"], ["theft", "fraud"]]),
        columns=pd.MultiIndex.from_product([range(2015, 2025), kinds]),
    )
    return notebook(_code("frame", _html(frame.to_html(), "1079", "x")))


@_shape
def long_lines() -> NotebookNode:
    word = "Llanfairpwllgwyngyll" * 12
    address = f"https://data.police.uk/api?{'&'.join(f'poly={i}' for i in range(60))}"
    table = f"<table><tr><th>{word}</th><th>n</th></tr><tr><td>{word}</td><td>4</td></tr></table>"
    trace = (f"File /srv/{word}.py in read", f"ValueError: {word}END2")
    return notebook(
        _markdown(f"# {word[:180]}\n\nSee {address}.", "poly=59."),
        _code(
            f"answer = get('{address}')  # a comment",
            _stream(f"{word}END1", f"{word}END1"),
            _html(table, word),
            _error("ValueError", word, *trace, expected=f"{word}END2"),
            _plain(f"{word} END3", "END3"),
        ),
    )


# What people write themselves ---------------------------------------------------------------------


@_shape
def maths() -> NotebookNode:
    latex = output(text_latex="$\\displaystyle F(k) = e^{22}$", text_plain="<Math object>")
    return notebook(
        _markdown("Inline $A \\& B$ and $\\sqrt{\\hat{p}(1-\\hat{p})/n}$, for 5\\$.", "A&B", "5$."),
        _markdown("$$\\begin{aligned} a &= b + c \\\\ &= d \\end{aligned}$$", "a=b+c"),
        _markdown("\\begin{align*}\nx &= 1 \\\\\ny &= 27\n\\end{align*}", "y=27"),
        _markdown(
            "\\begin{equation}\\label{eq:r}\nr = n\n\\end{equation}\n\nBy \\eqref{eq:r}.", "By (1)"
        ),
        _markdown(
            "$$\\begin{cases} 1 & x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}$$", "otherwise"
        ),
        _markdown("$$\\begin{pmatrix} 1 & 2 \\end{pmatrix} \\tag{m}$$", "(m)"),
        _markdown("\\begin{flalign}\nu &= v \\notag \\\\\nw &= 81\n\\end{flalign}", "w=81"),
        _markdown("$\\textcolor{red}{q} + {\\color{blue} t} + \\boxed{k}$", "q+t+"),
        _markdown("$\\ce{H2O}$", "\\ce{H2O}", "shown as it is written: see cell 9"),
        _code("Math(F)", (latex, "22")),
    )


@_shape
def markdown() -> NotebookNode:
    source = """# Title with *emphasis* and `code`

Text with a [link](https://example.org "title"), ~~gone~~, a note[^n], <kbd>Ctrl</kbd>.
Line two of it<br>and three. H<sub>2</sub>O, **bold <u>under</u>**.

- [x] done task
  1. nested one
     - nested two
       - nested three

> A quotation
> > within a quotation

| left | right |
|:-----|------:|
| a \\| b | 12 |

```mermaid
graph TD
```

<details><summary>Summary words</summary>Folded words</details>
<div class="alert alert-info" style="color:red"><b>Note:</b> alerted words</div>
<dl><dt>Term</dt><dd>Told</dd></dl>

<p align="center">centred words</p>

***

&mdash; &copy; 2024. Auto https://example.org/auto link.

[^n]: The footnote's words.
"""
    words = "emphasis|gone|Ctrl|and three|done task|nested three|within a quotation|a | b|graph TD"
    more = "Summary words|Folded words|alerted words|Told|centred words|© 2024|The footnote"
    return notebook(
        _markdown(source, *words.replace("a | b|", "").split("|"), "a | b", *more.split("|"))
    )


@_shape
def attachments() -> NotebookNode:
    image = f'<img src="data:image/png;base64,{png()}" alt="{{}}" width="40%">'
    caption = "<figcaption>Captioned words</figcaption></figure>"
    attached = {"image 1.png": {"image/png": png()}}
    return notebook(
        _markdown(
            f"![{_alt('Brent')}](attachment:image%201.png)", _alt("Brent"), attachments=attached
        ),
        _markdown(image.format(_alt("Bexley")), _alt("Bexley")),
        _markdown(
            f"<figure>{image.format(_alt('Harrow'))}{caption}", "Captioned words", _alt("Harrow")
        ),
    )


@_shape
def raw_cells() -> NotebookNode:
    return notebook(
        _markdown("Words", "Words"),
        v4.new_raw_cell("Plain raw words", metadata={"expected": ["Plain raw words"]}),
        v4.new_raw_cell("\\LaTeX", metadata={"raw_mimetype": "text/latex"}),
        v4.new_raw_cell(""),
    )


@_shape
def cell_magics() -> NotebookNode:
    tabular = "\\begin{tabular}{ll} a & b \\\\ c & 77 \\end{tabular}"
    times = "CPU times: user 2 μs, sys: 0 ns, total: 2 μs\nWall time: 4.05 μs\n"
    return notebook(
        *_each(
            _html("<marquee>Scrolled words</marquee>", "Scrolled words"),
            (output(text_latex="\\begin{equation}\na = b\n\\end{equation}\n"), "a"),
            (output(text_latex="Rates are \\textbf{bold words} of $n$.\n"), "bold words"),
            (output(text_latex=tabular), "77"),
            _typed("application/javascript", "alert(1)", f"Script, {NOT_SHOWN}"),
            (output(text_markdown="A **told** thing\n\n- item"), "told"),
            _picture("Merton", "image/svg+xml", SVG),
        ),
        _code("%%bash\nls\n\nls", _stream("file\tname\n\nnone\n", "none")),
        _code("%%time\n1", _stream(times, "4.05 μs"), _plain("1", "1")),
    )


@_shape
def streams() -> NotebookNode:
    steps = [f"{n:3d}%|{'█' * (n // 10):<10}| {n}/100" for n in range(0, 101, 5)]
    link = "\x1b]8;;https://e.org\x07linked\x1b]8;;\x07 \x1b[1;31mred\x1b[0m\x1b[?25h\n"
    log = "".join(f"INFO:root:month {n}\n" for n in range(120))
    mixed = (_stream("out\n", "out"), _stream("warned\n", "warned", "stderr"), _stream("on", "on"))
    return notebook(
        _code("tqdm", _stream("\r".join(steps), "100%|██████████| 100/100", "stderr")),
        *_each(_stream("12\x08\x083 wards\n", "3 wards"), _stream(link, "linked red")),
        _code("mixed()", *mixed),
        _code("log()", _stream(log, "month 119", "stderr")),
    )


@_shape
def errors() -> NotebookNode:
    return notebook(
        _code(
            "raise",
            _error("KeyError", "'x'", "\x1b[0;31mKeyError\x1b[0m: 'x'", expected="KeyError: 'x'"),
        ),
        _code("bare", _error("RuntimeError", "no lines", expected="RuntimeError: no lines")),
        _code(
            "stop",
            _stream("partly\n", "partly"),
            _error("KeyboardInterrupt", "", expected="KeyboardInterrupt"),
        ),
    )


@_shape
def interactive() -> NotebookNode:
    chart, control, drawn_map = (
        f"Interactive {kind}, {NOT_SHOWN}" for kind in ("chart", "control", "map")
    )
    plotly = "<div id='x' class='plotly-graph-div'></div><script>Plotly.newPlot('x', [])</script>"
    folium = (
        "<div><span>Make this Notebook Trusted to load map: File -> Trust Notebook</span>"
        "<iframe srcdoc='&lt;html&gt;'></iframe></div>"
    )
    both = _picture("Enfield")
    both[0].data |= {"application/vnd.plotly.v1+json": {}, "text/html": "<div></div>"}
    bokeh = _typed("application/javascript", "f()", chart)
    bokeh[0].data["application/vnd.bokehjs_exec.v0+json"] = ""
    view = "application/vnd.jupyter.widget-view+json"
    frame = "<iframe width='700' src='https://example.org'></iframe>"
    audio = "<audio controls><source src='data:audio/wav;base64,AA'/>Your browser is old.</audio>"
    return notebook(
        *_each(
            both,
            bokeh,
            _typed("application/vnd.plotly.v1+json", {}, chart, "Figure({})"),
            _html(plotly, chart),
            _html("<div id='v'></div><script>vegaEmbed('#v')</script>", chart, "alt.Chart(...)"),
            _html("<div data-root-id='p1' style='display: contents;'></div>", NOT_SHOWN),
            _typed(view, {"model_id": "a"}, control, "IntSlider(value=0)"),
            _typed(view, {"model_id": "b"}, control, "Canvas(toolbar=Toolbar(toolitems=[]))"),
            _html(folium, drawn_map, "<folium.folium.Map at 0x7fe>"),
            _typed("application/geo+json", {}, drawn_map),
            _html("<div class='leaflet-container'></div><script>L.map('m')</script>", drawn_map),
            _html(frame, f"Embedded page, {NOT_SHOWN}"),
            _html(audio, f"Sound recording, {NOT_SHOWN}"),
            _html(
                "<video src='a.mp4' controls>Your browser is old.</video>", f"Video, {NOT_SHOWN}"
            ),
            _typed("application/pdf", "JVBERi0=", f"PDF document, {NOT_SHOWN}"),
            _typed("application/vnd.odd+json", {}, NOT_SHOWN),
            _html("<canvas id='c'></canvas><script>draw()</script>", f"Drawing, {NOT_SHOWN}"),
            _html("<progress value='3' max='10'></progress>", NOT_SHOWN),
            _plain("<Figure size 640x480 with 1 Axes>", f"Figure, {NOT_SHOWN}"),
            _plain("<odd.Thing object at 0x7f>", f"Object of the kind odd.Thing, {NOT_SHOWN}"),
        ),
        widgets={"application/vnd.jupyter.widget-state+json": {"state": {}}},
    )


@_shape
def figures() -> NotebookNode:
    gif = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    given = output(**{"image_svg+xml": SVG}, text_plain="<Figure size 640x480>")
    return notebook(
        _code("plt.show()", _picture("Sutton")),
        _code("ax.plot()", _plain("[<matplotlib.lines.Line2D at 0x7f1>]", ""), _picture("Newham")),
        _code("sns.lineplot()", _plain("<Axes: xlabel='year'>", ""), _picture("Croydon")),
        _code("Image('x.gif')", _picture("Ealing", "image/gif", gif)),
        _code(f"#| fig-alt: '{_alt('Redbridge')}'\nplot()", (given, _alt("Redbridge"))),
    )


@_shape
def html_outputs() -> NotebookNode:
    image = f"<img src='data:image/png;base64,{png()}' alt='{_alt('Havering')}'>"
    title = f"<title>{_alt('Barking')}</title>"
    drawing = f"<svg width='9' height='9'>{title}<rect width='9' height='9'/></svg>"
    unseen = "<div style='display:none'>hidden</div><p hidden>hidden</p><p>seen</p><i></i>"
    model = (
        "<style>#sk{}</style><div id='sk'><div class='sk-fallback'><pre>Logit()</pre></div>"
        "<div class='sk-container' hidden><input type='checkbox'><label>hidden</label></div></div>"
    )
    nested = "<table><tr><td>a<table><tr><td>nested cell</td></tr></table></td></tr></table>"
    listed = "<table><tr><th>h</th></tr><tr><td><ul><li>in a cell</li></ul></td></tr></table>"
    return notebook(
        *_each(
            _html("<p>Some <a href='https://example.org'>linked</a> words</p>", "linked words"),
            _html(
                "<div style='padding:9px'><h4>Heading</h4><span>red words</span></div>", "red words"
            ),
            _html(image, _alt("Havering")),
            _html(drawing, _alt("Barking")),
            _html(unseen, "seen"),
            _html("<pre>preformatted\n\n   words</pre><code>x = 1</code>", "preformatted"),
            _html("<h1>Large heading</h1><dl><dt>t</dt><dd>d-words</dd></dl>", "d-words"),
            _html(model, "Logit()", "Logit()"),
            _html("<details><summary>more</summary><p>inner words</p></details>", "inner words"),
            _html("<center><font color='red'>old words</font></center>", "old words"),
            _html(nested, "nested cell"),
            _html(listed, "in a cell"),
            _html("just words, no element", "just words"),
        )
    )


@_shape
def other_outputs() -> NotebookNode:
    return notebook(
        *_each(
            _typed("application/json", {"borough": "Islington"}, "Islington"),
            _plain("{'borough': 'Southwark',\n 'n': 3}", "Southwark"),
            (output(text_markdown="$$x^2$$ and **Kingston**"), "Kingston"),
        ),
        _code("None"),
    )


@_shape
def letters_of_the_world() -> NotebookNode:
    words = ("Naïve", "Łódź", "Ελλάδα", "Москва", "İstanbul", "½ − → ≥ ✓ • … € £")
    return notebook(_markdown(", ".join(words), *words))


# What hardly is a notebook ------------------------------------------------------------------------


@_shape
def empty() -> NotebookNode:
    return notebook()


@_shape
def empty_cells() -> NotebookNode:
    empties = (v4.new_markdown_cell(""), v4.new_code_cell(""), v4.new_raw_cell(""))
    return notebook(*empties, v4.new_markdown_cell("<!-- only a comment -->"))


@_shape
def no_such_kernel() -> NotebookNode:
    return notebook(
        _code("println(1)", _stream("1 from Julia\n", "from Julia"), _plain("3 items", "3 items")),
        kernelspec={"name": "julia-1.9", "display_name": "Julia", "language": "julia"},
        language_info={"name": "julia"},
    )


def _minor(minor: int) -> NotebookNode:
    node = notebook(_markdown("Words", "Words"), _code("1", _plain("One", "One")))
    node.nbformat_minor = minor
    for cell in node.cells if minor < 5 else ():
        del cell["id"]
    return node


for _n in range(6):
    CORPUS[f"format_4_{_n}"] = lambda n=_n: _minor(n)
