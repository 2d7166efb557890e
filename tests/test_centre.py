"""A centre's folder and its database belong together, and never to two centres."""

import pathlib

import pytest

from periplus.centre import Centre, CentreError, open_centre


def opened(folder: pathlib.Path, dsn: str | None = None, *, exercise: bool = False) -> Centre:
    return open_centre(folder, name="Test", originator="TEST", exercise=exercise, dsn=dsn)


def test_a_centre_opens_again_under_the_name_it_was_founded_with(tmp_path: pathlib.Path) -> None:
    opened(tmp_path / "one").close()
    again = open_centre(tmp_path / "one", name="Other", originator="OTHER", exercise=False)
    assert (again.name, again.originator) == ("Test", "TEST")
    assert again.label.startswith("TEST//")
    again.close()


def test_a_database_serves_one_centre_only(tmp_path: pathlib.Path) -> None:
    dsn = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    opened(tmp_path / "one", dsn).close()
    with pytest.raises(CentreError, match="another folder"):
        opened(tmp_path / "two", dsn)
    opened(tmp_path / "three").close()
    with pytest.raises(CentreError, match="another folder"):
        opened(tmp_path / "three", dsn)
    opened(tmp_path / "one", dsn).close()


def test_a_refused_centre_lets_go_of_the_folder(tmp_path: pathlib.Path) -> None:
    opened(tmp_path / "one").close()
    with pytest.raises(CentreError, match="needs a folder of its own"):
        opened(tmp_path / "one", exercise=True)
    opened(tmp_path / "one").close()


def test_an_originator_is_a_plain_word(tmp_path: pathlib.Path) -> None:
    with pytest.raises(CentreError, match="originator"):
        open_centre(tmp_path / "one", name="Test", originator="A//TLP:CLEAR", exercise=False)
