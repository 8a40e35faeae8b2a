"""Settings of Sphinx for the documentation site; ``make site`` builds it offline.

The pages are gathered by ``docs.site.gather``. Pages in two languages share one index for search.
"""

import re
import sys
from pathlib import Path
from typing import Any

import sphinx.search
from pydantic import BaseModel
from pygments.lexers.special import TextLexer
from sphinx.search.en import SearchEnglish

sys.path.insert(0, str(Path(__file__).parents[2]))

from sim.version import __version__

project = "Zhixing 执行·知行"
author = "The Zhixing authors"
version = release = __version__
root_doc = "index"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
]
source_suffix = {".md": "markdown"}
language = "en"
smartquotes = False

myst_enable_extensions = ["colon_fence"]
# Headings that links of pages may name.
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"exclude-members": "model_config,model_post_init"}

html_theme = "furo"
html_title = f"Zhixing 执行·知行 {__version__}"
html_static_path = [str(Path(__file__).parent / "static")]
html_css_files = ["zhixing.css"]
html_copy_source = False
html_show_sourcelink = False
# Excerpts are fetched page by page, which browsers refuse for files of one's own machine.
html_show_search_summary = False
copybutton_exclude = ".linenos, .gp, .go"

_CHINESE = "\u3400-\u9fff"


class Bilingual(SearchEnglish):
    """English words by their stems, Chinese by pairs of characters that follow each other."""

    _WORD = re.compile(rf"[{_CHINESE}]+|[^\W{_CHINESE}]+")
    js_splitter_code = rf"""
function splitQuery(query) {{
  const found = [];
  const words = /[{_CHINESE}]+|(?:(?![{_CHINESE}])[\p{{Letter}}\p{{Number}}_])+/gu;
  for (const [word] of query.matchAll(words)) {{
    if (word.length < 3 || !/^[{_CHINESE}]/.test(word)) found.push(word);
    else for (let k = 0; k + 1 < word.length; k++) found.push(word.slice(k, k + 2));
  }}
  return found;
}}
"""

    def split(self, text: str) -> list[str]:
        """Words of English, and pairs of Chinese characters."""
        found: list[str] = []
        for word in self._WORD.findall(text):
            if len(word) < 3 or not re.match(f"[{_CHINESE}]", word):
                found.append(word)
            else:
                found += [word[k : k + 2] for k in range(len(word) - 1)]
        return found


def _signature(
    app: Any, what: str, name: str, one: Any, options: Any, signature: str, returns: str
) -> tuple[str, str] | None:
    """A model is made by its own methods from files, so it shows no list of all its entries."""
    if what == "class" and isinstance(one, type) and issubclass(one, BaseModel):
        return "", ""
    return None


def setup(app: Any) -> None:
    """Register the splitting of words, what autodoc leaves out, and tables as plain text."""
    app.add_lexer("csv", TextLexer)
    sphinx.search.languages["en"] = Bilingual
    app.connect("autodoc-process-signature", _signature)
