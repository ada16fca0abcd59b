package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.session.Refusal;

/**
 * The reason why a request is not passed on, or why a gate broke off a connection.
 *
 * @param code WEFT-H… if the sidecar refused, or WEFT-P… if a policy did
 * @param status HTTP status of the answer that the caller got, or would have got if a response had been possible
 * @param reason a sentence for people; it repeats nothing of what a peer sent
 */
public record GateRefusal(String code, int status, String reason) {

    /** Returns a refusal with the usual status of the code. */
    public static GateRefusal of(Code code, String reason) {
        return new GateRefusal(code.text(), code.status(), reason);
    }

    /** Returns the refusal of a request over HTTP/2 whose head has more than {@code most} octets. */
    static GateRefusal requestHead(int most) {
        return of(Code.HEAD_TOO_LARGE, "fields of more than " + most + " octets in a request's head");
    }

    /** Returns the refusal of a response over HTTP/2 whose head has more than {@code most} octets. */
    public static GateRefusal responseHead(int most) {
        return of(
                Code.RESPONSE_HEAD,
                "the response's head has more than " + most + " octets, which is more than a sidecar takes");
    }

    /** Returns the refusal of a request over HTTP/2 with which the caller broke a rule. */
    public static GateRefusal brokenByCaller(Http2Violation violation) {
        return of(Code.BROKEN_BY_CALLER, String.valueOf(violation.getMessage()));
    }

    /** Returns the refusal of an open request that policy must judge now, and cannot. */
    public static GateRefusal unjudged() {
        Refusal refusal = Refusal.of(
                Refusal.Code.JUDGED_BY_REQUEST,
                "the request was made before policy judged requests on this port, and can be read in two ways");
        return new GateRefusal(refusal.code(), refusal.status(), refusal.reason());
    }

    /** Returns the same refusal for the session's end. */
    public Refusal toRefusal() {
        return new Refusal(code, status, reason);
    }

    @Override
    public String toString() {
        return code + ": " + reason;
    }

    /** The faults that a sidecar finds in requests and responses. The page docs/errors.md says what to do about each. */
    public enum Code {
        /** The head of a request can be understood in different ways, or not at all. */
        MALFORMED("WEFT-H001", 400),
        /** The length of a request's body is missing, or is stated in two ways. */
        FRAMING("WEFT-H002", 400),
        /** The Host field is missing, repeated or malformed, or differs from the target's host. */
        HOST("WEFT-H003", 400),
        /** The path is not in normal form, or policy cannot judge it. */
        PATH("WEFT-H004", 400),
        /** The version is neither HTTP/1.0 nor HTTP/1.1. */
        VERSION("WEFT-H005", 505),
        /** The request line is too long. */
        LINE_TOO_LONG("WEFT-H006", 414),
        /** The head is too large, or has too many fields. */
        HEAD_TOO_LARGE("WEFT-H007", 431),
        /** The method is CONNECT, which is not carried here, or the transfer coding is not chunked. */
        NOT_IMPLEMENTED("WEFT-H008", 501),
        /** The chunks or trailers of a request's body are malformed or too large. */
        BODY("WEFT-H009", 400),
        /** The expectation is not 100-continue. */
        EXPECTATION("WEFT-H010", 417),
        /** The application's response cannot be framed. */
        RESPONSE("WEFT-H011", 502),
        /** The application sent a response that no request asked for. */
        UNASKED("WEFT-H012", 502),
        /** A denied request's body is too long to be read and dropped. */
        DENIED_BODY("WEFT-H013", 403),
        /**
         * The application answered a request that waited for 100 (Continue), so it is unknown whether its body follows.
         */
        BODY_NOT_ASKED_FOR("WEFT-H014", 403),
        /** The caller broke the protocol of HTTP/2. */
        BROKEN_BY_CALLER("WEFT-H020", 400),
        /** The caller caused work without making requests. */
        FLOOD("WEFT-H021", 429),
        /** The application broke the protocol of HTTP/2. */
        BROKEN_BY_APPLICATION("WEFT-H022", 502),
        /** The endpoint ended the session, or the session was lost, without a response. */
        NO_RESPONSE("WEFT-H030", 502),
        /** The endpoint's response has no clear framing. */
        UNREADABLE_RESPONSE("WEFT-H031", 502),
        /** The body of a request is malformed. */
        MALFORMED_BODY("WEFT-H032", 400),
        /** The application does not speak HTTP/2. */
        NOT_HTTP2("WEFT-H040", 502),
        /** The connection that the request was sent on was lost. */
        LOST("WEFT-H041", 503),
        /** No endpoint with a sidecar that takes requests is left. */
        NO_SIDECAR("WEFT-H042", 503),
        /** The request meets no match of the destination's routes. */
        NO_ROUTE("WEFT-H050", 404),
        /** The rule has no backend that the request can be sent to. */
        NO_BACKEND("WEFT-H051", 500),
        /** The rule's timeout for the request or for an attempt has passed. */
        TIMED_OUT("WEFT-H052", 504),
        /** The head of the response, over HTTP/2, is larger than a sidecar takes. */
        RESPONSE_HEAD("WEFT-H086", 502);

        private final String text;
        private final int status;

        Code(String text, int status) {
            this.text = text;
            this.status = status;
        }

        /** Returns the code as headers, logs and metrics show it. */
        public String text() {
            return text;
        }

        /** Returns the HTTP status of the answer. */
        public int status() {
            return status;
        }

        /** Returns a refusal with this code. */
        public Refusal refusal(String reason) {
            return new Refusal(text, status, reason);
        }
    }
}
