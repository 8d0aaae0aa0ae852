"""Shows two opinions of a file: as text, as JSON objects, as a SARIF run of its own."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import quote

from canonical.problem import Problem
from gateway.diagnostics.spans import Line, Look, Span, wrap
from gateway.diagnostics.spelling import visible
from gateway.opinion.ask import Answer, Remark
from gateway.opinion.compare import Comparison

HOME: Final = "https://github.com/azoner/pyx12"
_FEW: Final = 3
"""Remarks of one kind that are shown to a person."""
_STYLES: Final = {"same": "bold green", "different": "bold yellow", "none": "dim"}


def render(found: Sequence[Comparison], name: str, version: str, look: Look) -> str:
    """The comparisons of one file for a person; each line says whose it is."""
    lines: list[Line] = [(Span("second opinion", "bold"), Span(f" on {_clean(name)}, by pyx12 {version}"))]
    if not found:
        lines.append((Span("  no interchange to ask about", "dim"),))
    for one in found:
        head = f"  interchange {_clean(one.answer.interchange)}, line {one.answer.line}"
        head += f", asked about as version {one.answer.asked_as}: " if one.answer.asked_as else ": "
        lines += _hanging(head, _verdict(one), look, _STYLES[one.verdict], indent=4)
        for whose, text in _rows(one):
            lines += _hanging(f"    {whose:<6} ", text, look, "", indent=11)
    return look.print(lines)


def _hanging(head: str, text: str, look: Look, style: str, *, indent: int) -> Iterator[Line]:
    """A text behind its head, its further lines indented."""
    first, *rest = wrap(f"{'x' * len(head)}{text}", look.width - indent)
    yield Span(head, "" if style else "bold"), Span(first[len(head) :], style)
    for piece in wrap(" ".join(rest), look.width - indent) if rest else ():
        yield Span(" " * indent), Span(piece, style)


def _verdict(one: Comparison) -> str:
    answer = one.answer
    if answer.silent is not None:
        return f"no opinion of the whole: {_clean(answer.silent)}"
    if one.verdict == "different":
        told = f"{len(one.both)} told by both, {len(one.wharf)} by Wharf alone, {len(one.pyx12)} by pyx12 alone"
        text = f"differs: {told}"
    else:
        found = f"{len(one.both)} wrong" if one.both else "nothing wrong"
        text = f"agrees on envelopes, counts and control numbers: {found}"
    checked = len(answer.validated)
    return text + (f"; {checked} of its transaction sets checked by a map of pyx12's" if checked else "")


def _rows(one: Comparison) -> Iterator[tuple[str, str]]:
    for problem, remark in one.both:
        yield "both", f"{_ours(problem)}; in pyx12's words: {_theirs(remark)}"
    for problem in one.wharf:
        yield "wharf", _ours(problem)
    counts = Counter((remark.level, remark.code) for remark in one.pyx12)
    shown: Counter[tuple[str, str]] = Counter()
    for remark in one.pyx12:
        kind = remark.level, remark.code
        shown[kind] += 1
        if shown[kind] <= _FEW:
            more = f", and {counts[kind] - _FEW} more" if shown[kind] == _FEW < counts[kind] else ""
            yield "pyx12", f"line {remark.line}: {_theirs(remark)}{more}"


def _ours(problem: Problem) -> str:
    return f"line {problem.line}: {problem.code} {problem.message}"


def _theirs(remark: Remark) -> str:
    return f"{_clean(remark.text)} ({remark.level} {_clean(remark.code)})"


def to_json(one: Comparison, name: str, version: str) -> dict[str, Any]:
    """One comparison as JSON data, under a key that no problem has."""
    answer = one.answer
    return {
        "secondOpinion": {
            "reader": f"pyx12 {version}",
            "file": name,
            "interchange": answer.interchange,
            "line": answer.line,
            "offset": answer.offset,
            "verdict": one.verdict,
            "silent": answer.silent,
            "askedAs": answer.asked_as,
            "validated": list(answer.validated),
            "both": [{"wharf": _place(problem), "pyx12": _said(remark)} for problem, remark in one.both],
            "wharf": [_place(problem) for problem in one.wharf],
            "pyx12": [_said(remark) for remark in one.pyx12],
        }
    }


def _place(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "line": problem.line, "offset": problem.offset}


def _said(remark: Remark) -> dict[str, Any]:
    return {
        "level": remark.level, "code": remark.code, "message": remark.text, "line": remark.line,
        "offset": remark.offset,
    }  # fmt: skip


def to_sarif_run(files: Sequence[tuple[str, Sequence[Comparison]]], version: str) -> dict[str, Any]:
    """A run of pyx12 beside ours (SARIF 2.1.0, section 3.14): a tool's results stand in its own run."""
    results = [
        result
        for name, found in files
        for one in found
        for result in (*_results(one, name), *([_silence(one.answer, name)] if one.answer.silent is not None else []))
    ]
    rules = sorted({result["ruleId"] for result in results})
    return {
        "tool": {"driver": {"name": "pyx12", "version": version, "informationUri": HOME,
                            "rules": [{"id": rule} for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }  # fmt: skip


def _results(one: Comparison, name: str) -> Iterator[dict[str, Any]]:
    told = [(remark, problem.code) for problem, remark in one.both] + [(remark, None) for remark in one.pyx12]
    for remark, code in told:
        yield {
            "ruleId": f"{remark.level}/{remark.code}",
            "level": "warning",
            "message": {"text": remark.text},
            "locations": [_location(name, remark.line, remark.offset)],
            "properties": {"interchange": one.answer.interchange, "wharf": code},
        }


def _silence(answer: Answer, name: str) -> dict[str, Any]:
    return {
        "ruleId": "none",
        "level": "note",
        "message": {"text": f"no opinion: {answer.silent}"},
        "locations": [_location(name, answer.line, answer.offset)],
        "properties": {"interchange": answer.interchange},
    }


def _location(name: str, line: int, offset: int) -> dict[str, Any]:
    uri = "stdin" if name == "-" else quote(name, safe="/")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line, "byteOffset": offset}}}


def _clean(text: str) -> str:
    return "".join(map(visible, text))
