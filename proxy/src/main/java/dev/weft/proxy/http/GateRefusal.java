package dev.weft.proxy.http;

import java.util.Objects;

/**
 * Why a gate broke a connection off.
 *
 * @param code WEFT-H… of the gate, or WEFT-P… of the policy that refused
 * @param status of the answer that the caller was given, or would have been given had there been a response to give
 * @param reason a sentence for people; it repeats nothing of what a peer sent
 */
public record GateRefusal(String code, int status, String reason) {
    public GateRefusal {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(reason, "reason");
    }

    /** A refusal with the status that is usual for the code. */
    public static GateRefusal of(Code code, String reason) {
        return new GateRefusal(code.text(), code.status(), reason);
    }

    @Override
    public String toString() {
        return code + ": " + reason;
    }

    /** What a gate finds wrong; docs/errors.md says what to do about each. */
    public enum Code {
        /** A request's head that two readers could understand differently, or not at all. */
        MALFORMED("WEFT-H001", 400),
        /** The length of a request's body is not said, or said in two ways. */
        FRAMING("WEFT-H002", 400),
        /** No Host, several, a malformed one, or another than the target's. */
        HOST("WEFT-H003", 400),
        /** A path that is not in normal form, or that policy cannot judge. */
        PATH("WEFT-H004", 400),
        /** Another version than HTTP/1.0 and HTTP/1.1. */
        VERSION("WEFT-H005", 505),
        /** The request line is too long. */
        LINE_TOO_LONG("WEFT-H006", 414),
        /** The head is too large, or has too many fields. */
        HEAD_TOO_LARGE("WEFT-H007", 431),
        /** CONNECT, or a transfer coding other than chunked. */
        NOT_IMPLEMENTED("WEFT-H008", 501),
        /** The chunks or trailers of a request's body are malformed or too large. */
        BODY("WEFT-H009", 400),
        /** An expectation other than 100-continue. */
        EXPECTATION("WEFT-H010", 417),
        /** The application's response cannot be framed. */
        RESPONSE("WEFT-H011", 502),
        /** The application sent a response that no request asked for. */
        UNASKED("WEFT-H012", 502),
        /** A denied request's body is too long to be read and dropped. */
        DENIED_BODY("WEFT-H013", 403),
        /** The application answered a request that waited for 100 (Continue), so it cannot be told whether its body comes. */
        BODY_NOT_ASKED_FOR("WEFT-H014", 403);

        private final String text;
        private final int status;

        Code(String text, int status) {
            this.text = text;
            this.status = status;
        }

        /** As headers, logs and metrics show it. */
        public String text() {
            return text;
        }

        /** The status of the answer. */
        public int status() {
            return status;
        }
    }
}
