package dev.weft.proxy.http;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;

/** The answer to a request that policy or a limit denies. */
public final class Denial {
    /** The HTTP status of a request over a rate limit (RFC 6585 section 4). */
    public static final int TOO_MANY_REQUESTS = 429;
    /** After how many seconds the request may be made again: a limit lets at least one request pass a second. */
    public static final String RETRY_AFTER = "1";

    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;

    private Denial() {}

    /** Returns the HTTP status of the answer. */
    public static int status(Decision decision) {
        return switch (decision.code()) {
            case TOO_MANY_REQUESTS -> TOO_MANY_REQUESTS;
            case OVERLOADED -> UNAVAILABLE;
            default -> FORBIDDEN;
        };
    }

    /** Returns the gRPC status of the answer. */
    public static int grpcStatus(Decision decision) {
        return switch (decision.code()) {
            case TOO_MANY_REQUESTS -> GrpcStatus.RESOURCE_EXHAUSTED;
            case OVERLOADED -> GrpcStatus.UNAVAILABLE;
            default -> GrpcStatus.PERMISSION_DENIED;
        };
    }

    /**
     * Whether this code says that the workload has no room for more concurrent requests. Another endpoint may have
     * room.
     */
    public static boolean isOfLoad(CharSequence code) {
        return Code.OVERLOADED.text().contentEquals(code);
    }
}
