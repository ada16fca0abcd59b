package dev.weft.proxy.observe;

import dev.weft.proxy.http.RequestRecord;
import dev.weft.proxy.session.Session;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Records a copy of a request of the workload's application, as its own sidecar sees it. Belongs to one event loop. */
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
        /** The whole response arrived. */
        ANSWERED("answered"),
        /** There was no endpoint, or no whole response. */
        FAILED("failed"),
        /** The copy was not accepted in time, there were too many copies, or the original request was aborted. */
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

    /** Called when the copy goes to this endpoint. */
    public void to(InetSocketAddress chosen) {
        endpoint = chosen;
    }

    /**
     * Called when the copy is over. A copy is tried once, and counts as having reached its endpoint if it had one.
     *
     * @param status status of the final response; 0 for none
     */
    public void ended(Result result, int status) {
        recorder.caller().copied(result);
        recorder.copied(
                session,
                new CallerRequest.Call(
                        protocol,
                        method,
                        path,
                        endpoint,
                        null,
                        endpoint != null,
                        endpoint == null ? 0 : 1,
                        status,
                        RequestRecord.NO_GRPC_STATUS,
                        result == Result.ANSWERED,
                        System.nanoTime() - began));
    }
}
