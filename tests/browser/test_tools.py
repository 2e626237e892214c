"""The tools of the other browser tests find what they are there to find."""

import pytest
from playwright.sync_api import Error

from tests.processes import wait_until


def test_axe_finds_faults(page, axe):
    page.set_content("<html lang=en><title>T</title><main><h1>T</h1><img src=x></main>")

    assert [fault.split(":")[0] for fault in axe(page)] == ["image-alt"]


def test_axe_works_under_our_policy_and_finds_nothing_on_the_page_of_404(page, axe):
    page.goto("/no-such-page")

    assert page.get_by_role("heading", name="Page not found").is_visible()
    assert axe(page) == []


def test_the_watch_sees_a_broken_policy(page, browser_watch):
    page.goto("/no-such-page")
    page.evaluate("document.body.setAttribute('style', 'color: red')")

    wait_for(page, browser_watch.policy_violations)
    assert browser_watch.policy_violations.pop().startswith("style-src-attr: inline ")


def test_the_watch_sees_a_request_to_another_host(page, browser_watch):
    with pytest.raises(Error):
        page.goto("http://127.0.0.1:9/elsewhere")

    assert browser_watch.foreign_requests == ["http://127.0.0.1:9/elsewhere"]
    browser_watch.foreign_requests.clear()


def test_the_watch_sees_a_fault_in_a_script(page, browser_watch):
    page.goto("/no-such-page")
    page.evaluate("setTimeout(() => { throw new Error('seeded') })")

    wait_for(page, browser_watch.script_errors)
    assert "seeded" in browser_watch.script_errors.pop()


def wait_for(page, events):
    """Playwright hands events over only while it is asked something."""
    wait_until(lambda: page.evaluate("1") and events, what="an event of the page")
