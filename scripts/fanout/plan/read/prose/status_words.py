"""The status words of languages besides English: by language, each status with the words for it, the one to write first."""

from __future__ import annotations

from fanout.plan.reading import Status

_TABLE = """
pending: offen, ausstehend, geplant, zu erledigen, nicht begonnen
in_progress: in Arbeit, in Bearbeitung, teilweise, begonnen, angefangen
completed: erledigt, fertig, abgeschlossen
blocked: blockiert, zurückgestellt
skipped: entfällt, verworfen

pending: à faire, en attente, non commencé, non commencée
in_progress: en cours, partiel, partielle
completed: terminé, terminée, fait, faite, fini, finie, achevé
blocked: bloqué, bloquée, reporté, reportée
skipped: annulé, annulée, abandonné

pending: pendiente, por hacer, sin empezar, sin iniciar
in_progress: en progreso, en curso, en proceso, parcial, parcialmente
completed: completado, completada, completo, completa, hecho, hecha, terminado, terminada, finalizado, finalizada
blocked: bloqueado, bloqueada, aplazado, pospuesto
skipped: cancelado, cancelada, descartado, omitido, omitida

pending: pendente, a fazer, não iniciado, não iniciada
in_progress: em andamento, em progresso
completed: concluído, concluída, feito, feita
blocked: adiado, adiada

pending: da fare, in attesa
in_progress: in corso
completed: completato, completata, fatto, fatta
blocked: bloccato, rimandato
skipped: annullato

pending: 未着手, 未対応, 未完了, 予定
in_progress: 進行中, 対応中, 作業中, 着手中
completed: 完了, 完了済み, 対応済み, 完了済
blocked: 保留, 保留中
skipped: 中止, 見送り

pending: 待开始, 待处理, 未完成, 待实现
in_progress: 部分完成
completed: 已实现, 已修复, 已解决
blocked: 暂停, 已阻塞
skipped: 已取消

pending: 대기, 예정, 미완료
in_progress: 진행 중, 진행중
completed: 완료, 완료됨
blocked: 보류
skipped: 취소

pending: не начато, запланировано, к выполнению, ожидает
in_progress: в работе, в процессе
completed: готово, выполнено, сделано, завершено
blocked: заблокировано, отложено
skipped: отменено
"""

LANGUAGES: list[dict[str, list[str]]] = [
    {status: words.split(", ") for status, words in (line.split(": ") for line in part.splitlines())}
    for part in _TABLE.strip().split("\n\n")
]
NEGATED = ("not", "nicht", "no", "non", "pas", "não", "не")


def words() -> dict[str, Status]:
    """Every word and what it means."""
    return {word.lower(): status for table in LANGUAGES for status, said in table.items() for word in said}  # type: ignore[misc]


def beside(old: str, to: Status) -> str:
    """The word for a status in the language of `old`, "" where that is English or has none."""
    low = old.lower()
    table = next((one for one in LANGUAGES if any(low == word.lower() for said in one.values() for word in said)), {})
    return next(iter(table.get(to, ())), "")
