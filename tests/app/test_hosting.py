"""The recipe for a campus server: a password and TLS before the page."""

import os
import shutil
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode

import pytest

from tests.app.conftest import PATIENCE, ROOT, WAIT, free_port, serving

RECIPE = ROOT / "docs/teaching/hosting"
USER, PASSWORD = "class", "Tea & 茶"


@pytest.fixture(scope="module")
def campus(tmp_path_factory):
    """The address of the page behind the proxy of the recipe, and a context that takes its TLS."""
    caddy = shutil.which("caddy")
    assert caddy is not None, "caddy is not installed: apt-get install caddy"
    folder = tmp_path_factory.mktemp("campus")
    hashed = subprocess.run(
        [caddy, "hash-password", "--plaintext", PASSWORD],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    # The recipe as it is, but on free ports, and with a certificate that the proxy makes itself.
    alone = "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n"
    file = folder / "Caddyfile"
    written = (RECIPE / "Caddyfile").read_text(encoding="utf-8")
    file.write_text(alone + written, encoding="utf-8")
    with serving(folder / "page.log") as page:
        site = f"https://localhost:{free_port()}"
        told = {
            "ZHIXING_SITE": site,
            "ZHIXING_USER": USER,
            "ZHIXING_PASSWORD_HASH": hashed,
            "ZHIXING_PAGE": page.removeprefix("http://"),
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
        }
        log = folder / "proxy.log"
        with log.open("w") as said:
            process = subprocess.Popen(
                [caddy, "run", "--config", str(file), "--adapter", "caddyfile"],
                env=os.environ | told,
                stdout=said,
                stderr=said,
            )
        until = time.monotonic() + PATIENCE
        while status(site) is None:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)
        yield site
        process.terminate()
        process.wait(20)


def status(url, password=None):
    """The status of an answer; None without one."""
    asked = urllib.request.Request(url)
    if password is not None:
        token = b64encode(f"{USER}:{password}".encode()).decode()
        asked.add_header("Authorization", f"Basic {token}")
    unchecked = ssl.create_default_context()
    unchecked.check_hostname = False
    unchecked.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(asked, timeout=5, context=unchecked) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code
    except (urllib.error.URLError, OSError):
        return None


@pytest.mark.long
def test_nobody_gets_the_page_without_the_password(campus):
    assert status(campus) == 401
    assert status(f"{campus}/watch", "tea") == 401
    assert status(f"{campus}/_nicegui_ws/socket.io/?EIO=4&transport=polling") == 401
    assert status(campus, PASSWORD) == 200


@pytest.mark.long
def test_the_page_answers_behind_password_and_tls(campus, browser):
    context = browser.new_context(
        ignore_https_errors=True, http_credentials={"username": USER, "password": PASSWORD}
    )
    context.set_default_timeout(WAIT)
    page = context.new_page()
    sockets = []
    page.on("websocket", lambda one: sockets.append(one.url))
    page.goto(f"{campus}/?p=culture:50")
    page.get_by_text("Mean of 8 runs").wait_for()
    assert sockets
    assert all(one.startswith(campus.replace("https", "wss")) for one in sockets)
    context.close()
