"""A day of a sales team, played through in each language: two people, two browsers, a desk and a phone.

The customers come from a file; one colleague gives them to the other, who calls, writes down, plans, asks back and
meets; the first finds what is overdue and takes the customers back.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from core.language.date_format import format_date
from tests.browser.colleagues import AMIR, EMMA, MAJED, SARA, Colleague
from tests.browser.person import CONTACTS, PHONE, Person
from tests.support.browser_checks import page_problems
from tests.support.live import Live

#: A file of text, whose preview is the text itself.
FILES = {"ar": "الملفات", "fa": "فایل‌ها", "en": "Files"}
WORDS = "۱۲۳ – ١٢٣ – 123"


@dataclass(frozen=True)
class Team:
    """Who leads the team, to whom the customers go, and the words of their files and talks."""

    lead: Colleague
    rep: Colleague
    headings: str
    customers: tuple[str, str, str]
    call_result: str
    task: str
    question: str
    answer: str
    meeting: str

    def __str__(self) -> str:
        return self.lead.language

    @property
    def paper(self) -> str:
        """What a file of theirs is called."""
        return f"{self.task}.txt"

    @property
    def file(self) -> dict[str, object]:
        lines = [f"{name},day{place}.{self}@day.example" for place, name in enumerate(self.customers)]
        return {"name": "customers.csv", "mimeType": "text/csv",
                "buffer": "\n".join([self.headings, *lines]).encode()}  # fmt: skip


TEAMS = (
    Team(SARA[0], AMIR, "نام,ایمیل", ("شیرین فرهادی", "بهزاد کیانی", "مینا راد"), "قیمت خواست",
         "فرستادن پیش‌فاکتور", "آیا تخفیف بدهیم؟", "بله، پنج درصد", "جلسه در دفتر مشتری"),
    Team(SARA[1], MAJED, "الاسم,البريد الإلكتروني", ("شيماء الحربي", "بدر العتيبي", "منال الدوسري"), "طلب السعر",
         "إرسال عرض السعر", "هل نمنح خصما؟", "نعم، خمسة بالمئة", "اجتماع في مكتب العميل"),
    Team(SARA[2], EMMA, "Name,Email", ("Sherry Farrow", "Ben Kingsley", "Mina Rudd"), "Asked for a price",
         "Send the quote", "Shall we give a discount?", "Yes, five percent", "Meeting at the customer's"),
)  # fmt: skip


@pytest.fixture(params=TEAMS, ids=str)
def day(request, live, someone) -> Day:
    team = request.param
    return Day(live, team, someone(live, team.lead.name, team.lead.language),
               someone(live, team.rep.name, team.rep.language))  # fmt: skip


class Day:
    """The team at its two browsers, and what its people do there."""

    def __init__(self, live: Live, team: Team, lead: Person, rep: Person) -> None:
        self.live, self.team, self.lead, self.rep = live, team, lead, rep
        email = f"{team.rep.name}@%"
        self.rep_id, self.rep_name = live.rows("SELECT id, name FROM core_user WHERE email LIKE :email", email=email)[0]

    def email(self, place: int) -> str:
        return f"day{place}.{self.team}@day.example"

    def customers(self) -> list[int]:
        """Their numbers, in the order of the file."""
        return [self.live.one("SELECT id FROM contacts_contact WHERE email = :email AND deleted_at IS NULL",
                              email=self.email(place)) for place in range(len(self.team.customers))]  # fmt: skip

    def bring_in(self) -> None:
        page = self.lead.open(f"{CONTACTS}/import")
        page.set_input_files("#import-file", self.team.file)
        page.locator("[data-next]").click()
        page.wait_for_url(re.compile(r"/import/\d+$"))
        page.locator("button[name=act][value=continue]").click()
        page.wait_for_url("**/confirm")
        page.locator("[data-next]").click()
        expect(page.locator(".dw-result-head")).to_be_visible(timeout=60_000)

    def give_all(self) -> None:
        """All customers of the file to the colleague, from the list."""
        lead, page = self.lead, self.lead.page
        lead.open(f"{CONTACTS}?q=.{self.team}@day.example")
        page.locator("[data-select-page]").check()
        page.locator("[popovertarget=bulk-owner_id]").click()
        lead.pick(page.locator("#bulk-owner_id"), self.rep_name)
        page.locator("#bulk-owner_id [type=submit]").click()
        expect(lead.toast()).to_be_visible()

    def log_call(self, me: Person, customer: int, result: str) -> None:
        me.open(f"{CONTACTS}/{customer}")
        me.page.locator("[data-fresh=next] a[href*='form=call']").click()
        me.field("result").fill(result)
        me.save()
        expect(me.panel).to_have_count(0)
        expect(me.page.locator("#view-history")).to_contain_text(result)

    def plan(self, me: Person, subject: str, due: str) -> None:
        """A task about the record on the screen."""
        me.page.locator("[data-fresh=next] .dw-next-none a[href*='type=task']").click()
        me.field("subject").fill(subject)
        me.field("due_at").fill(due)
        me.save()
        expect(me.panel).to_have_count(0)

    def attach(self, me: Person, name: str) -> None:
        """A file to the record on the screen; its preview opens beside it."""
        me.page.locator("[role=tab]", has_text=FILES[me.language]).click()
        me.page.locator("[data-files] [data-files-choose]").set_input_files(paper(name))
        me.page.locator("[data-files] .dw-file-name", has_text=name).click()
        expect(me.page.locator("[data-look-place]")).to_contain_text(WORDS)
        me.page.keyboard.press("Escape")

    def hand_over(self, me: Person, subject: str) -> None:
        """A task about the record on the screen, to the colleague, from the record's own menu."""
        me.menu("record-menu").locator("a[href*='form=give']").click()
        me.field("subject").fill(subject)
        me.pick(me.panel.locator("[data-field=assignee_id]"), self.rep_name)
        me.save()
        expect(me.panel).to_have_count(0)

    def chat(self, me: Person, colleague: str, text: str, name: str) -> None:
        """A new conversation, and a message with a file in it."""
        me.open("/chat")
        fresh = me.menu("chat-new")
        fresh.locator("#chat-people").fill(colleague.split()[0])
        fresh.locator("[data-people] label", has_text=colleague).click()
        fresh.locator("[type=submit]").click()
        me.page.wait_for_url(re.compile(r"/chat/\d+$"))
        me.page.locator("[data-files-choose]").set_input_files(paper(name))
        expect(me.page.locator("[data-sent]")).to_contain_text(name)
        me.page.locator(".dw-chat-text").fill(text)
        me.page.keyboard.press("Enter")
        expect(me.page.locator("[data-thread] .dw-say-file")).to_contain_text(name)

    def say(self, me: Person, text: str, to: str = "") -> None:
        box = me.page.locator(".dw-composer textarea")
        box.fill(text + " ")
        if to:
            box.press_sequentially("@" + to.split()[0])
            me.page.locator(".dw-mentions [role=option]", has_text=to).first.click()
        me.page.locator(".dw-composer [type=submit]").click()
        expect(me.page.locator("#view-history")).to_contain_text(text)


