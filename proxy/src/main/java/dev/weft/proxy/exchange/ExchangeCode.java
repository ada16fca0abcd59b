package dev.weft.proxy.exchange;

import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.route.RouteCode;
import dev.weft.proxy.session.Refusal;

/**
 * Errors that the caller's sidecar finds while it carries a request; docs/errors.md says what to do about each code.
 */
enum ExchangeCode {
    /** The endpoint ended the session, or the session was lost, without a response. */
    NO_RESPONSE("WEFT-H030", 502),
    /** The endpoint's response has no clear framing. */
    UNREADABLE_RESPONSE("WEFT-H031", 502),
    /** The body of a request is malformed. */
    MALFORMED_BODY("WEFT-H032", 400);

    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;

    private final String text;
    private final int status;

    ExchangeCode(String text, int status) {
        this.text = text;
        this.status = status;
    }

    GateRefusal of(String reason) {
        return new GateRefusal(text, status, reason);
    }

    /** Returns the response for an error of a route. */
    static GateRefusal of(RouteCode code, String reason) {
        return new GateRefusal(code.text(), code.status(), reason);
    }

    /**
     * Returns the response to a request that reached no application: 403 if it is not allowed, 429 if there were too
     * many requests, otherwise 503.
     */
    static GateRefusal of(Refusal refusal) {
        boolean told = refusal.status() == FORBIDDEN || refusal.status() == Denial.TOO_MANY_REQUESTS;
        return new GateRefusal(refusal.code(), told ? refusal.status() : UNAVAILABLE, refusal.reason());
    }
}
