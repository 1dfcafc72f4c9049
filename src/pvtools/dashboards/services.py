"""What is answered beside the pages: health, the token's form, scripts, "no such page"."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_server.base.handlers import FileFindHandler
from tornado import web
from voila.static_file_handler import MultiStaticFileHandler

from pvtools.dashboards import tokens
from pvtools.dashboards.apps import App
from pvtools.dashboards.guard import Guarded
from pvtools.dashboards.pages import Pages

_OWN = frozenset({"pvtools.js", "dials.js", "suite.js"})


class Health(Guarded):
    """Whether the server answers, for a program that spreads visitors over several."""

    SUPPORTED_METHODS = ("GET", "HEAD")
    OPEN = True

    def initialize(self, pages: Pages) -> None:
        """Take what makes the pages."""
        self.pages = pages

    def get(self) -> None:
        """Answer with the version of the data, and with how much there is to do."""
        kernels = self.settings["kernel_manager"]
        self.set_header("Cache-Control", "no-store")
        self.finish(
            {
                "status": "ok",
                "data": self.pages.version,
                "kernels": {"in_use": kernels.in_use, "limit": kernels.max_visitors},
                "pages_waiting": self.pages.waiting,
            }
        )

    head = get


class SignIn(Guarded):
    """Where the form sends the token."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST")
    OPEN = True

    def get(self) -> None:
        """Lead to the start, which asks for the token if it was not given."""
        self.go_to(self.settings["base_url"])

    head = get

    def post(self) -> None:
        """Lead to the page that was asked for, or ask again."""
        to = self.get_body_argument("to", "")
        if not tokens.same(self.get_body_argument("token", ""), self.settings["token"]):
            self.ask_for_token(to, again=True)
        self.let_in(to)


class Start(Guarded):
    """The path that is served under, without its last slash."""

    SUPPORTED_METHODS = ("GET", "HEAD")
    OPEN = True

    def get(self) -> None:
        """Lead to the start."""
        self.go_to(self.request.uri.replace("?", "/?", 1) if self.request.query else "")

    head = get


class Index(Guarded):
    """The list of dashboards, where there are several."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(self, apps: Sequence[App]) -> None:
        """Take the dashboards there are."""
        self.apps = apps

    def get(self) -> None:
        """Answer with a link to each."""
        template = self.settings["voila_jinja2_env"].get_template("apps.html.j2")
        self.finish(template.render(apps=self.apps, home=self.settings["base_url"]))

    head = get


class Static(Guarded, MultiStaticFileHandler):
    """Scripts and styles of Voila and of our template."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def set_extra_headers(self, path: str) -> None:
        """Have our own scripts fetched anew: they belong to the page they come with."""
        if path in _OWN:
            self.set_header("Cache-Control", "no-cache")


class Extension(Guarded, FileFindHandler):
    """Scripts of the JupyterLab extensions that draw widgets."""

    SUPPORTED_METHODS = ("GET", "HEAD")


class NoSuchPage(Guarded):
    """Every other address."""

    async def prepare(self) -> None:
        """Answer that there is no such page."""
        await super().prepare()
        raise web.HTTPError(404)
