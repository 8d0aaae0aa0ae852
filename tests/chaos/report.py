"""The report of a campaign, as Markdown for people."""

from tests.chaos.campaign import Result


def report(result: Result) -> str:
    """What was done, what came, and what was broken."""
    evidence = result.evidence
    lines = [f"# chaos seed {result.seed}", f"{len(evidence.sent)} units, {sum(len(u.documents) for u in evidence.sent)} documents, {len(evidence.collected)} collected",
        f"{dict(result.done)} not run {result.not_run}", f"starts {result.counts.starts} ends {result.counts.ends}",
        f"settled {result.settled:.1f}", f"recover {sorted(result.counts.recoveries)[len(result.counts.recoveries)//2]:.2f}"]
    lines += [str(one) for one in result.violations[:40]]
    lines.append(f"{len(result.violations)} violations")
    return "\n".join(lines) + "\n"