def paper(name: str) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": WORDS.encode()}


def unread(me: Person) -> Locator:
    return me.page.locator("[data-unread] [data-unread-figure]")


def written(day: dt.date, calendar: str) -> str:
    """A day as somebody with this calendar types it."""
    return format_date(day, "en", calendar)


def share_papers(day, customer, lead_name):
    """A file lies with the customer, the record is handed over for checking, and the chat has another file."""
    team, lead, rep = day.team, day.lead, day.rep
    # A paper of his lies with the customer, and she hands it to him for checking from the record itself.
    day.attach(rep, team.paper)
    day.hand_over(lead, team.answer)
    rep.open("/activities/pages/mine")
    expect(rep.page.locator("main")).to_contain_text(team.answer)

    # In the chat he shows her another, with a link to the customer.
    day.chat(rep, lead_name, f"{CONTACTS}/{customer} ", team.paper)
    lead.open("/chat")
    lead.page.locator("a.dw-chat-line").first.click()
    expect(lead.page.locator(".dw-say-file")).to_contain_text(team.paper)
    expect(lead.page.locator(".dw-say-record")).to_contain_text(team.customers[0])


def meet(day):
    """An appointment is made in the calendar and moved by a key."""
    team, rep = day.team, day.rep
    # They agree to meet: in the calendar it stands on its day, and a key moves it to the next.
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    page = rep.open(f"/activities/activity/calendar?span=week&on={tomorrow}")
    page.locator(f"[data-on='{tomorrow}T08']").click()
    rep.field("subject").fill(team.meeting)
    rep.save()
    expect(rep.panel).to_have_count(0)
    expect(page.locator(f"[data-on='{tomorrow}T08']")).to_contain_text(team.meeting)
    page.locator(".dw-cal-item", has_text=team.meeting).locator("a").focus()
    with page.expect_navigation(), page.expect_response(lambda answer: answer.url.endswith("/move")) as moved:
        page.keyboard.press("Shift+ArrowLeft" if team.rep.language in ("fa", "ar") else "Shift+ArrowRight")
    assert moved.value.status < 400
    page.goto(f"{day.live.address}/activities/activity/calendar?span=week&on={tomorrow + dt.timedelta(days=1)}")
    expect(page.locator(f"[data-on='{tomorrow + dt.timedelta(days=1)}T08']")).to_contain_text(team.meeting)
    assert page_problems(page, team.rep.language) == []


