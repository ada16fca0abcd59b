package dev.weft.proxy.route;

/** Why the caller's sidecar answers a request by its routes; docs/errors.md says what to do about each. */
public enum RouteCode {
    /** No match is met by the request. */
    NO_ROUTE("WEFT-H050", 404),
    /** The rule has no backend that requests can go to. */
    NO_BACKEND("WEFT-H051", 500),
    /** The rule's time for the request or an attempt is over. */
    TIMED_OUT("WEFT-H052", 504);

    private final String text;
    private final int status;

    RouteCode(String text, int status) {
        this.text = text;
        this.status = status;
    }

    /** As headers and logs show it. */
    public String text() {
        return text;
    }

    /** The status of the answer. */
    public int status() {
        return status;
    }
}
