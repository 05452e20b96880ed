"""Publishes the finished report: files in the bucket, and a message with verdict and link."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from snapback.model.effects import Call, Document, Step
from snapback.report.message import message
from snapback.report.page.words import headline

_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}
_TYPES = {"report.json": "application/json", "report.html": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where reports go: a bucket, and a topic that is told of each; empty is none."""

    bucket: str = ""
    topic_arn: str = ""


def store(report: Document, bucket: str) -> Step[dict[str, str]]:
    """Write both files into the stack's own bucket; `{page, json, console}`, or {} if it refuses.

    There is no `console` in a partition whose console is not known.
    """
    from snapback.report.page.render import page  # noqa: PLC0415  # no report may fail for want of a page

    name = report["experiment_id"]
    bodies = {"report.json": json.dumps(report, indent=2), "report.html": page(report)}
    for file, body in bodies.items():
        params = {"Bucket": bucket, "Key": f"{name}/{file}", "Body": body}
        params["ContentType"] = _TYPES[file]
        answer = yield from Call("s3", "PutObject", params, at_home=True, changes=True)
        if not answer.done:
            return {}
    return {
        "page": f"s3://{bucket}/{name}/report.html",
        "json": f"s3://{bucket}/{name}/report.json",
        **_in_console(report["execution_arn"], bucket, f"{name}/report.html"),
    }


def _in_console(execution_arn: str, bucket: str, key: str) -> dict[str, str]:
    """Where a person finds an object, if the console of the partition is known."""
    _, partition, _, region, *_ = execution_arn.split(":")
    if not (host := _CONSOLES.get(partition)):
        return {}
    address = f"https://{host}/s3/object/{bucket}?region={region}&prefix={quote(key, safe='')}"
    return {"console": address}


def tell(report: Document, links: Mapping[str, str], topic_arn: str) -> Step[bool]:
    """Publish the verdict in words, with the link; answers whether the topic took it."""
    name, status = report["experiment_id"], report["status"]
    lines = [
        f"Experiment {name}: {status.upper()}. {headline(report)}",
        *(
            f"{each['verdict']}: {each['type']}: {each['reason']}"
            for each in report["expectations"]
        ),
        links.get("console")
        or links.get("page")
        or f"The report is the output of {report['execution_arn']}",
    ]
    answer = yield from message(topic_arn, f"Snapback: {status}: {name}", lines)
    return answer.done


def publish(report: Document, outlets: Outlets) -> Step[dict[str, str]]:
    """Store the report and announce it, where there is a bucket and a topic; answers the links."""
    links = (yield from store(report, outlets.bucket)) if outlets.bucket else {}
    if outlets.topic_arn:
        yield from tell(report, links, outlets.topic_arn)
    return links


def restore_seconds(report: Document) -> float | None:
    """From the planned end of the last window to its last restore; None if it ended early."""
    last = [each for each in report["targets"] if each["restored_at"] and each["in_force_at"]]
    if not last or report["ended_early"] or report["failure"]:
        return None
    held = report["experiment"]["total_chaos_duration"]
    ended: float = max(each["in_force_at"] for each in last) + held
    back: float = max(each["restored_at"] for each in last)
    return max(0.0, back - ended)
