package dev.weft.proxy.route;

/**
 * Why the caller's sidecar itself answers a request because of its routes; docs/errors.md says what to do about each
 * code.
 */
public enum RouteCode {
    /** The request meets no match. */
    NO_ROUTE("WEFT-H050", 404),
    /** The rule has no backend that the request can be sent to. */
    NO_BACKEND("WEFT-H051", 500),
    /** The rule's timeout for the request or for an attempt has passed. */
    TIMED_OUT("WEFT-H052", 504);

    private final String text;
    private final int status;

    RouteCode(String text, int status) {
        this.text = text;
        this.status = status;
    }

    /** Returns the code as headers and logs show it. */
    public String text() {
        return text;
    }

    /** Returns the status of the response. */
    public int status() {
        return status;
    }
}
