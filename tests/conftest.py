"""Options and things that several tests share."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate",
        action="store_true",
        help="first rewrite saved outputs and everything else that is made, then test",
    )


def pytest_configure(config: pytest.Config) -> None:
    # nbval looks for this file from wherever pytest was called.
    found = config.getoption("nbval_sanitize_with", None)
    if found:
        config.option.nbval_sanitize_with = str(config.rootpath / found)


def pytest_sessionstart(session: pytest.Session) -> None:
    if session.config.getoption("--regenerate"):
        import regenerate

        regenerate.everything()
