package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http2.flood.Limit;
import dev.weft.proxy.settings.HeadLimits;
import java.util.function.Consumer;

/** Judges the requests of a gate, and receives its reports about them. */
public interface RequestJudge {
    /**
     * Decides by the current policy. Called once for each request.
     *
     * @param request its field {@code :path}, which cannot be the name of a header, is the target as the caller sent it
     */
    Decision judge(HttpRequest request);

    /**
     * Whether a refused request waits for a place instead. If so, the judge passes its decision to {@code then} later,
     * once and on the connection's event loop, unless the request has {@link #ended} before.
     */
    default boolean waits(HttpRequest request, Decision refused, Consumer<Decision> then) {
        return false;
    }

    /** Decides again about an open request, because policy, trust or time has changed. */
    Decision judgeAgain(HttpRequest request);

    /** Whether policies are about requests at this moment. If so, a request must be readable in one way only. */
    default boolean strict() {
        return true;
    }

    /**
     * Whether requests pass that policy could not judge, as long as it is clear where they end. False where a gate only
     * reads along.
     */
    default boolean lenient() {
        return false;
    }

    /** Whether a part of the request that is being judged has passed already. If so, it cannot be left out. */
    default boolean partlyPassed() {
        return false;
    }

    /** Whether CONNECT of HTTP/1.1 is judged, and may make a tunnel of the connection; else it is refused. */
    default boolean passesConnect() {
        return false;
    }

    /** How large the heads of requests and responses may be. */
    default HeadLimits heads() {
        return HeadLimits.DEFAULTS;
    }

    /** The caller's proven SPIFFE ID for the header weft-client-id; "" if there is none. */
    String clientId();

    /** Returns which parts of an HTTP/2 request that was allowed reach the application. */
    default Passing passing(HttpRequest request) {
        return Passing.ALL;
    }

    /**
     * Returns the reason for the refused caller: one line of visible ASCII and spaces. Names the policy only to callers
     * that may know it.
     */
    default String reason(Decision decision) {
        return decision.reason();
    }

    /**
     * A request was refused before policy was asked: it is malformed, or can be read in two ways. The connection goes
     * on.
     */
    default void refused(GateRefusal why) {}

    /** The caller's HTTP/2 connection hit a limit: the connection or one of its streams ends. */
    default void limitHit(Limit limit) {}

    /**
     * A request that was judged has ended.
     *
     * @param judged the request as it was judged
     */
    void ended(RequestRecord request, HttpRequest judged);
}
