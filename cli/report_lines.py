"""The lines of a weekly or monthly report, made of figures of two periods. Pure (KP1, KP3)."""

from typing import Any

Answer = dict[str, Any]
TOP = 10
BRANDS = {"vip": "VIP", "gotone": "全球通", "ordinary": "普通"}
MEASURE_KINDS = {
    "training": "培训",
    "process": "流程",
    "communication": "沟通宣传",
    "network": "网络",
    "equipment": "设备系统",
}
MEASURE_STATES = {"open": "进行中", "overdue": "逾期", "done": "已完成"}
STATUS = {"open": "处理中", "replied": "已答复", "archived": "已归档", "refused": "不予受理", "withdrawn": "已撤诉"}
LEVELS = {
    "agent": "受理员",
    "duty_manager": "值班经理",
    "branch": "分公司",
    "province": "省公司",
    "arbitration": "外部仲裁",
}
COUNTED = {
    "ticket_types": {
        "complaint": "投诉",
        "consultation": "咨询",
        "service_request": "业务受理",
        "appointment": "用户预约",
    },
    "complaints": {"valid": "有效投诉", "refused": "不予受理", "withdrawn": "客户撤诉"},
    "channels": {
        "hotline": "电话",
        "web": "网络",
        "letter": "书面来信",
        "hall": "服务厅现场",
        "third_party": "第三方转办",
        "opinion_book": "意见簿",
        "sms": "短信",
    },
    "prohibitions": {
        "1": "禁令一 泄露客户信息",
        "2": "禁令二 违规发送信息",
        "3": "禁令三 未经确认开通变更业务",
        "4": "禁令四 与SP勾结",
        "5": "禁令五 与渠道勾结",
    },
    "open_late": BRANDS,
}


def rates(now: Answer, before: Answer) -> list[Answer]:
    """Each rate with its parts, the period before, and the change in percentage points."""
    found = []
    for name, told in now["figures"].items():
        title, _, definition = told["zh"].partition("：")
        was = before["figures"][name]
        found.append({"title": title, "definition": definition, **_line(told, was)})
        for brand, part in told.get("by_brand", {}).items():
            line = _line(part, was["by_brand"][brand])
            found.append({"title": f"　{title}（{BRANDS[brand]}）", "definition": None, **line})
    return found


def _line(told: Answer, was: Answer) -> Answer:
    parts = f"{told['numerator']} / {told['denominator']}"
    return {"parts": parts, "percent": told["percent"], "before": was["percent"], "change": _change(told, was)}


def _change(told: Answer, was: Answer) -> str | None:
    """In percentage points with sign, two decimals; None where one of the periods has nothing."""
    if told["percent"] is None or was["percent"] is None:
        return None
    hundredths = int(told["percent"].replace(".", "")) - int(was["percent"].replace(".", ""))
    return f"{'-' if hundredths < 0 else '+'}{abs(hundredths) // 100}.{abs(hundredths) % 100:02}"


def counts(now: Answer, before: Answer, name: str) -> list[tuple[str, int, int]]:
    """What was counted, in words, beside the period before."""
    then, words = before["counts"][name], COUNTED[name]
    known = [*words, *sorted(now["counts"][name].keys() - words.keys())]
    lines = [(words.get(code, code), now["counts"][name].get(code, 0), then.get(code, 0)) for code in known]
    return [line for line in lines if line[1] or line[2]]


def top(now: Answer, before: Answer, name: str) -> list[tuple[str, int, int]]:
    """The most frequent leaves or causes, beside the period before (KP3)."""
    then = {each["code"]: each["count"] for each in before["counts"][name]}
    return [(_named(each), each["count"], then.get(each["code"], 0)) for each in now["counts"][name][:TOP]]


def _named(each: Answer) -> str:
    if each["code"] == "unclassified":
        return "未归类"
    return str(each["name"] or each["code"])
