"""What is set in the editor, whether the workspace is trusted, and which files change under us."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from collections.abc import Mapping
from typing import Any, cast

from lsprotocol import types

from shapewright.lsp import settings as reading
from shapewright.lsp.convert import path_of
from shapewright.lsp.features import code_lenses, inlay_hints
from shapewright.lsp.window import Window

TRUST = "shapewright/trust"
_SECTION = "shapewright"
_WATCHED = ("**/*.py", "**/pyproject.toml")
_log = logging.getLogger(__name__)


def register(window: Window) -> None:
    """Listen to settings, trust, folders and files."""

    @window.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def configured(params: types.DidChangeConfigurationParams) -> None:
        given: Any = plain(params.settings)
        if not given:
            given = await ask(window)
        await apply(window, given)

    @window.feature(TRUST)
    def trusted(params: Any) -> None:
        answer: Any = plain(params)
        if isinstance(answer, Mapping):
            window.session.trust(bool(cast(Mapping[str, Any], answer).get("trusted", True)))
        else:
            window.session.trust(True)

    @window.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def folders(params: types.DidChangeWorkspaceFoldersParams) -> None:
        del params
        window.session.runs.roots = roots(window)
        window.session.reconfigured()

    @window.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(params: types.DidChangeWatchedFilesParams) -> None:
        window.session.touched(path_of(change.uri) for change in params.changes)

    del configured, trusted, folders, watched


def take(window: Window, given: object) -> None:
    """Take settings over. A wrong one is told and the others hold."""
    window.session.settings, problems = reading.updated(window.session.settings, given)
    for problem in problems:
        window.window_show_message(types.ShowMessageParams(types.MessageType.Error, problem))


async def apply(window: Window, given: object) -> None:
    """Take settings over and do what follows from them."""
    session = window.session
    before = session.settings
    take(window, given)
    # A setting may come with the workspace, so it is no place to say that the workspace is trusted.
    session.settings = dataclasses.replace(session.settings, trusted=before.trusted)
    if before.inlay_hints != session.settings.inlay_hints:
        inlay_hints.refresh(window)
    if before.code_lens != session.settings.code_lens:
        code_lenses.refresh(window)
    shown = dataclasses.replace(before, inlay_hints=session.settings.inlay_hints, code_lens=session.settings.code_lens)
    if shown != session.settings:
        await session.restart()


async def ask(window: Window) -> object:
    """The settings of the editor, where it can be asked."""
    workspace = window.client_capabilities.workspace
    if not (workspace and workspace.configuration):
        return None
    items = [types.ConfigurationItem(section=_SECTION)]
    try:
        answer = await window.workspace_configuration_async(types.ConfigurationParams(items))
    except Exception as error:  # an editor that cannot answer leaves the settings as they are
        _log.warning("The editor gave no settings: %s", error)
        return None
    return plain(answer[0]) if answer else None


async def watch(window: Window) -> None:
    """Ask the editor to tell of changed files."""
    workspace = window.client_capabilities.workspace
    known = workspace.did_change_watched_files if workspace else None
    if not (known and known.dynamic_registration):
        return
    options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(glob) for glob in _WATCHED])
    registration = types.Registration(str(uuid.uuid4()), types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    try:
        await window.client_register_capability_async(types.RegistrationParams([registration]))
    except Exception as error:  # without it only open files are followed
        _log.warning("The editor will not tell of changed files: %s", error)


def roots(window: Window) -> tuple[str, ...]:
    """The folders of the workspace."""
    folders = [path_of(folder.uri) for folder in window.workspace.folders.values()]
    root = window.workspace.root_path
    return tuple(folders or ([root] if root else []))


def plain(value: Any) -> Any:
    """JSON objects as dicts; pygls makes tuples with names of those it has no type for."""
    fields = getattr(value, "_asdict", None)
    if fields is not None:
        return {key: plain(item) for key, item in fields().items()}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in cast(list[Any], value)]
    return value
