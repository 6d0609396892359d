import asyncio

from shapewright.lsp.scheduler import Scheduler, Ticket


class Work:
    """Runs until it is released, and writes down what happened."""

    def __init__(self, **options: float):
        self.started: list[str] = []
        self.interrupted: list[str] = []
        self.tickets: dict[str, Ticket] = {}
        self.gates: dict[str, asyncio.Event] = {}
        self.scheduler = Scheduler(self, self.interrupted.append, **options)

    async def __call__(self, ticket: Ticket) -> None:
        self.started.append(ticket.entry)
        self.tickets[ticket.entry] = ticket
        gate = self.gates[ticket.entry] = asyncio.Event()
        await gate.wait()

    async def release(self, entry: str) -> None:
        self.gates[entry].set()
        for _ in range(10):  # turns of the loop, and no time
            await asyncio.sleep(0)


async def test_work_starts_at_once():
    work = Work()
    work.scheduler.submit("a")
    await asyncio.sleep(0)
    assert work.started == ["a"]
    assert work.scheduler.busy("a")
    await work.release("a")
    assert not work.scheduler.busy("a")


async def test_many_edits_during_a_run_become_one_run():
    work = Work()
    work.scheduler.submit("a")
    await asyncio.sleep(0)
    for _ in range(5):
        work.scheduler.submit("a")
    assert work.tickets["a"].superseded
    await work.release("a")
    assert work.started == ["a", "a"]
    assert not work.tickets["a"].superseded
    await work.release("a")
    assert work.started == ["a", "a"]


async def test_a_long_run_is_interrupted_once_something_newer_waits():
    work = Work(patience=0.05)
    work.scheduler.submit("a")
    await asyncio.sleep(0.01)
    assert work.interrupted == []
    work.scheduler.submit("a")
    while not work.interrupted:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert work.interrupted == ["a"]


async def test_a_run_that_ends_in_time_is_not_interrupted():
    work = Work(patience=0.2)
    work.scheduler.submit("a")
    await asyncio.sleep(0)
    work.scheduler.submit("a")
    work.gates["a"].set()
    while len(work.started) < 2:  # without a pause, so that the first one ends before its patience does
        await asyncio.sleep(0)
    await asyncio.sleep(0.4)
    assert work.interrupted == []


async def test_the_entry_asked_for_last_goes_first():
    work = Work(limit=1)
    for entry in "abc":
        work.scheduler.submit(entry)
    await asyncio.sleep(0)
    assert work.started == ["a"]
    await work.release("a")
    assert work.started == ["a", "c"]
    work.scheduler.submit("a")
    await work.release("c")
    assert work.started == ["a", "c", "a"]
    await work.release("a")
    assert work.started == ["a", "c", "a", "b"]
    await work.release("b")
    await asyncio.wait_for(work.scheduler.drained(), 60)


async def test_entries_run_beside_each_other_up_to_the_limit():
    work = Work(limit=2)
    for entry in "abc":
        work.scheduler.submit(entry)
    await asyncio.sleep(0)
    assert work.started == ["a", "b"]


async def test_a_closed_entry_is_not_run_again():
    work = Work()
    work.scheduler.submit("a")
    await asyncio.sleep(0)
    work.scheduler.submit("a")
    work.scheduler.withdraw("a")
    while not work.interrupted:
        await asyncio.sleep(0)
    assert work.interrupted == ["a"]
    await work.release("a")
    assert work.started == ["a"]
    await asyncio.wait_for(work.scheduler.drained(), 60)


async def test_waiting_for_an_entry_ends_in_time():
    work = Work()
    work.scheduler.submit("a")
    await asyncio.sleep(0)
    assert not await work.scheduler.settled("a", 0.02)
    waiter = asyncio.ensure_future(work.scheduler.settled("a", 60))
    await work.release("a")
    assert await waiter
    assert await work.scheduler.settled("b", 0)


async def test_work_that_raises_does_not_stop_the_rest():
    calls: list[str] = []

    async def fail(ticket: Ticket) -> None:
        calls.append(ticket.entry)
        raise RuntimeError(ticket.entry)

    scheduler = Scheduler(fail, calls.append)
    scheduler.submit("a")
    await asyncio.wait_for(scheduler.drained(), 60)
    scheduler.submit("a")
    await asyncio.wait_for(scheduler.drained(), 60)
    assert calls == ["a", "a"]
    assert not scheduler.busy("a")
