"""What other tools say of files beside ``wharf check``: asked for by its options, without a say in the exit code."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from adapters.contracts import Content
    from canonical.problem import Problem
    from gateway.diagnostics.spans import Look
    from gateway.opinion.compare import Comparison
    from gateway.opinion.profile import ProfileOpinion


class Beside:
    """Asks the tools that are wanted about one file after another; in SARIF each tool has a run of its own."""

    def __init__(self, *, pyx12: bool, hl7apy: bool, profile: Path | None, format: str, look: "Look") -> None:
        """``profile`` is the message profile that hl7apy is asked about; ``format`` is text, json or sarif."""
        self._pyx12 = pyx12
        self._hl7apy = hl7apy or profile is not None
        self._profile = profile
        self._format = format
        self._look = look
        self._compared: list[tuple[str, list[Comparison]]] = []
        self._profiled: list[tuple[str, list[ProfileOpinion]]] = []

    def ask(self, content: "Content", name: str, problems: "list[Problem]") -> None:
        """Asks about one file, and shows what was said where that is not kept for the runs."""
        if self._pyx12:
            from gateway.opinion.ask import ask
            from gateway.opinion.compare import compare

            compared = compare(ask(content), problems)
            self._compared.append((name, compared))
            self._show_compared(compared, name)
        if self._hl7apy:
            from gateway.opinion.profile import ask_profile

            profiled = list(ask_profile(content, self._profile))
            self._profiled.append((name, profiled))
            self._show_profiled(profiled, name)

    def runs(self) -> list[dict[str, Any]]:
        """The runs of a SARIF report, one for each tool that was asked."""
        found = []
        if self._pyx12:
            from gateway.opinion.ask import version
            from gateway.opinion.show import to_sarif_run

            found.append(to_sarif_run(self._compared, version()))
        if self._hl7apy:
            from gateway.opinion.profile import to_sarif_run as profile_run

            found.append(profile_run(self._profiled))
        return found

    def _show_compared(self, opinions: "list[Comparison]", name: str) -> None:
        from gateway.opinion.ask import version
        from gateway.opinion.show import render, to_json

        if self._format == "json":
            for one in opinions:
                typer.echo(json.dumps(to_json(one, name, version()), ensure_ascii=False))
        elif self._format == "text":
            typer.echo(render(opinions, name, version(), self._look), color=self._look.color)

    def _show_profiled(self, opinions: "list[ProfileOpinion]", name: str) -> None:
        from gateway.opinion.profile import render, to_json

        if self._format == "json":
            for one in opinions:
                typer.echo(json.dumps(to_json(one, name), ensure_ascii=False))
        elif self._format == "text":
            typer.echo(render(opinions, name, self._profile, self._look), color=self._look.color)
