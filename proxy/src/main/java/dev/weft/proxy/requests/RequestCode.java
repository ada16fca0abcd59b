package dev.weft.proxy.requests;

import dev.weft.proxy.session.Refusal;

/** Why a request that travels as a stream of its own was not answered by the application; docs/errors.md says what to do about each. */
enum RequestCode {
    /** The application does not speak HTTP/2. */
    NOT_HTTP2("WEFT-H040", 502),
    /** The connection was lost to which the request had gone. */
    LOST("WEFT-H041", 503),
    /** No endpoint is left whose sidecar takes requests. */
    NO_SIDECAR("WEFT-H042", 503);

    private final String code;
    private final int status;

    RequestCode(String code, int status) {
        this.code = code;
        this.status = status;
    }

    String code() {
        return code;
    }

    Refusal refusal(String reason) {
        return new Refusal(code, status, reason);
    }
}
