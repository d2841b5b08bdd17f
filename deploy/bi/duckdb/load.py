"""Loads a BI topic into a DuckDB file and goes on from where it stopped.

    python load.py --brokers localhost:9092 --database chain.duckdb --table receipt_lines

Each run reads up to the end of the topic. The positions stand in the file beside the rows and move in the same
transaction, so that a run that is killed changes nothing; repeats of a row are passed over by its key.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

import duckdb
from kafka import KafkaConsumer, TopicPartition

TOPICS = {"receipt_lines": "bi.receipt-lines.v1", "daily_sales": "bi.daily-sales.v1"}
ROWS_PER_TRANSACTION = 50_000


def main() -> None:
    options = arguments()
    database = duckdb.connect(options.database)
    schema = Path(__file__).with_name(options.table.replace("_", "-") + ".sql")
    database.execute(schema.read_text(encoding="utf-8"))
    database.execute(
        "CREATE TABLE IF NOT EXISTS kafka_position (topic VARCHAR, partition INTEGER, next_offset BIGINT, "
        "PRIMARY KEY (topic, partition))"
    )
    loaded = load(database, options)
    print(json.dumps({"table": options.table, "records": loaded}))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", required=True, help="host:port, separated by commas")
    parser.add_argument("--database", required=True, help="the DuckDB file; made when it is not there")
    parser.add_argument("--table", required=True, choices=sorted(TOPICS))
    return parser.parse_args()


def load(database: duckdb.DuckDBPyConnection, options: argparse.Namespace) -> int:
    topic = TOPICS[options.table]
    consumer = KafkaConsumer(
        bootstrap_servers=options.brokers.split(","), enable_auto_commit=False, auto_offset_reset="earliest"
    )
    partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or [])]
    consumer.assign(partitions)
    for partition in partitions:
        seek(database, consumer, partition)
    ends = consumer.end_offsets(partitions)
    columns = {name: kind for name, kind, *_ in database.execute(f"DESCRIBE {options.table}").fetchall()}
    loaded = 0
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        records = [
            record
            for batch in consumer.poll(timeout_ms=1_000, max_records=ROWS_PER_TRANSACTION).values()
            for record in batch
            if record.value is not None
        ]
        store(database, options.table, columns, records, {p: consumer.position(p) for p in partitions})
        loaded += len(records)
    consumer.close()
    return loaded


def seek(database: duckdb.DuckDBPyConnection, consumer: KafkaConsumer, partition: TopicPartition) -> None:
    row = database.execute(
        "SELECT next_offset FROM kafka_position WHERE topic = ? AND partition = ?",
        [partition.topic, partition.partition],
    ).fetchone()
    if row is None:
        consumer.seek_to_beginning(partition)
    else:
        consumer.seek(partition, row[0])


def store(database, table, columns, records, positions) -> None:
    """The rows and the positions behind them: both or neither."""
    handle, name = tempfile.mkstemp(suffix=".ndjson")
    try:
        with os.fdopen(handle, "wb") as lines:
            lines.writelines(record.value + b"\n" for record in records)
        database.execute("BEGIN")
        if records:
            database.execute(
                f"INSERT OR IGNORE INTO {table} BY NAME SELECT * FROM "
                "read_json(?, format = 'newline_delimited', columns = " + struct(columns) + ")",
                [name],
            )
        for partition, offset in positions.items():
            database.execute(
                "INSERT OR REPLACE INTO kafka_position VALUES (?, ?, ?)",
                [partition.topic, partition.partition, offset],
            )
        database.execute("COMMIT")
    finally:
        os.unlink(name)


def struct(columns: dict) -> str:
    return "{" + ", ".join(f"{name}: '{kind}'" for name, kind in columns.items()) + "}"


if __name__ == "__main__":
    main()
