"""What is in `deploy/` and compose.yaml, as far as can be told without Docker's daemon or systemd running."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import prefect.settings
import pytest
import yaml
from conftest import CHECKOUT

UNITS = sorted((CHECKOUT / "deploy").glob("*.service"))


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((CHECKOUT / "compose.yaml").read_text())["services"]


def of_units(name: str) -> list[str]:
    """The values of all lines of this name."""
    return [value for unit in UNITS for value in re.findall(rf"^{name}=(.*)$", unit.read_text(), re.M)]


def test_services_name_what_is_there(services: dict[str, dict[str, Any]]) -> None:
    assert set(services) == {"postgres", "server", "worker", "deploy", "minio"}
    assert [name for name, service in services.items() if "profiles" in service] == ["deploy", "minio"]
    for service in services.values():
        for name in service.get("depends_on", {}):
            assert "healthcheck" in services[name], "others wait until it is healthy"
        if build := service.get("build"):
            assert (CHECKOUT / build["dockerfile"]).is_file()
        for volume in service.get("volumes", ()):
            if volume.startswith("./"):
                assert (CHECKOUT / volume.partition(":")[0]).exists()


def test_nobody_but_this_machine_reaches_the_server_and_no_password_is_written_down(
    services: dict[str, dict[str, Any]],
) -> None:
    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert ports == ["127.0.0.1:4200:4200", "127.0.0.1:9000:9000"]
    assert services["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert services["minio"]["environment"]["MINIO_ROOT_PASSWORD"].startswith("${AWS_SECRET_ACCESS_KEY")
    assert not any("--host 0.0.0.0" in command for command in of_units("ExecStart"))


def test_prefect_knows_every_setting(services: dict[str, dict[str, Any]]) -> None:
    told = [name for service in services.values() for name in service.get("environment", {})]
    told += [one.partition("=")[0] for line in of_units("Environment") for one in shlex.split(line)]
    told += re.findall(r"\b(PREFECT_\w+)=", (CHECKOUT / "deploy" / "Dockerfile").read_text())
    names = {name for name in told if name.startswith("PREFECT_")}
    assert "PREFECT_SERVER_DATABASE_CONNECTION_URL" in names
    assert [name for name in sorted(names) if not hasattr(prefect.settings, name)] == []


def test_the_image_has_what_the_build_and_the_worker_read() -> None:
    left_out = (CHECKOUT / "deploy" / "Dockerfile.dockerignore").read_text().split()
    for name in ("constraints.txt", "pyproject.toml", "README.md", "flows", "tasks", "seeds", "sitrep.py", "LICENSE"):
        assert name not in left_out and (CHECKOUT / name).exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_units_are_such_that_systemd_takes_them(tmp_path: Path) -> None:
    assert UNITS
    environment = Path(shutil.which("prefect") or CHECKOUT / ".venv" / "bin" / "prefect")
    files = []
    for unit in UNITS:
        files.append(tmp_path / unit.name)
        text = unit.read_text().replace("/opt/sitrep/.venv/bin/prefect", str(environment))
        files[-1].write_text(text.replace("/opt/sitrep", str(CHECKOUT)))
    done = subprocess.run(["systemd-analyze", "verify", *map(str, files)], capture_output=True, text=True)
    assert (done.returncode, [line for line in done.stderr.splitlines() if str(tmp_path) in line]) == (0, [])
