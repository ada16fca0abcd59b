package dev.weft.proxy.http;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;

/** How a request is answered that policy or a limit denies. */
public final class Denial {
    /** The status of a request too many (RFC 6585 section 4). */
    public static final int TOO_MANY_REQUESTS = 429;
    /** When it may be made again, in seconds: a limit lets at least one pass a second. */
    public static final String RETRY_AFTER = "1";

    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;
    // Of gRPC.
    private static final int CALL_PERMISSION_DENIED = 7;
    private static final int CALL_RESOURCE_EXHAUSTED = 8;
    private static final int CALL_UNAVAILABLE = 14;

    private Denial() {}

    /** The status of HTTP. */
    public static int status(Decision decision) {
        return switch (decision.code()) {
            case TOO_MANY_REQUESTS -> TOO_MANY_REQUESTS;
            case OVERLOADED -> UNAVAILABLE;
            default -> FORBIDDEN;
        };
    }

    /** The status of gRPC. */
    public static int grpcStatus(Decision decision) {
        return switch (decision.code()) {
            case TOO_MANY_REQUESTS -> CALL_RESOURCE_EXHAUSTED;
            case OVERLOADED -> CALL_UNAVAILABLE;
            default -> CALL_PERMISSION_DENIED;
        };
    }

    /** Whether this code says that the workload has as many requests as it takes: another endpoint may have room. */
    public static boolean isOfLoad(CharSequence code) {
        return Code.OVERLOADED.text().contentEquals(code);
    }
}
