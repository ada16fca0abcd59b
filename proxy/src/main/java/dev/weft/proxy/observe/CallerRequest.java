package dev.weft.proxy.observe;

import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Session;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records one request of the workload's application, as its own sidecar sees it, from its head to its end. Belongs to
 * one event loop.
 */
public final class CallerRequest {
    private static final int CLIENT_ERROR = 400;

    private final RequestRecorder recorder;
    private final Session session;
    private final String protocol;
    private final String method;
    private final String path;
    private final List<String> traceparent;
    private final long began = System.nanoTime();
    private @Nullable InetSocketAddress endpoint;
    private @Nullable SpiffeId peer;
    private int attempts;
    private boolean connected;
    private boolean ended;

    CallerRequest(
            RequestRecorder recorder,
            Session session,
            String protocol,
            String method,
            String path,
            List<String> traceparent) {
        this.recorder = recorder;
        this.session = session;
        this.protocol = protocol;
        this.method = method;
        this.path = path;
        this.traceparent = traceparent;
        recorder.caller().begun();
    }

    /** Called when the request goes to this endpoint; {@code identity} is null if the endpoint has no sidecar. */
    public void attempt(InetSocketAddress chosen, @Nullable SpiffeId identity) {
        endpoint = chosen;
        peer = identity;
        attempts++;
        if (attempts > 1) {
            recorder.caller().retried();
        }
    }

    /** Called when the last chosen endpoint accepts the request. */
    public void connected() {
        if (!connected && !ended) {
            connected = true;
            recorder.caller().connected();
        }
    }

    /**
     * Called when the request is over; only the first call counts.
     *
     * @param status status of the final response; 0 for none
     * @param grpcStatus {@link RequestRecord#NO_GRPC_STATUS} for none
     * @param complete whether the application has got the whole response
     */
    public void ended(int status, int grpcStatus, boolean complete) {
        if (!ended) {
            ended = true;
            long nanos = System.nanoTime() - began;
            recorder.caller().ended(session, protocol, status, nanos, connected);
            recorder.called(
                    session,
                    new Call(
                            protocol,
                            method,
                            path,
                            endpoint,
                            peer,
                            connected,
                            attempts,
                            status,
                            grpcStatus,
                            complete,
                            nanos),
                    traceparent);
        }
    }

    /**
     * A request that has ended, for the access log, for traces, and for the sums of edges.
     *
     * @param protocol {@code http/1.1}, {@code http/2} or {@code grpc}
     * @param path with its query, which is not logged: see {@link #shortened}
     * @param endpoint the endpoint that the request last went to; null for none
     * @param peer identity of that endpoint; null if it has no sidecar, or if there was none
     * @param reached whether an endpoint accepted the request
     * @param attempts how often the request went to an endpoint
     * @param status status of the response that the application got; 0 for none
     * @param grpcStatus gRPC status; -1 for none
     * @param complete whether the application has got the whole response
     * @param nanos time from its head to its end, in nanoseconds
     */
    record Call(
            String protocol,
            String method,
            String path,
            @Nullable InetSocketAddress endpoint,
            @Nullable SpiffeId peer,
            boolean reached,
            int attempts,
            int status,
            int grpcStatus,
            boolean complete,
            long nanos) {
        /** Returns the call without its query, and with method and path cut, if they are long. */
        Call shortened() {
            int query = path.indexOf('?');
            return new Call(
                    protocol,
                    RequestRecord.shortened(method),
                    RequestRecord.shortened(query < 0 ? path : path.substring(0, query)),
                    endpoint,
                    peer,
                    reached,
                    attempts,
                    status,
                    grpcStatus,
                    complete,
                    nanos);
        }

        /** Whether it counts for its peer: a redirect that the sidecar itself sent concerns no peer. */
        boolean counts() {
            return reached || isRefused();
        }

        private boolean isRefused() {
            return !reached && (status >= CLIENT_ERROR || grpcStatus > 0);
        }

        void addTo(RequestTally tally) {
            if (isRefused()) {
                tally.refused();
            } else {
                tally.ended(status, grpcStatus, nanos);
            }
        }
    }
}
