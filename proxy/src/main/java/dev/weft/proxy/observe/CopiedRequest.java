package dev.weft.proxy.observe;

import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Session;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A copy of a request of the application, as its own sidecar sees it. Belongs to one event loop. */
public final class CopiedRequest {
    private final RequestRecorder recorder;
    private final Session session;
    private final String protocol;
    private final String method;
    private final String path;
    private final long began = System.nanoTime();
    private @Nullable InetSocketAddress endpoint;

    /** How a copy ended. */
    public enum Result {
        /** A response came whole. */
        ANSWERED("answered"),
        /** It found no endpoint, or had no whole response. */
        FAILED("failed"),
        /** It was not taken in time, there were too many, or its request was broken off. */
        GIVEN_UP("given-up");

        private final String text;

        Result(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    CopiedRequest(RequestRecorder recorder, Session session, String protocol, String method, String path) {
        this.recorder = recorder;
        this.session = session;
        this.protocol = protocol;
        this.method = method;
        this.path = path;
    }

    /** It goes to this endpoint. */
    public void to(InetSocketAddress chosen) {
        endpoint = chosen;
    }

    /** It is over; {@code status} is that of the final response, 0 for none. */
    public void ended(Result result, int status) {
        recorder.caller().copied(result);
        recorder.copied(
                session,
                new CallerRequest.Call(
                        protocol,
                        method,
                        path,
                        endpoint,
                        endpoint == null ? 0 : 1,
                        status,
                        RequestRecord.NO_GRPC_STATUS,
                        result == Result.ANSWERED,
                        System.nanoTime() - began));
    }
}
