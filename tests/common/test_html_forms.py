"""Filling a form in a finished page."""

from common.html_forms import FilledPage, fill_form

PAGE = """<!doctype html>
<form method="get" action="/a/"><input name="q" value="x"></form>
<form method="post" action="/other/"><input name="name" value="x"></form>
<form method="post" id="one">
  <input type="hidden" name="csrfmiddlewaretoken" value="new">
  <input type="hidden" name="version" value="7">
  <input name="name" id="id_name" value="old &amp; older" required>
  <input type="password" name="word">
  <input type="file" name="file">
  <textarea name="text" rows="2">
ä &lt;b&gt;
old</textarea>
  <input type="radio" name="grade" value="1" checked>
  <input type="radio" name="grade" value="2">
  <input type="checkbox" name="team" value="1" checked>
  <input type="checkbox" name="team" value="2">
  <select name="level">
    <option value="">-</option><option value="a" selected>A</option>
    <option value="b">B</option>
  </select>
  <button name="do" value="save">Save</button>
</form>
<input form="one" name="outside">
"""


def fill(*fields: tuple[str, str], html: str = PAGE, page: str = "/a/") -> FilledPage:
    return fill_form(html, page=page, action="/a/", fields=list(fields))


def test_every_kind_of_control_is_filled_and_the_rest_of_the_page_stays():
    page = fill(
        ("version", "6"),
        ("name", 'new "name" & <i>'),
        ("text", "\n</textarea><script>"),
        ("grade", "2"),
        ("team", "2"),
        ("level", "b"),
        ("outside", "far"),
        ("do", "save"),
    )

    expected = PAGE
    for old, new in [
        ('name="version" value="7"', 'name="version" value="6"'),
        ("old &amp; older", "new &quot;name&quot; &amp; &lt;i&gt;"),
        ("ä &lt;b&gt;\nold<", "\n&lt;/textarea&gt;&lt;script&gt;<"),
        ('"grade" value="1" checked', '"grade" value="1"'),
        ('"grade" value="2"', '"grade" value="2" checked'),
        ('"team" value="1" checked', '"team" value="1"'),
        ('"team" value="2"', '"team" value="2" checked'),
        ('"a" selected', '"a"'),
        ('"b">B', '"b" selected>B'),
        ('name="outside"', 'name="outside" value="far"'),
    ]:
        expected = expected.replace(old, new)
    assert page == FilledPage(expected, is_filled=True, first_id="id_name", rest=[])


def test_what_has_no_place_is_returned():
    page = fill(("name", "n"), ("gone", "a"), ("gone", "b"), ("level", "z"))

    assert page.rest == [("gone", "a"), ("gone", "b"), ("level", "z")]


def test_secrets_and_files_are_never_filled():
    page = fill(("name", "n"), ("word", "secret"), ("file", "c:/x"))

    assert page.rest == []
    assert "secret" not in page.html
    assert "c:/x" not in page.html


def test_a_page_without_the_form_stays_as_it_is():
    fields = [("name", "n")]
    assert fill(*fields, page="/b/") == FilledPage(
        PAGE, is_filled=False, first_id="", rest=fields
    )
    assert not fill(("unknown", "n")).is_filled


def test_of_two_forms_the_one_with_the_same_hidden_values_is_filled():
    html = "".join(
        f'<form method="post"><input type="hidden" name="of" value="{n}">'
        f'<input name="text" id="t{n}"></form>'
        for n in (1, 2, 3)
    )
    assert fill(("of", "2"), ("text", "x"), html=html).first_id == "t2"


def test_fields_of_one_name_are_filled_in_their_order():
    html = '<form method="post"><input name="n"><input name="n"><input name="n"></form>'
    assert fill(("n", "1"), ("n", "2"), html=html).html == (
        '<form method="post"><input name="n" value="1">'
        '<input name="n" value="2"><input name="n"></form>'
    )


def test_words_among_what_has_no_place():
    page = fill(("name", "n"), ("x", "save"), ("x", "two words"), ("y", "a@b.example"))

    assert page.words == ["two words", "a@b.example"]
