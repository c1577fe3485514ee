"""The carrier account that the settings name, as a link that is ready to start."""

from services.notify.carriers.link import Link
from services.notify.carriers.smpp import Smpp, SmppAccount
from services.notify.carriers.traffic import Sink
from shared.settings import Settings

NEEDS = ("smsc_host", "smsc_port", "smsc_system_id", "smsc_password")


def link_of(settings: Settings, window: int, sink: Sink) -> Link:
    """Raises SettingsError where a setting is missing, ValueError where SMPP would cut one off."""
    known = settings.need(*NEEDS)
    account = SmppAccount(known.smsc_system_id, known.smsc_password, known.sms_sender)
    return Link((known.smsc_host, known.smsc_port), Smpp(account), sink, window)
