"""The measured blocks of docs/performance.md: what stands between two markers is replaced whole."""


def marker(name):
    return f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"


def replaced(text, name, block):
    """`text` with the block of this name replaced. Raises ValueError where it has no such block, or
    more than one."""
    begin, end = marker(name)
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"must have {begin} and {end} once each")
    before, rest = text.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n{block.strip()}\n{end}{after}"
