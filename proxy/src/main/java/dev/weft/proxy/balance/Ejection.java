package dev.weft.proxy.balance;

/** Why an endpoint is ejected for a time. */
public enum Ejection {
    /** It could not be reached, or answered that it is not ready. */
    UNREACHABLE("unreachable"),
    /** Several of its requests failed in a row. */
    FAILURES("failures"),
    /** Most of its recent requests failed, though not in a row. */
    FAILURE_SHARE("failure-share"),
    /** Its application asked to be left alone for a time: see {@link RetryLater}. */
    RETRY_LATER("retry-later");

    private final String text;

    Ejection(String text) {
        this.text = text;
    }

    /** Returns the reason as metrics name it. */
    public String text() {
        return text;
    }
}
