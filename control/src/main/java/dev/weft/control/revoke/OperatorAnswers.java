package dev.weft.control.revoke;

import dev.weft.control.refusal.OperatorCalls;
import dev.weft.control.refusal.RefusedException;
import dev.weft.mesh.registry.FullException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** Answers operators' calls, and maps exceptions to refusals. */
final class OperatorAnswers {

    /** Longest wait for acknowledgements. */
    static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private OperatorAnswers() {}

    static <T> void answer(StreamObserver<T> to, OperatorCalls.Work<T> work) {
        OperatorCalls.answer(to, RevocationRefusals.NOT_IN_FORCE, "the control plane's log says more", () -> {
            try {
                return work.run();
            } catch (FullException e) {
                throw new RefusedException(
                        RevocationRefusals.TOO_MANY,
                        String.valueOf(e.getMessage()),
                        "take some revocations back, or give shorter reasons");
            }
        });
    }

    static Duration wait(int millis) {
        Duration wait = Duration.ofMillis(Integer.toUnsignedLong(millis));
        if (wait.compareTo(MAX_WAIT) > 0) {
            throw new RefusedException(
                    RevocationRefusals.INVALID, "wait: " + wait + " (expected: at most " + MAX_WAIT + ")");
        }
        return wait;
    }

    /** Returns the advice of a refusal, with what {@link OperatorServices#audited} returned for what was done before. */
    static String advice(String advice, String remark) {
        return remark.isEmpty() ? advice : advice + "; " + remark;
    }
}
