import pytest

from shapewright.lsp.settings import InlayHints, Settings, updated


def test_options_of_the_client():
    settings, problems = updated(
        Settings(),
        {
            "interpreter": " /env/bin/python ",
            "interpreters": {"file:///a": "/a/python", "file:///b": ""},
            "trusted": False,
            "inlayHints": {"assignments": False},
            "startMethod": "spawn",
            "later": 1,
        },
    )
    assert problems == ()
    assert settings == Settings(
        "/env/bin/python", {"file:///a": "/a/python"}, False, InlayHints(assignments=False), "spawn"
    )


def test_a_change_leaves_the_rest():
    before = Settings("/python", trusted=False, start_method="fork")
    after, _ = updated(before, {"shapewright": {"inlayHints": {"returns": False}}})
    assert after == Settings("/python", trusted=False, start_method="fork", inlay_hints=InlayHints(returns=False))
    assert updated(before, None) == (before, ())


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"interpreter": 3}, "shapewright.interpreter is 3; it must be a text"),
        ({"trusted": "yes"}, "shapewright.trusted is 'yes'; it must be true or false"),
        ({"inlayHints": True}, "shapewright.inlayHints is True; it must be an object"),
        ({"inlayHints": {"returns": 1}}, "shapewright.inlayHints.returns is 1; it must be true or false"),
        ({"startMethod": "thread"}, "shapewright.startMethod is 'thread'; it must be one of auto, fork, spawn"),
        ([1], "shapewright: the settings are [1]; they must be an object"),
    ],
)
def test_a_wrong_value_is_told_and_changes_nothing(options: object, problem: str):
    assert updated(Settings(), options) == (Settings(), (problem,))
