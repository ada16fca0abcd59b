package dev.weft.control.revoke;

import dev.weft.mesh.registry.FullException;
import dev.weft.mesh.state.StateException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Answers operators' calls, and maps exceptions to refusals. */
final class OperatorAnswers {

    /** Longest wait for acknowledgements. */
    static final Duration MAX_WAIT = Duration.ofSeconds(60);

    private OperatorAnswers() {}

    /** The work of a call. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws RefusedException, IOException, InterruptedException;
    }

    static <T> void answer(StreamObserver<T> to, Call<T> call) {
        T answer;
        try {
            answer = call.run();
        } catch (RefusedException e) {
            to.onError(e.toStatus());
            return;
        } catch (FullException e) {
            to.onError(new RefusedException(RefusedException.Code.TOO_MANY, String.valueOf(e.getMessage())).toStatus());
            return;
        } catch (IOException | UncheckedIOException | StateException e) {
            to.onError(new RefusedException(
                            RefusedException.Code.NOT_IN_FORCE,
                            "the state directory cannot be used: " + e.getMessage() + "; nothing has changed")
                    .toStatus());
            return;
        } catch (InterruptedException _) {
            // The control plane stops, and the call has ended with its server.
            Thread.currentThread().interrupt();
            return;
        }
        to.onNext(answer);
        to.onCompleted();
    }

    static Duration wait(int millis) throws RefusedException {
        Duration wait = Duration.ofMillis(Integer.toUnsignedLong(millis));
        if (wait.compareTo(MAX_WAIT) > 0) {
            throw new RefusedException(
                    RefusedException.Code.INVALID, "wait: " + wait + " (expected: at most " + MAX_WAIT + ")");
        }
        return wait;
    }
}
