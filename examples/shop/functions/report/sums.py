"""Sums over orders."""

from collections import Counter


def by_article(orders):
    sold = Counter()
    for order in orders:
        for item in order["items"]:
            sold[item["article"]] += item["quantity"]
    return dict(sorted(sold.items()))
