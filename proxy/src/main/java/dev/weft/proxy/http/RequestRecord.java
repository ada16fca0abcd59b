package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import java.time.Duration;

/**
 * A request that has ended, for log and metrics.
 *
 * @param method for example GET
 * @param path path as policy saw it: in normal form, without query; "" for CONNECT
 * @param host in lower case, without port, but with the port of a CONNECT; "" if there is none
 * @param status status of the final response; 0 if no response had begun
 * @param grpcStatus gRPC status, 0 to 16; -1 if there was none
 * @param requestBytes bytes of heads and bodies as the caller sent them
 * @param responseBytes bytes of heads and bodies as the caller got them
 * @param duration time from the end of the request's head to the end of request and response
 * @param decision the last decision on the request
 * @param complete whether request and response were completed
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
    /** Value of {@link #grpcStatus} without a gRPC status. */
    public static final int NO_GRPC_STATUS = -1;

    /** Most characters of a text that is kept or logged. */
    private static final int MOST_TEXT = 1024;

    /** Returns the record with method, path and host cut, if they are long, so that many records can be kept. */
    public RequestRecord shortened() {
        return Math.max(method.length(), Math.max(path.length(), host.length())) <= MOST_TEXT
                ? this
                : new RequestRecord(
                        shortened(method),
                        shortened(path),
                        shortened(host),
                        status,
                        grpcStatus,
                        requestBytes,
                        responseBytes,
                        duration,
                        decision,
                        complete);
    }

    /** Returns a text of a request, cut if it is long. */
    public static String shortened(String text) {
        return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "...";
    }
}
