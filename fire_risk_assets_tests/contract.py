"""What the product is held to, by name: faults survived, bad inputs met, attacks that get nowhere.

A test takes part by its name or id: `…__f21`, `F3-TRAIN:before`, `…__b5_b8`, `B33-nan-label`,
`…__s7`. A bad file is one of Parquet where name or id say so, else of CSV. The test run prints the
tables (`tried.py`); a number or a format nobody tries fails `house/test_contract.py`.
"""

import re

_PARQUET = re.compile(r"(?<=[_\[-])parquet(?=$|[\[\]_-])")
_NUMBER = re.compile(r"(?:(?<=[_\[-])|^)([fFbBsS])([1-9]\d?)(?=$|[\[\]_-])")

FAULTS = {
    "F1": "SIGKILL at LEASE, before and after",
    "F2": "SIGKILL at RECONCILE, before and after",
    "F3": "SIGKILL at TRAIN, before and after",
    "F4": "SIGKILL at LOADS, before and after",
    "F5": "SIGKILL at REGISTER, before and after",
    "F6": "SIGKILL at JUDGE, before and after",
    "F7": "SIGKILL at COMMIT, before and after",
    "F8": "SIGKILL at READBACK, before and after",
    "F9": "SIGKILL at ALIAS, before and after",
    "F10": "SIGKILL at STAGE, before and after",
    "F11": "SIGKILL at VERIFY, before and after",
    "F12": "SIGKILL at REPORT, before and after",
    "F13": "SIGKILL at every rename and link",
    "F14": "one cycle asked for twice in a row, and four times at once",
    "F15": "eight promoters of one model at once, some killed, and a reader",
    "F16": "eight processes promoting twenty models",
    "F17": "a promoter stopped before ALIAS, another promotes, the first goes on",
    "F18": "the registry's reply is lost",
    "F19": "the registry is down at each step",
    "F20": "the registry is slow or answers errors",
    "F21": "a database is locked",
    "F22": "the disk is full at each kind of write",
    "F23": "a folder is read-only",
    "F24": "a write fails with EIO",
    "F25": "the clock jumps ten years, runs backwards, or changes its hour",
    "F26": "the power is cut: what was not synced is gone",
    "F27": "an artifact is uploaded in part",
    "F28": "an artifact changes after its promotion",
    "F29": "alias, stage or version changed by hand",
    "F30": "torn and foreign files in a Delta log",
    "F31": "VACUUM of 0 hours and an expired log",
    "F32": "a killed run stays started; its key is used up",
    "F33": "no daemon for 30 ticks; two daemons; a storm of ticks",
    "F34": "the code server dies or is loaded anew in mid-run; the code changes",
    "F35": "four processes start an empty home at once",
    "F36": "Spark dies; a second JVM writes",
}

REJECTED, SET_ASIDE, NORMALISED = "file refused", "row set aside", "taken, counted"
CAUGHT = "cycle refused"
TEXT = f"{SET_ASIDE}; text column of Parquet refused"
BAD_INPUTS = {
    "B1": ("empty file", REJECTED),
    "B2": ("header only", REJECTED),
    "B3": ("missing file", REJECTED),
    "B4": ("folder instead of a file", REJECTED),
    "B5": ("symlink out of the inbox", REJECTED),
    "B6": ("file still growing", REJECTED),
    "B7": ("500 MB file", "streamed, or refused over the cap"),
    "B8": ("one line without end", REJECTED),
    "B9": ("gzip named .csv", REJECTED),
    "B10": ("UTF-16", REJECTED),
    "B11": ("cp1252", REJECTED),
    "B12": ("NUL byte", REJECTED),
    "B13": ("binary junk", REJECTED),
    "B14": ("zip bomb", REJECTED),
    "B15": ("same file twice", "recorded answer given again"),
    "B16": ("same name, other content", REJECTED),
    "B17": ("no header", REJECTED),
    "B18": ("swapped columns", "taken by name; values out of range set aside"),
    "B19": ("renamed column", REJECTED),
    "B20": ("missing column", REJECTED),
    "B21": ("extra column", REJECTED),
    "B22": ("duplicate header", REJECTED),
    "B23": ("semicolons", REJECTED),
    "B24": ("blanks in header or values", NORMALISED),
    "B25": ("byte order mark", NORMALISED),
    "B26": ("trailing comma", REJECTED),
    "B27": ("unclosed quote", REJECTED),
    "B28": ("short row", SET_ASIDE),
    "B29": ("long row", SET_ASIDE),
    "B30": ("blank lines", NORMALISED),
    "B31": ("line ends of CR alone", REJECTED),
    "B32": ("column type drifts between files", REJECTED),
    "B33": ("label NaN", SET_ASIDE),
    "B34": ("feature NaN", SET_ASIDE),
    "B35": ("inf", SET_ASIDE),
    "B36": ("-Infinity", SET_ASIDE),
    "B37": ("1e400", SET_ASIDE),
    "B38": ("decimal comma", TEXT),
    "B39": ("thousands separator", TEXT),
    "B40": ("hexadecimal", TEXT),
    "B41": ("8_2", TEXT),
    "B42": ("digits of another script", TEXT),
    "B43": ("TRUE in a number", TEXT),
    "B44": ("integer overflow", SET_ASIDE),
    "B45": ("7.9 in an integer column", SET_ASIDE),
    "B46": ("-0.0", NORMALISED),
    "B47": ("text in a number", TEXT),
    "B48": ("NA in a category", SET_ASIDE),
    "B49": ("off the grid of cells", SET_ASIDE),
    "B50": ("latitude or longitude out of range, or exchanged", SET_ASIDE),
    "B51": ("relative humidity 0 or over 100", SET_ASIDE),
    "B52": ("negative rain, wind or area", SET_ASIDE),
    "B53": ("month foo; MAR", "row set aside; case counted"),
    "B54": ("FFMC over 101, 80 °C", SET_ASIDE),
    "B55": ("other units", REJECTED),
    "B56": ("area larger than the cell", SET_ASIDE),
    "B57": ("duplicate key, same values", NORMALISED),
    "B58": ("duplicate key, other values", "both rows set aside"),
    "B59": ("date in the future", SET_ASIDE),
    "B60": ("30 February; hour that clocks skip", SET_ASIDE),
    "B61": ("label older than its fire; correction of a used label", "row set aside; new cycle"),
    "B62": ("row of the frozen holdout trained on", CAUGHT),
    "B63": ("feature that is the label", CAUGHT),
    "B64": ("constant or null feature, one class, one row", "named; nothing decided on too little"),
    "B65": ("formula or script text", "stored inert, shown escaped"),
    "B66": ("frozen holdout or labels replaced", CAUGHT),
}

