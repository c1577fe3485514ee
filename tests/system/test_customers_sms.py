"""Customers' SMS through the whole suite as processes: from the phone to ticket, follow-up, refund."""

from io import StringIO

from rich.console import Console

from suite.play.__main__ import MONDAY, perform
from suite.play.script import read
from tests.system.conftest import StartSuite

STORIES = """
people:
  hotline: {sub: E1001, role: agent, branch: SZ}
  duty_manager: {sub: M1002, role: duty_manager, branch: SZ}
  province: {sub: P1001, role: province}

cases:
  - id: IN16
    title: 回复资费提醒取消业务：72小时内联系，费用全免
    steps:
      - at: 1 09:05
        by: duty_manager
        call: notify.send
        with: {template: fee_reminder, msisdn: '13900000901', variables: {service: 彩铃, fee: 500, month: 2026-12}}
      - {at: 1 09:30, by: customer, call: phone.sms, with: {from: '13900000901', text: ＱＸ。}}
      - {at: 1 10:00, by: hotline, call: intake.record_contact, with: {means: phone, direction: out, content: 已取消}}
      - {at: 1 10:30, by: duty_manager, call: refund.approve, with: {comment: 同意}}
    end: {status: open, refund: paid, paid_fen: 500}

  - id: RP3
    title: 客户以短信评价答复
    steps:
      - at: 1 09:10
        by: hotline
        call: intake.register
        with:
          ticket_type: complaint
          channel: hotline
          handling: record_only
          customer: {msisdn: '13900000902', brand: ordinary}
          verification: {method: calling_number, verified: true}
          category: 04.01.01
          content: 话单有误
          branch: SZ
      - at: 1 11:00
        by: hotline
        call: intake.reply
        with: {process: 核对话单, content: 已更正, satisfaction: unknown, unknown_because: 未接听}
      - {at: 1 12:00, by: customer, call: phone.sms, with: {from: '13900000902', text: 5分}}
    end: {status: replied, clocks: {follow_up: met, first_reply: met}}

  - id: IN26
    title: 举报不良信息，长短信分条到达
    steps:
      - at: 1 13:00
        by: customer
        call: phone.sms
        with: {from: '13900000903', text: 'REPORT'}
    end: {status: open, clocks: {contact: broken}}
"""
LONG = "举报10690001234反复发送广告短信，" + "我从未订购过这家公司的任何业务，请核查并屏蔽该端口。" * 5


def test_IN16_IN26_customers_sms_find_their_way_through_the_whole_suite(start_suite: StartSuite) -> None:
    said = StringIO()
    script = read(STORIES.replace("REPORT", LONG), MONDAY)

    faults = perform(script, start_suite({}, MONDAY), Console(file=said, width=170))

    assert faults == [], said.getvalue()
    assert "不良信息" in said.getvalue()