def test_from_the_file_to_the_meeting(day):
    team, lead, rep = day.team, day.lead, day.rep
    rep.open("/")
    before = unread(rep).inner_text()

    day.bring_in()
    day.give_all()
    first = day.customers()[0]
    assert day.live.one("SELECT owner_id FROM contacts_contact WHERE id = :id", id=first) == day.rep_id
    expect(unread(rep)).not_to_have_text(before)

    # He calls, writes down what came of it, and plans what he promised.
    day.log_call(rep, first, team.call_result)
    yesterday = dt.date.today() - dt.timedelta(days=1)
    day.plan(rep, team.task, written(yesterday, team.rep.calendar))
    expect(rep.page.locator(".dw-head-next .dw-act-late")).to_contain_text(team.task)
    rep.open("/activities/pages/mine")
    late = rep.page.locator("section", has=rep.page.locator("h2.dw-act-late"))
    expect(late).to_contain_text(team.task)
    expect(late).to_contain_text(team.customers[0])

    # He asks back; she is told at once, and answers on the record.
    lead.open("/")
    before = unread(lead).inner_text()
    rep.open(f"{CONTACTS}/{first}")
    lead_name = day.live.one("SELECT name FROM core_user WHERE email LIKE :email", email=f"{team.lead.name}@%")
    day.say(rep, team.question, to=lead_name)
    expect(unread(lead)).not_to_have_text(before)
    lead.open("/notices")
    lead.page.locator(f"main a[href*='{CONTACTS}/{first}']").first.click()
    expect(lead.page.locator("#view-history")).to_contain_text(team.question)
    day.say(lead, team.answer)
    expect(rep.page.locator("#view-history")).to_contain_text(team.answer)
    assert page_problems(rep.page, team.rep.language) == []

    share_papers(day, first, lead_name)

    # The team's page of the lead knows who is late.
    lead.open(f"/activities/pages/team?person={day.rep_id}")
    expect(lead.page.locator("h2.dw-act-late + ul")).to_contain_text(team.task)

    meet(day)


def test_two_at_one_record_and_the_way_back(day):
    team, lead, rep = day.team, day.lead, day.rep
    lead.open("/")
    customer = lead.make(name=team.customers[1], email=f"two.{team}@day.example", city="1", owner_id=str(day.rep_id))
    for one in (lead, rep):
        one.open(f"{CONTACTS}/{customer}/edit")
    lead.page.locator("#f-city").fill(team.customers[1])
    rep.page.locator("#f-city").fill(team.customers[2])
    rep.page.locator("#f-note").fill(team.question)
    lead.page.locator("[data-save]").click()
    lead.page.wait_for_url(lambda address: "edit" not in address)
    rep.page.locator("[data-save]").click()
    versions = rep.page.locator(".dw-versions")
    expect(versions).to_have_count(1)
    expect(versions).to_contain_text(team.customers[1])
    expect(versions).to_contain_text(team.customers[2])
    assert page_problems(rep.page, team.rep.language) == []
    versions.locator(".dw-version", has_text=team.customers[1]).click()
    rep.page.locator("[data-save]").click()
    rep.page.wait_for_url(lambda address: "edit" not in address)
    city, note = day.live.rows("SELECT city, note FROM contacts_contact WHERE id = :id", id=customer)[0]
    assert (city, note) == (team.customers[1], team.question)


def test_on_the_road_with_the_phone(day, someone):
    team, lead = day.team, day.lead
    lead.open("/")
    customer = lead.make(name=team.customers[2], email=f"road.{team}@day.example", phone="+989121112233",
                         owner_id=str(day.rep_id))  # fmt: skip
    me = someone(day.live, team.rep.name, team.rep.language, viewport=PHONE, has_touch=True, is_mobile=True)
    me.open(CONTACTS)
    # The field stays while one types on, and the bar tells how many were found.
    me.page.locator("[data-open-toolbar]").tap()
    me.search(f"road.{team}")
    expect(me.row(team.customers[2])).to_be_visible()
    expect(me.page.locator("#list-q")).to_be_visible()
    found = me.page.locator("[data-toolbar]").get_attribute("data-note") or ""
    expect(me.page.locator("[data-bar-note]")).to_have_text(found)
    # While rows are chosen, nothing stands over what can be done with them.
    me.menu("list-menu").locator("[data-selecting]").tap()
    me.select(team.customers[2])
    expect(me.page.locator("[data-bulk-bar]")).to_be_visible()
    expect(me.page.locator(".dw-fab")).to_be_hidden()
    me.page.locator("[data-clear-selection]").tap()
    expect(me.page.locator(".dw-fab")).to_be_visible()
    me.row(team.customers[2]).locator(".dw-name-link").click()
    me.page.wait_for_url(f"**{CONTACTS}/{customer}")
    expect(me.page.locator("a[href^='tel:']:visible").first).to_have_attribute("href", "tel:+989121112233")
    assert page_problems(me.page, team.rep.language) == []
    me.menu("record-menu").locator("[data-log-call]").click()
    me.field("result").fill(team.call_result)
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    me.field("follow_up_at").fill(written(tomorrow, team.rep.calendar))
    me.save()
    expect(me.panel).to_have_count(0)
    expect(me.toast()).to_be_visible()
    me.open("/activities/pages/mine")
    expect(me.page.locator("main")).to_contain_text(team.customers[2])
    assert page_problems(me.page, team.rep.language) == []
