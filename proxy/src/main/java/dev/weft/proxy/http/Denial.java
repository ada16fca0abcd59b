package dev.weft.proxy.http;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;

/** How a request is answered that policy or a rate limit denies. */
public final class Denial {
    /** The status of a request too many (RFC 6585 section 4). */
    public static final int TOO_MANY_REQUESTS = 429;
    /** When it may be made again, in seconds: a limit lets at least one pass a second. */
    public static final String RETRY_AFTER = "1";

    private static final int FORBIDDEN = 403;
    private static final int PERMISSION_DENIED = 7;
    private static final int RESOURCE_EXHAUSTED = 8;

    private Denial() {}

    /** The status of HTTP. */
    public static int status(Decision decision) {
        return decision.code() == Code.TOO_MANY_REQUESTS ? TOO_MANY_REQUESTS : FORBIDDEN;
    }

    /** The status of gRPC. */
    public static int grpcStatus(Decision decision) {
        return decision.code() == Code.TOO_MANY_REQUESTS ? RESOURCE_EXHAUSTED : PERMISSION_DENIED;
    }
}
