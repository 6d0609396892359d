"""From what the worker saw to what people read. One rule is one file with its page of the same name beside it."""

from shapewright.rules.catalogue import RULES, codes, url
from shapewright.rules.report import findings
from shapewright.rules.rule import Rule

__all__ = ["RULES", "Rule", "codes", "findings", "url"]
