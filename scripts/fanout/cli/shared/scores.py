"""Fields and scores of a task, as the task-management verbs of the original print them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation


def js(data: dict[str, object], key: str) -> str:
    """A field as the original's template strings show it."""
    value = data.get(key, "undefined")
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def number(data: dict[str, object], key: str) -> float:
    value = data.get(key)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else float("nan")


def rice_score(score: dict[str, object]) -> float:
    effort = number(score, "effort")
    value = number(score, "reach") * number(score, "impact") * (number(score, "confidence") / 100)
    return value / effort if effort else float("inf")


def wsjf_score(score: dict[str, object]) -> float:
    size = number(score, "job_size")
    value = sum(number(score, key) for key in ("business_value", "time_criticality", "risk_reduction"))
    return value / size if size else float("inf")


def fixed(value: object) -> str:
    """Two decimals, halves away from zero."""
    try:
        return str(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP))  # type: ignore[arg-type]
    except (InvalidOperation, TypeError, ValueError):
        return {"nan": "NaN", "inf": "Infinity"}.get(str(value), str(value))


def objects(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
