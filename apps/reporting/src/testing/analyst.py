"""What an analyst does by hand, for the tests: prints the answer of a query as one JSON list of lists.

    python analyst.py duckdb FILE QUERY
    python analyst.py clickhouse DDL_FILE BROKERS TOPIC QUERY
"""

import json
import sys
import tempfile
from pathlib import Path


def main(tool: str, *rest: str) -> None:
    rows = duckdb_rows(*rest) if tool == "duckdb" else clickhouse_rows(*rest)
    print(json.dumps(rows))


def duckdb_rows(file: str, query: str) -> list:
    import duckdb

    return [list(map(plain, row)) for row in duckdb.connect(file).execute(query).fetchall()]


def clickhouse_rows(ddl_file: str, brokers: str, topic: str, query: str) -> list:
    """Everything on the topic, repeats included, goes into the table of the DDL."""
    from chdb import session

    clickhouse = session.Session()
    for statement in statements(ddl_file):
        run(clickhouse, statement)
    table = Path(ddl_file).stem.replace("-", "_")
    with tempfile.NamedTemporaryFile(suffix=".ndjson") as lines:
        for value in topic_values(brokers, topic):
            lines.write(value + b"\n")
        lines.flush()
        # Two parts that nobody merged, as a running ClickHouse has them.
        for _ in range(2):
            clickhouse.query(
                f"INSERT INTO potok.{table} SELECT * FROM file('{lines.name}', JSONEachRow) "
                "SETTINGS date_time_input_format = 'best_effort', input_format_skip_unknown_fields = 1"
            )
    answer = str(clickhouse.query(query, "JSONCompactEachRow"))
    return [[plain(value) for value in json.loads(line)] for line in answer.splitlines() if line]


def statements(file: str) -> list:
    text = "\n".join(
        line for line in Path(file).read_text(encoding="utf-8").splitlines() if not line.startswith("--")
    )
    return [statement.strip() for statement in text.split(";\n") if statement.strip()]


def run(clickhouse, statement: str) -> None:
    """The library takes no part in Kafka: it reads and checks such a table, then says that this is shut down."""
    try:
        clickhouse.query(statement)
    except Exception as error:
        needs_kafka = "ENGINE = Kafka" in statement or "_queue" in statement
        expected = "Shutdown was called" in str(error) or "UNKNOWN_TABLE" in str(error)
        if not (needs_kafka and expected):
            raise


def topic_values(brokers: str, topic: str):
    from kafka import KafkaConsumer, TopicPartition

    consumer = KafkaConsumer(bootstrap_servers=brokers.split(","), enable_auto_commit=False)
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends = consumer.end_offsets(partitions)
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        for batch in consumer.poll(timeout_ms=1_000).values():
            yield from (record.value for record in batch if record.value is not None)
    consumer.close()


def plain(value):
    """Databases give sums back as text or as a wide integer."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return str(value)


if __name__ == "__main__":
    main(*sys.argv[1:])
