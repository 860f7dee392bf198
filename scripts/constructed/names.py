"""Names that sound Norwegian and are no municipality's, now or before."""

from __future__ import annotations

from constructed.draws import Draws

FIRST = (
    "Havre", "Tind", "Skodde", "Ulve", "Storm", "Krake", "Glim", "Rave", "Drag", "Torv", "Selje", "Isk", "Varg", "Kvass", "Rim", "Lynge", "Ymse", "Skrei",
    "Fonn", "Gjel", "Hauge", "Jerv", "Kolle", "Mjel", "Nauste", "Ospe", "Rogne", "Skarv", "Teiste", "Urd", "Vake", "Ørne", "Åre", "Bleik", "Drivar",
    "Eim", "Fivel", "Grane", "Hjort", "Ilder", "Kast", "Lavar", "Mork", "Nype", "Ramne",
)  # fmt: skip
LAST = (
    "vik", "nes", "dalen", "fjord", "øya", "stad", "heim", "land", "vang", "mo", "åsen", "hamn", "sund", "voll", "li", "berg", "strand", "haug", "elv",
    "eid",
)  # fmt: skip


def make_names(count: int) -> list[str]:
    """Draw so many different names, no two with the same beginning and end next to each other."""
    draws, found = Draws("names"), dict[str, None]()
    while len(found) < count:
        first, last = draws.pick(FIRST), draws.pick(LAST)
        if first[-1] != last[0] and not (first[-1] in "eiaouåø" and last[0] in "eiaouåø") and sum(name.startswith(first) for name in found) < 4:
            found[first + last] = None
    return list(found)
