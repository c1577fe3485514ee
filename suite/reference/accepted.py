"""What each method accepts: the marshmallow schema that guards its command, request or filter."""

from marshmallow import Schema

from services import SERVICES
from services import letters_schema as letters
from services.announcing_schema import AnnounceAgainSchema
from services.erasing_schema import EraseSchema
from services.escalation import schemas as escalation
from services.intake import improving_schema as improving
from services.intake import privacy_schema as privacy
from services.intake.figures_schema import FiguresSchema
from services.intake.methods import METHODS
from services.intake.playbook_schema import AdviseSchema, WordsSchema
from services.intake.register_schema import RegisterSchema
from services.intake.registers_schema import HallRegisterSchema, RechargeStatisticSchema
from services.intake.search_schema import SearchSchema
from services.intake.task_requests_schema import TaskSearchSchema
from services.notify import schemas as notify
from services.notify.doubts import unknown_schema as messages_unknown
from services.refund import schemas as refund
from services.refund import sort_schemas as sorts_of_refund
from services.refund.books import books_schema as books
from services.refund.doubts import unknown_schema as unknown

ACCEPTED: dict[str, Schema] = {
    "intake.register": RegisterSchema(),
    "intake.search": SearchSchema(),
    **{f"{service}.erase": EraseSchema() for service in SERVICES},
    **{f"{service}.{name}": schema for service in SERVICES for name, schema in letters.SCHEMAS.items()},
    **{f"{service}.announce_again": AnnounceAgainSchema() for service in SERVICES},
    "intake.read_personal": privacy.ReadPersonalSchema(),
    "intake.export": privacy.ExportSchema(),
    "intake.regulator_export": privacy.RegulatorExportSchema(),
    "intake.figures": FiguresSchema(),
    "intake.advise": AdviseSchema(),
    "intake.check_words": WordsSchema(),
    "intake.add_measure": improving.AddMeasureSchema(),
    "intake.measure_done": improving.MeasureDoneSchema(),
    "intake.measures": improving.MeasureSearchSchema(),
    "intake.suggest": improving.SuggestSchema(),
    "intake.suggestions": improving.SuggestionSearchSchema(),
    "intake.lessons": improving.LessonSearchSchema(),
    "intake.key_cases": improving.KeyCaseSearchSchema(),
    "intake.audit_sample": improving.AuditSampleSchema(),
    "intake.hall_scores": improving.ScoreSearchSchema(),
    "intake.tasks": TaskSearchSchema(),
    "intake.hall_register": HallRegisterSchema(),
    "intake.recharge_statistic": RechargeStatisticSchema(),
    **{f"intake.{name}": method.schema for name, method in METHODS.items()},
    "escalation.explain": escalation.ExplainSchema(),
    "escalation.due": escalation.DueSchema(),
    "escalation.simulate": escalation.SimulateSchema(),
    "escalation.calendar_effect": escalation.CalendarEffectSchema(),
    "escalation.apply_calendar": escalation.ApplyCalendarSchema(),
    "escalation.firing": escalation.FiringSchema(),
    "escalation.cancel_clock": escalation.CancelClockSchema(),
    "escalation.move_clock": escalation.MoveClockSchema(),
    "escalation.declare_major": escalation.DeclareMajorSchema(),
    "escalation.revoke_major": escalation.ReasonSchema(),
    "escalation.give_opinion": escalation.OpinionSchema(),
    "escalation.escalate": escalation.ReasonSchema(),
    "escalation.accept": escalation.AcceptSchema(),
    "escalation.hand_back": escalation.HandBackSchema(),
    "escalation.extend": escalation.ExtendSchema(),
    "escalation.acknowledge": escalation.AcceptSchema(),
    "escalation.report_unreachable": escalation.UnreachableSchema(),
    "escalation.record_disturbance": escalation.DisturbanceSchema(),
    "escalation.record_media": escalation.MediaSchema(),
    "escalation.incidents": escalation.IncidentsSchema(),
    "escalation.close_incident": escalation.ReasonSchema(),
    "escalation.arbitrate": escalation.ArbitrateSchema(),
    "notify.unknown": messages_unknown.UnknownFilterSchema(),
    "notify.settle": messages_unknown.SettleSchema(),
    "refund.unknown": unknown.UnknownFilterSchema(),
    "refund.ask": unknown.AskSchema(),
    "refund.request": refund.RequestSchema(),
    "refund.quote": refund.RequestSchema(),
    "refund.pre_refund": sorts_of_refund.PreRefundSchema(),
    "refund.verify": sorts_of_refund.VerifySchema(),
    "refund.waive_late_fee": sorts_of_refund.LateFeeSchema(),
    "refund.correct": sorts_of_refund.CorrectSchema(),
    "refund.approve": refund.ApproveSchema(),
    "refund.reject": refund.ReasonSchema(),
    "refund.withdraw": refund.ReasonSchema(),
    "refund.settle": refund.SettleSchema(),
    "refund.search": refund.SearchSchema(),
    "refund.daily_sheet": books.SheetSchema(),
    "refund.sign_daily_sheet": books.SignSheetSchema(),
    "refund.month_package": books.MonthPackageSchema(),
    "refund.reconcile": books.ReconcileSchema(),
    "refund.totals": books.TotalsSchema(),
    "notify.send": notify.SendSchema(),
    "notify.search": notify.SearchSchema(),
    "notify.receive": notify.ReceiveSchema(),
}
