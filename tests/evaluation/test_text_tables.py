"""Tables of text as Markdown."""

from titlewright.evaluation.text_tables import Table, as_markdown, plain


def test_words_of_others_can_break_no_table() -> None:
    table = Table("Titles", ("row", "title"), [("1", "Mug | <b>*blue*</b>\n| x")], words=(1,))
    lines = as_markdown(table).splitlines()
    assert lines[0] == "**Titles**"
    assert lines[2:4] == ["| row | title |", "|---|---|"]
    assert lines[4] == r"| 1 | Mug \| \<b\>\*blue\*\</b\> \| x |"
    assert len(lines) == 5


def test_numbers_stand_right_and_a_note_comes_first() -> None:
    text = as_markdown(Table("Sums", ("", "n"), [("all *", "1")], note="Read it so."))
    assert text == "**Sums**\n\nRead it so.\n\n|  | n |\n|---|---:|\n| all * | 1 |\n"


def test_plain_text_stays_as_it_is() -> None:
    assert plain("蓝色 马克杯 350 ml") == "蓝色 马克杯 350 ml"
