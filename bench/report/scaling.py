"""How the cost of a request grows: the table and the picture of scripts/bench --scaling."""

from chart import Chart, Series

IN_FLIGHT = "scaling/in_flight/"
SERVICES = "scaling/services/"


def points(runs, prefix):
    """(extent, requests a second) by extent, for the benchmarks whose name begins so."""
    found = [(int(name.removeprefix(prefix)), runs.per_s(name)) for name in runs.names()
             if name.startswith(prefix)]
    return sorted(found)


def rows(runs):
    """(quantity, extent, requests a second, ns a request, bytes a request or None)."""
    table = []
    for quantity, prefix in (("requests in flight", IN_FLIGHT), ("services", SERVICES)):
        for extent, per_s in points(runs, prefix):
            table.append((quantity, extent, per_s, 1e9 / per_s,
                          runs.counter(f"{prefix}{extent}", "bytes_per_request")))
    return table


def as_tsv(runs):
    lines = ["quantity\textent\trequests_per_s\tns_per_request\tbytes_per_request"]
    for quantity, extent, per_s, ns, size in rows(runs):
        lines.append(f"{quantity}\t{extent}\t{per_s:.0f}\t{ns:.1f}\t"
                     f"{'' if size is None else f'{size:.0f}'}")
    return "\n".join(lines) + "\n"


def as_markdown(runs, picture):
    lines = []
    for quantity, prefix in (("requests in flight", IN_FLIGHT), ("services", SERVICES)):
        mine = [row for row in rows(runs) if row[0] == quantity]
        if not mine:
            continue
        least = mine[0][3]
        has_bytes = any(row[4] is not None for row in mine)
        head = [quantity, "requests a second", "ns a request", "of the first"]
        lines += ["| " + " | ".join(head + (["bytes a request"] if has_bytes else [])) + " |",
                  "|" + "--:|" * (len(head) + has_bytes)]
        for _, extent, per_s, ns, size in mine:
            row = [f"{extent:,}", f"{per_s:,.0f}", f"{ns:,.0f}", f"x{ns / least:.1f}"]
            if has_bytes:
                row.append(f"{size:,.0f}")
            lines.append("| " + " | ".join(row) + " |")
        lines.append("")
    if picture:
        lines += [f"![Requests a second against requests in flight and against services]({picture})",
                  ""]
    return "\n".join(lines)


def as_svg(runs):
    return Chart(
        title="Requests a second of processor time, one thread",
        x_label="requests in flight, or services",
        series=[Series("against requests in flight", points(runs, IN_FLIGHT)),
                Series("against services, ten to a request", points(runs, SERVICES))]).svg()
