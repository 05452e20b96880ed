from tests.crash_matrix.judgement import problems
from tests.crash_matrix.scenarios import asked_of
from tests.fakes.cloud.metered import metered
from tests.fakes.quota import Window
from tests.fakes.traffic import is_control

TARGETS = 12


def test_a_dozen_targets_come_back_although_others_take_a_third_of_the_quota() -> None:
    with metered(TARGETS, control_plane=Window(others_per_second=5)) as made:
        execution = made.start(asked_of(made))
        made.run()
        assert problems(made) == []
        assert (execution.status, execution.error) == ("SUCCEEDED", None)
        assert len(made.mappings.deleted) == TARGETS


def test_everything_that_was_sent_is_counted() -> None:
    with metered(1) as made:
        execution = made.start(asked_of(made))
        made.run()
        control = [each for each in made.wire.seen if is_control(each.service, each.operation)]
        refused = [each for each in control if each.answer.startswith("429")]
        quota = made.wire.traffic.control_plane
        assert quota
        assert (quota.admitted + quota.refused, quota.refused) == (len(control), len(refused))
        table = [each for each in made.wire.seen if each.service == "dynamodb"]
        assert made.items.units.requests.total() == len(table)
        tasks = [each for each in made.lambdas.ran if each.module != "sweep"]
        assert 5 * len(tasks) < execution.events < 5 * execution.transitions
        assert all(each.ended_at > each.began_at for each in tasks)
