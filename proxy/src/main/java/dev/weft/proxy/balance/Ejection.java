package dev.weft.proxy.balance;

/** Why an endpoint is left out for a time. */
public enum Ejection {
    /** It could not be reached, or said that it is not ready. */
    UNREACHABLE("unreachable"),
    /** Its requests failed, several in a row. */
    FAILURES("failures");

    private final String text;

    Ejection(String text) {
        this.text = text;
    }

    /** As metrics name it. */
    public String text() {
        return text;
    }
}