_OF_TEXT = "no lines, separators or quotes"
NO_SUCH = {
    "parquet": {
        "B10": "its text is UTF-8, whatever the machine",
        "B17": "columns always have names",
        "B23": _OF_TEXT,
        "B25": "no bytes before its text",
        "B26": _OF_TEXT,
        "B27": _OF_TEXT,
        "B28": "every row has every column",
        "B29": "every row has every column",
        "B30": _OF_TEXT,
        "B31": _OF_TEXT,
        "B37": "a double is in range or infinite, which is B35",
    },
    "csv": {"B32": "no column types; a cell that is no number is B47"},
}
"""What a format cannot express, and why. Text in a number (B38 to B43, B47) makes a text column of
Parquet, which is refused whole as B32."""

NO_FILES = ("B62", "B63", "B64", "B66")
"""Met after the border, by cycles."""

SECURITY = {
    "S1": "only a recorded version loads, its digest checked first",
    "S2": "an artifact that asks for more than our format is refused",
    "S3": "hostile artifacts run nothing",
    "S4": "models load in a child without secrets, network, commands",
    "S5": "one grammar of names at every border",
    "S6": "no path leads out of the home or the inbox",
    "S7": "no outside text in SQL or a filter",
    "S8": "servers listen on loopback; 0.0.0.0 is refused",
    "S9": "Dagster's pages, which ask for no login, are on loopback",
    "S10": "MLflow refuses foreign hosts and runs no jobs",
    "S11": "accounts and rights where MLflow is shared",
    "S12": "a secret reaches no log, event, tag, table",
    "S13": "passwords of addresses are masked",
    "S14": "the home is its owner's alone",
    "S15": "no pickle, eval, yaml.load, joblib",
    "S16": "foreign text is escaped on terminals, pages, in CSV",
    "S17": "what may be large has a cap",
    "S18": "dependencies are locked by hash, our code passes bandit",
    "S19": "the ledger and the data tables take appends only",
    "S20": "telemetry is off",
}
LATER = {
    "S11": "a server for several people is not served by us yet",
}
"""What of these numbers waits for a part the product does not have yet."""

NOT_YET = ("S11",)
"""Tried by no test, as `LATER` says."""


def numbers_in(name: str) -> set[str]:
    """Return the faults, bad inputs and points of security a test's name says it tries.

    >>> sorted(numbers_in("test_a_symlink_is_never_followed__b5"))
    ['B5']
    >>> sorted(numbers_in("test_blanks__b24_b25[F3-TRAIN:before]"))
    ['B24', 'B25', 'F3']
    >>> sorted(numbers_in("test_one_endless_line_is_refused__b8_s17[CR]"))
    ['B8', 'S17']
    >>> numbers_in("test_bad_f1x[10-9]")
    set()
    """
    return {letter.upper() + number for letter, number in _NUMBER.findall(name)}


def format_of(name: str) -> str:
    """Return the format of the file a test of a bad input offers.

    >>> format_of("test_a_symlink_is_never_followed__b5[parquet]")
    'parquet'
    >>> format_of("test_a_bad_row_is_set_aside[csv-B33-nan-label]")
    'csv'
    """
    return "parquet" if _PARQUET.search(name) else "csv"
