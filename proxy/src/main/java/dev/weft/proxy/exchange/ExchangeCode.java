package dev.weft.proxy.exchange;

import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.route.RouteCode;
import dev.weft.proxy.session.Refusal;

/** What the caller's sidecar finds wrong with a request's way; docs/errors.md says what to do about each. */
enum ExchangeCode {
    /** The endpoint ended the session, or it was lost, without a response. */
    NO_RESPONSE("WEFT-H030", 502),
    /** The endpoint's response cannot be framed. */
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

    /** The answer that a route has for it. */
    static GateRefusal of(RouteCode code, String reason) {
        return new GateRefusal(code.text(), code.status(), reason);
    }

    /** The answer to a request that reached no application: 403 where it may not, 429 where there were too many, 503 for all else. */
    static GateRefusal of(Refusal refusal) {
        boolean told = refusal.status() == FORBIDDEN || refusal.status() == Denial.TOO_MANY_REQUESTS;
        return new GateRefusal(refusal.code(), told ? refusal.status() : UNAVAILABLE, refusal.reason());
    }
}
