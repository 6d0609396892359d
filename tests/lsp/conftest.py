"""One server for all tests of a module: importing torch takes seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pytest_lsp import ClientServerConfig

from lsp.editor import COMMAND, ENVIRONMENT, PATIENCE, Editor

CONFIG = ClientServerConfig(server_command=COMMAND, server_env=ENVIRONMENT)


@asynccontextmanager
async def connection(folder: Path, **options: Any) -> AsyncIterator[Editor]:
    """A server of its own."""
    client = await CONFIG.start()
    editor = Editor(client, folder)
    try:
        await editor.start(**options)
        yield editor
    finally:
        await asyncio.wait_for(client.shutdown_session(), PATIENCE)
        await asyncio.wait_for(client.stop(), PATIENCE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Editor]:
    async with connection(tmp_path_factory.mktemp("shared")) as editor:
        yield editor


@pytest.fixture
def editor(shared: Editor, tmp_path: Path) -> Editor:
    """The shared server, with files of this test's own."""
    shared.folder = tmp_path
    return shared


@pytest.fixture
def connect(tmp_path: Path) -> Callable[..., Any]:
    """Start a server with other settings."""

    def start(**options: Any) -> Any:
        return connection(tmp_path, **options)

    return start
