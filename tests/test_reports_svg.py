"""A picture is drawn from itself alone: what runs is left out, what is fetched is refused."""

import time
from xml.etree import ElementTree

import pytest

from pvtools import figures
from pvtools.reports.svg import UnfitError, clean

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="10pt" height="10pt" viewBox="0 0 10 10">'
)


def cleaned(inside, head=HEAD):
    return clean(f"{head}{inside}</svg>".encode()).decode()


@pytest.mark.parametrize(
    "inside",
    [
        "<script>evil()</script>",
        "<SCRIPT>evil()</SCRIPT>",
        '<script href="evil.js"/>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">evil()</x:script>',
        '<g onload="evil()" onclick="evil()" ONCLICK="evil()"/>',
        '<a href="javascript:evil()"/>',
        '<a xlink:href="java&#9;script:evil()"/>',
        '<animate attributeName="href" to="javascript:evil()"/>',
        '<set attributeName="onload" to="evil()"/>',
        '<handler type="text/javascript">evil()</handler>',
        '<iframe src="evil"/>',
        '<i:g xmlns:i="http://ns.adobe.com/AdobeIllustrator" evil="1"/>',
        '<g xmlns:x="http://www.w3.org/2001/xml-events" x:evil="1"/>',
        '<g xml:base="http://evil.example/"/>',
        "<metadata>evil</metadata>",
        "<!-- evil -->",
        "<?xml-stylesheet href='evil.css'?>",
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="evil" parse="text"/>',
    ],
)
def test_what_a_picture_does_not_need_is_left_out(inside):
    text = cleaned(f'<rect width="5"/>{inside}<rect width="6"/>')

    assert "evil" not in text.lower()
    assert '<rect width="5"></rect>' in text
    assert '<rect width="6"></rect>' in text


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="../secret.png"/>',
        '<image href="secret.png"/>',
        '<image xlink:href="file:///etc/passwd"/>',
        '<x:image xmlns:x="http://www.w3.org/2000/svg" href="secret.png"/>',
        '<image href="//evil.example/x.png"/>',
        '<image href="data:image/svg+xml,&lt;svg/>"/>',
        '<use href="other.svg#part"/>',
        '<use href="&#9;http://evil.example/x.svg#part"/>',
        '<filter><feImage href="http://evil.example/x.png"/></filter>',
        '<rect fill="url(other.svg#paint)"/>',
        '<rect fill="URL( &quot;//evil.example/x#p&quot; )"/>',
        '<rect style="fill:url(http://evil.example/x)"/>',
        r'<rect style="fill:u\72l(http://evil.example/x)"/>',
        "<style>@import 'http://evil.example/x.css';</style>",
        "<style>@im<![CDATA[port]]> 'http://evil.example/x.css';</style>",
        "<style>@font-face{src:url(http://evil.example/x.woff)}</style>",
    ],
)
def test_what_lies_outside_a_picture_is_refused_and_named(inside):
    with pytest.raises(UnfitError, match=r"outside it|another file"):
        cleaned(inside)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "neither a PNG"),
        ("text with <svg", "neither a PNG"),
        ("<html><svg/></html>", "not an image"),
        ('<svg xmlns="http://www.w3.org/1999/xhtml"/>', "not an image"),
        (f"{HEAD}<g></svg>", "neither a PNG"),
        (f"{HEAD}&file;</svg>", "neither a PNG"),
        ('<!DOCTYPE svg [<!ENTITY f SYSTEM "/etc/passwd">]>' + HEAD + "&f;</svg>", "entities"),
        ('<!DOCTYPE svg [<!ATTLIST g onload CDATA "evil()">]>' + HEAD + "<g/></svg>", "entities"),
        (f"{HEAD}<foreignObject><p>text</p></foreignObject></svg>", "foreignObject"),
        (HEAD + "<g>" * 5000 + "</g>" * 5000 + "</svg>", "nested"),
        (f'{HEAD}<g id="a"><use href="#a"/></g></svg>', "within itself"),
        (
            f'{HEAD}<g id="a"><use href="#b"/></g><g id="b"><use xlink:href="#a"/></g></svg>',
            "within",
        ),
    ],
)
def test_what_is_no_sound_picture_is_refused(text, said):
    with pytest.raises(UnfitError, match=said):
        clean(text.encode())


@pytest.mark.parametrize("kind", ["entities", "uses", "patterns"])
def test_a_small_file_that_unfolds_into_a_giant_is_refused_at_once(kind):
    text = HEAD
    if kind == "entities":
        more = "".join(f'<!ENTITY e{n + 1} "{10 * f"&e{n};"}">' for n in range(30))
        text = f'<!DOCTYPE svg [<!ENTITY e0 "ha">{more}]>{HEAD}&e30;'
    for n in range(40):
        if kind == "uses":
            text += f'<g id="g{n + 1}">' + f'<use href="#g{n}"/>' * 10 + "</g>"
        elif kind == "patterns":
            inside = f"<rect fill='url(#p{n})'/><rect style='fill:url( \"#p{n}\")'/>"
            text += f'<pattern id="p{n + 1}">{inside}</pattern>'
    text += "</svg>"
    began = time.perf_counter()

    with pytest.raises(UnfitError):
        clean(text.encode())

    assert time.perf_counter() - began < 2


def test_a_switch_falls_back_to_what_stands_beside_a_piece_of_a_web_page():
    text = cleaned("<switch><foreignObject><p>web</p></foreignObject><text>plain</text></switch>")

    assert "plain" in text
    assert "web" not in text


def test_pictures_and_styles_inside_a_picture_stay():
    text = cleaned(
        "<style>*{stroke-linejoin: round} rect > g{fill:url(#p)}</style>"
        '<image href="data:image/png;base64,AAAA"/><use xlink:href="#m" xml:space="preserve"/>'
        '<text style="font: 12px sans">a &lt; b &amp; c</text>'
    )

    assert "*{stroke-linejoin: round} rect &gt; g{fill:url(#p)}" in text
    assert 'href="data:image/png;base64,AAAA"' in text
    assert 'xlink:href="#m" xml:space="preserve"' in text
    assert "a &lt; b &amp; c" in text


def test_our_own_figures_are_drawn_as_before():
    def draw(axis):
        axis.plot([1, 3, 2], label="a <label> & more")
        axis.imshow([[0, 1], [1, 0]])
        axis.legend()

    figure = figures.Drawing(draw, key="k", width=3, height=3).svg()
    before = ElementTree.fromstring(figure)  # noqa: S314 - ours
    after = ElementTree.fromstring(clean(figure.encode()))  # noqa: S314

    def drawn(root):
        svg = "{http://www.w3.org/2000/svg}"
        for metadata in root.findall(f"{svg}metadata"):
            root.remove(metadata)
        return [(e.tag, e.attrib, (e.text or "").strip()) for e in root.iter()]

    assert drawn(after) == drawn(before)
    assert clean(clean(figure.encode())) == clean(figure.encode())


def test_a_picture_that_two_forms_of_a_report_show_is_cleaned_once():
    drawn = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>'
    assert clean(drawn) is clean(bytes(bytearray(drawn)))
