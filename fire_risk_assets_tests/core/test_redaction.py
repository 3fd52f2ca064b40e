"""No secret gets through, and what is no secret stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fire_risk_assets.core.redaction import redacted

SECRET = "hunter2"  # noqa: S105


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ann:hunter2@db/x is down",
        "postgresql://ann:hunter2/w@db/x is down",
        "postgresql+psycopg2://ann:hun@hunter2@db:5432/x",
        "s3://hunter2@bucket/x",
        "http://:hunter2@registry:5000",
        "at 'https://u:hunter2/w@h' and \"https://u:hunter2@h\"",
        'sent {"password": "hunter2"}',
        "sent {'password': 'hunter2', 'x': 1}",
        'sent {"client_secret":"a \\" hunter2"}',
        "Authorization: Bearer hunter2",
        "authorization: basic hunter2==",
        "token: Bearer hunter2",
        "MLFLOW_TRACKING_PASSWORD=hunter2",
        "MLFLOW_TRACKING_TOKEN = hunter2",
        "AWS_SECRET_ACCESS_KEY=hunter2",
        "password=hunter2 and TOKEN: hunter2",
        "https://h/x?token=hunter2&a=1",
        "https://h/x?X-Amz-Signature=hunter2",
        "api-key: hunter2, apikey=hunter2, pwd:hunter2",
    ],
)
def test_no_way_of_writing_a_secret_gets_through__s13(text):
    assert SECRET not in redacted(text)
    assert "***" in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "Table batches at sqlite:////home/ann/mlflow.db cannot be used: no such table: runs",
        "http://127.0.0.1:5000/#/models/tiny/versions/2",
        "Mail ann@example.org about file:///a/b and http://h:5000/x.",
        "cycle 2025-09-08: refuse: leak, row hash 9f86d081884c7d65",
        "home.password_policy is fine and the tokens were few",
        "the author is basic",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text):
    assert redacted(text) == text


PASSWORDS = st.text(
    st.characters(codec="ascii", exclude_categories=("Cc", "Z"), exclude_characters="\"'<>"),
    min_size=6,
).filter(lambda text: "*" not in text)


@given(password=PASSWORDS, user=st.from_regex(r"[a-z]{1,8}", fullmatch=True))
def test_no_password_in_an_address_gets_through_whatever_it_is__s13(password, user):
    said = redacted(f"cannot reach postgresql://{user}:{password}@db.host/mlflow now")
    assert said == "cannot reach postgresql://***@db.host/mlflow now"


@given(password=PASSWORDS)
def test_no_quoted_value_of_a_secret_name_gets_through(password):
    value = password.replace("\\", "/")
    assert redacted(f'{{"db_password": "{value}"}}') == '{"db_password": "***"}'


@given(st.text())
def test_redacting_twice_changes_nothing_more(text):
    assert redacted(redacted(text)) == redacted(text)
