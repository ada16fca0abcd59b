package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import java.time.Duration;

/**
 * A request that has ended, for log and metrics.
 *
 * @param method as GET
 * @param path as policy saw it: in normal form, without query
 * @param host lower case, without port; "" if none
 * @param status of the final response; 0 if none had begun
 * @param grpcStatus 0 to 16, or -1 if there was none
 * @param requestBytes heads and bodies as the caller sent them
 * @param responseBytes heads and bodies as the caller was given them
 * @param duration from the end of the request's head to the end of request and response
 * @param decision of policy: the one that the request met last
 * @param complete whether request and response came to their ends
 */
public record RequestRecord(
        String method,
        String path,
        String host,
        int status,
        int grpcStatus,
        long requestBytes,
        long responseBytes,
        Duration duration,
        Decision decision,
        boolean complete) {
    /** {@link #grpcStatus} where there was none. */
    public static final int NO_GRPC_STATUS = -1;
}
