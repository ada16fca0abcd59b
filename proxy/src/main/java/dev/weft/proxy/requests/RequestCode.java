package dev.weft.proxy.requests;

import dev.weft.proxy.session.Refusal;
import io.netty.handler.codec.http2.Http2Headers;

/**
 * Why a request that is sent in its own stream was not answered by the application; docs/errors.md says what to do
 * about each code.
 */
enum RequestCode {
    /** The application does not speak HTTP/2. */
    NOT_HTTP2("WEFT-H040", 502),
    /** The connection that the request was sent on was lost. */
    LOST("WEFT-H041", 503),
    /** No endpoint with a sidecar that takes requests is left. */
    NO_SIDECAR("WEFT-H042", 503);

    private static final int SERVER_ERRORS = 500;

    private final String code;
    private final int status;

    RequestCode(String code, int status) {
        this.code = code;
        this.status = status;
    }

    String code() {
        return code;
    }

    /** Returns the reason that the called sidecar gives for a request that its application has not seen. */
    static Refusal unseen(Http2Headers headers, int status, boolean grpc) {
        CharSequence code = headers.get("weft-code");
        CharSequence reason = headers.get(grpc ? "grpc-message" : "weft-reason");
        return new Refusal(
                code == null ? LOST.code : code.toString(),
                status >= SERVER_ERRORS ? status : LOST.status,
                reason == null ? "the peer's sidecar could not pass the request on" : reason.toString());
    }

    Refusal refusal(String reason) {
        return new Refusal(code, status, reason);
    }
}
