package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http2.flood.Limit;
import java.util.function.Consumer;

/** What a gate asks about each request, and whom it tells. */
public interface RequestJudge {
    /**
     * Decides by the policy of this moment. Called once for each request.
     *
     * @param request its field {@code :path}, which no header can be, is the target as the caller sent it
     */
    Decision judge(HttpRequest request);

    /**
     * Whether a request that was refused waits for a place instead. If so the judge says later, once and on the connection's event loop, how
     * it decides; not if the request has {@link #ended} before.
     */
    default boolean waits(HttpRequest request, Decision refused, Consumer<Decision> then) {
        return false;
    }

    /** Decides about an open request once more, since policy, trust or time has changed. */
    Decision judgeAgain(HttpRequest request);

    /** Whether policies are about requests at this moment, so that each must be one that can be read in one way only. */
    default boolean strict() {
        return true;
    }

    /** The caller's proven SPIFFE ID, for the header weft-client-id; "" if it has none. */
    String clientId();

    /** What a refused caller is told: one line of visible ASCII and spaces. Names the policy only to callers that may know. */
    default String reason(Decision decision) {
        return decision.reason();
    }

    /** A request was refused before policy was asked: it is malformed, or can be read in two ways. The connection goes on. */
    default void refused(GateRefusal why) {}

    /** The caller's connection of HTTP/2 hit a limit: it ends, or a stream of it does. */
    default void limitHit(Limit limit) {}

    /** A request that was judged has ended. */
    void ended(RequestRecord request);

    /** As above, with the request as it was judged, for those who ask for more of it. */
    default void ended(RequestRecord request, HttpRequest judged) {
        ended(request);
    }
}
