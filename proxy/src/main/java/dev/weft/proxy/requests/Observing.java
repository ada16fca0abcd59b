package dev.weft.proxy.requests;

import dev.weft.proxy.balance.EndpointHealth;
import dev.weft.proxy.http.Denial;
import dev.weft.proxy.http2.frame.ErrorCode;
import org.jspecify.annotations.Nullable;

/** How the endpoint does that has a request. Belongs to one event loop. */
final class Observing {
    private static final int SERVER_ERRORS = 500;

    private @Nullable EndpointHealth counted;
    private long startedNanos;
    private long tookNanos;
    /** It went when nothing had come of its tunnel yet: its time is that of beginnings, and says little of the endpoint. */
    private boolean early;

    private boolean observed;

    /** The request is for this one. */
    void chosen(EndpointHealth health) {
        health.started();
        counted = health;
        observed = false;
    }

    /** It goes there now. */
    void goes(boolean beforeAnyAnswer) {
        early = beforeAnyAnswer;
        startedNanos = System.nanoTime();
    }

    /** Its answer begins now. */
    void answers() {
        tookNanos = System.nanoTime() - startedNanos;
    }

    /** As above, with the code of a sidecar's own answer: one for want of room is load, and no failure. */
    void answers(@Nullable CharSequence code) {
        answers();
        if (code != null && Denial.isOfLoad(code)) {
            shed();
        }
    }

    /** How the endpoint has answered: what fails of itself is to have fewer requests, and so is what has too many. */
    void observe(int status, int grpcStatus) {
        EndpointHealth health = counted;
        if (health != null && !observed) {
            if (status == Denial.TOO_MANY_REQUESTS || grpcStatus == Answers.RESOURCE_EXHAUSTED) {
                shed();
                return;
            }
            observed = true;
            boolean failed = status >= SERVER_ERRORS || grpcStatus == Answers.UNAVAILABLE;
            if (failed || !early) {
                health.observed(tookNanos, failed, System.nanoTime());
            }
        }
    }

    /** It answers too late, or not as it should. */
    void failed() {
        answers();
        observe(SERVER_ERRORS, Answers.NONE);
    }

    /** It has reset the request's stream. */
    void reset(ErrorCode code) {
        answers();
        observe(code == ErrorCode.CANCEL || code == ErrorCode.NO_ERROR ? 0 : SERVER_ERRORS, Answers.NONE);
    }

    /** Its sidecar says, with this code, that its application has not seen the request. */
    void unseen(CharSequence code) {
        if (Denial.isOfLoad(code)) {
            shed();
        } else {
            unusable();
        }
    }

    private void shed() {
        observed = true;
        if (counted != null) {
            counted.shed(System.nanoTime());
        }
    }

    /** It does not take requests at all. */
    void unusable() {
        if (counted != null) {
            counted.failed(System.nanoTime());
        }
    }

    /** It has the request no more. */
    void leave() {
        if (counted != null) {
            counted.ended();
            counted = null;
        }
    }
}
