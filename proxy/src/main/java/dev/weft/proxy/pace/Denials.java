package dev.weft.proxy.pace;

import dev.weft.policy.decide.Code;
import dev.weft.policy.decide.Decision;
import dev.weft.policy.decide.Peer;
import dev.weft.proxy.session.Refusal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the denied requests of one session, at the {@link DenialPaces pace} of its caller. Belongs to the session's
 * event loop.
 */
public final class Denials {
    public static final String LIMIT = "denied-requests";

    private static final Refusal TOO_OFTEN = new Refusal(
            "WEFT-H021",
            429,
            "more than " + RefusalPace.REPEATED_PER_SECOND + " requests a second of this caller were denied");

    private final DenialPaces paces;
    private final Peer peer;
    private final Consumer<String> hits;
    private final Consumer<Refusal> breakOff;
    private DenialPaces.@Nullable Pace pace;
    private boolean ended;

    /**
     * No request of the session has been denied yet.
     *
     * @param hits receives the name of the limit for each denied request that is not logged
     * @param breakOff ends the connection or tunnel; called at most once, while a request is handled
     */
    public Denials(DenialPaces paces, Peer peer, Consumer<String> hits, Consumer<Refusal> breakOff) {
        this.paces = paces;
        this.peer = peer;
        this.hits = hits;
        this.breakOff = breakOff;
    }

    /**
     * Whether a request with this decision is logged. A refusal by a limit on concurrent requests is always logged, as
     * the caller alone does not cause it. A refusal by a rate limit is paced, and never ends the connection.
     */
    public boolean logs(Decision decision) {
        if (decision.allowed() || decision.code() == Code.OVERLOADED) {
            return true;
        }
        if (pace == null) {
            pace = paces.of(peer);
        }
        DenialPaces.Course course = pace.next();
        if (course == DenialPaces.Course.LOGGED) {
            return true;
        }
        hits.accept(LIMIT);
        if (course == DenialPaces.Course.ENDED && decision.code() != Code.TOO_MANY_REQUESTS && !ended) {
            ended = true;
            breakOff.accept(TOO_OFTEN);
        }
        return false;
    }
}
