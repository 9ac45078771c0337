"""
The generated parts of the pages: they are what the code says, and drift is noticed.
"""

import pytest

from docs import generate, picture
from server.settings import CHECKOUT


def test_generated_parts_are_current():
    """What pages say of commands, settings, columns, queries, decisions and imports is what the code says now."""
    assert [] == [path.name for path, _ in generate.drifted()]


def test_drift_is_noticed(tmp_path):
    """A generated part that somebody edited is found, with what it should be."""
    for name in generate.PAGES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((generate.FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    page = tmp_path / "commands.md"
    sound = generate.written(page.read_text(encoding="utf-8"), generate.commands())
    page.write_text(sound.replace("## hankinta build", "## hankinta construct"), encoding="utf-8")

    assert sound == dict(generate.drifted(tmp_path)).get(page)


def test_page_without_markers_is_refused():
    """A page that lost its markers is not overwritten."""
    with pytest.raises(generate.DriftError, match="put them where the generated part belongs"):
        generate.written("# Settings\n", "| variable |")


def test_picture_follows_the_code(tmp_path):
    """The picture draws an import, leaves out one that follows from others, and shows a package of no imports."""
    for package in picture.PACKAGES:
        (tmp_path / package).mkdir()
    (tmp_path / "sparql" / "top.py").write_text(
        '"""The top. More."""\nfrom sparql import low, middle\n', encoding="utf-8"
    )
    (tmp_path / "sparql" / "middle.py").write_text('"""The middle."""\nimport sparql.low\n', encoding="utf-8")
    (tmp_path / "sparql" / "low.py").write_text('"""The bottom."""\nimport json\n', encoding="utf-8")

    drawn = picture.text(tmp_path)

    assert "sparql_top --> sparql_middle" in drawn
    assert "sparql_middle --> sparql_low" in drawn
    assert "sparql_top --> sparql_low" not in drawn
    assert "| `sparql/top.py` | The top. |" in drawn


def test_packages_import_downwards_only():
    """The picture of the packages has no arrow between shapes and sparql and none that points up."""
    heights = {package: height for height, package in enumerate(reversed(picture.PACKAGES))}
    found = {
        (name.partition(".")[0], other.partition(".")[0])
        for name, others in picture.imports(CHECKOUT).items()
        for other in others
    }

    assert [] == [pair for pair in sorted(found) if heights[pair[0]] < heights[pair[1]]]
    assert not {("shapes", "sparql"), ("sparql", "shapes")} & found
