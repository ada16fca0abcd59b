package dev.weft.control.refusal;

import dev.weft.mesh.state.StateException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers operators' calls that read and change the control plane's state. */
public final class OperatorCalls {

    private static final Logger LOG = LoggerFactory.getLogger(OperatorCalls.class);

    private OperatorCalls() {}

    @FunctionalInterface
    public interface Work<T> {
        /** Does the work, and returns the answer. */
        T run() throws IOException, InterruptedException;
    }

    /**
     * Answers a call, or refuses it.
     *
     * @param state the reason for the refusal if the state cannot be read or written
     * @param advice what to do then
     */
    public static <T> void answer(StreamObserver<T> caller, Reason state, String advice, Work<T> work) {
        T answer;
        try {
            answer = work.run();
        } catch (RefusedException e) {
            caller.onError(e);
            return;
        } catch (IOException | UncheckedIOException | StateException e) {
            LOG.atError().setCause(e).log("the state cannot be used");
            caller.onError(
                    new RefusedException(state, "the state directory cannot be used: " + e.getMessage(), advice));
            return;
        } catch (InterruptedException _) {
            // The control plane stops, and the call has ended with its server.
            Thread.currentThread().interrupt();
            return;
        }
        caller.onNext(answer);
        caller.onCompleted();
    }
}
